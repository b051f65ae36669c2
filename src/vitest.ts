// Matchers for vitest; importing this file adds them to `expect`.
import { expect } from 'vitest';
import { judgeLaunches } from './analysis/judge-launches.ts';
import type { Trace } from './results/trace.ts';
import { limit, type LaunchLimit } from './scenario/launch-budget.ts';

/** What `launchbench/vitest` adds to `expect`, for what `countLaunches` found. */
export interface LaunchMatchers {
  /**
   * Passes when no more was launched: in all, or by executable.
   *
   * @param most - a number, or one for each executable; names are globs: `{ git: 1, 'node*': 2 }`
   */
  toLaunchAtMost(most: number | Readonly<Record<string, number>>): void;
  /** Passes when no more processes were created that never executed a program. */
  toForkAtMost(most: number): void;
}

declare module 'vitest' {
  // The parameter has to read as it does there.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any, @typescript-eslint/no-unused-vars, @typescript-eslint/no-empty-object-type
  interface Matchers<T = any> extends LaunchMatchers {}
}

expect.extend({
  toLaunchAtMost(counted: unknown, most: unknown) {
    return judge('toLaunchAtMost', counted, launchLimits(most));
  },
  toForkAtMost(counted: unknown, most: unknown) {
    return judge('toForkAtMost', counted, [limit({ kind: 'forks' }, checkedLimit('toForkAtMost', most))]);
  },
});

function judge(matcher: string, counted: unknown, limits: readonly LaunchLimit[]) {
  if (!isTrace(counted)) {
    throw new TypeError(`${matcher}: expected what countLaunches returns; was it awaited?`);
  }
  const verdict = judgeLaunches(counted, { limits, known: null }, { reproduce: null, accept: null });
  const told = verdict.findings.filter(({ outcome }) => verdict.passed || outcome === 'failed');
  return {
    pass: verdict.passed,
    message: () =>
      told
        .map(({ row, expected, found, newLaunches }) =>
          [
            `${row}: expected ${verdict.passed ? 'more than ' : ''}${expected}, found ${found}`,
            ...newLaunches.map(
              ({ label, found: times }) => `  - ${label}${times === 1 ? '' : ` (${times} times)`}`,
            ),
          ].join('\n'),
        )
        .join('\n'),
  };
}

function launchLimits(most: unknown): readonly LaunchLimit[] {
  if (typeof most !== 'object' || most === null) {
    return [limit({ kind: 'launches' }, checkedLimit('toLaunchAtMost', most))];
  }
  const limits = Object.entries(most).map(([glob, max]) =>
    limit({ kind: 'executable', glob }, checkedLimit('toLaunchAtMost', max)),
  );
  if (limits.length === 0) throw new TypeError('toLaunchAtMost: expected a limit, as in { git: 1 }');
  return limits;
}

function checkedLimit(matcher: string, most: unknown): number {
  if (typeof most === 'number' && Number.isInteger(most) && most >= 0) return most;
  throw new TypeError(`${matcher}: expected a whole number from 0, found ${String(most)}`);
}

function isTrace(counted: unknown): counted is Trace {
  return typeof counted === 'object' && counted !== null && 'tree' in counted && Array.isArray(counted.tree);
}
