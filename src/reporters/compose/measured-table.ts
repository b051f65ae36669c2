import { cell, cellOf, figures, line, words } from '../blocks.ts';
import type { CellLine, Column, TableBlock, TableCell, Tone } from '../blocks.ts';
import {
  formatLaunches,
  formatMs,
  formatRatio,
  formatRatioAlone,
  isClaim,
  METRIC_NAMES,
  QUICK_MARK,
} from '../figures.ts';
import { sharedRounds, tableCaption } from './sentences.ts';
import { METRICS } from '../../results/sample.ts';
import type { Metric } from '../../results/sample.ts';
import { isDeterministic, reasonToVoid } from '../../analysis/void.ts';
import type { CellAnalysis, EmulationAnalysis, VerdictWord } from '../../analysis/analysis.ts';
import type { RunFacts, ScenarioResult } from '../../results/results-file.ts';

/**
 * `stacked`: the two metrics of a cell stand under each other, which fits 80 columns. `wide`: each has
 * columns of its own, which suits a page and a screen reader.
 */
export type TableShape = 'stacked' | 'wide';

/** How verdict words are meant. */
export const VERDICT_TONES = {
  faster: 'good',
  slower: 'bad',
  same: 'plain',
  inconclusive: 'warning',
  void: 'bad',
} as const satisfies Record<VerdictWord, Tone>;

/** The strategies under one emulation, really run. Nothing is said about the times of a void cell. */
export function measuredTable(
  emulation: EmulationAnalysis,
  scenario: ScenarioResult,
  mode: RunFacts['mode'],
  shape: TableShape,
): TableBlock {
  const timeColumns = shape === 'stacked' ? stacked(emulation, scenario, mode) : wide(emulation, mode);
  const columns = mode === 'counts-only' ? COUNT_COLUMNS : [...COUNT_COLUMNS, ...timeColumns];
  return {
    kind: 'table',
    caption: tableCaption(emulation, mode),
    columns: columns.map(({ column }) => column),
    rows: emulation.cells.map((row) => {
      const isVoid = reasonToVoid(scenario, row.cell) !== null;
      return columns.map(({ of }) => of(row, isVoid));
    }),
  };
}

interface MeasuredColumn {
  readonly column: Column;
  readonly of: (row: CellAnalysis, isVoid: boolean) => TableCell;
}

const COUNT_COLUMNS: readonly MeasuredColumn[] = [
  { column: words('strategy'), of: ({ cell: { strategy } }) => cell(strategy, 'strong') },
  {
    column: figures('launches'),
    of: ({ cell: measured }) =>
      cell(formatLaunches(measured.counts), isDeterministic(measured) ? 'strong' : 'bad'),
  },
  { column: figures('patterns', 3), of: ({ cell: { counts } }) => cell(counts.patterns) },
  // All strategies that can be compared leave the same links.
  { column: figures('links', 2), of: ({ cell: { counts } }) => cell(counts.links) },
];

/** Columns with a line for each metric. */
function stacked(
  emulation: EmulationAnalysis,
  scenario: ScenarioResult,
  mode: RunFacts['mode'],
): readonly MeasuredColumn[] {
  const perMetric =
    (of: (row: CellAnalysis, metric: Metric, isVoid: boolean) => CellLine): MeasuredColumn['of'] =>
    (row, isVoid) =>
      cellOf(METRICS.map((metric) => of(row, metric, isVoid)));
  const { low, high } = timeRange(emulation, scenario);
  const withRounds = sharedRounds(emulation) === null;
  return [
    { column: words('time'), of: perMetric((_, metric) => line(METRIC_NAMES[metric], 'muted')) },
    { column: figures('median'), of: perMetric(medianLine) },
    {
      column: words('ratio to the first'),
      of: perMetric((row, metric, isVoid) => ratioLine(row, metric, isVoid, withRounds)),
    },
    {
      column: words('verdict'),
      of: perMetric((row, metric, isVoid) => verdictLine(row, metric, isVoid, mode)),
    },
    {
      column: { ...words(`rounds ${formatMs(low)}–${formatMs(high)}, log`, 1), fromWidth: 110 },
      of: perMetric((row, metric, isVoid) => ({
        kind: 'plot',
        values: isVoid ? [] : row.values[metric],
        low,
        high,
      })),
    },
  ];
}

/** Columns for each metric. */
function wide(emulation: EmulationAnalysis, mode: RunFacts['mode']): readonly MeasuredColumn[] {
  const withRounds = sharedRounds(emulation) === null;
  return METRICS.flatMap((metric): readonly MeasuredColumn[] => {
    const name = METRIC_NAMES[metric];
    return [
      { column: figures(`${name} time`), of: (row, isVoid) => cellOf([medianLine(row, metric, isVoid)]) },
      {
        column: words(`${name} ratio to the first`),
        of: (row, isVoid) => cellOf([ratioLine(row, metric, isVoid, withRounds)]),
      },
      {
        column: words(`${name} verdict`),
        of: (row, isVoid) => cellOf([verdictLine(row, metric, isVoid, mode)]),
      },
    ];
  });
}

function medianLine({ summary }: CellAnalysis, metric: Metric, isVoid: boolean): CellLine {
  const found = summary[metric];
  return isVoid || found === null ? line('—', 'muted') : line(formatMs(found.medianMs));
}

/** Each ratio has its own n where rounds were dropped; else the caption has it for all. */
function ratioLine(
  { isReference, ratio }: CellAnalysis,
  metric: Metric,
  isVoid: boolean,
  withRounds: boolean,
): CellLine {
  const found = ratio[metric];
  if (isReference) return line('reference', 'muted');
  if (isVoid || found === null) return line('—', 'muted');
  return line((withRounds ? formatRatio : formatRatioAlone)(found), isClaim(found) ? 'plain' : 'muted');
}

function verdictLine(row: CellAnalysis, metric: Metric, isVoid: boolean, mode: RunFacts['mode']): CellLine {
  const verdict = row.verdict[metric];
  if (isVoid || verdict?.word === 'void') return line('void', 'bad');
  if (mode === 'quick') return line(row.summary[metric] === null ? '' : QUICK_MARK, 'warning');
  return verdict === null ? line('') : line(verdict.word, VERDICT_TONES[verdict.word]);
}

/** From the fastest to the slowest sample of all cells, either metric: the axis that the plots share. */
export function timeRange(
  { cells }: EmulationAnalysis,
  scenario: ScenarioResult,
): { readonly low: number; readonly high: number } {
  const usable = cells.filter(({ cell: measured }) => reasonToVoid(scenario, measured) === null);
  const values = usable.flatMap(({ values: byMetric }) => METRICS.flatMap((metric) => byMetric[metric]));
  return values.reduce(
    (range, value) => ({ low: Math.min(range.low, value), high: Math.max(range.high, value) }),
    { low: values[0] ?? 0, high: values[0] ?? 0 },
  );
}
