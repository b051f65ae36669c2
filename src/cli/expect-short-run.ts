import { setFlagsFromString } from 'node:v8';

/**
 * What V8 waits for before it optimises a function, by the beginning of its version: our number, which is some fifteen
 * times V8's own, and that. Node 20, 22 and 24; source: `node --v8-options`.
 */
const WAITS = {
  '11.3.': { flag: '--interrupt-budget', long: 1_000_000, usual: 67_584 },
  '12.4.': { flag: '--invocation-count-for-turbofan', long: 45_000, usual: 3_000 },
  '13.6.': { flag: '--invocation-count-for-maglev', long: 6_000, usual: 400 },
} as const;

/** Does something with V8's flags as they were. */
export type AsUsual = <Result>(action: () => Result) => Result;

/**
 * Sets V8 up for a process that ends within a second. It optimises later: most commands end before optimised code has
 * paid for its making, which took a fifth of the CPU time of `plan`. And it does not mark ahead what is in use, for a
 * large collection of garbage that a small run never gets to: a tenth of that. What goes on for seconds is optimised all
 * the same, some milliseconds later, and collects garbage when its memory has grown, in one go.
 *
 * @returns what code has to be loaded through: V8 refuses bytecode, that of Node's own modules too, which was made with
 * other flags. A version of V8 that we do not know is left alone.
 */
export function expectShortRun(version: string = process.versions.v8): AsUsual {
  const wait = waitOf(version);
  if (wait === undefined) return (action) => action();
  const set = (...flags: readonly string[]): void => {
    for (const flag of flags) setFlagsFromString(flag);
  };
  const setShort = (): void => {
    set(...lateOptimizing(version), '--no-incremental-marking');
  };
  setShort();
  return (action) => {
    set(`${wait.flag}=${wait.usual}`, '--incremental-marking');
    try {
      return action();
    } finally {
      setShort();
    }
  };
}

/** Flags with which node itself optimises as late from its start on; of a version of V8 that we do not know, none. */
export function lateOptimizing(version: string = process.versions.v8): readonly string[] {
  const wait = waitOf(version);
  return wait === undefined ? [] : [`${wait.flag}=${wait.long}`];
}

const waitOf = (version: string) => Object.entries(WAITS).find(([start]) => version.startsWith(start))?.[1];
