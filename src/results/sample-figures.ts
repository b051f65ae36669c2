import { sharedConfidence } from '../statistics/order-statistics.ts';
import { type ByRound, pairedRatio, type RatioEstimate } from '../statistics/paired-ratio.ts';
import type { Sample } from './sample.ts';

/** What is compared. CPU time is children plus own, user plus system. */
export const METRICS = ['cpu', 'wall'] as const;

/** A figure that cells are compared by. */
export type Metric = (typeof METRICS)[number];

/** What there is of each metric. */
export function perMetric<Value>(valueOf: (metric: Metric) => Value): Record<Metric, Value> {
  return { cpu: valueOf('cpu'), wall: valueOf('wall') };
}

/** What sentences call the metrics. */
export const METRIC_WORDS = { cpu: 'CPU time', wall: 'wall time' } as const satisfies Record<Metric, string>;

/** How a metric is read off a sample; milliseconds, null where the timer could not tell. */
const FIGURE_MS = {
  cpu: ({ childUserUs, childSystemUs, ownUserUs, ownSystemUs }) =>
    childUserUs === null || childSystemUs === null
      ? null
      : (childUserUs + childSystemUs + ownUserUs + ownSystemUs) / 1e3,
  wall: ({ wallNs }) => wallNs / 1e6,
} as const satisfies Record<Metric, (sample: Sample) => number | null>;

/** One metric of a cell by round, in milliseconds; warm-up rounds are left out. */
export function figuresByRound(samples: readonly Sample[], metric: Metric): ByRound {
  return new Map(usedSamples(samples).map((sample) => [sample.round, FIGURE_MS[metric](sample)]));
}

/** The samples that count, in the order in which they were taken: all but those of warm-up rounds. */
export function usedSamples(samples: readonly Sample[]): readonly Sample[] {
  return samples.filter(({ warmup }) => !warmup);
}

/** CPU time of what was launched, milliseconds; null where the timer could not tell. */
export function childCpuMs({ childUserUs, childSystemUs }: Sample): number | null {
  return childUserUs === null || childSystemUs === null ? null : (childUserUs + childSystemUs) / 1e3;
}

/** One metric of a cell in milliseconds, in the order in which it was measured, without the gaps. */
export function presentFigures(samples: readonly Sample[], metric: Metric): number[] {
  return [...figuresByRound(samples, metric).values()].filter((value) => value !== null);
}

/**
 * How many times faster a cell is than the reference, from the rounds that both have; see `pairedRatio`.
 *
 * @param comparisons - how many share the 5 %
 */
export function ratioOfTimes(
  reference: { readonly samples: readonly Sample[] },
  cell: { readonly samples: readonly Sample[] },
  metric: Metric,
  comparisons = 1,
): RatioEstimate | null {
  return pairedRatio(
    figuresByRound(reference.samples, metric),
    figuresByRound(cell.samples, metric),
    sharedConfidence(comparisons),
  );
}
