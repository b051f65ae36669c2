import type { JsonObject } from './tolerant-json.ts';

/** The kinds of driver that a graphics stack is made of. Which of them there are, and in which order, an edition says. */
export const DRIVER_CLASS_NAMES = [
  'egl-icd',
  'egl-external-platform',
  'vulkan-icd',
  'vulkan-explicit-layer',
  'vulkan-implicit-layer',
  'openxr-runtime',
  'openxr-explicit-layer',
  'openxr-implicit-layer',
  'vdpau',
  'dri',
  'va-api',
  'gbm',
] as const;

/** One of the kinds of driver. */
export type DriverClassName = (typeof DRIVER_CLASS_NAMES)[number];

/** One ICD, layer or loadable module. `drivers/` fills in what a manifest or a folder says about it. */
export interface Driver {
  readonly driverClass: DriverClassName;
  /** Index among the drivers of its class; names numbered directories and manifests. */
  readonly index: number;
  /** What to capture; `none` where there is nothing to capture on this architecture. */
  readonly library: Library | NoLibraryHere;
  /** The manifest it was described by; null for modules that are found in folders. */
  readonly manifest: DriverManifest | null;
}

/**
 * Why there is nothing to capture: a Vulkan layer made of other layers; a manifest that names another
 * architecture; a path with tokens that only the dynamic linker can expand; a library that is left out on purpose.
 */
export type NoLibrary = 'meta-layer' | 'other-architecture' | 'dynamic-tokens' | 'never-captured';

/** There is nothing to capture. */
export interface NoLibraryHere {
  readonly kind: 'none';
  readonly reason: NoLibrary;
  /** The library as the driver names it; null: it names none. */
  readonly written: string | null;
}

/** Where a driver's library is: a path in the provider, or a name to be looked up there. */
export type Library = AbsoluteLibrary | { readonly kind: 'soname'; readonly soname: string };

/** A library by its path in the provider: as it was found or written, nothing in it normalised. */
export interface AbsoluteLibrary {
  readonly kind: 'absolute';
  readonly path: string;
}

/** What a library is asked for by: its path, or its SONAME. */
export function wordFor(library: Library): string {
  return library.kind === 'absolute' ? library.path : library.soname;
}

/** The manifest of a driver. */
export interface DriverManifest {
  /** Path in the provider, as found, not resolved. */
  readonly path: string;
  /** What of its content survives when it is rewritten for the container. */
  readonly content: ManifestContent;
  /** Digest of the file: manifests that say the same are the same. */
  readonly digest: string;
}

/** What survives of a manifest when it is rewritten, but for the path of the library. */
export type ManifestContent = IcdContent | LayerContent | OpenXrContent;

/** An EGL or Vulkan ICD, or an EGL external platform. */
interface IcdContent {
  readonly kind: 'icd';
  /** Vulkan only; null: none is written. */
  readonly apiVersion: string | null;
  /** Whether it is said to implement Vulkan in part only (`is_portability_driver`). */
  readonly isPortabilityDriver: boolean;
}

/** A Vulkan layer. */
interface LayerContent {
  readonly kind: 'layer';
  readonly fileFormatVersion: string;
  /** Its known members, in the order in which they are written; `library_path` is left out. */
  readonly members: JsonObject;
}

/** An OpenXR runtime or API layer. */
interface OpenXrContent {
  readonly kind: 'openxr';
  /** The member of the file that holds the others. */
  readonly object: 'runtime' | 'api_layer';
  /** Its known members, in the order in which they are written; `library_path` is left out. */
  readonly members: JsonObject;
}
