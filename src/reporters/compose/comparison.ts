import {
  cell,
  cellOf,
  figures,
  firstLines,
  heading,
  line,
  list,
  text,
  words,
  type Block,
  type CellLine,
  type TableBlock,
  type Tone,
} from '../blocks.ts';
import {
  formatFactor,
  formatMs,
  formatRatio,
  isClaim,
  METRIC_NAMES,
  QUICK_LABEL,
  QUICK_MARK,
} from '../format-numbers.ts';
import { VERDICT_TONES, type TableShape } from './measured-table.ts';
import { warningWords } from '../warning-words.ts';
import type { ComparisonDocument } from '../document.ts';
import { missingShardsSentences } from '../missing-shards.ts';
import { groupBy } from '../../group-by.ts';
import { METRICS } from '../../results/sample-figures.ts';
import type {
  BothSides,
  CellComparison,
  Comparison,
  TimeComparison,
} from '../../analysis/compare-results.ts';
import type { NewLaunch } from '../../analysis/new-launches.ts';
import { nameOfCell, nameOfRow } from '../../results/cell-name.ts';

/** Two results files against each other, as blocks: a table a scenario, then the launches that changed. */
export function composeComparison(document: ComparisonDocument, shape: TableShape): readonly Block[] {
  const { comparison } = document;
  const table = shape === 'stacked' ? stackedTable : wideTable;
  return [
    ...missingShardsSentences(document).map((sentence) => text(sentence, 'warning')),
    text(`Base: ${comparison.base.label}. Head: ${comparison.head.label}.`, 'strong'),
    ...list('Warnings', comparison.warnings.map(warningWords), 'warning'),
    ...[...groupBy(comparison.cells, ({ scenario }) => scenario)].flatMap(([scenario, cells]) => [
      heading(1, scenario),
      table(cells, comparison),
      ...cells.flatMap(changedLaunches),
    ]),
  ];
}

/** How the verdicts on counts are meant. */
const COUNT_TONES = {
  'fewer launches': 'good',
  'more launches': 'bad',
  'same launches': 'plain',
  'fewer drivers': 'bad',
  'not counted': 'warning',
  new: 'warning',
  gone: 'warning',
  void: 'bad',
} as const satisfies Record<CellComparison['verdict'], string>;

function isTimed(cells: readonly CellComparison[]): boolean {
  return cells.some(({ times }) => METRICS.some((metric) => times[metric] !== null));
}

/** The counts of a cell and its times under each other, which fits 80 columns. */
function stackedTable(cells: readonly CellComparison[], { quick, rowWord }: Comparison): TableBlock {
  return {
    kind: 'table',
    caption: isTimed(cells)
      ? `Times are medians${quick ? `, ${QUICK_LABEL}` : ''}; ratios are base ÷ head: above 1, the head is faster.`
      : null,
    columns: [
      words(rowWord),
      words('emulation', new Set(cells.map(({ emulation }) => emulation)).size > 1 ? 0 : 1),
      words('what'),
      words('base → head'),
      words('verdict'),
    ],
    rows: cells.map((compared) => {
      const further = [
        ...FURTHER_COUNTS.filter(({ of }) => differs(compared[of])).map(({ of, name, worse }) => {
          const told = { name, figure: change(compared[of]) };
          return isWorse(compared[of], worse)
            ? ({ ...told, word: worse ?? '', tone: 'bad' } as const)
            : ({ ...told, word: '', tone: 'muted' } as const);
        }),
        ...METRICS.flatMap((metric) => {
          const time = compared.times[metric];
          return time === null
            ? []
            : [{ name: METRIC_NAMES[metric], ...timeFigure(time, quick ? QUICK_MARK : null) }];
        }),
      ];
      return [
        cell(nameOfRow(compared), 'strong'),
        cell(compared.emulation),
        cellOf([line('launches'), ...further.map(({ name }) => line(name, 'muted'))]),
        cellOf([
          line(change(compared.launches), 'strong'),
          ...further.map(({ figure, tone }) => line(figure, tone)),
        ]),
        cellOf([
          line(compared.verdict, COUNT_TONES[compared.verdict]),
          ...further.map(({ word, tone }) => line(word, tone)),
        ]),
      ];
    }),
  };
}

/** Counts beside the launches, shown where they differ; `worse`: in which direction something is wrong. */
const FURTHER_COUNTS = [
  { of: 'patterns', name: 'patterns', worse: null },
  { of: 'drivers', name: 'drivers', worse: 'fewer' },
  { of: 'links', name: 'links', worse: 'fewer' },
  { of: 'toolLaunches', name: 'by tools', worse: 'more' },
  { of: 'forks', name: 'forks', worse: 'more' },
] as const;

