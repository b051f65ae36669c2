import { CommandError, CountError, LaunchError, type LaunchbenchError, SysrootError } from '../errors.ts';
import type { CellCounts, CellRun, CountedLaunch, TracedCounts } from './bench.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import { recordSamples, type SampleRecorder } from './sample-recorder.ts';

/** What is known of a cell so far. */
export class CellRecord implements CellCounts {
  readonly plan: MeasuredCellPlan;
  readonly samples: SampleRecorder = recordSamples();
  readonly #seen: number[] = [];
  #ledger: readonly CountedLaunch[] = [];
  #traced: TracedCounts | null = null;
  #firstRun: CellRun | null = null;
  #void: string | null = null;

  constructor(plan: MeasuredCellPlan) {
    this.plan = plan;
  }

  /** Number of launches in every pass so far. */
  get seen(): readonly number[] {
    return this.#seen;
  }

  /** The launches of the first pass. */
  get ledger(): readonly CountedLaunch[] {
    return this.#ledger;
  }

  /** What the first pass under a tracer saw; null: there was none. */
  get traced(): TracedCounts | null {
    return this.#traced;
  }

  /** What the first pass left behind; null before it. */
  get firstRun(): CellRun | null {
    return this.#firstRun;
  }

  /** Why nothing may be claimed about the cell; null when all is well. */
  get void(): string | null {
    return this.#void;
  }

  /** Enters the launches of one pass. Passes that differ make the cell nondeterministic, which the reader sees. */
  count(launched: readonly CountedLaunch[]): void {
    if (this.#seen.length === 0) this.#ledger = launched;
    this.#seen.push(launched.length);
  }

  /** Enters what a tracer saw. */
  trace(seen: TracedCounts): void {
    this.#traced ??= seen;
  }

  /** Enters what a pass left behind; every later pass must leave the same. */
  examine(run: CellRun): void {
    this.#firstRun ??= run;
    if (run.overridesDigest !== this.#firstRun.overridesDigest) {
      this.fail(`a later round left other ${run.links === null ? 'output' : 'overrides'} than the first`);
    }
  }

  /** Voids the cell; the first reason stays. */
  fail(reason: string): void {
    this.#void ??= reason;
  }
}

/** Whether an error is about one cell, which it voids, and the others can go on. */
export function isAboutTheCell(error: unknown): error is LaunchbenchError {
  return [CountError, LaunchError, SysrootError, CommandError].some((kind) => error instanceof kind);
}
