import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { installedHelper } from '../../src/launch/installed-helper.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import type { SpawnRequest, Timer } from '../../src/launch/timer.ts';
import { executable } from './executables.ts';
import { installed } from './needs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The timing helper, which the set-up of all tests compiles; null where there is no C compiler. */
export function compiledHelper(): string | null {
  return installed('cc') === null ? null : installedHelper(root);
}

/** The kinds of timer that this machine can open. */
export const TIMER_KINDS: readonly Timer['kind'][] =
  compiledHelper() === null ? ['node'] : ['helper', 'node'];

/** A timer that is closed when the test is over; with `afterAll`, when all tests of a group are. */
export async function aTimer(
  kind: Timer['kind'],
  options: { readonly prefix?: readonly string[] } = {},
  whenDone: (close: () => Promise<void>) => void = onTestFinished,
): Promise<Timer> {
  const timer = await openTimer({
    prefer: kind,
    helperPath: compiledHelper(),
    nodeTimerPath: executable('node-timer.cjs'),
    ...options,
  });
  whenDone(() => timer.close());
  return timer;
}

/** A request with nothing in its environment, no input and no output. */
export function aSpawn(
  argv: readonly [string, ...string[]],
  changes: Partial<SpawnRequest> = {},
): SpawnRequest {
  return {
    argv,
    env: {},
    cwd: '/',
    stdinFile: null,
    stdoutFile: null,
    stderrFile: null,
    timeoutMs: 20_000,
    ...changes,
  };
}

/** Whether a process of this number runs; one that has ended and waits to be reaped does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2) !== 'Z';
  } catch {
    return false;
  }
}
