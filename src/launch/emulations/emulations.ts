import type { Tuple } from '../../core/sysroot/architectures.ts';
import { ScenarioError } from '../../errors.ts';
import type { Model } from './emulation-schemas.ts';

/** How launches are run, and what they cost. */
export type Emulation = NativeEmulation | WrapperEmulation | ModelEmulation;

/** Launches run as they are. */
export interface NativeEmulation {
  readonly kind: 'native';
  readonly name: 'native';
}

/** A command is put before every launch: an emulator, valgrind, anything. Real, so it is measured. */
export interface WrapperEmulation {
  readonly kind: 'wrapper';
  readonly name: string;
  /** Command prefix by architecture; an architecture without one cannot be launched under it. */
  readonly command: Readonly<Partial<Record<Tuple, readonly [string, ...string[]]>>>;
  /** Whether a run goes on without it where its program is missing. */
  readonly optional?: boolean | undefined;
  /** Rounds of its own, after the others and shared with the native cells alone: for an emulator that takes seconds. */
  readonly rounds?: number | undefined;
}

/** No emulator runs: the cost is computed from natively measured launches. */
export interface ModelEmulation {
  readonly kind: 'model';
  readonly name: string;
  readonly model: Model;
}

/** The kinds of emulation that a scenario can ask for. To add one, add its type above and its line here. */
export const EMULATIONS = {
  native: { summary: 'Launches run as they are' },
  wrapper: { summary: 'A command is put before every launch: an emulator, valgrind' },
  model: { summary: 'Computed from native launches with the parameters of an emulator' },
} as const satisfies Record<Emulation['kind'], { readonly summary: string }>;

/** The emulation that changes nothing. */
export const NATIVE: NativeEmulation = { kind: 'native', name: 'native' };

/**
 * The command line that runs `argv` under an emulation: a wrapper's command comes first. A launch that belongs to no
 * architecture goes under the wrapper's first command.
 *
 * @throws ScenarioError when the wrapper has no command for the architecture.
 */
export function wrapCommand(
  emulation: Emulation,
  arch: string | null,
  argv: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  switch (emulation.kind) {
    case 'native':
    case 'model':
      return argv;
    case 'wrapper': {
      const commands = Object.entries(emulation.command);
      const found = commands.find(([tuple]) => arch === null || tuple === arch)?.[1];
      if (found === undefined) {
        throw new ScenarioError(
          `Emulation "${emulation.name}" has no command for ${arch ?? 'any architecture'}`,
          {
            hint: `It has one for ${commands.map(([tuple]) => tuple).join(', ') || 'none'}; add another, or leave the architecture out.`,
          },
        );
      }
      return [...found, ...argv];
    }
  }
}
