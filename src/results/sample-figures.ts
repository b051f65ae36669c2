import type { ByRound } from '../statistics/paired-ratio.ts';
import type { Metric, Sample, SampleColumns } from './sample.ts';

/** How a metric is read off a sample; milliseconds, null where the timer could not tell. */
const FIGURE_MS = {
  cpu: ({ childUserUs, childSystemUs, ownUserUs, ownSystemUs }) =>
    childUserUs === null || childSystemUs === null
      ? null
      : (childUserUs + childSystemUs + ownUserUs + ownSystemUs) / 1e3,
  wall: ({ wallNs }) => wallNs / 1e6,
} as const satisfies Record<Metric, (sample: Sample) => number | null>;

/** One metric of a cell by round, in milliseconds; warm-up rounds are left out. */
export function figuresByRound(samples: SampleColumns, metric: Metric): ByRound {
  return new Map(usedSamples(samples).map((sample) => [sample.round, FIGURE_MS[metric](sample)]));
}

/** The samples that count, in the order in which they were taken: all but those of warm-up rounds. */
export function usedSamples(samples: SampleColumns): Sample[] {
  return samples.warmup.flatMap((isWarmup, index) => {
    const sample = isWarmup ? null : sampleAt(samples, index);
    return sample === null ? [] : [sample];
  });
}

/** What is there of a metric, without the gaps. */
export function presentFigures(figures: ByRound): number[] {
  return [...figures.values()].filter((value) => value !== null);
}

/** One row of the columns; null beyond their end. */
function sampleAt(columns: SampleColumns, index: number): Sample | null {
  const round = columns.round[index];
  const position = columns.position[index];
  const warmup = columns.warmup[index];
  const startNs = columns.startNs[index];
  const wallNs = columns.wallNs[index];
  const ownUserUs = columns.ownUserUs[index];
  const ownSystemUs = columns.ownSystemUs[index];
  const exitStatus = columns.exitStatus[index];
  if (
    round === undefined ||
    position === undefined ||
    warmup === undefined ||
    startNs === undefined ||
    wallNs === undefined ||
    ownUserUs === undefined ||
    ownSystemUs === undefined ||
    exitStatus === undefined
  ) {
    return null;
  }
  return {
    round,
    position,
    warmup,
    startNs,
    wallNs,
    childUserUs: columns.childUserUs[index] ?? null,
    childSystemUs: columns.childSystemUs[index] ?? null,
    ownUserUs,
    ownSystemUs,
    maxRssKib: columns.maxRssKib[index] ?? null,
    minorFaults: columns.minorFaults[index] ?? null,
    majorFaults: columns.majorFaults[index] ?? null,
    voluntarySwitches: columns.voluntarySwitches[index] ?? null,
    involuntarySwitches: columns.involuntarySwitches[index] ?? null,
    exitStatus,
    stealTicks: columns.stealTicks[index] ?? null,
  };
}
