import { EnvironmentError, LaunchError } from '../errors.ts';
import type { LaunchRequest } from '../core/overrides/server.ts';
import type { Timer } from '../launch/timer.ts';
import type { Bench } from './bench.ts';
import type { CellRecord } from './cell-record.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import { SampleRecorder } from './sample-recorder.ts';
import { type Account, type Clocks, type Place, takeSample } from './take-sample.ts';

/** A hidden cell: so many launches of something trivial. */
export interface LaunchControl {
  readonly launches: number;
  readonly samples: SampleRecorder;
}

/** What the controls need of the run. */
export interface ControlOptions {
  readonly timer: Timer;
  readonly clocks: Clocks;
  /** Whether the reference cell is run against itself. */
  readonly nullControl: boolean;
  readonly signal: AbortSignal;
  /**
   * Called just before each sample, when all is prepared: drops the file cache for cold samples, of which controls start
   * from the same state as cells do.
   */
  readonly beforeSample: () => void;
}

/**
 * Bare starts of the tool in one sample: one where the timer reads microseconds, enough to rise above the 10 ms
 * ticks of /proc where it does not.
 */
const TOOL_STARTS = { helper: 1, node: 3 } as const;

/**
 * What is timed beside the cells, once at the start of each round and outside the Latin square: starting a
 * process at all, starting the capture tool, and the reference against itself. Our measurement specification,
 * sections 5.1 and 5.4, and our emulation specification, section 3.2.
 */
export class Controls {
  /** Why nothing trivial can be launched here; null: it can. The cells need none. */
  whyNoFloor: string | null = null;
  readonly toolStart: (LaunchControl & { readonly argv: LaunchRequest['argv'] }) | null;
  readonly nullControl: { readonly plan: MeasuredCellPlan; readonly samples: SampleRecorder } | null;
  readonly #floor = { launches: 0, samples: new SampleRecorder() };
  readonly #bench: Bench;
  readonly #options: ControlOptions;

  constructor(bench: Bench, options: ControlOptions) {
    const [reference] = bench.cells;
    this.#bench = bench;
    this.#options = options;
    this.toolStart = bench.toolStart && {
      argv: bench.toolStart,
      launches: TOOL_STARTS[options.timer.kind],
      samples: new SampleRecorder(),
    };
    this.nullControl =
      options.nullControl && reference !== undefined
        ? { plan: reference, samples: new SampleRecorder() }
        : null;
  }

  get floor(): LaunchControl | null {
    return this.whyNoFloor === null && this.#floor.launches > 0 ? this.#floor : null;
  }

  /** Takes one sample of each; what the reference cell is known to launch is what the floor launches. */
  async takeRound(at: Omit<Place, 'position'>, reference: CellRecord | undefined): Promise<void> {
    const { ledger, uncountedLaunches } = this.#bench;
    const { clocks, signal, beforeSample } = this.#options;
    signal.throwIfAborted();
    const time = (work: () => Promise<Account>) => {
      beforeSample();
      return takeSample(work, { ledger, clocks, place: { ...at, position: 0 } });
    };
    // Not known before the reference has run once: the first warm-up round has no floor.
    this.#floor.launches = (reference?.seen[0] ?? 0) + uncountedLaunches;
    const { floor, toolStart, nullControl } = this;
    if (floor !== null) {
      try {
        floor.samples.add(await time(() => this.#bench.launchTrivial(['/bin/true'], floor.launches)));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof LaunchError || error instanceof EnvironmentError)) throw error;
        this.whyNoFloor = error.message;
      }
    }
    if (toolStart !== null) {
      const { argv, launches, samples } = toolStart;
      samples.add(await time(() => this.#bench.launchTrivial(argv, launches)));
    }
    if (nullControl === null || reference?.void !== null) return;
    const prepared = await this.#bench.prepare(nullControl.plan);
    try {
      nullControl.samples.add(await time(() => prepared.run()));
    } catch (error) {
      // The same work as the reference's, so it is the reference that has failed.
      reference.fail(error, signal);
    } finally {
      await prepared.discard();
    }
  }

  dropRoundsFrom(round: number): void {
    for (const control of [this.#floor, this.toolStart, this.nullControl]) {
      control?.samples.dropRoundsFrom(round);
    }
  }
}
