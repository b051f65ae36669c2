import type { ChildEnd } from '../core/overrides/server.ts';

/** Longest time that a timer of Node can wait, milliseconds; it does not wait at all for a longer one. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A child to be spawned and waited for. Nothing of it passes through a pipe of ours. */
export interface SpawnRequest {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** File that standard input is read from; null: empty. */
  readonly stdinFile: string | null;
  /** Files that standard output and error are appended to; null: /dev/null. */
  readonly stdoutFile: string | null;
  readonly stderrFile: string | null;
  readonly timeoutMs: number;
}

/** What `wait4` says about one child. Source: getrusage(2). */
export interface Usage {
  readonly userUs: number;
  readonly systemUs: number;
  readonly maxRssKib: number | null;
  readonly minorFaults: number | null;
  readonly majorFaults: number | null;
  readonly voluntarySwitches: number | null;
  readonly involuntarySwitches: number | null;
}

/** A child that has ended: its figures on the timer's monotonic clock. */
export interface SpawnReport {
  readonly pid: number;
  /** Just before the spawn and just after the wait, CLOCK_MONOTONIC, nanoseconds. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly end: ChildEnd;
  /** null where this timer cannot tell. */
  readonly usage: Usage | null;
}

/** Spawns children one at a time and times them. */
export interface Timer {
  /** `helper`: the C program; `node`: its fallback. Samples of different timers never compare. */
  readonly kind: 'helper' | 'node';
  readonly version: string;
  /** Process id of the instrument, so that a tracer can tell it from what is measured. */
  readonly pid: number;
  /**
   * Runs one child to its end.
   *
   * @throws EnvironmentError when the executable is missing or cannot be executed.
   */
  spawn(request: SpawnRequest): Promise<SpawnReport>;
  /** Ends the instrument and any child that still runs. */
  close(): Promise<void>;
}
