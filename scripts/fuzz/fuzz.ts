import { LaunchbenchError } from '../../src/errors.ts';
import { createRandom, type Random } from '../../src/statistics/random.ts';
import { damage } from './damage.ts';

/** Something that reads what others have written. */
export interface Target {
  /** Inputs as they should be. */
  readonly samples: readonly Buffer[];
  /** Whether they are JSON, whose values are changed as well as its bytes. */
  readonly isJson: boolean;
  /**
   * Reads an input, and does with it what a user would.
   *
   * @throws LaunchbenchError when it cannot be used; anything else is a mistake of ours
   */
  readonly read: (input: Buffer, random: Random) => void | Promise<void>;
  /** Part of the inputs that it is tried with, chosen by what one takes; see SHARES. 1 unless told. */
  readonly share?: number;
  readonly close?: () => Promise<void>;
}

/** What damaged inputs led to. */
export interface Outcome {
  readonly accepted: number;
  readonly refused: number;
  readonly crashes: readonly { readonly number: number; readonly input: Buffer; readonly why: string }[];
  readonly longestMs: number;
}

/** So many inputs of each kind are read unless it is told otherwise; of the tests, a hundredth. */
export const USUAL_COUNT = 100_000;

/** Of what takes one or two milliseconds to read and show a quarter, of what takes captures a twenty-fifth. */
export const SHARES = { slow: 0.25, capturing: 0.04 } as const;

/** Longer than this for some kilobytes is a way to make us hang, also where other work is done on the machine. */
const LIMIT_MS = 10_000;

/** Reads so many damaged inputs. Each is drawn from the seed and its number alone. */
export async function fuzz(
  { samples, isJson, read, share = 1, close }: Target,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<Outcome> {
  let [accepted, refused, longestMs] = [0, 0, 0];
  const crashes: Outcome['crashes'][number][] = [];
  for (let number = 0; number < count * share; number += 1) {
    const random = createRandom(seed + number);
    const input = damage(samples, { isJson, random });
    const start = process.hrtime.bigint();
    try {
      await read(input, random);
      accepted += 1;
    } catch (error) {
      if (error instanceof LaunchbenchError) refused += 1;
      else crashes.push({ number, input, why: error instanceof Error ? String(error.stack) : String(error) });
    }
    const ms = Number(process.hrtime.bigint() - start) / 1e6;
    longestMs = Math.max(longestMs, ms);
    if (ms > LIMIT_MS) crashes.push({ number, input, why: `it took ${Math.ceil(ms)} ms` });
  }
  await close?.();
  return { accepted, refused, crashes, longestMs };
}
