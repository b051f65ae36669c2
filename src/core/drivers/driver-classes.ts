import type { Tuple } from '../sysroot/architectures.ts';
import type { DriverClassName } from './driver.ts';

/** How drivers of a class are found and where they are captured to. The classes themselves are an edition's. */
export type DriverClass = ManifestClass | ModuleClass;

interface AnyDriverClass {
  readonly name: DriverClassName;
  /** Where its drivers are captured to, relative to libdir. Classes that share a directory are numbered together. */
  readonly captureDirectory: string;
  /** What has to be imported for the class to be looked for; it always is unless told. */
  readonly partOf?: keyof Imports;
}

/** Drivers that are described by JSON manifests. */
export interface ManifestClass extends AnyDriverClass {
  readonly found: 'by-manifest';
  readonly manifests: ManifestKind;
  /** How the directories that hold manifests are searched for. */
  readonly search: EglSearch | VulkanSearch | OpenXrLayerSearch | OpenXrRuntimeSearch;
  /** Where manifests are put, relative to the overrides. */
  readonly directory: string;
  /** How the files there are called. */
  readonly naming: ManifestNaming;
}

/** What a manifest describes. A Vulkan layer's file may hold several layers, all others one driver. */
export type ManifestKind = 'egl-icd' | 'vulkan-icd' | 'vulkan-layer' | 'openxr-layer' | 'openxr-runtime';

/**
 * `numbered`: after the driver's index, `3-x86_64-linux-gnu.json` or `3.json`. `as-found`: as they are called in
 * the provider, in a numbered folder where the name is taken. `active-runtime`: under the name that OpenXR looks for.
 */
export type ManifestNaming = 'numbered' | 'as-found' | 'active-runtime';

/** Source: our graphics-stack specification, 3.1 and 3.2. */
export interface EglSearch {
  readonly kind: 'egl';
  /** Variable that lists manifests; nothing else is then searched. */
  readonly filesVariable: string;
  /** Variable that lists directories; nothing else is then searched. */
  readonly directoriesVariable: string;
  readonly directories: readonly string[];
  /** Directory below `/usr/lib/TUPLE` that takes their place in a Flatpak runtime. */
  readonly flatpakDirectory?: string;
}

/** Source: our graphics-stack specification, 3.3 and 3.4. */
export interface VulkanSearch {
  readonly kind: 'vulkan';
  /** Relative to each directory of configuration and data. */
  readonly suffix: string;
  /** Variables that list what alone is searched, the first one set counts. */
  readonly onlyVariables: readonly string[];
  /** Variable that lists what is searched first. */
  readonly addVariable?: string;
  /** What these variables list. */
  readonly variablesList: 'files' | 'directories';
  /** The architectures that Flatpak's directories are searched for. */
  readonly flatpakTuples: 'all' | 'primary';
}

/** Source: our specification of the edition of 2026, B5. */
export interface OpenXrLayerSearch {
  readonly kind: 'openxr-layers';
  /** Relative to each directory of configuration and data. */
  readonly suffix: string;
  /** Variable that lists the directories to be searched instead. */
  readonly onlyVariable?: string;
}

/** At most one runtime for each architecture. Source: our graphics-stack specification, 3.9. */
export interface OpenXrRuntimeSearch {
  readonly kind: 'openxr-runtime';
  /** Variable that names the manifest of the runtime, whatever the architecture. */
  readonly onlyVariable: string;
  /** Relative to each directory of configuration. */
  readonly suffix: string;
}

/** Drivers that are loaded by file name from directories beside their loader. */
export interface ModuleClass extends AnyDriverClass {
  readonly found: 'by-loader';
  /** Libraries that load these drivers, in order of preference. */
  readonly loaders: readonly string[];
  /** Variable that lists the directories to be searched instead. */
  readonly variable: string;
  /** Whether the variable is a list; otherwise a colon is part of the path. */
  readonly variableIsList: boolean;
  /** Directories searched, relative to that of the loader. */
  readonly subdirectories: readonly string[];
  /** Directories that take their place in a Flatpak runtime, below `/usr/lib/TUPLE`. */
  readonly flatpakDirectories?: readonly string[];
  /** File names of such drivers. */
  readonly names: RegExp;
  /** Drivers that are listed but never captured, by their path. */
  readonly neverCaptured?: RegExp;
  /** Names that the loader may be told, so that its drivers need not lie beside it. */
  readonly byName?: ModulesByName;
  /** The member of a provider's manifest that names the directory. */
  readonly manifestDirectory?: 'dri' | 'gbm';
  /** The member of a provider's manifest that may switch the class off. */
  readonly manifestSwitch?: 'vdpau' | 'va_api';
  /** Whether numbered directories have to be on the container's search path. */
  readonly hasSearchPath: boolean;
}

/** Whether numbered directories of a class have to be on the container's search path. */
export function hasSearchPath(driverClass: DriverClass): boolean {
  return driverClass.found === 'by-loader' && driverClass.hasSearchPath;
}

/** Whether drivers of a class are layers. */
export function isOfLayers(driverClass: DriverClass): boolean {
  return driverClass.found === 'by-manifest' && driverClass.manifests.endsWith('-layer');
}

/** Drivers that are looked up by name in the provider's cache, beside those that lie beside their loader. */
export interface ModulesByName {
  /** Variable that names one more. */
  readonly variable: string;
  readonly names: readonly string[];
}

/** What is captured only where it is wanted. */
export interface Imports {
  readonly vulkanLayers: boolean;
  readonly openxrLayers: boolean;
  readonly openxrRuntimes: boolean;
}

/** Whether a class is looked for when this is imported. */
export function isWanted({ partOf }: DriverClass, imports: Imports): boolean {
  return partOf === undefined || imports[partOf];
}

/** What is imported unless something else is asked for. */
export const DEFAULT_IMPORTS: Imports = { vulkanLayers: true, openxrLayers: false, openxrRuntimes: false };

/** What discovery takes from an edition. */
export interface DiscoveryRules {
  /** The classes of driver, in the order in which they are captured. */
  readonly classes: readonly DriverClass[];
  /** Newest format of a Vulkan layer's manifest that is understood. */
  readonly newestLayerFormat: string;
  /** Whether a Vulkan manifest may say which architecture it is for (`library_arch`). */
  readonly heedsLibraryArch: boolean;
  /**
   * Where libraries that no cache has are looked for in the end, in discovery and in captures; null: in the places that
   * the capture tool has built in.
   */
  readonly fallbackPaths: readonly string[] | null;
}

/** The names of the architectures in files of OpenXR and Mesa. */
export const ARCHITECTURE_WORDS: Readonly<Record<Tuple, string>> = {
  'x86_64-linux-gnu': 'x86_64',
  'i386-linux-gnu': 'i686',
  'aarch64-linux-gnu': 'aarch64',
};
