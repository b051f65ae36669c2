/** What tells the architectures apart. Source: our graphics-stack specification, section 2. */
export interface Architecture {
  /** Debian multiarch tuple. */
  readonly tuple: Tuple;
  /** `uname -m` families that run it natively, for the default of `--arch`. */
  readonly family: 'x86' | 'arm';
  /** What Node calls a machine of it (`process.arch`). */
  readonly nodeArch: 'x64' | 'ia32' | 'arm64';
  /** ELF identity: EI_CLASS in bits, EI_DATA (`any` where the byte order is not checked), e_machine. */
  readonly elf: { readonly bits: 32 | 64; readonly data: 'any' | 'lsb'; readonly machine: number };
  /** Interoperable path of the dynamic linker. */
  readonly dynamicLinker: string;
  /** Directories that other distributions use instead of `lib/TUPLE`, in order of preference. */
  readonly multilib: readonly [string, string];
  /** Values that `$PLATFORM` can take, most specific first. */
  readonly platforms: readonly string[];
  /** Name of a further ld.so.cache in /etc that the capture tool tries first; null: none. */
  readonly extraCache: string | null;
}

/** Debian multiarch tuples that a graphics stack can be captured for. */
export type Tuple = 'x86_64-linux-gnu' | 'i386-linux-gnu' | 'aarch64-linux-gnu';

/** The architectures, in the order in which they are captured. To support another one, add a row. */
export const ARCHITECTURES: Readonly<Record<Tuple, Architecture>> = {
  'x86_64-linux-gnu': {
    tuple: 'x86_64-linux-gnu',
    family: 'x86',
    nodeArch: 'x64',
    elf: { bits: 64, data: 'any', machine: 62 },
    dynamicLinker: '/lib64/ld-linux-x86-64.so.2',
    multilib: ['x86_64-pc-linux-gnu/lib', 'lib64'],
    platforms: ['xeon_phi', 'haswell', 'x86_64'],
    extraCache: 'ld-x86_64-pc-linux-gnu.cache',
  },
  'i386-linux-gnu': {
    tuple: 'i386-linux-gnu',
    family: 'x86',
    nodeArch: 'ia32',
    elf: { bits: 32, data: 'any', machine: 3 },
    dynamicLinker: '/lib/ld-linux.so.2',
    multilib: ['i686-pc-linux-gnu/lib', 'lib32'],
    platforms: ['i686', 'i586', 'i486', 'i386'],
    extraCache: 'ld-i686-pc-linux-gnu.cache',
  },
  'aarch64-linux-gnu': {
    tuple: 'aarch64-linux-gnu',
    family: 'arm',
    nodeArch: 'arm64',
    elf: { bits: 64, data: 'lsb', machine: 183 },
    dynamicLinker: '/lib/ld-linux-aarch64.so.1',
    multilib: ['aarch64-unknown-linux-gnueabi/lib', 'lib64'],
    platforms: ['aarch64'],
    extraCache: null,
  },
};

/** All tuples, in table order. */
export const TUPLES: readonly Tuple[] = Object.values(ARCHITECTURES).map(({ tuple }) => tuple);

/**
 * Directories of `/` and `/usr` that libraries of an architecture may lie in, those of its own first.
 * Source: our graphics-stack specification, section 2.
 */
export function libdirNames({ tuple, multilib }: Architecture): readonly string[] {
  return [`lib/${tuple}`, ...multilib, 'lib'];
}

/** The same, from the top of a tree. */
export function libraryDirectories(architecture: Architecture): readonly string[] {
  return libdirNames(architecture).flatMap((name) => [`/${name}`, `/usr/${name}`]);
}

/** Where the capture tool looks for a name last, in order. Source: our specification of 2026, A3. */
export function builtInPaths({ tuple, multilib: [own, shared] }: Architecture): readonly string[] {
  return [
    ...[`/lib/${tuple}`, `/usr/lib/${tuple}`, `/usr/${own}`],
    ...[`/${shared}`, `/usr/${shared}`, '/lib', '/usr/lib'],
  ];
}

/** Whether a word, from a command line or a file, names an architecture we know. */
export function isTuple(word: string): word is Tuple {
  return Object.hasOwn(ARCHITECTURES, word);
}
