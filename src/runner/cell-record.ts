import { CommandError, CountError, LaunchError, SysrootError } from '../errors.ts';
import type { LedgerEntry } from '../launch/ledger.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import { SampleRecorder } from './sample-recorder.ts';

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

/** What is known of a cell so far. */
export class CellRecord {
  readonly plan: MeasuredCellPlan;
  readonly samples = new SampleRecorder();
  /** Number of launches in every pass so far. */
  readonly seen: number[] = [];
  /** The launches of the first pass. */
  ledger: readonly CountedLaunch[] = [];
  /** What the first pass under a tracer saw; null: there was none. */
  traced: TracedCounts | null = null;
  /** What the first pass left behind; null before it. */
  firstRun: CellRun | null = null;
  /** Why nothing may be claimed about the cell; null when all is well. */
  void: string | null = null;

  constructor(plan: MeasuredCellPlan) {
    this.plan = plan;
  }

  /** Enters the launches of one pass. Passes that differ make the cell nondeterministic, which the reader sees. */
  count(launched: readonly CountedLaunch[]): void {
    if (this.seen.length === 0) this.ledger = launched;
    this.seen.push(launched.length);
  }

  /** Enters what a tracer saw. */
  trace(seen: TracedCounts): void {
    this.traced ??= seen;
  }

  /** Enters what a pass left behind; every later pass must leave the same. */
  examine(run: CellRun): void {
    this.firstRun ??= run;
    if (run.overridesDigest !== this.firstRun.overridesDigest) {
      this.void ??= `a later round left other ${run.links === null ? 'output' : 'overrides'} than the first`;
    }
  }

  /**
   * Voids the cell for an error that is about it alone, so that the others can go on; the first reason stays. A failed
   * launch is no sample, and the message is shown with the cell.
   *
   * @throws any other error, and the reason of an interrupt.
   */
  fail(error: unknown, signal: AbortSignal): void {
    signal.throwIfAborted();
    const isAboutTheCell =
      error instanceof LaunchError ||
      error instanceof SysrootError ||
      error instanceof CountError ||
      error instanceof CommandError;
    if (!isAboutTheCell) throw error;
    this.void ??= error.message;
  }
}
