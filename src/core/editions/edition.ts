import type { DiscoveryRules, Imports } from '../drivers/driver-classes.ts';
import type { DriverClassName } from '../drivers/driver.ts';
import type { ArchitectureSettings } from '../drivers/provider-manifest.ts';
import type { PlanRules, SearchPaths } from '../planning/plan.ts';
import type { Tuple } from '../sysroot/architectures.ts';

/**
 * What upstream did at one time: which classes of driver there are and how each is discovered, the order of calls and
 * their patterns, names of directories and manifests, the container's variables. Modules are given it; none of them
 * knows which editions there are.
 */
export interface Edition extends DiscoveryRules, PlanRules {
  /** The year it is called by. */
  readonly name: string;
  /** One line of help, without a full stop. */
  readonly summary: string;
  /** Whether an architecture takes part only where the container has its dynamic linker. */
  readonly needsContainerLinker: boolean;
  /** Where a container sees a provider that is not `/`. */
  readonly providerInContainer: string;
  /** Whether each value of `$PLATFORM` leads to libdir, for drivers whose path holds that token. */
  readonly linksPlatforms: boolean;
  readonly aliases: AliasRules;
  readonly manifests: ManifestRules;
  /** Variables that the container needs. */
  readonly environment: (inputs: EnvironmentInputs) => ContainerEnvironment;
  /** What finding the drivers of one architecture by launches would have cost the edition's own program. */
  readonly enumeration: (inputs: EnumerationInputs) => Enumeration;
}

/** How other names of libraries are linked. */
export interface AliasRules {
  /** Whether a library that is not there ends it for the architecture. */
  readonly stopsAtFirst: boolean;
  /** Whether a library that was captured under an alias is linked under its own name as well. */
  readonly aliasesCanonicalName: boolean;
}

/** What manifests are like in the container. */
export interface ManifestRules {
  /** What `library_path` names: the link that was captured, or the file that it leads to. */
  readonly libraryPath: 'link' | 'target';
  /** Formats of rewritten Vulkan manifests, which then name their architecture; null: they stay as they were. */
  readonly vulkanFormats: { readonly icd: string; readonly layer: string } | null;
  /** Whether the container is taken to see every directory of the provider whose name has four letters. */
  readonly seesFourLetterDirectories: boolean;
  /** Whether each class's folder is there without a manifest in it. */
  readonly foldersAlways: boolean;
  /** Whether manifests of EGL and Vulkan drivers with the same content count once. */
  readonly usesEqualOnce: boolean;
}

/** Variables of the container. null: the variable is to be removed, even when the host has it set. */
export type ContainerEnvironment = Readonly<Record<string, string | null>>;

/** The manifests of each class, as the container sees them, in the order in which drivers are to be tried. */
export type ManifestLists = ReadonlyMap<DriverClassName, readonly string[]>;

/** What the environment of the container follows from. */
export interface EnvironmentInputs {
  /** What was captured, in order. */
  readonly captures: readonly { readonly arch: Tuple; readonly searchPath: SearchPaths }[];
  readonly manifests: ManifestLists;
  readonly overridesInContainer: string;
  readonly imports: Imports;
  /** The environment of the host. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What enumeration by launches depends on. */
export interface EnumerationInputs {
  /** Whether the provider is this machine's own tree. */
  readonly isHost: boolean;
  readonly isFlatpak: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the provider's manifest says of the architecture; null: there is none, or it does not list it. */
  readonly settings: ArchitectureSettings | null;
}

/** Launches for one architecture, before the first capture. */
export interface Enumeration {
  /** Launches of the capture tool that look for drivers. */
  readonly captureTool: number;
  /** Launches of the capture tool that ask for the dynamic linker. */
  readonly printLdSo: number;
  /** Launches of `inspect-library`, and of `timeout` around it. */
  readonly inspectLibrary: number;
  readonly timeout: number;
}
