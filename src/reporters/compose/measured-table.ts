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
import type { CellAnalysis, EmulationAnalysis, VerdictWord } from '../../analysis/analysis.ts';
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
  const timeColumns = shape === 'stacked' ? stacked(emulation) : wide(emulation);
  const counts = countColumns(emulation);
  const columns = emulation.kind === 'counted' ? counts : [...counts, ...timeColumns];
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

/** Columns with a line for each metric. */
function stacked(emulation: EmulationAnalysis): readonly MeasuredColumn[] {
  const perMetric =
    (of: (row: CellAnalysis, metric: Metric) => CellLine): MeasuredColumn['of'] =>
    (row) =>
      cellOf(METRICS.map((metric) => of(row, metric)));
  const { low, high } = timeRange(emulation);
  const withRounds = sharedRounds(emulation) === null;
  return [
    { column: words('time'), of: perMetric((_, metric) => line(METRIC_NAMES[metric], 'muted')) },
    { column: figures('median'), of: perMetric(medianLine) },
    {
      column: words('ratio to the first'),
      of: perMetric((row, metric) => ratioLine(row, metric, withRounds)),
    },
    { column: words('verdict'), of: perMetric(verdictLine) },
    ...(isEmulated(emulation) ? [{ column: figures('to native'), of: perMetric(toNativeLine) }] : []),
    {
      column: { ...words(`rounds ${formatMs(low)}–${formatMs(high)}, log`, 1), fromWidth: 110 },
      of: perMetric(({ times }, metric) => ({
        kind: 'plot',
        values: times?.[metric].values ?? [],
        low,
        high,
      })),
    },
  ];
}

/** Columns for each metric. */
function wide(emulation: EmulationAnalysis): readonly MeasuredColumn[] {
  const withRounds = sharedRounds(emulation) === null;
  return METRICS.flatMap((metric): readonly MeasuredColumn[] => {
    const name = METRIC_NAMES[metric];
    return [
      { column: figures(`${name} time`), of: (row) => cellOf([medianLine(row, metric)]) },
      {
        column: words(`${name} ratio to the first`),
        of: (row) => cellOf([ratioLine(row, metric, withRounds)]),
      },
      { column: words(`${name} verdict`), of: (row) => cellOf([verdictLine(row, metric)]) },
      ...(isEmulated(emulation)
        ? [
            {
              column: figures(`${name} to native`),
              of: (row: CellAnalysis) => cellOf([toNativeLine(row, metric)]),
            },
          ]
        : []),
    ];
  });
}

function medianLine({ times }: CellAnalysis, metric: Metric): CellLine {
  const summary = times?.[metric].summary ?? null;
  return summary === null ? line('—', 'muted') : line(formatMs(summary.medianMs));
}

/** Each ratio has its own n where rounds were dropped; else the caption has it for all. */
function ratioLine({ isReference, times }: CellAnalysis, metric: Metric, withRounds: boolean): CellLine {
  if (isReference) return line('reference', 'muted');
  const against = times?.[metric].against;
  if (against === undefined || against.kind === 'reference' || against.ratio === null) {
    return line('—', 'muted');
  }
  const { ratio } = against;
  return line((withRounds ? formatRatio : formatRatioAlone)(ratio), isClaim(ratio) ? 'plain' : 'muted');
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
