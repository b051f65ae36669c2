import type { LedgerEntry } from '../launch/ledger.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import type { Account } from './take-sample.ts';

/**
 * One scenario, set up to be measured: what the rounds of run-rounds.ts need to know of it, and no more. The real
 * ones are in workbench.ts and commands-bench.ts; tests of the rounds bring one without processes.
 */
export interface Bench {
  readonly cells: readonly MeasuredCellPlan[];
  /** Which cells must leave the same: all, unless told, or those of one row, because each row is other work. */
  readonly sameWork?: 'everywhere' | 'in each row';
  /** Everything that was launched through this bench, in order. */
  readonly ledger: { readonly entries: readonly LedgerEntry[] };
  /**
   * Counts the launches of cells, in as many passes as a count wants, where the ledger cannot: it does not see what a
   * command launches itself. Null: the ledger has them all, in every run.
   */
  readonly count: ((cells: readonly CellCounts[]) => Promise<void>) | null;
  /** Launches of a run that are in no count: the command itself. */
  readonly uncountedLaunches: 0 | 1;
  /** Makes ready one run of a cell: fresh overrides, an empty log. Nothing of it is timed. */
  prepare(cell: MeasuredCellPlan): Promise<PreparedRun>;
  /** Launches /bin/true so many times, for scale; what it returns is as of `PreparedRun.run`. */
  launchFloor(launches: number): Promise<Account | null>;
  /** Starts the capture tool so many times without work; null for a tool whose start is not taken out. */
  readonly startTool: ((launches: number) => Promise<void>) | null;
}

/** A cell that is ready to run once. */
export interface PreparedRun {
  /**
   * The timed part: from the first capture call to the last outcome.
   *
   * @returns what stands in the sample in place of what our own process measured; null: nothing.
   * @throws LaunchError, SysrootError when it fails.
   */
  run(): Promise<Account | null>;
  /** What the run left behind; called once, after `run`. */
  examine(): Promise<CellRun>;
  /** Removes the overrides, whether it ran or not. */
  discard(): Promise<void>;
}

/** Something that a run left, as it is compared and in words: device and inode tell nobody anything. */
export interface LeftEntry {
  readonly offer: string;
  readonly words: string;
}

/** What one run of a cell left behind, launches aside. */
export interface CellRun {
  /** Patterns of all capture calls; null where nothing is captured. */
  readonly patterns: number | null;
  /** Links in the overrides; null where nothing is captured. */
  readonly links: number | null;
  /** Drivers whose links are there, of those that were asked for, all architectures together; null: there are none. */
  readonly drivers: { readonly offered: number; readonly captured: number } | null;
  /** Digest over what makes two runs equivalent, and the sorted entries it is made from. */
  readonly overridesDigest: string;
  readonly entries: readonly LeftEntry[];
  /** Digest over (path, link target); of a command over its standard output. For information. */
  readonly targetsDigest: string;
}

/** One launch, as far as it is kept. */
export type CountedLaunch = Pick<LedgerEntry, 'executable' | 'argv' | 'purpose' | 'arch'>;

/** What a tracer saw of one cell. */
export interface TracedCounts {
  /** Launches by launched tools themselves, beyond those in the ledger; null: the ledger has every launch. */
  readonly toolLaunches: number | null;
  readonly forks: number;
  /** Launches that left the emulation and ran natively. */
  readonly escaped: number;
  /** Execs of the host's kernel, the emulator's own included. */
  readonly hostExecs: number;
}

/** Where the counts of one cell are entered. */
export interface CellCounts {
  readonly plan: MeasuredCellPlan;
  /** Why nothing may be claimed about the cell; null when all is well. */
  readonly void: string | null;
  /** Enters the launches of one pass. */
  count(launched: readonly CountedLaunch[]): void;
  /** Enters what a tracer saw. */
  trace(seen: TracedCounts): void;
  /** Enters what a pass left behind. */
  examine(run: CellRun): void;
  /** Voids the cell. */
  fail(reason: string): void;
}
