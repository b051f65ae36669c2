import { figuresByRound, presentFigures, usedSamples, type Metric } from '../results/sample-figures.ts';
import { median, medianAbsoluteDeviation } from '../statistics/order-statistics.ts';
import type { Fingerprint, MeasuredCell } from '../results/results.ts';

/** A sample far from its cell's median: flagged, never removed. */
export interface Outlier {
  readonly round: number;
  readonly ms: number;
  readonly involuntarySwitches: number | null;
  readonly stealTicks: number | null;
}

/** Median absolute deviations to one standard deviation, were the values normally distributed. */
const DEVIATIONS_TO_SIGMA = 1.4826;

/** So many of those from the median and a sample is flagged. */
const SIGMAS = 10;

/** Fewer samples than this have no spread to speak of. */
const FEWEST = 6;

/** CPU time comes in steps of one tick from the timer `node`: half a step is no distance at all. */
const TICK_MS = 10;

/**
 * Samples far from their cell's median. They are pointed out, and nothing else: none is deleted, clamped
 * or taken again, since medians can bear them. Our measurement specification, section 4.11.
 */
export function findOutliers(
  cell: MeasuredCell,
  metric: Metric,
  timer: Fingerprint['timer']['kind'],
): Outlier[] {
  const samples = new Map(usedSamples(cell.samples).map((sample) => [sample.round, sample]));
  const figures = figuresByRound(cell.samples, metric);
  const present = presentFigures(cell.samples, metric);
  if (present.length < FEWEST) return [];
  const middle = median(present);
  const spread = Math.max(medianAbsoluteDeviation(present), resolutionMs(metric, timer) / 2);
  return [...figures].flatMap(([round, ms]): Outlier[] => {
    if (ms === null || Math.abs(ms - middle) <= SIGMAS * DEVIATIONS_TO_SIGMA * spread) return [];
    const { involuntarySwitches = null, stealTicks = null } = samples.get(round) ?? {};
    return [{ round, ms, involuntarySwitches, stealTicks }];
  });
}

function resolutionMs(metric: Metric, timer: Fingerprint['timer']['kind']): number {
  return metric === 'cpu' && timer === 'node' ? TICK_MS : 0;
}
