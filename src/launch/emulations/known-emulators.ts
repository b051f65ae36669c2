/** What must be known of an emulator to use it as a wrapper. */
export interface KnownEmulator {
  /** Names of its programs. */
  readonly programs: readonly string[];
  /**
   * Commands that print its version, the first that is there. Not always its own program: `FEX` takes every word for a
   * program to run.
   */
  readonly version: readonly { readonly program: string | null; readonly argument: string }[];
  /** Variables that change what a launch costs start with this; null: it has none. */
  readonly variables: string | null;
  /** Folders of its configuration and its code cache, under the home folder. */
  readonly folders: { readonly configuration: readonly string[]; readonly cache: readonly string[] };
  /** Entries of binfmt_misc by which the kernel runs it for what a guest executes: all of them, for it to be so. */
  readonly binfmt: readonly string[];
  /** Where it takes the guest's libraries from: a command that prints it, else a variable; null: from the host. */
  readonly rootFs: {
    readonly program: string | null;
    readonly argument: string;
    readonly variable: string;
  } | null;
  /** Variables that keep it from saying things, and from settings that nobody sees; those of the user win. */
  readonly quiet: Readonly<Record<string, string>>;
  /** A server that it starts and that ends soon, to be kept for a run; beside its own program. */
  readonly server: readonly [program: string, ...args: string[]] | null;
  readonly install: string;
}

const NO_FOLDERS = { configuration: [], cache: [] } as const;
const PLAIN = { rootFs: null, quiet: {}, server: null } as const;

/** Emulators and wrappers that we know. Source: our emulation specification, sections 1 and 2. To add one, add its entry. */
export const KNOWN_EMULATORS = {
  fex: {
    programs: ['FEX', 'FEXInterpreter', 'FEXLoader'],
    version: [
      { program: 'FEXGetConfig', argument: '--version' },
      { program: 'FEXServer', argument: '-v' },
    ],
    variables: 'FEX_',
    folders: { configuration: ['.fex-emu', '.config/fex-emu'], cache: ['.cache/fex-emu'] },
    binfmt: ['FEX-x86', 'FEX-x86_64'],
    rootFs: { program: 'FEXGetConfig', argument: '--current-rootfs', variable: 'FEX_ROOTFS' },
    quiet: {},
    // Else it ends a second after the last launch, and the first one behind any pause pays for starting it again.
    server: ['FEXServer', '-p', '600'],
    install: 'On arm64: sudo add-apt-repository ppa:fex-emu/fex, then install fex-emu-armv8.2 (or 8.0, 8.4).',
  },
  'qemu-x86_64': {
    programs: ['qemu-x86_64', 'qemu-x86_64-static'],
    version: [{ program: null, argument: '--version' }],
    variables: 'QEMU_',
    folders: NO_FOLDERS,
    binfmt: ['qemu-x86_64'],
    ...PLAIN,
    install: 'sudo apt-get install qemu-user',
  },
  'qemu-i386': {
    programs: ['qemu-i386', 'qemu-i386-static'],
    version: [{ program: null, argument: '--version' }],
    variables: 'QEMU_',
    folders: NO_FOLDERS,
    binfmt: ['qemu-i386'],
    ...PLAIN,
    install: 'sudo apt-get install qemu-user',
  },
  'qemu-aarch64': {
    programs: ['qemu-aarch64', 'qemu-aarch64-static'],
    version: [{ program: null, argument: '--version' }],
    variables: 'QEMU_',
    folders: NO_FOLDERS,
    binfmt: ['qemu-aarch64'],
    ...PLAIN,
    install: 'sudo apt-get install qemu-user',
  },
  box64: {
    programs: ['box64'],
    version: [{ program: null, argument: '--version' }],
    variables: 'BOX64_',
    folders: { configuration: ['.box64rc'], cache: ['.cache/box64'] },
    binfmt: ['box64'],
    ...PLAIN,
    quiet: { BOX64_NOBANNER: '1', BOX64_LOG: '0', BOX64_NORCFILES: '1' },
    install:
      'On arm64, riscv64 or loongarch64: sudo apt-get install box64 (Debian 13), else see github.com/ptitSeb/box64.',
  },
  blink: {
    programs: ['blink'],
    version: [{ program: null, argument: '-v' }],
    variables: null,
    folders: NO_FOLDERS,
    binfmt: [],
    ...PLAIN,
    install: 'See github.com/jart/blink.',
  },
  felix86: {
    programs: ['felix86'],
    version: [{ program: null, argument: '--version' }],
    variables: 'FELIX86_',
    folders: { configuration: ['.config/felix86'], cache: [] },
    binfmt: ['felix86-x86_64', 'felix86-i386'],
    ...PLAIN,
    rootFs: { program: null, argument: '', variable: 'FELIX86_ROOTFS' },
    quiet: { FELIX86_QUIET: '1' },
    install: 'See felix86.com (RISC-V).',
  },
  valgrind: {
    programs: ['valgrind'],
    version: [{ program: null, argument: '--version' }],
    variables: null,
    folders: NO_FOLDERS,
    binfmt: [],
    ...PLAIN,
    install: 'sudo apt-get install valgrind',
  },
} as const satisfies Record<string, KnownEmulator>;

/** The emulator that a program belongs to, by its base name; null: we do not know it. */
export function emulatorOf(program: string): KnownEmulator | null {
  const emulators: readonly KnownEmulator[] = Object.values(KNOWN_EMULATORS);
  return emulators.find(({ programs }) => programs.includes(program)) ?? null;
}

/** The programs of all emulators that we know, for completion. */
export function emulatorPrograms(): readonly string[] {
  return Object.values(KNOWN_EMULATORS).flatMap(({ programs }) => programs);
}
