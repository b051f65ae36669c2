import { cell, cellOf, figures, heading, line, list, text, words } from '../blocks.ts';
import type { Block, CellLine, TableBlock, Tone } from '../blocks.ts';
import {
  formatFactor,
  formatRatio,
  isClaim,
  METRIC_NAMES,
  QUICK_LABEL,
  QUICK_MARK,
} from '../format-numbers.ts';
import { formatCommandLine } from '../../shell-words.ts';
import { VERDICT_TONES } from './measured-table.ts';
import type { TableShape } from './measured-table.ts';
import { warningWords } from '../warning-words.ts';
import type { ComparisonDocument } from '../document.ts';
import { METRICS } from '../../results/sample-figures.ts';
import type { CellComparison, Comparison, TimeComparison } from '../../analysis/compare.ts';
import type { LaunchRecord } from '../../results/results.ts';
import { nameOfCell, nameOfRow } from '../../results/cell-name.ts';

/** Two results files against each other, as blocks: a table a scenario, then the launches that changed. */
export function composeComparison({ comparison }: ComparisonDocument, shape: TableShape): readonly Block[] {
  const scenarios = [...new Set(comparison.cells.map(({ scenario }) => scenario))];
  return [
    text(`Base: ${comparison.base.label}. Head: ${comparison.head.label}.`, 'strong'),
    ...list('Warnings', comparison.warnings.map(warningWords), 'warning'),
    ...scenarios.flatMap((scenario) => {
      const cells = comparison.cells.filter((candidate) => candidate.scenario === scenario);
      return [
        heading(1, scenario),
        comparisonTable(cells, comparison, shape),
        ...cells.flatMap(changedLaunches),
      ];
    }),
  ];
}

/** How the verdicts on counts are meant. */
const COUNT_TONES = {
  'fewer launches': 'good',
  'more launches': 'bad',
  'same launches': 'plain',
  new: 'warning',
  gone: 'warning',
  void: 'bad',
} as const satisfies Record<CellComparison['verdict'], string>;

function comparisonTable(
  cells: readonly CellComparison[],
  comparison: Comparison,
  shape: TableShape,
): TableBlock {
  const timed = cells.some(({ times }) => METRICS.some((metric) => times[metric] !== null));
  return shape === 'stacked'
    ? stackedTable(cells, comparison.quick, timed)
    : wideTable(cells, comparison.quick, timed);
}

/** The counts of a cell and its times under each other, which fits 80 columns. */
function stackedTable(cells: readonly CellComparison[], quick: boolean, timed: boolean): TableBlock {
  return {
    kind: 'table',
    caption: timed
      ? `Times are ${quick ? `${QUICK_LABEL}; ` : ''}base ÷ head: above 1, the head is faster.`
      : null,
    columns: [words('strategy'), words('emulation'), words('what'), words('base → head'), words('verdict')],
    rows: cells.map((compared) => {
      const { base, head } = compared.patterns;
      const further = [
        ...(base === head
          ? []
          : [{ name: 'patterns', figure: change(compared.patterns), word: '', tone: 'muted' as const }]),
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

/** Columns for each metric, which suit a page. */
function wideTable(cells: readonly CellComparison[], quick: boolean, timed: boolean): TableBlock {
  return {
    kind: 'table',
    caption: null,
    columns: [
      words('strategy'),
      words('emulation'),
      figures('launches'),
      figures('patterns'),
      words('verdict'),
      ...(timed ? METRICS.map((metric) => words(`${METRIC_NAMES[metric]} time, base ÷ head`)) : []),
    ],
    rows: cells.map((compared) => [
      cell(nameOfRow(compared), 'strong'),
      cell(compared.emulation),
      cell(change(compared.launches), 'strong'),
      cell(change(compared.patterns)),
      cell(compared.verdict, COUNT_TONES[compared.verdict]),
      ...(timed ? METRICS.map((metric) => cellOf([timeLine(compared.times[metric], quick)])) : []),
    ]),
  };
}

function change({ base, head }: { readonly base: number | null; readonly head: number | null }): string {
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
      const figure = formatRatio(time.ratio);
      if (quick !== null) return { figure, word: quick, tone: 'muted' };
      const { word } = time.verdict;
      return { figure, word, tone: isClaim(time.ratio) ? VERDICT_TONES[word] : 'muted' };
    }
    case 'unpaired': {
      const p = time.p === null ? '' : ` (p=${time.p.toPrecision(2)})`;
      const doubt = quick ?? (time.p === null ? 'too few samples' : 'unpaired');
      return { figure: `${formatFactor(time.ratioOfMedians)}${p}`, word: `${doubt}, a hint`, tone: 'muted' };
    }
    case 'refused':
      return { figure: '—', word: `not compared: ${time.reason}`, tone: 'muted' };
  }
}

/** The launches that only one side has, or whose arguments changed; nothing where one side has no such cell. */
function changedLaunches(compared: CellComparison): readonly Block[] {
  if (compared.launches.base === null || compared.launches.head === null) return [];
  const cellName = nameOfCell(compared);
  return [
    ...list(`New launches of ${cellName}`, firstLaunches(compared.newLaunches), 'bad'),
    ...list(`Launches that ${cellName} no longer makes`, firstLaunches(compared.goneLaunches), 'good'),
    ...list(
      `Launches of ${cellName} with other arguments`,
      shortened(
        compared.changedLaunches.map(({ base, head }) => `${launchLine(base)} → ${launchLine(head)}`),
      ),
      'warning',
    ),
  ];
}

/** Launches named for a cell; the JSON report has them all. */
const LAUNCHES_NAMED = 50;

function firstLaunches(launches: readonly LaunchRecord[]): readonly string[] {
  return shortened(launches.map(launchLine));
}

function shortened(lines: readonly string[]): readonly string[] {
  const unnamed = lines.length - LAUNCHES_NAMED;
  return unnamed > 0 ? [...lines.slice(0, LAUNCHES_NAMED), `and ${unnamed} more`] : lines;
}

/** One launch as a line: what for, on which architecture, and the command line. */
function launchLine({ executable, argv, purpose, arch }: LaunchRecord): string {
  const what = [purpose, arch].filter((part) => part !== null && part !== '').join(', ');
  return `${what}: ${executable}${argv.length > 1 ? ` ${formatCommandLine(argv.slice(1))}` : ''}`;
}
