import { heading, list } from '../blocks.ts';
import type { Block } from '../blocks.ts';
import type { ModelledAnalysis, ScenarioAnalysis } from '../../analysis/analysis.ts';
import type { ModelUsed, ParameterRange, RunFacts } from '../../results/results-file.ts';

/** The models that predicted something: nothing is to be shown of the others. */
export function predictedEmulations(
  { modelled }: ScenarioAnalysis,
  mode: RunFacts['mode'],
): ScenarioAnalysis['modelled'] {
  return mode === 'counts-only' ? [] : modelled;
}

/** What all modelled figures of a report rest on, each model once. */
export function modelBlocks(
  scenarios: readonly ScenarioAnalysis[],
  mode: RunFacts['mode'],
): readonly Block[] {
  const notes = distinct(
    scenarios.flatMap((scenario) =>
      predictedEmulations(scenario, mode).flatMap(({ emulation, cells }) => modelNotes(emulation, cells)),
    ),
  );
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
export function confidenceSentence(cells: readonly ModelledAnalysis[]): string {
  const confidences = [...new Set(cells.map(({ cell: { model } }) => model.confidence))];
  return `Confidence: ${confidences.join('; ')}. Parameters and source stand under "Models".`;
}

/** The models behind the cells of one emulation. */
export function modelNotes(emulation: string, cells: readonly ModelledAnalysis[]): readonly ModelNote[] {
  return distinct(cells.map(({ cell: { model } }) => modelNote(emulation, model)));
}

function distinct(notes: readonly ModelNote[]): readonly ModelNote[] {
  return [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];
}

function modelNote(emulation: string, model: ModelUsed): ModelNote {
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

function range({ value, low, high }: ParameterRange): string {
  return low === high ? String(value) : `${value} (${low}–${high})`;
}
