import type { ChildEnd } from '../core/overrides/server.ts';

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
  /** Just before the spawn and just after the wait; CLOCK_MONOTONIC, as `process.hrtime.bigint()`, nanoseconds. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly end: ChildEnd;
  /** null where this timer cannot tell. */
  readonly usage: Usage | null;
}

/** A child that is talked to. */
export interface TimedConversation {
  /** Writes to its standard input; what it does not read before it ends is lost. */
  write(bytes: Buffer): void;
  /** Closes its standard input. */
  end(): void;
  /**
   * Its figures, when it has ended.
   *
   * @throws as `Timer.spawn`.
   */
  readonly ended: Promise<SpawnReport>;
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
  /**
   * Starts one child that is talked to through its standard input while it runs; `stdinFile` is not opened. What is
   * written to it passes through the instrument, whose own work is in nobody's figures: CPU time is the child's alone,
   * wall time that from spawn to end as ever.
   */
  converse(request: SpawnRequest): TimedConversation;
  /** Ends the instrument and any child that still runs. */
  close(): Promise<void>;
}