/** One side without a tracer, or without the cell, tells nothing about the other. */
function differs({ base, head }: BothSides): boolean {
  return base !== null && head !== null && base !== head;
}

function isWorse({ base, head }: BothSides, worse: 'fewer' | 'more' | null): boolean {
  if (worse === null || base === null || head === null) return false;
  return worse === 'fewer' ? head < base : head > base;
}

/** Columns for each metric, which suit a page. */
function wideTable(cells: readonly CellComparison[], { quick, rowWord }: Comparison): TableBlock {
  const timed = isTimed(cells);
  const counts = FURTHER_COUNTS.filter(
    ({ of }) => of === 'patterns' || cells.some((compared) => differs(compared[of])),
  );
  return {
    kind: 'table',
    caption: null,
    columns: [
      words(rowWord),
      words('emulation'),
      figures('launches'),
      ...counts.map(({ name }) => figures(name)),
      words('verdict'),
      ...(timed ? METRICS.map((metric) => words(`${METRIC_NAMES[metric]} time, base ÷ head`)) : []),
    ],
    rows: cells.map((compared) => [
      cell(nameOfRow(compared), 'strong'),
      cell(compared.emulation),
      cell(change(compared.launches), 'strong'),
      ...counts.map(({ of, worse }) =>
        cell(change(compared[of]), isWorse(compared[of], worse) ? 'bad' : 'plain'),
      ),
      cell(compared.verdict, COUNT_TONES[compared.verdict]),
      ...(timed ? METRICS.map((metric) => cellOf([timeLine(compared.times[metric], quick)])) : []),
    ]),
  };
}

function change({ base, head }: BothSides): string {
  return base === head ? String(base ?? '—') : `${base ?? '—'} → ${head ?? '—'}`;
}

function timeLine(time: TimeComparison | null, quick: boolean): CellLine {
  if (time === null) return line('—', 'muted');
  const { figure, word, tone } = timeFigure(time, quick ? QUICK_LABEL : null);
  return line(`${figure} ${word}`, tone);
}

/** What is said about one metric of a cell: the ratio, and how far it may be believed. */
interface TimeFigure {
  readonly figure: string;
  readonly word: string;
  readonly tone: Tone;
}

/** `quick` is how times of a quick run are labelled; null for all others. */
function timeFigure(time: TimeComparison, quick: string | null): TimeFigure {
  switch (time.kind) {
    case 'paired': {
      const figure = `${timeChange(time)}, ${formatRatio(time.ratio)}`;
      if (quick !== null) return { figure, word: quick, tone: 'muted' };
      const { word } = time.verdict;
      return { figure, word, tone: isClaim(time.ratio) ? VERDICT_TONES[word] : 'muted' };
    }
    case 'unpaired': {
      const p = time.p === null ? '' : ` (p=${time.p.toPrecision(2)})`;
      const ratio = formatFactor(time.ratioOfMedians);
      const claim = quick === null && time.p !== null ? `${ratio}×${p}` : ratio;
      const doubt = quick ?? (time.p === null ? 'too few samples' : 'unpaired');
      return { figure: `${timeChange(time)}, ${claim}`, word: `${doubt}, a hint`, tone: 'muted' };
    }
    case 'refused':
      return { figure: '—', word: `not compared: ${time.reason}`, tone: 'muted' };
  }
}

/** `270 ms → 361 ms` */
function timeChange({ baseMs, headMs }: { readonly baseMs: number; readonly headMs: number }): string {
  return `${formatMs(baseMs)} → ${formatMs(headMs)}`;
}

/** The launches that only one side has, one a line; nothing where one side has no such cell. */
function changedLaunches(compared: CellComparison): readonly Block[] {
  const name = nameOfCell(compared);
  return [
    ...list(`New launches of ${name}`, launchLines(compared.newLaunches, 'base'), 'bad'),
    ...list(`Launches that ${name} no longer makes`, launchLines(compared.goneLaunches, 'head'), 'good'),
  ];
}

/** Launches named for a cell. */
const LAUNCHES_NAMED = 50;

/** `driver vulkan libvulkan_intel.so x86_64`; how often on each side, where it is not simply there or not. */
function launchLines(launches: readonly NewLaunch[], other: 'base' | 'head'): readonly string[] {
  return firstLines(launches, LAUNCHES_NAMED, ({ label, found, known }) =>
    found === 1 && known === 0 ? label : `${label} (${found}, the ${other} has ${known ?? 0})`,
  );
}
