import type { CellAnalysis, CellTime, EmulationAnalysis } from '../../analysis/analysis.ts';
import { nameOfRow } from '../../results/cell-name.ts';
import { METRICS } from '../../results/sample-figures.ts';
import { cell, cellOf, line, words, type CellLine, type TableBlock } from '../blocks.ts';
import { QUICK_MARK } from '../format-numbers.ts';
import { metricLine, perMetric, ratioLine, VERDICT_TONES } from './measured-table.ts';

/** Each strategy with a tool beside the same strategy with the first tool; nothing where tools have no names. */
export function toolsTable({ cells }: EmulationAnalysis): readonly TableBlock[] {
  const first = cells.find(({ cell: { tool } }) => tool !== null)?.cell.tool ?? null;
  const rows = cells.flatMap((found) => {
    const times = timesAcross(found);
    return times === null ? [] : [{ found, times }];
  });
  if (first === null || rows.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: `Ratios say how many times faster than the same strategy with ${first}, paired by round.`,
      columns: [words('strategy'), words('time'), words(`ratio to ${first}`), words('verdict')],
      rows: rows.map(({ found, times }) => [
        cell(nameOfRow(found.cell), 'strong'),
        perMetric(metricLine),
        cellOf(times.map(({ ratio }) => ratioLine(ratio))),
        cellOf(times.map(verdictLine)),
      ]),
    },
  ];
}

type AcrossTools = NonNullable<CellTime['acrossTools']>;

function timesAcross({ times }: CellAnalysis): readonly AcrossTools[] | null {
  const across = METRICS.flatMap((metric) => times?.[metric].acrossTools ?? []);
  return across.length === 0 ? null : across;
}

function verdictLine(across: AcrossTools): CellLine {
  if (across.kind === 'quick') return line(QUICK_MARK, 'warning');
  const { word } = across.verdict;
  return line(word, VERDICT_TONES[word]);
}
