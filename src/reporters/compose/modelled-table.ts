import { cell, cellOf, figures, line, words } from '../blocks.ts';
import type { CellLine, TableBlock } from '../blocks.ts';
import { formatModelledRatio, formatPrediction, QUICK_LABEL, QUICK_MARK } from '../figures.ts';
import type { ModelledAnalysis } from '../../analysis/analysis.ts';

/**
 * The strategies under one model. Never one table with measured cells. Patterns and links are those of the
 * measured table; what was predicted rests on launches alone.
 */
export function modelledTable(cells: readonly ModelledAnalysis[], quick: boolean): TableBlock {
  return {
    kind: 'table',
    caption: quick ? `Predicted from times that are ${QUICK_LABEL}.` : null,
    columns: [
      words('strategy'),
      figures('launches'),
      words('predicted time (low–high)'),
      words('ratio to the first'),
    ],
    rows: cells.map(({ cell: modelled, ratio }) => [
      cell(modelled.strategy, 'strong'),
      cell(modelled.counts.launches, 'strong'),
      cellOf(predictionLines(modelled, quick)),
      ratio === null ? cell('—', 'muted') : cell(formatModelledRatio(ratio)),
    ]),
  };
}

function predictionLines(
  { prediction, label }: ModelledAnalysis['cell'],
  quick: boolean,
): readonly CellLine[] {
  if (prediction === null) return [line('—', 'muted')];
  const remarks = [...(label === null ? [] : [label]), ...(quick ? [QUICK_MARK] : [])].join(', ');
  return [
    line(formatPrediction(prediction)),
    ...(remarks === '' ? [] : [line(remarks, quick ? 'warning' : 'muted')]),
  ];
}
