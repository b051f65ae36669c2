import type { LaunchRequest } from '../core/overrides/server.ts';
import type { LedgerEntry } from '../launch/ledger.ts';
import type { CellRecord, CellRun } from './cell-record.ts';
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
  readonly count: ((cells: readonly CellRecord[]) => Promise<void>) | null;
  /** Launches of a run that are in no count: the command itself. */
  readonly uncountedLaunches: 0 | 1;
  /** Makes ready one run of a cell: fresh overrides, an empty log. Nothing of it is timed. */
  prepare(cell: MeasuredCellPlan): Promise<PreparedRun>;
  /**
   * Launches something trivial so many times, for scale; what it returns is as of `PreparedRun.run`.
   *
   * @throws LaunchError when it fails.
   */
  launchTrivial(argv: LaunchRequest['argv'], times: number): Promise<Account>;
  /** Starts the capture tool without work; null for a tool whose start is not taken out. */
  readonly toolStart: LaunchRequest['argv'] | null;
}

/** A cell that is ready to run once. */
export interface PreparedRun {
  /**
   * The timed part: from the first capture call to the last outcome.
   *
   * @returns what stands in the sample in place of what our own process measured.
   * @throws LaunchError, SysrootError when it fails.
   */
  run(): Promise<Account>;
  /** What the run left behind; called once, after `run`. */
  examine(): Promise<CellRun>;
  /** Removes the overrides, whether it ran or not. */
  discard(): Promise<void>;
}
