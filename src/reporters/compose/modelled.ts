import {
  cell,
  cellOf,
  figures,
  heading,
  line,
  list,
  words,
  type Block,
  type CellLine,
  type TableBlock,
  type Tone,
} from '../blocks.ts';
import {
  formatCount,
  formatModelledRatio,
  formatPrediction,
  METRIC_NAMES,
  QUICK_LABEL,
  QUICK_MARK,
} from '../format-numbers.ts';
import type { ModelledAnalysis, ModelledEmulation, ScenarioAnalysis } from '../../analysis/analysis.ts';
import type { Model } from '../../launch/emulations/emulation-schemas.ts';
import { THIRD_PARAMETER_NAMES, THIRD_PARAMETERS, type WorkUnit } from '../../launch/emulations/model.ts';
import { metricLine, perMetric } from './measured-table.ts';
import { METRICS } from '../../results/sample-figures.ts';
import { nameOfRow } from '../../results/cell-name.ts';

/**
 * The strategies under one model. Never one table with measured cells. Patterns and links are those of the
 * measured table; what was predicted rests on launches alone.
 */
export function modelledTable({ cells, quick, rowWord }: ModelledEmulation): TableBlock {
  return {
    kind: 'table',
    caption: quick ? `Predicted from times that are ${QUICK_LABEL}.` : null,
    columns: [
      words(rowWord),
      figures('launches', 1),
      words('time'),
      words('predicted (low–high)'),
      words('to the first'),
      words('to native', 2),
    ],
    rows: cells.map((one) => [
      cell(nameOfRow(one.cell), 'strong'),
      cell(formatCount(one.launches), 'strong'),
      perMetric(metricLine),
      cellOf([...predictionLines(one), ...remarkLines(one, quick)]),
      perMetric((metric) => ratioLine(one.ratio?.[metric], 'plain')),
      perMetric((metric) => ratioLine(one.toNative?.[metric], 'muted')),
    ]),
  };
}

function predictionLines({ prediction }: ModelledAnalysis): readonly CellLine[] {
  if (prediction === null) return [line('—', 'muted')];
  return METRICS.map((metric) => line(formatPrediction(prediction[metric])));
}

function ratioLine(ratio: number | undefined, tone: Tone): CellLine {
  return ratio === undefined ? line('—', 'muted') : line(formatModelledRatio(ratio), tone);
}

/** What the prediction is about, where that is not what was launched. */
function remarkLines({ prediction, label }: ModelledAnalysis, quick: boolean): readonly CellLine[] {
  if (prediction === null) return [];
  const remarks = [...(label === null ? [] : [label]), ...(quick ? [QUICK_MARK] : [])].join(', ');
  return remarks === '' ? [] : [line(remarks, quick ? 'warning' : 'muted')];
}

/** What all modelled figures of a report rest on, each model once. */
export function modelBlocks(scenarios: readonly ScenarioAnalysis[]): readonly Block[] {
  const notes = modelNotes(scenarios.flatMap(({ modelled }) => modelled));
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

/** A prediction that misses by more is refused by our calibration too. Source: our emulation specification, 3.3. */
const LARGEST_ERROR = 0.3;

/** How far to trust the figures of a model: what was measured in the same run has the last word. */
export function confidenceSentence(
  { emulation, cells }: ModelledEmulation,
  { modelErrors }: Pick<ScenarioAnalysis, 'modelErrors'>,
): string {
  const confidences = [...new Set(cells.map(({ cell: { model } }) => model.confidence))].join('; ');
  const errors = modelErrors
    .filter(({ modelled }) => modelled === emulation)
    .flatMap(({ rows }) => rows.map(({ error }) => Math.abs(error.cpu)));
  const worst = Math.max(0, ...errors);
  const said =
    worst > LARGEST_ERROR
      ? `none here: it misses by up to ${Math.round(worst * 100)} % what this run measured (its source says: ${confidences}). Links made on a disk cost time that an emulator does not multiply; set TMPDIR to a folder on tmpfs, such as /dev/shm`
      : confidences;
  return `Confidence: ${said}.`;
}

/** `qemu-user against the measured qemu-x86_64: per-driver CPU +8 %, wall +3 %; batched CPU −4 %, wall −1 %.` */
export function modelErrorSentences(
  { emulation }: ModelledEmulation,
  { modelErrors }: ScenarioAnalysis,
): readonly string[] {
  return modelErrors
    .filter(({ modelled }) => modelled === emulation)
    .map(({ modelled, measured, rows }) => {
      const errors = rows.map(
        ({ row, tool, error }) =>
          `${nameOfRow({ row, tool })} ${METRICS.map((metric) => `${METRIC_NAMES[metric]} ${signedPercent(error[metric])}`).join(', ')}`,
      );
      return `${modelled} predicts, against the measured ${measured}: ${errors.join('; ')}.`;
    });
}

/** `+8 %`, `−4 %`. */
export function signedPercent(share: number): string {
  const percent = Math.round(share * 100);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent)} %`;
}

/** The models behind the cells of some emulations, each once. */
export function modelNotes(emulations: readonly ModelledEmulation[]): readonly ModelNote[] {
  const notes = emulations.flatMap(({ emulation, cells }) =>
    cells.map(({ cell: { model } }) => modelNote(emulation, model)),
  );
  return [...new Map(notes.map((note) => [JSON.stringify(note), note])).values()];
}

/** One model. */
export function modelNote(emulation: string, model: Model): ModelNote {
  const { preset, launchMs, cpuFactor, firstLaunchExtraMs, hostFactor, calibration } = model;
  const third = THIRD_PARAMETER_NAMES.flatMap((name) => {
    const parameter = model[name];
    return parameter === undefined
      ? []
      : [`${range(parameter)} ms a ${UNIT_WORDS[THIRD_PARAMETERS[name]]}, `];
  });
  return {
    title:
      preset === null
        ? `${emulation}, parameters as ${calibration === undefined ? 'given' : 'calibrated'}`
        : preset === emulation
          ? `Preset ${preset}`
          : `${emulation}, preset ${preset}`,
    facts: [
      `F ${range(launchMs)} ms a launch, k ${range(cpuFactor)} times the CPU time, ${third.join('')}` +
        `E ${range(firstLaunchExtraMs)} ms for the first launch, host factor ${hostFactor}`,
      `confidence: ${model.confidence}`,
      `calibrated on: ${model.calibratedOn}`,
      `source: ${model.source}`,
    ],
  };
}

/** What a third parameter is paid for, one of it. */
const UNIT_WORDS = {
  libraries: 'library that is linked',
  pages: 'page that a launch touches natively',
} as const satisfies Record<WorkUnit, string>;

function range({ value, low, high }: Model['launchMs']): string {
  return low === high ? String(value) : `${value} (${low}–${high})`;
}
