import type { ManifestContent } from './manifest-content.ts';

/** The kinds of driver that a graphics stack is made of, in the order in which they are captured. */
export const DRIVER_CLASS_NAMES = [
  'egl-icd',
  'egl-external-platform',
  'vulkan-icd',
  'vulkan-explicit-layer',
  'vulkan-implicit-layer',
  'vdpau',
  'dri',
  'va-api',
] as const;

/** One of the kinds of driver. */
export type DriverClassName = (typeof DRIVER_CLASS_NAMES)[number];

/** One ICD, layer or loadable module. `drivers/` fills in what a manifest or a folder says about it. */
export interface Driver {
  readonly driverClass: DriverClassName;
  /** Index among the drivers of its class; names numbered directories and manifests. */
  readonly index: number;
  /** What to capture; `none` for a layer without a library (a meta-layer, or one skipped here). */
  readonly library: Library | { readonly kind: 'none'; readonly reason: 'meta-layer' | 'skipped' };
  /** The manifest it was described by; null for modules that are found in folders. */
  readonly manifest: DriverManifest | null;
}

/** Where a driver's library is: a path in the provider, or a name to be looked up there. */
export type Library = AbsoluteLibrary | { readonly kind: 'soname'; readonly soname: string };

/** A library by its path in the provider: as it was found or written, nothing in it normalised. */
export interface AbsoluteLibrary {
  readonly kind: 'absolute';
  readonly path: string;
}

/** The manifest of a driver. */
export interface DriverManifest {
  /** Path in the provider, as found, not resolved. */
  readonly path: string;
  /** What of its content survives when it is rewritten for the container. */
  readonly content: ManifestContent;
}
