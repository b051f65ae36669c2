import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { figuresByRound, METRICS, type Metric } from '../results/sample-figures.ts';
import { logRatios } from '../statistics/paired-ratio.ts';
import { createRandom } from '../statistics/random.ts';
import { median, type Interval } from '../statistics/order-statistics.ts';
import { isSameRow, type RowName } from '../results/cell-name.ts';
import { byEmulation, compareRows } from '../results/cells.ts';
import type { RunFacts } from '../results/results.ts';
import { isVoid } from './claim.ts';
import type { ClaimedScenario } from './claimed-scenarios.ts';

/** How one strategy does over all scenarios of a run: the geometric mean of its ratios. */
export interface OverallRatio extends RowName {
  readonly emulation: string;
  readonly metric: Metric;
  readonly scenarios: number;
  readonly estimate: number;
  /** Percentile bootstrap over rounds, 95 %; for information, no verdict rests on it. */
  readonly interval: Interval | null;
}

/**
 * How each strategy does over all scenarios of a run: the geometric mean of its ratios to the first
 * strategy. It has no exact interval, so a bootstrap over rounds gives one, drawn from the run's seed; none
 * for a quick run. Only strategies that every scenario has, and the same reference in each, or the mean
 * would compare different things.
 */
export function overallRatios(
  scenarios: readonly ClaimedScenario[],
  { mode, seed }: Pick<RunFacts, 'mode' | 'seed'>,
): OverallRatio[] {
  if (scenarios.length < 2) return [];
  const pairs = scenarios.map(({ cells: claimed }) =>
    byEmulation(claimed).flatMap(({ emulation, cells }) =>
      compareRows(cells).flatMap(({ cell, first: reference }) =>
        reference === null || isVoid(reference) || isVoid(cell) ? [] : [{ emulation, reference, cell }],
      ),
    ),
  );
  return (pairs[0] ?? []).flatMap(({ emulation, cell: { row, tool }, reference }) => {
    const everywhere = pairs.flatMap((ofScenario) =>
      ofScenario.filter(
        (pair) =>
          pair.emulation === emulation &&
          isSameRow(pair.cell, { row, tool }) &&
          isSameRow(pair.reference, reference),
      ),
    );
    if (everywhere.length < scenarios.length) return [];
    return METRICS.flatMap((metric): OverallRatio[] => {
      const series = everywhere.map((pair) =>
        logRatios(
          figuresByRound(pair.reference.cell.samples, metric),
          figuresByRound(pair.cell.cell.samples, metric),
        ),
      );
      if (series.some((rounds) => rounds.length === 0)) return [];
      const interval =
        mode === 'timed' && everywhere.every(({ cell: { claim } }) => claim.kind === 'timed')
          ? bootstrapInterval(series, geometricMean, { confidence: 0.95, random: createRandom(seed) })
          : null;
      return [
        { row, tool, emulation, metric, scenarios: series.length, estimate: geometricMean(series), interval },
      ];
    });
  });
}

function geometricMean(series: readonly (readonly number[])[]): number {
  const logs = series.map((rounds) => median(rounds));
  return Math.exp(logs.reduce((total, log) => total + log, 0) / logs.length);
}
