import { EnvironmentError, LaunchError, SysrootError } from '../errors.ts';
import type { Bench } from './bench.ts';
import type { CellRecord } from './cell-record.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import { recordSamples, type SampleRecorder } from './sample-recorder.ts';
import { type Account, type Clocks, type Place, takeSample } from './take-sample.ts';
import type { Timer } from '../launch/timer.ts';

/** A hidden cell: so many launches of something trivial. */
export interface LaunchControl {
  readonly launches: number;
  readonly samples: SampleRecorder;
}

/**
 * What is timed beside the cells, once at the start of each round and outside the Latin square: starting a
 * process at all, starting the capture tool, and the reference against itself. Our measurement specification,
 * sections 5.1 and 5.4, and our emulation specification, section 3.2.
 */
export interface Controls {
  readonly floor: LaunchControl | null;
  /** Why nothing trivial can be launched here; null: it can. The cells need none. */
  readonly whyNoFloor: string | null;
  readonly toolStart: LaunchControl | null;
  readonly nullControl: { readonly plan: MeasuredCellPlan; readonly samples: SampleRecorder } | null;
  /** Takes one sample of each; what the reference cell is known to launch is what the floor launches. */
  takeRound(place: Omit<Place, 'position'>, reference: CellRecord | undefined): Promise<void>;
  dropRoundsFrom(round: number): void;
}

/**
 * Bare starts of the tool in one sample: one where the timer reads microseconds, enough to rise above the 10 ms
 * ticks of /proc where it does not.
 */
const TOOL_STARTS = { helper: 1, node: 3 } as const;

/** What the controls need of the run. */
interface ControlOptions {
  readonly timer: Timer;
  readonly clocks: Clocks;
  readonly nullControl: boolean;
  readonly signal: AbortSignal;
  /** Called before each sample: controls start from the same state of the file cache as cells do. */
  readonly beforeSample: () => Promise<void>;
}

/** Opens the controls of a scenario; the floor has as many launches as the reference cell turned out to have. */
export function openControls(bench: Bench, options: ControlOptions): Controls {
  const { timer, clocks, signal, beforeSample } = options;
  const [reference] = bench.cells;
  const startTool = bench.startTool;
  const floor = { launches: 0, samples: recordSamples() };
  let whyNoFloor: string | null = null;
  const toolStart = startTool && { launches: TOOL_STARTS[timer.kind], samples: recordSamples() };
  const nullControl =
    options.nullControl && reference !== undefined ? { plan: reference, samples: recordSamples() } : null;

  return {
    get floor() {
      return whyNoFloor === null && floor.launches > 0 ? floor : null;
    },
    get whyNoFloor() {
      return whyNoFloor;
    },
    toolStart,
    nullControl,
    async takeRound(at, reference) {
      signal.throwIfAborted();
      const place = { ...at, position: 0 };
      const time = async (work: () => Promise<Account | null>) => {
        await beforeSample();
        return takeSample(work, { ledger: bench.ledger, clocks, place });
      };
      // Not known before the reference has run once: the first warm-up round has no floor.
      floor.launches = (reference?.seen[0] ?? 0) + bench.uncountedLaunches;
      if (floor.launches > 0 && whyNoFloor === null) {
        try {
          floor.samples.add(await time(() => bench.launchFloor(floor.launches)));
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof LaunchError || error instanceof EnvironmentError)) throw error;
          whyNoFloor = error.message;
        }
      }
      if (startTool !== null && toolStart !== null) {
        toolStart.samples.add(await time(() => launched(startTool(toolStart.launches))));
      }
      if (nullControl === null || reference?.void !== null) return;
      const prepared = await bench.prepare(nullControl.plan);
      try {
        nullControl.samples.add(await time(() => prepared.run()));
      } catch (error) {
        signal.throwIfAborted();
        // The same work as the reference's, so it is the reference that has failed.
        if (!(error instanceof LaunchError || error instanceof SysrootError)) throw error;
        reference.fail(error.message);
      } finally {
        await prepared.discard();
      }
    },
    dropRoundsFrom(round) {
      for (const control of [floor, toolStart, nullControl]) control?.samples.dropRoundsFrom(round);
    },
  };
}

/** Launches tell themselves what they took. */
async function launched(launches: Promise<void>): Promise<null> {
  await launches;
  return null;
}
