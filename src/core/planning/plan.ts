import type { DriverClass } from '../drivers/driver-classes.ts';
import type { Driver, DriverClassName } from '../drivers/driver.ts';
import type { Tuple } from '../sysroot/architectures.ts';

/** Why a capture call is made; launches are counted by it. */
export const PURPOSES = [
  'driver',
  'driver-batch',
  'driver-numbered',
  'driver-soname',
  'main',
  'libc-family',
  'libcrypto-family',
  'libxkbcommon-family',
  's2tc',
] as const;

/** Why a capture call is made. */
export type Purpose = (typeof PURPOSES)[number];

/** Why a launch is made that serves all calls of an architecture. */
export const ALL_CALLS = 'all-calls';

/** One request to the capture tool; data. Whether it costs a launch is the server's business. */
export interface CaptureCall {
  readonly arch: Tuple;
  readonly purpose: Purpose;
  /** Destination, relative to the architecture's libdir; `.` is libdir itself. */
  readonly dest: string;
  /** Patterns of the capture tool, in order. */
  readonly patterns: readonly string[];
  /** What becomes of a destination that the call leaves empty. */
  readonly ifEmpty: 'keep' | 'remove';
  /** Whether the capture goes on, with a warning, when the call fails. */
  readonly mayFail: boolean;
}

/** What a capture call left behind. */
export interface CaptureOutcome {
  /** Every symbolic link now in the call's destination: name → target. */
  readonly links: ReadonlyMap<string, string>;
}

/** What became of one driver on one architecture. */
export type Binding =
  /** Captured: `link` is relative to libdir, e.g. `vulkan/2/libvulkan_intel.so`, and leads to `target`. */
  | { readonly kind: 'captured'; readonly driver: Driver; readonly link: string; readonly target: string }
  /** Another name of a captured file: a link with the target of `source`, both relative to libdir. */
  | {
      readonly kind: 'copied';
      readonly driver: Driver;
      readonly link: string;
      readonly source: string;
      readonly target: string;
    }
  /** Found by SONAME, captured into libdir. */
  | { readonly kind: 'soname'; readonly driver: Driver }
  /** A Vulkan layer without a library. */
  | { readonly kind: 'meta-layer'; readonly driver: Driver }
  /** Not usable on this architecture. */
  | { readonly kind: 'nonexistent'; readonly driver: Driver };

/** The few facts about the provider that a plan may ask for; a plan touches no file itself. */
export interface ProviderFacts {
  /** Device and inode of the file behind a path (links followed inside the tree); null: none. */
  fileIdentity(path: string): string | null;
  /** Library directories of the architecture in which `libtxc_dxtn.so` lies, in order, repetitions kept. */
  readonly s2tcLibdirs: readonly string[];
  /** Version of NVIDIA's kernel module, where the provider is this machine's own tree and has one; null: none. */
  readonly nvidiaVersion: string | null;
}

/** What a plan finds out about one architecture. */
export interface PlanResult {
  readonly bindings: readonly Binding[];
  /** Numbered directories that belong on the search path of a class, relative to libdir. */
  readonly searchPath: SearchPaths;
}

/** Numbered directories by class; a class that is not there has none. */
export type SearchPaths = Readonly<Partial<Record<DriverClassName, readonly string[]>>>;

/**
 * The algorithm that turns the drivers of one architecture into capture calls. It yields a call, is told
 * the outcome, and returns what became of each driver. Who drives it decides whether anything is launched.
 */
export type Plan = (
  arch: Tuple,
  drivers: readonly Driver[],
  facts: ProviderFacts,
  rules: PlanRules,
) => Generator<CaptureCall, PlanResult, CaptureOutcome>;

/** What plans take from an edition. */
export interface PlanRules {
  /** The classes of driver, in the order in which they are captured. */
  readonly classes: readonly DriverClass[];
  /** The plan that the edition's own program follows. */
  readonly ownPlan: Plan;
  /** What every main call begins with, whatever drivers there are: the libraries that programs link with. */
  readonly basePatterns: readonly string[];
  /** Libraries whose name ends in the version of NVIDIA's kernel module: they follow the base patterns where one is loaded. */
  readonly versionedNvidiaLibraries: readonly string[];
  /** Calls that follow the main call, in this order. */
  readonly families: readonly Family[];
  /** Whether numbers of directories are padded with zeros to the width that the size of the class needs. */
  readonly padsNumbers: boolean;
  /** What becomes of a numbered directory whose driver was not captured. */
  readonly emptyNumbered: CaptureCall['ifEmpty'];
}

/**
 * Libraries that belong to one that was captured, but that no dependency leads to, for instance because they are
 * loaded by name at run time.
 */
export interface Family {
  readonly purpose: Purpose;
  /** The SONAME whose link in libdir asks for the family. */
  readonly after: string;
  readonly patterns: readonly string[];
  /** Whether the capture goes on, with a warning, when the call fails. */
  readonly mayFail: boolean;
}
