import { readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { FormatError, ScenarioError } from '../errors.ts';
import type { ModelEmulation } from '../launch/emulations/emulations.ts';
import { didYouMean } from '../nearest.ts';
import { systemErrorWords } from '../system-errors.ts';
import type { Scenario } from './scenario.ts';

/** The surroundings that a scenario is looked up in; the command line's `World` fits. */
export interface ScenarioWorld {
  /** Working directory, for relative paths. */
  readonly cwd: string;
  readonly installation: {
    /** Folder of the bundled scenarios. */
    readonly scenarios: string;
  };
}

/**
 * Loads a scenario: a path (anything with a `/`, or ending in .yaml or .yml), or the name of a bundled one.
 *
 * @throws ScenarioError when there is no such scenario, or it cannot be used as it is.
 */
export async function loadScenario(nameOrPath: string, world: ScenarioWorld): Promise<Scenario> {
  const isPath = nameOrPath.includes('/') || /\.ya?ml$/u.test(nameOrPath);
  const bundled = isPath ? [] : await bundledScenarios(world);
  if (!isPath && !bundled.includes(nameOrPath)) throw unknownName(nameOrPath, bundled);
  const file = isPath
    ? resolve(world.cwd, nameOrPath)
    : join(world.installation.scenarios, `${nameOrPath}.yaml`);
  const text = readBounded(file, nameOrPath, SCENARIO_FILE);
  // The validator is loaded when there is something to validate: commands that never get here start faster.
  const { parseScenario } = await import('./parse.ts');
  const origin = { source: isPath ? nameOrPath : `bundled:${nameOrPath}`, folder: dirname(file) };
  // What reads model files takes 4 ms to load, and few scenarios name one.
  if (!/\bmodel\b.*\.json/su.test(text)) return parseScenario(text, origin);
  const readModel = await openModelFiles();
  return parseScenario(text, {
    ...origin,
    readModel: (path) => readModel(resolve(dirname(file), path), path),
  });
}

/**
 * A reader of model files, which gets an absolute path and how messages call it.
 *
 * @throws FormatError when a file cannot be used as it is.
 */
export async function openModelFiles(): Promise<(path: string, name: string) => ModelEmulation> {
  const { emulationOf, parseModelFile } = await import('./model-file.ts');
  return (path, name) => emulationOf(parseModelFile(readBounded(path, name, MODEL_FILE), name));
}

/**
 * The text of a bundled scenario, to start another one from: its first line leads editors to the schema from any folder.
 *
 * @throws ScenarioError when there is none of this name.
 */
export async function readBundledScenario(name: string, world: ScenarioWorld): Promise<string> {
  const bundled = await bundledScenarios(world);
  if (!bundled.includes(name)) throw unknownName(name, bundled);
  const folder = world.installation.scenarios;
  const text = readBounded(join(folder, `${name}.yaml`), name, SCENARIO_FILE);
  return text.replace('$schema=./scenario.schema.json', `$schema=${join(folder, 'scenario.schema.json')}`);
}

/** Names of the scenarios that come with launchbench, in byte order. */
export async function bundledScenarios({ installation }: ScenarioWorld): Promise<readonly string[]> {
  const names = await readdir(installation.scenarios);
  return names
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

const SCENARIO_FILE = { what: 'scenario file', Failure: ScenarioError, hint: undefined };
const MODEL_FILE = {
  what: 'model file',
  Failure: FormatError,
  hint: '`launchbench calibrate --output FILE` writes one.',
};

/** Three times a scenario of ten thousand drivers; what is larger is something else. */
const MAX_BYTES = 4 * 1024 * 1024;

function readBounded(
  path: string,
  name: string,
  { what, Failure, hint }: typeof SCENARIO_FILE | typeof MODEL_FILE,
): string {
  try {
    const facts = statSync(path);
    if (!facts.isFile()) throw new Failure(`${name}: expected a ${what}, found something else.`);
    if (facts.size > MAX_BYTES) {
      throw new Failure(`${name}: expected at most ${MAX_BYTES} bytes, found ${facts.size}.`);
    }
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(`${name}: cannot read this ${what}: ${systemErrorWords(cause)}`, { cause, hint });
  }
}

function unknownName(name: string, bundled: readonly string[]): ScenarioError {
  return new ScenarioError(`No bundled scenario is called "${name}"${didYouMean(name, bundled)}`, {
    hint: `Bundled are ${bundled.join(', ')}. A file is given by a path: ./${name}.yaml`,
  });
}
