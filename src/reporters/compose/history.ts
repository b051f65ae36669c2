import { cell, heading, text, words, type Block, type Column, type TableCell } from '../blocks.ts';
import { formatInstant } from './environment.ts';
import { formatLaunches, formatRatio, isClaim, QUICK_LABEL } from '../format-numbers.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import type { HistoryDocument, HistoryEntry } from '../document.ts';
import { missingShardsSentences } from '../missing-shards.ts';
import { ratioOf } from '../../analysis/cell-analysis.ts';
import type { CellAnalysis } from '../../analysis/analysis.ts';
import { nameOfRow } from '../../results/cell-name.ts';

/** Runs shown in a table; older ones are counted. */
const RUNS_SHOWN = 30;

/** Launches and CPU ratios of every cell, run after run, as blocks. */
export function composeHistory(document: HistoryDocument): readonly Block[] {
  const { entries } = document;
  const trends = historyTrends(entries);
  return [
    ...missingShardsSentences(document).map((sentence) => text(sentence, 'warning')),
    text(
      `${plural(entries.length, 'run')}, oldest first. Ratios compare within one run; runs may come from different machines, and launch different tools.`,
      'muted',
    ),
    ...trends.flatMap(({ scenario, emulation, strategies, points }) => {
      const shown = points.slice(-RUNS_SHOWN);
      return [
        heading(1, scenario),
        heading(2, emulation),
        ...(shown.length < points.length
          ? [text(`${plural(points.length - shown.length, 'older run')} not shown.`, 'muted')]
          : []),
        {
          kind: 'table',
          caption: 'Launches, and how many times faster than the first strategy in CPU time',
          columns: [
            words('run'),
            words('from', 1),
            words('tool', 1),
            ...strategies.map((name): Column => words(name)),
          ],
          rows: shown.map(({ entry, cells }) => [
            cell(formatInstant(entry.analysis.results.run.startedAt)),
            cell(entry.label, 'muted'),
            cell(toolKinds(entry), 'muted'),
            ...strategies.map((strategy) => trendCell(cells.get(strategy))),
          ]),
        } as const,
      ];
    }),
  ];
}

/** `native`, `node` or `external`: their times are not those of one tool. */
function toolKinds({ analysis }: HistoryEntry): string {
  const kinds = analysis.results.fingerprint.tools.map(({ kind }) => (kind === 'own' ? 'node' : kind));
  return [...new Set(kinds)].join(', ');
}

/** One scenario under one emulation, through time. */
export interface Trend {
  readonly scenario: string;
  readonly emulation: string;
  /** In the order in which they first appeared. */
  readonly strategies: readonly string[];
  readonly points: readonly TrendPoint[];
}

/** The cells of one run, by strategy. */
export interface TrendPoint {
  readonly entry: HistoryEntry;
  readonly cells: ReadonlyMap<string, CellAnalysis>;
}

/** Measured cells of all runs, by scenario and emulation. Modelled cells have no history: they restate a model. */
export function historyTrends(entries: readonly HistoryEntry[]): readonly Trend[] {
  const measured = entries.flatMap((entry) =>
    entry.analysis.scenarios.flatMap(({ scenario, emulations }) =>
      emulations.map(({ emulation, cells }) => ({
        entry,
        scenario: scenario.name,
        emulation,
        cells: new Map(cells.map((found) => [nameOfRow(found.cell), found])),
      })),
    ),
  );
  const trends = groupBy(measured, ({ scenario, emulation }) => JSON.stringify([scenario, emulation]));
  return [...trends.values()].map((points) => ({
    scenario: points[0].scenario,
    emulation: points[0].emulation,
    strategies: [...new Set(points.flatMap(({ cells }) => [...cells.keys()]))],
    points,
  }));
}

function trendCell(found: CellAnalysis | undefined): TableCell {
  if (found === undefined) return cell('—', 'muted');
  const { cell: measured, claim, times } = found;
  const launches = formatLaunches(measured.counts);
  if (claim.kind === 'void') return cell(`${launches}, void`, 'bad');
  const ratio = times === null ? null : ratioOf(times.cpu.against);
  if (ratio === null) return cell(launches);
  const label = claim.kind === 'quick' ? ` ${QUICK_LABEL}` : '';
  return cell(`${launches}, ${formatRatio(ratio)}${label}`, isClaim(ratio) ? 'plain' : 'muted');
}
