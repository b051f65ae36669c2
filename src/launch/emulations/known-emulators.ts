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

/** What holds unless an entry says otherwise. */
const PLAIN = {
  version: [{ program: null, argument: '--version' }],
  variables: null,
  folders: { configuration: [], cache: [] },
  binfmt: [],
  rootFs: null,
  quiet: {},
  server: null,
} as const;

/** Emulators and wrappers that we know. Source: our emulation specification, sections 1 and 2. To add one, add its entry. */
export const KNOWN_EMULATORS = {
  fex: {
    ...PLAIN,
    programs: ['FEX', 'FEXInterpreter', 'FEXLoader'],
    version: [
      { program: 'FEXGetConfig', argument: '--version' },
      { program: 'FEXServer', argument: '-v' },
    ],
    variables: 'FEX_',
    folders: { configuration: ['.fex-emu', '.config/fex-emu'], cache: ['.cache/fex-emu'] },
    binfmt: ['FEX-x86', 'FEX-x86_64'],
    rootFs: { program: 'FEXGetConfig', argument: '--current-rootfs', variable: 'FEX_ROOTFS' },
    // Else it ends a second after the last launch, and the first one behind any pause pays for starting it again.
    server: ['FEXServer', '-p', '600'],
    install: 'On arm64: sudo add-apt-repository ppa:fex-emu/fex, then install fex-emu-armv8.2 (or 8.0, 8.4).',
  },
  'qemu-x86_64': qemuUser('qemu-x86_64'),
  'qemu-i386': qemuUser('qemu-i386'),
  'qemu-aarch64': qemuUser('qemu-aarch64'),
  box64: {
    ...PLAIN,
    programs: ['box64'],
    variables: 'BOX64_',
    folders: { configuration: ['.box64rc'], cache: ['.cache/box64'] },
    binfmt: ['box64'],
    quiet: { BOX64_NOBANNER: '1', BOX64_LOG: '0', BOX64_NORCFILES: '1' },
    install:
      'On arm64, riscv64 or loongarch64: sudo apt-get install box64 (Debian 13), else see github.com/ptitSeb/box64.',
  },
  blink: {
    ...PLAIN,
    programs: ['blink'],
    version: [{ program: null, argument: '-v' }],
    install: 'See github.com/jart/blink.',
  },
  felix86: {
    ...PLAIN,
    programs: ['felix86'],
    variables: 'FELIX86_',
    folders: { configuration: ['.config/felix86'], cache: [] },
    binfmt: ['felix86-x86_64', 'felix86-i386'],
    rootFs: { program: null, argument: '', variable: 'FELIX86_ROOTFS' },
    quiet: { FELIX86_QUIET: '1' },
    install: 'See felix86.com (RISC-V).',
  },
  valgrind: { ...PLAIN, programs: ['valgrind'], install: 'sudo apt-get install valgrind' },
} as const satisfies Record<string, KnownEmulator>;

function qemuUser(program: string) {
  return {
    ...PLAIN,
    programs: [program, `${program}-static`],
    variables: 'QEMU_',
    binfmt: [program],
    install: 'sudo apt-get install qemu-user',
  } as const;
}

/** The emulator that a program belongs to, by its base name; null: we do not know it. */
export function emulatorOf(program: string): KnownEmulator | null {
  const emulators: readonly KnownEmulator[] = Object.values(KNOWN_EMULATORS);
  return emulators.find(({ programs }) => programs.includes(program)) ?? null;
}

/** The programs of all emulators that we know, for completion. */
export function emulatorPrograms(): readonly string[] {
  return Object.values(KNOWN_EMULATORS).flatMap(({ programs }) => programs);
}
