import { TUPLES, type Tuple } from '../core/sysroot/architectures.ts';
import { ScenarioError } from '../errors.ts';
import { type Emulation, NATIVE, type WrapperEmulation } from '../launch/emulations/emulations.ts';
import type { Model } from '../launch/emulations/emulation-schemas.ts';
import { isPresetName, modelOf, type PresetName } from '../launch/emulations/presets.ts';
import type { ScenarioFile } from './schema.ts';

type EmulationFile = NonNullable<ScenarioFile['emulations']>[number];
type WrapperFile = Extract<EmulationFile, { wrapper: string }>;
type ModelFile = Extract<EmulationFile, { model: string }>;
type GivenParameters = Omit<ModelFile, 'model' | 'preset'>;

/**
 * What a scenario, or a word on the command line, says of an emulation. A wrapper must have a command for each of
 * the architectures, where they are known.
 *
 * @throws ScenarioError when a model lacks a parameter, or a name means something else already.
 */
export function toEmulation(
  file: EmulationFile,
  architectures: readonly Tuple[] | null = null,
  readModel: ReadModel = noFiles,
): Emulation {
  if (typeof file === 'string') {
    return isPresetName(file) ? { kind: 'model', name: file, model: modelOf(file) } : NATIVE;
  }
  if ('wrapper' in file) return toWrapper(file, architectures);
  return isModelFile(file.model) ? fromFile(file, readModel) : toModel(file);
}

/** Reads the model file of a path, as a scenario names it. */
export type ReadModel = (path: string) => Emulation;

/** Whether what a model is called is a path. */
function isModelFile(word: string): boolean {
  return word.endsWith('.json');
}

function noFiles(path: string): never {
  throw new ScenarioError(`the model file ${path} cannot be read from here`);
}

function fromFile({ model, ...rest }: ModelFile, readModel: ReadModel): Emulation {
  const [other] = Object.keys(rest);
  if (other === undefined) return readModel(model);
  throw new ScenarioError(`a model file says everything itself, so "${other}" cannot stand beside it`, {
    hint: 'Change a copy of the file, or give the model a name that does not end in ".json".',
  });
}

/**
 * A command that is put before launches: the same for every architecture, or each its own.
 *
 * @throws ScenarioError when the name means something else already, or an architecture lacks its command.
 */
export function toWrapper(
  { wrapper, command, optional, rounds }: WrapperFile,
  architectures: readonly Tuple[] | null = null,
): WrapperEmulation {
  if (wrapper === 'native' || isPresetName(wrapper)) {
    throw new ScenarioError(`"${wrapper}" is the name of another emulation, which is not a wrapper`, {
      hint: 'Give the wrapper a name of its own, so that measured and modelled figures are not mixed up.',
    });
  }
  const byTuple = new Map<Tuple, readonly [string, ...string[]]>();
  for (const tuple of TUPLES) {
    const [program, ...args] = (command instanceof Array ? command : command[tuple]) ?? [];
    if (program !== undefined) byTuple.set(tuple, [program, ...args]);
  }
  const lacking = architectures?.filter((tuple) => !byTuple.has(tuple)) ?? [];
  if (lacking.length > 0) {
    throw new ScenarioError(`expected a command for ${lacking.join(' and ')} too, found none`);
  }
  return { kind: 'wrapper', name: wrapper, command: Object.fromEntries(byTuple), optional, rounds };
}

function toModel({ model: name, preset: named, ...given }: ModelFile): Emulation {
  if (name === 'native') throw new ScenarioError('"native" is the name of an emulation that is no model');
  const preset = named ?? name;
  return {
    kind: 'model',
    name,
    model: isPresetName(preset) ? changed(preset, given) : complete(name, given),
  };
}

/** A changed figure is no longer the preset's, so the source says what was changed. */
function changed(preset: PresetName, given: GivenParameters): Model {
  const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const model = modelOf(preset, changes);
  const figures = (['launchMs', 'cpuFactor', 'firstLaunchExtraMs', 'hostFactor'] as const).filter(
    (key) => key in changes,
  );
  if (figures.length === 0 || given.source !== undefined) return model;
  return { ...model, source: `preset ${preset} with another ${figures.join(', ')}: ${model.source}` };
}

function complete(name: string, given: GivenParameters): Model {
  const { launchMs, cpuFactor, source, confidence, calibratedOn } = given;
  if (!launchMs || !cpuFactor || !source || !confidence || !calibratedOn) {
    const missing = (['launchMs', 'cpuFactor', 'source', 'confidence', 'calibratedOn'] as const).filter(
      (key) => given[key] === undefined,
    );
    throw new ScenarioError(
      `"${name}" is no preset, so it must say everything itself; missing: ${missing.join(', ')}`,
      { hint: 'Or name a preset to start from: "preset: fex-nocache".' },
    );
  }
  const { firstLaunchExtraMs = { value: 0, low: 0, high: 0 }, hostFactor = 1, caller = 'emulated' } = given;
  const parameters = { launchMs, cpuFactor, firstLaunchExtraMs, hostFactor, caller };
  return { preset: null, ...parameters, source, confidence, calibratedOn };
}
