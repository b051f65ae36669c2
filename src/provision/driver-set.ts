import type { DriverClassName } from '../core/drivers/driver.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';

/**
 * What a synthetic tree holds, as data: libraries, drivers, and odd files.
 *
 * Every tree gets the dynamic linkers of its architectures, merged `/usr` (`/lib` → `usr/lib`) as on Debian,
 * and an ld.so.cache of its library directories; none of that is spelled out here.
 */
export interface DriverSet {
  /** Version of the C library, e.g. `2.36`: libc.so.6 and its family are written; null: no C library. */
  readonly glibc: string | null;
  readonly libraries: readonly SyntheticLibrary[];
  readonly drivers: readonly SyntheticDriver[];
  /** Further text files: absolute path → content. */
  readonly files: Readonly<Record<string, string>>;
  /** Further symbolic links: absolute path → target. */
  readonly symlinks: Readonly<Record<string, string>>;
}

/** What an ELF file of a synthetic tree says about itself. */
export interface SyntheticBinary {
  /** Architectures that it is written for; null: all those of the tree. */
  readonly architectures: readonly Tuple[] | null;
  /** DT_NEEDED, in order. */
  readonly needs: readonly string[];
  /** DT_RUNPATH; null: none. */
  readonly runpath: string | null;
  /** Size of the file, padded with a hole; null: as small as it can be. */
  readonly sizeBytes: number | null;
  readonly problem: ProblemName | null;
}

/** A shared library, found by its SONAME. */
export interface SyntheticLibrary extends SyntheticBinary {
  readonly soname: string;
  /** Name of the file; the SONAME becomes a symbolic link to it where the two differ. */
  readonly file: string;
  /** Folder of the file; null: `/usr/lib/TUPLE`. */
  readonly directory: string | null;
  /** Names of its version definitions, oldest first. */
  readonly versions: readonly string[];
  /** Names of the symbols that it defines. */
  readonly symbols: readonly string[];
}

/** One driver file under all its names. A file with several names is one driver for each name found. */
export interface SyntheticDriver extends SyntheticBinary {
  readonly driverClass: DriverClassName;
  /** Name of the file in the folder of its class, or its absolute path. */
  readonly file: string;
  /** Further names of the same file (hard links), next to it or absolute. */
  readonly hardLinks: readonly string[];
  /** Symbolic links next to it, or at absolute paths: name → target. */
  readonly symlinks: Readonly<Record<string, string>>;
  /** DT_SONAME; null: none, as most drivers. */
  readonly soname: string | null;
  /** The manifest that names it; null for classes whose drivers are found in folders. */
  readonly manifest: SyntheticManifest | null;
}

/** How a manifest describes a driver. */
export interface SyntheticManifest {
  /** Name of the manifest in the folder of its class, or its absolute path. */
  readonly file: string;
  /**
   * `path`: by its absolute path, so every architecture has its own manifest; `soname`: by its file name
   * alone, so one manifest serves all architectures; `relative`: by its path from the manifest's folder.
   */
  readonly by: 'path' | 'soname' | 'relative';
  /** `VK_LAYER_…` name of a Vulkan layer; null for everything else. */
  readonly layer: string | null;
  /** Whether the manifest names its architecture (`library_arch`); of Vulkan alone. */
  readonly libraryArch: boolean;
  /** Cut short in the middle, so that it is no JSON. */
  readonly broken: boolean;
}

/** What can be wrong with a file. */
export const PROBLEM_NAMES = ['missing', 'wrong-abi', 'not-elf', 'dangling'] as const;

/** What can be wrong with a file. */
export type ProblemName = (typeof PROBLEM_NAMES)[number];

/** What the problems mean, for help. To add one, add its name above, its line here and its case in synthesize.ts. */
export const PROBLEMS: Readonly<Record<ProblemName, string>> = {
  missing: 'named by a manifest or the cache, but not written',
  'wrong-abi': 'written for an architecture that the tree does not have',
  'not-elf': 'a text file under the name of a library; fatal for whoever captures it by path',
  dangling: 'a symbolic link to nowhere',
};
