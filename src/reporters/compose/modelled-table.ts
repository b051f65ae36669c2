import { cell, cellOf, figures, line, words } from '../blocks.ts';
import type { TableBlock } from '../blocks.ts';
import { formatModelledRatio, formatPrediction, QUICK_LABEL } from '../figures.ts';
import type { ModelledAnalysis } from '../../results/analysis.ts';
import type { ModelUsed, ParameterRange } from '../../results/results-file.ts';

/** The strategies under one model. Never one table with measured cells. */
export function modelledTable(cells: readonly ModelledAnalysis[], quick: boolean): TableBlock {
  return {
    kind: 'table',
    caption: null,
    columns: [
      words('strategy'),
      figures('launches'),
      figures('patterns', 1),
      figures('links', 2),
      words('predicted time (low–high)'),
      words('ratio to the first'),
    ],
    rows: cells.map(({ cell: { strategy, counts, prediction, label }, ratio }) => [
      cell(strategy, 'strong'),
      cell(counts.launches, 'strong'),
      cell(counts.patterns),
      cell(counts.links),
      cellOf([
        prediction === null ? line('—', 'muted') : line(formatPrediction(prediction)),
        ...(label === null ? [] : [line(label, 'muted')]),
        ...(quick && prediction !== null ? [line(QUICK_LABEL, 'warning')] : []),
      ]),
      ratio === null ? cell('—', 'muted') : cell(formatModelledRatio(ratio)),
    ]),
  };
}

/** What every modelled figure rests on: preset, parameters with their ranges, source, confidence. */
export function modelNotes(cells: readonly ModelledAnalysis[]): readonly string[] {
  return [...new Set(cells.map(({ cell: { model } }) => modelSentence(model)))];
}

function modelSentence(model: ModelUsed): string {
  const { preset, launchMs, cpuFactor, firstLaunchExtraMs, hostFactor, source, confidence, calibratedOn } =
    model;
  return [
    preset === null ? 'No preset, parameters as given' : `Preset ${preset}`,
    `F ${range(launchMs)} ms a launch, k ${range(cpuFactor)} times the CPU time, ` +
      `E ${range(firstLaunchExtraMs)} ms for the first launch, host factor ${hostFactor}`,
    `source: ${source}`,
    `confidence: ${confidence}`,
    `calibrated on: ${calibratedOn}`,
    'no emulator was executed',
  ]
    .join('; ')
    .concat('.');
}

function range({ value, low, high }: ParameterRange): string {
  return low === high ? String(value) : `${value} (${low}–${high})`;
}
