import type { LedgerEntry } from '../launch/ledger.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import type { SelfMeasured } from './take-sample.ts';

/**
 * One scenario, set up to be measured: what the rounds of run-rounds.ts need to know of it, and no more. The real
 * one is in workbench.ts; tests of the rounds bring one without processes.
 */
export interface Bench {
  readonly cells: readonly MeasuredCellPlan[];
  /** Everything that was launched through this bench, in order. */
  readonly ledger: { readonly entries: readonly LedgerEntry[] };
  /** Makes ready one run of a cell: fresh overrides, an empty log. Nothing of it is timed. */
  prepare(cell: MeasuredCellPlan): Promise<PreparedRun>;
  /** Launches /bin/true so many times, for scale. */
  launchFloor(launches: number): Promise<void>;
  /** Starts the capture tool so many times without work; null for a tool whose start is not taken out. */
  readonly startTool: ((launches: number) => Promise<void>) | null;
}

/** A cell that is ready to run once. */
export interface PreparedRun {
  /**
   * The timed part: from the first capture call to the last outcome.
   *
   * @returns what the process that captured says it took; null where launches tell.
   * @throws LaunchError, SysrootError when the capture fails.
   */
  run(): Promise<SelfMeasured | null>;
  /** What the run left behind; called once, after `run`. */
  examine(): Promise<CellRun>;
  /** Removes the overrides, whether it ran or not. */
  discard(): Promise<void>;
}

/** Something that overrides offer, as it is compared and in words: device and inode tell nobody anything. */
export interface OverridesEntry {
  readonly offer: string;
  readonly words: string;
}

/** What one run of a cell left behind, launches aside. */
export interface CellRun {
  /** Patterns of all capture calls. */
  readonly patterns: number;
  /** Links in the overrides. */
  readonly links: number;
  /** Drivers whose links are there, of those that were asked for, all architectures together. */
  readonly drivers: { readonly offered: number; readonly captured: number };
  /** Digest over what makes two overrides equivalent, and the sorted entries it is made from. */
  readonly overridesDigest: string;
  readonly entries: readonly OverridesEntry[];
  /** Digest over (path, link target). */
  readonly targetsDigest: string;
}
