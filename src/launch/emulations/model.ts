import type { Model, ParameterRange } from './emulation-schemas.ts';

/** What was measured natively for one cell; milliseconds. */
export interface ModelInputs {
  /** 0 for a capture without launches. */
  readonly launches: number;
  /** CPU time of the launches, user and system; of the process that captures where there are none. */
  readonly cpuMs: number;
  /** Wall time beyond that which is no waiting for a processor: another program of the machine does not make it longer. */
  readonly waitMs: number;
  /** How much launches did, for models that count it; null where it is not known. */
  readonly work: Readonly<Record<WorkUnit, number | null>>;
  /** Native CPU time of a bare start of our own tool as a Node program, when that was launched; null for any other tool. */
  readonly nodeToolStartMs: number | null;
}

/** What a third parameter of a model may be paid for. */
export type WorkUnit = 'libraries' | 'pages';

/**
 * The third parameters that a calibration may find, at most one of them, and what each is paid for. To add one, add its
 * line here and its key in the schema. A factor of its own for the CPU time beyond the first millisecond is none of them:
 * every launch takes more than that, so it comes to another launchMs. Source: our measurement specification, 13.2.
 */
export const THIRD_PARAMETERS = {
  perLibraryMs: 'libraries',
  perPageMs: 'pages',
} as const satisfies Partial<Record<keyof Model, WorkUnit>>;

/** Name of a third parameter. */
export type ThirdParameter = keyof typeof THIRD_PARAMETERS;

/** Their names, in the order of the table. */
export const THIRD_PARAMETER_NAMES: readonly ThirdParameter[] = ['perLibraryMs', 'perPageMs'];

/** A predicted time with the range that the parameters' ranges span; milliseconds. */
export interface Prediction {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** What stands beside a prediction that is not about what was launched as it was launched; null: nothing. */
export type PredictionLabel = 'as a native tool' | 'the caller emulated' | 'the caller native' | null;

/**
 * CPU time of a bare start of the C capture tool, milliseconds: put in the place of the start-up of our Node program.
 * Source: our emulation specification, sections 3.2 and 5.
 */
const NATIVE_TOOL_START_MS = 1.2;

/**
 * What a cell would take under a modelled emulator that is cold when it begins: CPU time is E + n·F + k·h·C and what a
 * third parameter adds for libraries or pages, wall time that and the wait, which passes through unscaled. Where our own
 * tool was launched as a Node program and the parameters belong to the C tool, its start-up is first taken out of C and the
 * C tool's put in. Source: our emulation specification, 3.2, and our measurement specification, 13.
 *
 * @returns null when a third parameter is paid for something that is not known.
 */
export function predict(
  model: Model,
  inputs: ModelInputs,
): Readonly<Record<'cpu' | 'wall', Prediction>> | null {
  if (inputs.launches > 0 && thirdTermMs(model, inputs, 'value') === null) return null;
  const cpuAt = (end: keyof ParameterRange): number => {
    if (inputs.launches > 0) {
      return (
        model.firstLaunchExtraMs[end] +
        inputs.launches * model.launchMs[end] +
        model.cpuFactor[end] * model.hostFactor * launchedCpuMs(model, inputs) +
        (thirdTermMs(model, inputs, end) ?? 0)
      );
    }
    switch (model.caller) {
      case 'emulated':
        return model.cpuFactor[end] * model.hostFactor * inputs.cpuMs;
      case 'native':
        return model.hostFactor * inputs.cpuMs;
    }
  };
  const at = (waitMs: number): Prediction => ({
    ms: cpuAt('value') + waitMs,
    lowMs: cpuAt('low') + waitMs,
    highMs: cpuAt('high') + waitMs,
  });
  return { cpu: at(0), wall: at(inputs.waitMs) };
}

/** What must be said beside the prediction of `predict` for the same model and inputs. */
export function predictionLabel(model: Model, inputs: ModelInputs): PredictionLabel {
  if (inputs.launches === 0) return `the caller ${model.caller}`;
  return replacesStart(model, inputs) ? 'as a native tool' : null;
}

/**
 * Pages that a small dynamically linked program touches natively until it does its work, as `sh` and our native tool do
 * (133 to 222 with glibc 2.36). Recordings do not have them.
 */
const PAGES_OF_A_START = 150;

/** What starting a small program costs under a model, milliseconds, whatever it does then. */
export function startMs({ launchMs, perPageMs }: Model): ParameterRange {
  const at = (end: keyof ParameterRange): number =>
    launchMs[end] + (perPageMs?.[end] ?? 0) * PAGES_OF_A_START;
  return { value: at('value'), low: at('low'), high: at('high') };
}

/** What a third parameter adds: 0 without one; null where what it is paid for is not known. */
function thirdTermMs(model: Model, { work }: ModelInputs, end: keyof ParameterRange): number | null {
  let sum = 0;
  for (const name of THIRD_PARAMETER_NAMES) {
    const parameter = model[name];
    if (parameter === undefined) continue;
    const units = work[THIRD_PARAMETERS[name]];
    if (units === null) return null;
    sum += parameter[end] * units;
  }
  return sum;
}

/** CPU time that the model's factor applies to: c' = max(c − s, 0) + r a launch, c being the mean launch. */
function launchedCpuMs(model: Model, inputs: ModelInputs): number {
  const { launches, cpuMs, nodeToolStartMs } = inputs;
  if (nodeToolStartMs === null || !replacesStart(model, inputs)) return cpuMs;
  return launches * (Math.max(cpuMs / launches - nodeToolStartMs, 0) + NATIVE_TOOL_START_MS);
}

function replacesStart(model: Model, { launches, nodeToolStartMs }: ModelInputs): boolean {
  return launches > 0 && nodeToolStartMs !== null && model.fittedOn !== 'own-tool';
}
