import { escapeInvisible } from './escape.ts';
import { METRIC_NAMES, QUICK_LABEL } from './format-numbers.ts';
import { stringifyJson } from './json.ts';
import { type Metric, METRICS } from '../results/sample-figures.ts';
import type { Summary } from '../statistics/order-statistics.ts';
import type { ResultsDocument } from './document.ts';
import { missingShardsIn, shardsAreMissing } from './missing-shards.ts';
import type { Analysis } from '../analysis/analysis.ts';
import { nameOfRow } from '../results/cell-name.ts';

/**
 * For github-action-benchmark, tool `customSmallerIsBetter`: a list of name, unit, value, range, extra.
 * Source: the README of benchmark-action/github-action-benchmark.
 */
export function renderBenchmarkAction(document: ResultsDocument): string {
  const { analysis } = document;
  const quick = analysis.results.run.mode === 'quick';
  const missing = missingShardsIn(document).map(({ shards }) => ({
    name: MISSING_SHARDS,
    unit: 'shards',
    value: shards.length,
    extra: `not all of the run is here: ${shardsAreMissing(shards)}`,
  }));
  const cells = trendCells(analysis).flatMap(({ name, launches, summaries }) => [
    ...(launches === null ? [] : [{ name: `${name}: launches`, unit: 'launches', value: launches }]),
    ...summaries.map(({ metric, n, medianMs, madMs }) => ({
      name: `${name}: ${METRIC_NAMES[metric]} time${quick ? ` (${QUICK_LABEL})` : ''}`,
      unit: 'ms',
      value: roundMs(medianMs),
      range: `± ${roundMs(madMs)}`,
      extra: `median of ${n}, range: median absolute deviation${quick ? `; ${QUICK_LABEL}` : ''}`,
    })),
  ]);
  return stringifyJson([...missing, ...cells]);
}

/** A line of its own, which a whole run does not have: these services show numbers and their names, and nothing else. */
const MISSING_SHARDS = 'launchbench: shards of the run that are missing';

/**
 * Bencher Metric Format: benchmark, then measure, then value with bounds: the quartiles. Times of quick
 * runs go into measures of their own, so that they never join a line of real ones.
 * Source: bencher.dev, "Bencher Metric Format (BMF)".
 */
export function renderBencher(document: ResultsDocument): string {
  const { analysis } = document;
  const suffix = analysis.results.run.mode === 'quick' ? `-${QUICK_LABEL.replace(/\W+/gu, '-')}` : '';
  const missing = missingShardsIn(document).map(
    ({ shards }) => [MISSING_SHARDS, { shards: { value: shards.length } }] as const,
  );
  const cells = trendCells(analysis).map(({ name, launches, summaries }) => {
    const times = summaries.map(({ metric, medianMs, p25Ms, p75Ms }) => [
      `${metric}-time-ms${suffix}`,
      { value: roundMs(medianMs), lower_value: roundMs(p25Ms), upper_value: roundMs(p75Ms) },
    ]);
    const counted = launches === null ? {} : { launches: { value: launches } };
    return [name, { ...counted, ...Object.fromEntries(times) }] as const;
  });
  return stringifyJson(Object.fromEntries<object>([...missing, ...cells]));
}

/** The figures of a cell; launches null: nobody counted them. */
interface TrendCell {
  readonly name: string;
  readonly launches: number | null;
  readonly summaries: readonly (Summary & { readonly metric: Metric })[];
}

/**
 * Measured cells that nothing is wrong with. Void cells have no figures to draw; modelled ones restate a
 * model, and these services have no way to set them apart.
 */
function trendCells({ scenarios }: Analysis): readonly TrendCell[] {
  return scenarios.flatMap(({ scenario, emulations }) =>
    emulations.flatMap(({ emulation, cells }) =>
      cells
        .filter(({ claim }) => claim.kind !== 'void')
        .map(({ cell, times }) => ({
          name: escapeInvisible(`${scenario.name} / ${nameOfRow(cell)} / ${emulation}`),
          launches: cell.counts.launches,
          summaries: METRICS.flatMap((metric) => {
            const summary = times?.[metric].summary ?? null;
            return summary === null ? [] : [{ ...summary, metric }];
          }),
        })),
    ),
  );
}

/** Microseconds are the finest that a median of launches means. */
function roundMs(ms: number): number {
  return Number(ms.toFixed(3));
}
