import { cell, cellOf, figures, heading, line, list, text, words } from '../blocks.ts';
import type { Block, CellLine, TableBlock, TableCell } from '../blocks.ts';
import { formatFactor, formatRatio, isClaim, METRIC_NAMES, QUICK_LABEL } from '../figures.ts';
import { formatCommandLine } from '../../shell-words.ts';
import { VERDICT_TONES } from './measured-table.ts';
import type { TableShape } from './measured-table.ts';
import type { ComparisonDocument } from '../document.ts';
import { METRICS } from '../../measurement/sample.ts';
import type { CellComparison, Comparison, TimeComparison } from '../../results/compare.ts';
import type { LaunchRecord } from '../../results/results-file.ts';

/** Two results files against each other, as blocks: a table a scenario, then the launches that changed. */
export function composeComparison({ comparison }: ComparisonDocument, shape: TableShape): readonly Block[] {
  const scenarios = [...new Set(comparison.cells.map(({ scenario }) => scenario))];
  return [
    text(`Base: ${comparison.base.label}. Head: ${comparison.head.label}.`, 'strong'),
    ...list('Warnings', comparison.warnings, 'warning'),
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
  const timeColumns =
    shape === 'stacked'
      ? [words('base ÷ head', 2)]
      : METRICS.map((metric) => words(`${METRIC_NAMES[metric]} time, base ÷ head`));
  return {
    kind: 'table',
    caption: null,
    columns: [
      words('strategy'),
      words('emulation'),
      figures('launches'),
      figures('patterns', 1),
      words('verdict'),
      ...(timed ? timeColumns : []),
    ],
    rows: cells.map((compared) => [
      cell(compared.strategy, 'strong'),
      cell(compared.emulation),
      cell(change(compared.launches), 'strong'),
      cell(change(compared.patterns)),
      cell(compared.verdict, COUNT_TONES[compared.verdict]),
      ...(timed ? timeCells(compared, comparison.quick, shape) : []),
    ]),
  };
}

function change({ base, head }: { readonly base: number | null; readonly head: number | null }): string {
  return base === head ? String(base ?? '—') : `${base ?? '—'} → ${head ?? '—'}`;
}

function timeCells({ times }: CellComparison, quick: boolean, shape: TableShape): readonly TableCell[] {
  if (shape === 'wide') return METRICS.map((metric) => cellOf([timeLine(times[metric], quick, '')]));
  if (METRICS.every((metric) => times[metric] === null)) return [cell('—', 'muted')];
  return [cellOf(METRICS.map((metric) => timeLine(times[metric], quick, `${METRIC_NAMES[metric]} `)))];
}

function timeLine(time: TimeComparison | null, quick: boolean, prefix: string): CellLine {
  if (time === null) return line('—', 'muted');
  switch (time.kind) {
    case 'paired': {
      if (quick || !isClaim(time.ratio)) {
        return line(
          `${prefix}${formatRatio(time.ratio)} ${quick ? QUICK_LABEL : time.verdict.word}`,
          'muted',
        );
      }
      return line(
        `${prefix}${formatRatio(time.ratio)} ${time.verdict.word}`,
        VERDICT_TONES[time.verdict.word],
      );
    }
    case 'unpaired': {
      const p = time.p === null ? 'too few samples to test' : `p=${time.p.toPrecision(2)}`;
      const label = quick ? `; ${QUICK_LABEL}` : '';
      return line(
        `${prefix}${formatFactor(time.ratioOfMedians)} unpaired, hint only (${p}${label})`,
        'muted',
      );
    }
    case 'refused':
      return line(`${prefix}not compared: ${time.reason}`, 'muted');
  }
}

/** The launches that only one side has, or whose arguments changed; nothing where one side has no such cell. */
function changedLaunches(compared: CellComparison): readonly Block[] {
  if (compared.launches.base === null || compared.launches.head === null) return [];
  const cellName = `${compared.strategy} under ${compared.emulation}`;
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
