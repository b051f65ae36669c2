/** A parameter with the range it may lie in. */
export interface ParameterRange {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What a launch costs under an emulator that is not executed. Source: our emulation specification, section 3. */
export interface Model {
  /** Preset that it is, or was changed from; null: all its own. */
  readonly preset: string | null;
  /** Milliseconds for each launch: starting the emulator, translating the common start-up code. */
  readonly launchMs: ParameterRange;
  /** Multiplies the native CPU time of a launch. */
  readonly cpuFactor: ParameterRange;
  /** Milliseconds paid once in a cold period: server start, image mount. */
  readonly firstLaunchExtraMs: ParameterRange;
  /** Native CPU time on the emulator's host, as a multiple of that measured here. */
  readonly hostFactor: number;
  readonly source: string;
  readonly confidence: string;
  /** Machine and date, or the program, that the parameters come from. */
  readonly calibratedOn: string;
  /**
   * The tool that the parameters were fitted on: they hold for it alone. Left out: the C capture tool, as in all
   * presets; a model that `calibrate` fitted on our own tool is applied to it as it is.
   */
  readonly fittedOn?: 'own-tool' | undefined;
}

/** What was measured natively for one cell; milliseconds. */
export interface ModelInputs {
  /** 0 for a capture in our own process. */
  readonly launches: number;
  /** CPU time of the launches, user and system; of our own process around the capture where there are none. */
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Native CPU time of a bare start of our own tool, when that was launched; null for any other tool. */
  readonly ownToolStartMs: number | null;
}

/** A predicted time with the range that the parameters' ranges span; milliseconds. */
export interface Prediction {
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** What stands beside a prediction that is not about the tool as it was launched; null: nothing. */
export type PredictionLabel = 'as a native tool' | 'the caller emulated' | null;

/**
 * CPU time of a bare start of the C capture tool, milliseconds: put in the place of our own tool's start-up.
 * Source: our emulation specification, sections 3.2 and 5.
 */
const NATIVE_TOOL_START_MS = 1.2;

/**
 * What a cell would take under a modelled emulator that is cold when it begins: T = E + n·F + k·h·C + max(0, W − C),
 * the wait passing through unscaled. Where our own tool was launched and the parameters belong to the C tool, our tool's start-up is first
 * taken out of C and the C tool's put in. Source: our emulation specification, section 3.2.
 */
export function predict(model: Model, inputs: ModelInputs): Prediction {
  const { launches, cpuMs, wallMs } = inputs;
  const workMs = model.hostFactor * toolCpuMs(model, inputs);
  const waitMs = Math.max(0, wallMs - cpuMs);
  // Nothing is launched in a capture of our own process: no emulator is started for it.
  const coldPeriods = launches > 0 ? 1 : 0;
  const at = (end: keyof ParameterRange): number =>
    model.firstLaunchExtraMs[end] * coldPeriods +
    launches * model.launchMs[end] +
    model.cpuFactor[end] * workMs +
    waitMs;
  return { ms: at('value'), lowMs: at('low'), highMs: at('high') };
}

/** What must be said beside the prediction of `predict` for the same model and inputs. */
export function predictionLabel(model: Model, inputs: ModelInputs): PredictionLabel {
  if (inputs.launches === 0) return 'the caller emulated';
  return replacesStart(model, inputs) ? 'as a native tool' : null;
}

/** CPU time that the model's factor applies to: c' = max(c − s, 0) + r a launch, c being the mean launch. */
function toolCpuMs(model: Model, inputs: ModelInputs): number {
  const { launches, cpuMs, ownToolStartMs } = inputs;
  if (launches === 0 || ownToolStartMs === null || !replacesStart(model, inputs)) return cpuMs;
  return launches * (Math.max(cpuMs / launches - ownToolStartMs, 0) + NATIVE_TOOL_START_MS);
}

function replacesStart(model: Model, { launches, ownToolStartMs }: ModelInputs): boolean {
  return launches > 0 && ownToolStartMs !== null && model.fittedOn !== 'own-tool';
}
