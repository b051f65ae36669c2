import type { Architecture } from '../sysroot/architectures.ts';

/** What a capture does with all its patterns; the same for every pattern of one tool process. */
export interface CaptureSettings {
  readonly architecture: Architecture;
  /** Tree to take libraries from, as a path on this machine. */
  readonly provider: string;
  /** Tree to compare with, as a path on this machine. */
  readonly container: string;
  /** `--link-target`: what the provider will be called at run time. */
  readonly linkTarget?: string | undefined;
  /** `--remap-link-prefix`, in command line order. */
  readonly remap?: readonly RemapRule[] | undefined;
  /** LD_LIBRARY_PATH, searched inside the trees. */
  readonly libraryPath?: string | undefined;
}

/** One `--remap-link-prefix FROM=TO`. */
export interface RemapRule {
  readonly from: string;
  readonly to: string;
}

/** The folder that links are made in. The real one is in write-links.ts; tests use one in memory. */
export interface Destination {
  /** Whether anything of this name is there: a dangling link, a file or a folder too. */
  has(name: string): boolean;
  /** Makes a symbolic link. */
  link(name: string, target: string): void;
}

/** Captures patterns from one provider; what it has read of the two trees is kept between patterns. */
export interface Capturer {
  /**
   * Acts on one pattern.
   *
   * @throws CaptureError when the pattern fails; links made before stay.
   */
  capture(pattern: string, destination: Destination): void;
}
