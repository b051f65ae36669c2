import { predict, predictionLabel, type Model, type ModelInputs } from '../launch/emulations/model.ts';
import { presentFigures, figuresByRound, usedSamples } from '../results/sample-figures.ts';
import type { Sample } from '../results/sample.ts';
import { median } from '../statistics/order-statistics.ts';

/** A native cell as a model sees it. */
export interface NativeCell {
  readonly launches: number;
  readonly samples: readonly Sample[];
}

/** What a model says of a cell. Milliseconds. */
export interface ModelledTime {
  readonly inputs: { readonly launches: number; readonly cpuMs: number; readonly wallMs: number };
  /** null where nothing was timed. */
  readonly prediction: { readonly ms: number; readonly lowMs: number; readonly highMs: number } | null;
  readonly label: string | null;
}

/**
 * Computes a cell from the natively measured one: medians of its CPU and wall time go through the model.
 *
 * CPU time is that of the children where there are any; of our own process around the capture where there
 * are none, because the program that captures would then itself be emulated.
 *
 * @param toolStart - samples of bare starts of our own tool and how many each sample holds; null for another tool
 */
export function modelCell(model: Model, native: NativeCell, toolStart: NativeCell | null): ModelledTime {
  const cpuMs = native.launches > 0 ? childCpuMs(native.samples) : ownCpuMs(native.samples);
  const wall = presentFigures(figuresByRound(native.samples, 'wall'));
  const startMs = toolStart && childCpuMs(toolStart.samples);
  if (cpuMs === null || wall.length === 0) {
    return { inputs: { launches: native.launches, cpuMs: 0, wallMs: 0 }, prediction: null, label: null };
  }
  const inputs = { launches: native.launches, cpuMs, wallMs: median(wall) };
  const modelInputs: ModelInputs = {
    ...inputs,
    ownToolStartMs: toolStart === null || startMs === null ? null : startMs / toolStart.launches,
  };
  return { inputs, prediction: predict(model, modelInputs), label: predictionLabel(model, modelInputs) };
}

function childCpuMs(samples: readonly Sample[]): number | null {
  const values = usedSamples(samples).flatMap(({ childUserUs, childSystemUs }) =>
    childUserUs === null || childSystemUs === null ? [] : [(childUserUs + childSystemUs) / 1e3],
  );
  return values.length === 0 ? null : median(values);
}

function ownCpuMs(samples: readonly Sample[]): number | null {
  const values = usedSamples(samples).map(({ ownUserUs, ownSystemUs }) => (ownUserUs + ownSystemUs) / 1e3);
  return values.length === 0 ? null : median(values);
}
