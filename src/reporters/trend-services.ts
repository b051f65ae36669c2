import { escapeInvisible } from './escape.ts';
import { METRIC_NAMES, QUICK_LABEL } from './format-numbers.ts';
import { stringifyJson } from './json.ts';
import { METRICS } from '../results/sample-figures.ts';
import type { ResultsDocument } from './document.ts';
import { missingShardsIn, shardsAreMissing } from './missing-shards.ts';
import type { CellAnalysis, Analysis } from '../analysis/analysis.ts';
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
  return stringifyJson([
    ...missing,
    ...trendCells(analysis).flatMap(({ name, found }) => [
      { name: `${name}: launches`, unit: 'launches', value: found.cell.counts.launches },
      ...METRICS.flatMap((metric) => {
        const summary = found.times?.[metric].summary ?? null;
        if (summary === null) return [];
        return [
          {
            name: `${name}: ${METRIC_NAMES[metric]} time${quick ? ` (${QUICK_LABEL})` : ''}`,
            unit: 'ms',
            value: roundMs(summary.medianMs),
            range: `± ${roundMs(summary.madMs)}`,
            extra: `median of ${summary.n}, range: median absolute deviation${quick ? `; ${QUICK_LABEL}` : ''}`,
          },
        ];
      }),
    ]),
  ]);
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
  return stringifyJson(
    Object.fromEntries<object>([
      ...missingShardsIn(document).map(({ shards }): [string, object] => [
        MISSING_SHARDS,
        { shards: { value: shards.length } },
      ]),
      ...trendCells(analysis).map(({ name, found }): [string, object] => [
        name,
        {
          launches: { value: found.cell.counts.launches },
          ...Object.fromEntries(
            METRICS.flatMap((metric) => {
              const summary = found.times?.[metric].summary ?? null;
              if (summary === null) return [];
              const { medianMs, p25Ms, p75Ms } = summary;
              const bounds = {
                value: roundMs(medianMs),
                lower_value: roundMs(p25Ms),
                upper_value: roundMs(p75Ms),
              };
              return [[`${metric}-time-ms${suffix}`, bounds]];
            }),
          ),
        },
      ]),
    ]),
  );
}

/**
 * Measured cells that nothing is wrong with. Void cells have no figures to draw; modelled ones restate a
 * model, and these services have no way to set them apart.
 */
function trendCells({
  scenarios,
}: Analysis): readonly { readonly name: string; readonly found: CellAnalysis }[] {
  return scenarios.flatMap(({ scenario, emulations }) =>
    emulations.flatMap(({ emulation, cells }) =>
      cells
        .filter(({ claim }) => claim.kind !== 'void')
        .map((found) => ({
          name: escapeInvisible(`${scenario.name} / ${nameOfRow(found.cell)} / ${emulation}`),
          found,
        })),
    ),
  );
}

/** Microseconds are the finest that a median of launches means. */
function roundMs(ms: number): number {
  return Number(ms.toFixed(3));
}
