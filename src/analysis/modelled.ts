import {
  predict,
  type Prediction,
  predictionLabel,
  type PredictionLabel,
} from '../launch/emulations/model.ts';
import { isSameRow } from '../results/cell-name.ts';
import { byEmulation, compareRows, launchesOf, rowWord } from '../results/cells.ts';
import type { Control, ModelledCell, RunFacts, ToolIdentity } from '../results/results.ts';
import type { Sample } from '../results/sample.ts';
import { childCpuMs, type Metric, perMetric, usedSamples } from '../results/sample-figures.ts';
import { median } from '../statistics/order-statistics.ts';
import { type ClaimedCell, isVoid } from './claim.ts';
import type { ClaimedScenario } from './claimed-scenarios.ts';
import { isForAnotherKindOfTool } from './recalibrate.ts';

/** A modelled cell; never in one table with measured ones. */
export interface ModelledAnalysis {
  readonly cell: ModelledCell;
  /** Those of the native cell: a model changes none; null where they are not known. */
  readonly launches: number | null;
  /** null where the native cell was not timed. */
  readonly prediction: Readonly<Record<Metric, Prediction>> | null;
  readonly label: PredictionLabel;
  /** Against the first row of its tool under the same model; null for that one, and without predictions. */
  readonly ratio: Readonly<Record<Metric, number>> | null;
  /** How many times longer than natively, as the prediction has it; null without one. */
  readonly toNative: Readonly<Record<Metric, number>> | null;
}

/** The cells under one model. */
export interface ModelledEmulation {
  readonly emulation: string;
  /** What its rows are: `strategy` or `command`. */
  readonly rowWord: string;
  /** True when they were predicted from times that claim nothing. */
  readonly quick: boolean;
  readonly cells: readonly ModelledAnalysis[];
}

/**
 * What models say about a scenario, computed from its native cells; of a void one nothing is said. A model without
 * a single time says nothing either: its counts are those of the native cells.
 */
export function analyseModelled(
  { scenario, cells: claimed }: Pick<ClaimedScenario, 'scenario' | 'cells'>,
  { mode }: Pick<RunFacts, 'mode'>,
  tools: readonly ToolIdentity[],
): readonly ModelledEmulation[] {
  const modelled = scenario.cells.filter((cell) => cell.kind === 'modelled');
  return byEmulation(modelled).flatMap(({ emulation, cells }) => {
    const predicted = new Map(
      cells.flatMap((cell) => {
        const native = claimed.find((other) => other.emulation === 'native' && isSameRow(other, cell));
        return native === undefined || isVoid(native)
          ? []
          : [[cell, predictCell(cell, native, tools)] as const];
      }),
    );
    if ([...predicted.values()].every(({ prediction }) => prediction === null)) return [];
    const withRatios = compareRows(cells).flatMap(({ cell, first }) => {
      const one = predicted.get(cell);
      const reference = first === null ? undefined : predicted.get(first);
      return one === undefined
        ? []
        : [{ ...one, ratio: ratioOf(reference?.prediction ?? null, one.prediction) }];
    });
    return [{ emulation, rowWord: rowWord([scenario]), quick: mode === 'quick', cells: withRatios }];
  });
}

function predictCell(
  cell: ModelledCell,
  { of: scenario, cell: { counts, samples }, claim }: ClaimedCell,
  tools: readonly ToolIdentity[],
): Omit<ModelledAnalysis, 'ratio'> {
  const { launches } = counts;
  const started = launchesOf(scenario, counts);
  const unpredicted = { cell, launches, prediction: null, label: null, toNative: null };
  const cost = claim.kind === 'counted' || started === null ? null : nativeCost(samples, started);
  if (cost === null || started === null || isForAnotherKindOfTool(cell, tools)) return unpredicted;
  const inputs = {
    launches: started,
    ...cost,
    work: { libraries: counts.links, pages: cost.pages },
    nodeToolStartMs: bareStartMs(scenario.controls.toolStart),
  };
  const prediction = predict(cell.model, inputs);
  if (prediction === null) return unpredicted;
  const native = { cpu: { ms: cost.cpuMs }, wall: { ms: cost.cpuMs + cost.waitMs } };
  return {
    cell,
    launches,
    prediction,
    label: predictionLabel(cell.model, inputs),
    toNative: ratioOf(prediction, native),
  };
}

/**
 * The median CPU time and page faults of a native cell, and the wait of its quietest round: what is above that was waiting for a
 * processor, which would be another under an emulator and on another machine. CPU time is that of the children; of the
 * process that captured where nothing was launched.
 */
function nativeCost(
  samples: readonly Sample[],
  launches: number,
): { readonly cpuMs: number; readonly waitMs: number; readonly pages: number | null } | null {
  const rounds = usedSamples(samples).flatMap((sample) => {
    const cpuMs = launches > 0 ? childCpuMs(sample) : (sample.ownUserUs + sample.ownSystemUs) / 1e3;
    if (cpuMs === null) return [];
    return [{ cpuMs, waitMs: Math.max(0, sample.wallNs / 1e6 - cpuMs), pages: sample.minorFaults }];
  });
  if (rounds.length === 0) return null;
  const pages = rounds.flatMap((round) => round.pages ?? []);
  return {
    cpuMs: median(rounds.map(({ cpuMs }) => cpuMs)),
    waitMs: Math.min(...rounds.map(({ waitMs }) => waitMs)),
    pages: pages.length === 0 ? null : median(pages),
  };
}

/** CPU time of one start of our own tool as a Node program; null for another tool, or where it was not timed. */
function bareStartMs(toolStart: Control | null): number | null {
  if (toolStart === null) return null;
  const starts = usedSamples(toolStart.samples).flatMap((sample) => childCpuMs(sample) ?? []);
  return starts.length === 0 ? null : median(starts) / toolStart.launches;
}

type Times = Readonly<Record<Metric, { readonly ms: number }>>;

function ratioOf(reference: Times | null, prediction: Times | null): ModelledAnalysis['ratio'] {
  if (reference === null || prediction === null) return null;
  if (prediction.cpu.ms <= 0 || prediction.wall.ms <= 0) return null;
  return perMetric((metric) => reference[metric].ms / prediction[metric].ms);
}
