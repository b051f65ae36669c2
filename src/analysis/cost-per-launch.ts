import { figuresByRound, type Metric } from '../results/sample-figures.ts';
import { median, signInterval } from '../statistics/order-statistics.ts';
import { theilSenSlope } from '../statistics/theil-sen.ts';
import type { MeasuredCell } from '../results/results.ts';

/** A figure with the ends of its interval; null ends where there are too few rounds for one. */
export interface CostPerLaunch {
  readonly ms: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * What one launch more costs, in milliseconds: the slope of time over launches across the strategies of
 * one emulation, drawn through each round by itself, and the median of those slopes with its interval.
 * Never clamped: a negative slope says that noise outweighs the launches. null when all strategies launch
 * equally often. Our measurement specification, sections 5.2 and 5.3.
 */
export function costPerLaunch(
  cells: readonly MeasuredCell[],
  metric: Metric,
  { quick }: { readonly quick: boolean },
): CostPerLaunch | null {
  const series = cells.flatMap(({ counts: { launches }, samples }) =>
    launches === null ? [] : [{ launches, figures: figuresByRound(samples, metric) }],
  );
  const rounds = [...new Set(series.flatMap(({ figures }) => [...figures.keys()]))];
  const slopes = rounds.flatMap((round) => {
    const points = series.map(({ launches, figures }) => ({ x: launches, y: figures.get(round) ?? null }));
    // A round with a gap would draw its slope through other strategies than the rest do.
    const whole = points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]));
    return whole.length === points.length ? (theilSenSlope(whole) ?? []) : [];
  });
  if (slopes.length === 0) return null;
  const interval = quick ? null : signInterval(slopes, 0.95);
  return { ms: median(slopes), low: interval?.low ?? null, high: interval?.high ?? null };
}
