import {
  cell,
  cellOf,
  figures,
  line,
  words,
  type CellLine,
  type Column,
  type TableBlock,
  type TableCell,
  type Tone,
} from '../blocks.ts';
import {
  formatCount,
  formatFactor,
  formatLaunches,
  formatMs,
  formatRatio,
  formatRatioAlone,
  isClaim,
  METRIC_NAMES,
  QUICK_MARK,
} from '../format-numbers.ts';
import { sharedRounds, tableCaption } from './sentences.ts';
import { METRICS, type Metric } from '../../results/sample-figures.ts';
import { ratioOf } from '../../analysis/cell-analysis.ts';
import type { CellAnalysis, EmulationAnalysis, RatioEstimate, VerdictWord } from '../../analysis/analysis.ts';
import { nameOfRow } from '../../results/cell-name.ts';

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
  'too-noisy': 'warning',
  void: 'bad',
} as const satisfies Record<VerdictWord, Tone>;

/** The strategies under one emulation, really run. Nothing is said about the times of a void cell. */
export function measuredTable(emulation: EmulationAnalysis, shape: TableShape): TableBlock {
  const times = emulation.kind === 'counted' ? [] : timeColumns(emulation, shape);
  const columns = [...countColumns(emulation), ...times];
  return {
    kind: 'table',
    caption: tableCaption(emulation),
    columns: columns.map(({ column }) => column),
    rows: emulation.cells.map((row) => columns.map(({ of }) => of(row))),
  };
}

interface MeasuredColumn {
  readonly column: Column;
  readonly of: (row: CellAnalysis) => TableCell;
}

/** Counts that no row has need no column. */
function countColumns({ cells, rowWord }: EmulationAnalysis): readonly MeasuredColumn[] {
  const column = (count: 'forks' | 'patterns' | 'links', priority: number): readonly MeasuredColumn[] =>
    cells.every(({ cell: { counts } }) => counts[count] === null)
      ? []
      : [
          {
            column: figures(count, priority),
            of: ({ cell: { counts } }) => cell(formatCount(counts[count])),
          },
        ];
  return [
    { column: words(rowWord), of: ({ cell: measured }) => cell(nameOfRow(measured), 'strong') },
    {
      column: figures('launches'),
      of: ({ cell: { counts }, claim }) =>
        cell(formatLaunches(counts), claim.kind === 'void' ? 'bad' : 'strong'),
    },
    ...column('patterns', 3),
    // All strategies that can be compared leave the same links.
    ...column('links', 2),
    // Of a stack they are forks of the tools, which only --verify-counts sees.
    ...(rowWord === 'command' ? column('forks', 1) : []),
  ];
}

/** Columns with a line for each metric, or columns for each. */
function timeColumns(emulation: EmulationAnalysis, shape: TableShape): readonly MeasuredColumn[] {
  if (shape === 'wide') {
    return METRICS.flatMap((metric) =>
      figureColumns(emulation, 'time').map(({ column, of }) => ({
        column: { ...column, header: `${METRIC_NAMES[metric]} ${column.header}` },
        of: (row) => cellOf([of(row, metric)]),
      })),
    );
  }
  const { low, high } = timeRange(emulation);
  const columns: readonly MetricColumn[] = [
    { column: words('time'), of: (_, metric) => metricLine(metric) },
    ...figureColumns(emulation, 'median'),
    {
      column: { ...words(`rounds ${formatMs(low)}–${formatMs(high)}, log`, 1), fromWidth: 110 },
      of: ({ times }, metric) => ({ kind: 'plot', values: times?.[metric].values ?? [], low, high }),
    },
  ];
  return columns.map(({ column, of }) => ({ column, of: (row) => perMetric((metric) => of(row, metric)) }));
}

interface MetricColumn {
  readonly column: Column;
  readonly of: (row: CellAnalysis, metric: Metric) => CellLine;
}

function figureColumns(emulation: EmulationAnalysis, median: string): readonly MetricColumn[] {
  // Each ratio has its own n where rounds were dropped; else the caption has it for all.
  const format = sharedRounds(emulation) === null ? formatRatio : formatRatioAlone;
  return [
    { column: figures(median), of: medianLine },
    { column: words('ratio to the first'), of: (row, metric) => againstLine(row, metric, format) },
    { column: words('verdict'), of: verdictLine },
    ...(isEmulated(emulation) ? [{ column: figures('to native'), of: toNativeLine }] : []),
  ];
}

/** A cell with a line for each metric. */
export function perMetric(of: (metric: Metric) => CellLine): TableCell {
  return cellOf(METRICS.map(of));
}

/** The name of a metric, before the lines that are about it. */
export function metricLine(metric: Metric): CellLine {
  return line(METRIC_NAMES[metric], 'muted');
}

function medianLine({ times }: CellAnalysis, metric: Metric): CellLine {
  const summary = times?.[metric].summary ?? null;
  return summary === null ? line('—', 'muted') : line(formatMs(summary.medianMs));
}

function againstLine(
  { isReference, times }: CellAnalysis,
  metric: Metric,
  format: typeof formatRatio,
): CellLine {
  if (isReference) return line('reference', 'muted');
  const against = times?.[metric].against;
  return ratioLine(against === undefined ? null : ratioOf(against), format);
}

/** A ratio, muted where it claims nothing; a dash where there is none. */
export function ratioLine(ratio: RatioEstimate | null, format = formatRatio): CellLine {
  return ratio === null ? line('—', 'muted') : line(format(ratio), isClaim(ratio) ? 'plain' : 'muted');
}

function verdictLine({ claim, times }: CellAnalysis, metric: Metric): CellLine {
  if (claim.kind === 'void') return line('void', 'bad');
  if (claim.kind === 'quick') return line(QUICK_MARK, 'warning');
  const against = times?.[metric].against;
  if (against?.kind !== 'judged') return line('');
  const { word } = against.verdict;
  return line(word, VERDICT_TONES[word]);
}

/** Whether there is a native row to set beside any of these. */
function isEmulated({ cells }: EmulationAnalysis): boolean {
  return cells.some(({ times }) =>
    METRICS.some((metric) => times !== null && times[metric].toNative !== null),
  );
}

/** For information: without interval or verdict, emulations do not compare (section 4.5). */
function toNativeLine(row: CellAnalysis, metric: Metric): CellLine {
  return line(toNativeWords(row, metric) ?? '—', 'muted');
}

/** How many times longer than natively, `8.86×`; without the × of a claim where rounds are few; null where there is no such ratio. */
export function toNativeWords({ claim, times }: CellAnalysis, metric: Metric): string | null {
  const ratio = times?.[metric].toNative ?? null;
  return ratio === null ? null : `${formatFactor(ratio)}${claim.kind === 'quick' ? '' : '×'}`;
}

/** From the fastest to the slowest sample of all cells, either metric: the axis that the plots share. */
export function timeRange({ cells }: EmulationAnalysis): { readonly low: number; readonly high: number } {
  const values = cells.flatMap(({ times }) =>
    times === null ? [] : METRICS.flatMap((metric) => times[metric].values),
  );
  return values.reduce(
    (range, value) => ({ low: Math.min(range.low, value), high: Math.max(range.high, value) }),
    { low: values[0] ?? 0, high: values[0] ?? 0 },
  );
}
