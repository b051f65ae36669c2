import { cell, cellOf, figures, line, words } from '../blocks.ts';
import type { CellLine, Column, TableBlock, TableCell, Tone } from '../blocks.ts';
import {
  formatLaunches,
  formatMs,
  formatRatio,
  isClaim,
  launchesByPurpose,
  QUICK_LABEL,
} from '../figures.ts';
import { METRICS } from '../../measurement/sample.ts';
import type { Metric } from '../../measurement/sample.ts';
import type { CellAnalysis, EmulationAnalysis, VerdictWord } from '../../results/analysis.ts';
import type { RunFacts } from '../../results/results-file.ts';

/**
 * `stacked`: the two metrics of a cell stand under each other, which fits 80 columns. `wide`: each has
 * columns of its own, which suits a page and a screen reader.
 */
export type TableShape = 'stacked' | 'wide';

/** How the metrics are called in tables. CPU time leads: contention moves wall time, and hardly CPU time. */
export const METRIC_NAMES = { cpu: 'CPU', wall: 'wall' } as const satisfies Record<Metric, string>;

/** How verdict words are meant. */
export const VERDICT_TONES = {
  faster: 'good',
  slower: 'bad',
  same: 'plain',
  inconclusive: 'warning',
  void: 'bad',
} as const satisfies Record<VerdictWord, Tone>;

/** The strategies under one emulation, really run. */
export function measuredTable(
  emulation: EmulationAnalysis,
  mode: RunFacts['mode'],
  shape: TableShape,
): TableBlock {
  const timed = mode !== 'counts-only';
  const metrics = timed ? (shape === 'stacked' ? stacked(emulation, mode) : wide(mode)) : [];
  const columns: readonly MeasuredColumn[] = [
    ...COUNT_COLUMNS,
    ...metrics,
    ...(shape === 'wide' || !timed ? [PURPOSES] : []),
  ];
  return {
    kind: 'table',
    caption: null,
    columns: columns.map(({ column }) => column),
    rows: emulation.cells.map((row) => columns.map(({ of }) => of(row))),
  };
}

interface MeasuredColumn {
  readonly column: Column;
  readonly of: (row: CellAnalysis) => TableCell;
}

const COUNT_COLUMNS: readonly MeasuredColumn[] = [
  { column: words('strategy'), of: ({ cell: { strategy } }) => cell(strategy, 'strong') },
  {
    column: figures('launches'),
    of: ({ cell: { counts } }) =>
      cell(formatLaunches(counts), new Set(counts.seen).size > 1 ? 'bad' : 'strong'),
  },
  { column: figures('patterns', 1), of: ({ cell: { counts } }) => cell(counts.patterns) },
  { column: figures('links', 2), of: ({ cell: { counts } }) => cell(counts.links) },
];

const PURPOSES: MeasuredColumn = {
  column: words('launches by purpose', 3),
  of: ({ cell: { counts } }) =>
    cell(
      launchesByPurpose(counts)
        .map(([purpose, launches]) => `${purpose} ${launches}`)
        .join(', '),
      'muted',
    ),
};

/** Columns with a line for each metric. */
function stacked(emulation: EmulationAnalysis, mode: RunFacts['mode']): readonly MeasuredColumn[] {
  const perMetric = (of: (row: CellAnalysis, metric: Metric) => CellLine) => (row: CellAnalysis) =>
    cellOf(METRICS.map((metric) => of(row, metric)));
  const { low, high } = timeRange(emulation);
  return [
    { column: words('time'), of: perMetric((_, metric) => line(METRIC_NAMES[metric], 'muted')) },
    { column: figures('median'), of: perMetric(medianLine) },
    { column: words('times faster than the first'), of: perMetric(ratioLine) },
    { column: words('verdict'), of: perMetric((row, metric) => verdictLine(row, metric, mode)) },
    {
      column: { ...words(`samples, ${formatMs(low)} to ${formatMs(high)}`, 4), fromWidth: 110 },
      of: perMetric((row, metric) => ({ kind: 'plot', values: row.values[metric], low, high })),
    },
  ];
}

/** Columns for each metric. */
function wide(mode: RunFacts['mode']): readonly MeasuredColumn[] {
  return METRICS.flatMap((metric) => {
    const name = `${METRIC_NAMES[metric]} time`;
    return [
      { column: figures(name), of: (row) => cellOf([medianLine(row, metric)]) },
      {
        column: words(`${name}: times faster than the first`),
        of: (row) => cellOf([ratioLine(row, metric)]),
      },
      { column: words(`${name}: verdict`), of: (row) => cellOf([verdictLine(row, metric, mode)]) },
    ] satisfies readonly MeasuredColumn[];
  });
}

function medianLine({ cell: { void: reason }, summary }: CellAnalysis, metric: Metric): CellLine {
  const found = summary[metric];
  if (reason !== null || found === null) return line('—', 'muted');
  return line(formatMs(found.medianMs));
}

function ratioLine({ cell: { void: reason }, isReference, ratio }: CellAnalysis, metric: Metric): CellLine {
  const found = ratio[metric];
  if (isReference) return line('reference', 'muted');
  if (reason !== null || found === null) return line('—', 'muted');
  return line(formatRatio(found), isClaim(found) ? 'plain' : 'muted');
}

function verdictLine(row: CellAnalysis, metric: Metric, mode: RunFacts['mode']): CellLine {
  if (row.cell.void !== null) return line('void', 'bad');
  if (mode === 'quick') return line(row.summary[metric] === null ? '' : QUICK_LABEL, 'warning');
  const verdict = row.verdict[metric];
  return verdict === null ? line('') : line(verdict.word, VERDICT_TONES[verdict.word]);
}

/** From the fastest to the slowest sample of all cells, either metric: the axis that the plots share. */
export function timeRange({ cells }: EmulationAnalysis): { readonly low: number; readonly high: number } {
  const values = cells.flatMap(({ values: byMetric }) => METRICS.flatMap((metric) => byMetric[metric]));
  return values.reduce(
    (range, value) => ({ low: Math.min(range.low, value), high: Math.max(range.high, value) }),
    { low: values[0] ?? 0, high: values[0] ?? 0 },
  );
}
