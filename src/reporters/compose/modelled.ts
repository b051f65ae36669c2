import { cell, cellOf, figures, heading, line, list, words } from '../blocks.ts';
import type { Block, CellLine, TableBlock } from '../blocks.ts';
import {
  formatModelledRatio,
  formatPrediction,
  METRIC_NAMES,
  QUICK_LABEL,
  QUICK_MARK,
} from '../format-numbers.ts';
import type { ModelledAnalysis, ModelledEmulation, ScenarioAnalysis } from '../../analysis/analysis.ts';
import type { Model } from '../../launch/emulations/model.ts';
import { METRICS } from '../../results/sample-figures.ts';
import { nameOfRow } from '../../results/cell-name.ts';

/**
 * The strategies under one model. Never one table with measured cells. Patterns and links are those of the
 * measured table; what was predicted rests on launches alone.
 */
export function modelledTable({ cells, quick }: ModelledEmulation): TableBlock {
  return {
    kind: 'table',
    caption: quick ? `Predicted from times that are ${QUICK_LABEL}.` : null,
    columns: [
      words('strategy'),
      figures('launches'),
      words('time'),
      words('predicted (low–high)'),
      words('ratio to the first'),
    ],
    rows: cells.map((one) => [
      cellOf([line(nameOfRow(one.cell), 'strong'), ...remarkLines(one, quick)]),
      cell(one.launches, 'strong'),
      cellOf(METRICS.map((metric) => line(METRIC_NAMES[metric], 'muted'))),
      cellOf(predictionLines(one)),
      one.ratio === null
        ? cell('—', 'muted')
        : cellOf(Object.values(one.ratio).map((ratio) => line(formatModelledRatio(ratio)))),
    ]),
  };
}

function predictionLines({ prediction }: ModelledAnalysis): readonly CellLine[] {
  if (prediction === null) return [line('—', 'muted')];
  return METRICS.map((metric) => line(formatPrediction(prediction[metric])));
}

/** What the prediction is about, where that is not what was launched. */
function remarkLines({ prediction, label }: ModelledAnalysis, quick: boolean): readonly CellLine[] {
  if (prediction === null) return [];
  const remarks = [...(label === null ? [] : [label]), ...(quick ? [QUICK_MARK] : [])].join(', ');
  return remarks === '' ? [] : [line(remarks, quick ? 'warning' : 'muted')];
}

/** What all modelled figures of a report rest on, each model once. */
export function modelBlocks(scenarios: readonly ScenarioAnalysis[]): readonly Block[] {
  const notes = distinct(scenarios.flatMap(({ modelled }) => modelled.flatMap(modelNotes)));
  if (notes.length === 0) return [];
  return [
    heading(1, 'Models (no emulator was executed)'),
    ...notes.flatMap(({ title, facts }) => list(title, facts)),
  ];
}

/** A model: its name, then its parameters, how far to trust them and where they come from. */
export interface ModelNote {
  readonly title: string;
  readonly facts: readonly string[];
}

/** How far to trust the figures of a table, for the line below it. */
export function confidenceSentence({ cells }: ModelledEmulation): string {
  const confidences = [...new Set(cells.map(({ cell: { model } }) => model.confidence))];
  return `Confidence: ${confidences.join('; ')}. Parameters and source stand under "Models".`;
}

/** The models behind the cells of one emulation. */
export function modelNotes({ emulation, cells }: ModelledEmulation): readonly ModelNote[] {
  return distinct(cells.map(({ cell: { model } }) => modelNote(emulation, model)));
}

function distinct(notes: readonly ModelNote[]): readonly ModelNote[] {
  return [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];
}

function modelNote(emulation: string, model: Model): ModelNote {
  const { preset, launchMs, cpuFactor, firstLaunchExtraMs, hostFactor } = model;
  return {
    title:
      preset === null
        ? `${emulation}, parameters as given`
        : preset === emulation
          ? `Preset ${preset}`
          : `${emulation}, preset ${preset}`,
    facts: [
      `F ${range(launchMs)} ms a launch, k ${range(cpuFactor)} times the CPU time, ` +
        `E ${range(firstLaunchExtraMs)} ms for the first launch, host factor ${hostFactor}`,
      `confidence: ${model.confidence}`,
      `calibrated on: ${model.calibratedOn}`,
      `source: ${model.source}`,
    ],
  };
}

function range({ value, low, high }: Model['launchMs']): string {
  return low === high ? String(value) : `${value} (${low}–${high})`;
}
