import { TUPLES } from '../../core/sysroot/architectures.ts';
import type { WrapperEmulation } from './emulations.ts';

/** An emulator that can be asked for by name, without a scenario that has its command. */
interface Wrapper {
  readonly summary: string;
  readonly command: WrapperEmulation['command'];
}

/** Emulators by name, in the order in which one is looked for where none is named. To add one, add its lines. */
export const WRAPPERS = {
  fex: { summary: 'FEX-Emu', command: forAll('FEX') },
  'qemu-user': {
    summary: 'qemu-user',
    command: {
      'x86_64-linux-gnu': ['qemu-x86_64'],
      'i386-linux-gnu': ['qemu-i386'],
      'aarch64-linux-gnu': ['qemu-aarch64'],
    },
  },
  box64: { summary: 'box64', command: forAll('box64') },
  valgrind: { summary: 'valgrind without a tool', command: forAll('valgrind', '--tool=none', '-q') },
} as const satisfies Record<string, Wrapper>;

/** Name of a wrapper. */
export type WrapperName = keyof typeof WRAPPERS;

/** Their names, in the order of the table. */
export const WRAPPER_NAMES: readonly WrapperName[] = ['fex', 'qemu-user', 'box64', 'valgrind'];

/** The emulation that puts such a command before every launch. */
export function wrapperNamed(name: WrapperName): WrapperEmulation {
  return { kind: 'wrapper', name, command: WRAPPERS[name].command };
}

function forAll(...command: readonly [string, ...string[]]): WrapperEmulation['command'] {
  return Object.fromEntries(TUPLES.map((tuple) => [tuple, command]));
}
