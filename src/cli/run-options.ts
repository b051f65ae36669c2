import type { StrategyName } from '../core/overrides/strategies.ts';
import { UsageError } from '../errors.ts';
import {
  type Emulation,
  type ModelEmulation,
  NATIVE,
  type WrapperEmulation,
} from '../launch/emulations/emulations.ts';
import { emulatorPrograms } from '../launch/emulations/known-emulators.ts';
import { isPresetName, PRESETS } from '../launch/emulations/presets.ts';
import { didYouMean } from '../nearest.ts';
import { MAX_ROUNDS, MAX_TIMEOUT_S } from '../scenario/defaults.ts';
import { openModelFiles } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { toEmulation, toWrapper } from '../scenario/to-emulation.ts';
import type { OptionTable, OptionValues, TextOption } from './command.ts';
import { COUNT, SECONDS } from './option-kinds.ts';
import type { World } from './world.ts';

/** The options that say for one run what a scenario says for all: each has the scenario's key as its name. */
export const RUN_SAMPLING_OPTIONS = {
  rounds: {
    ...COUNT,
    min: 1,
    max: MAX_ROUNDS,
    describe: 'Rounds to time; rounded up to whole blocks of as many rounds as there are cells',
  },
  warmup: { ...COUNT, min: 0, max: 10, describe: 'Rounds before that which are not used' },
  precision: {
    type: 'number',
    placeholder: 'RATIO',
    min: 0.001,
    max: 1,
    describe: 'Go on until every interval is narrower than this, e.g. 0.05',
  },
  maxTime: { ...SECONDS, describe: 'Begin no further block of a scenario after so long' },
  seed: { ...COUNT, min: 0, describe: 'Draw the order of samples from this; it is in every results file' },
  timeout: { ...SECONDS, max: MAX_TIMEOUT_S, describe: 'Longest time that one launch may take' },
} as const satisfies OptionTable;

/** The option `--wrapper`: an emulation without a scenario that names it. */
export const wrapperOption = {
  type: 'string',
  placeholder: 'NAME=COMMAND',
  multiple: true,
  completes: { words: emulatorPrograms().map((program) => `${program}=${program}`) },
  describe: 'Measure under a command put before every launch, too: qemu=qemu-x86_64',
} as const satisfies TextOption;

/** What a command line may say differently from the scenario. */
export type Adjustments = OptionValues<typeof RUN_SAMPLING_OPTIONS> & {
  readonly quick: boolean;
  readonly countsOnly: boolean;
  readonly strategy?: readonly StrategyName[];
  readonly command?: readonly string[];
  readonly emulation: readonly string[];
  readonly wrapper: readonly string[];
};

/** Rounds of a quick run. */
const QUICK_ROUNDS = 3;

/** How long `--precision` may go on where nothing else ends it: ten minutes. */
const MAX_TIME_OF_PRECISION_MS = 600_000;

/**
 * A scenario as the command line wants it run.
 *
 * @throws UsageError for an emulation that neither the scenario nor we know, for two of one name, and for rows that the
 * scenario does not have.
 */
export function adjustScenario(scenario: Scenario, given: Adjustments, models: Models = NO_MODELS): Scenario {
  const { sampling } = scenario;
  const precision = given.precision ?? (given.quick ? null : sampling.precision);
  return {
    ...withRows(scenario, given),
    emulations: eachNamedOnce([
      ...(given.emulation.length > 0
        ? [...new Set(given.emulation)].map((name) => models.get(name) ?? emulationCalled(name, scenario))
        : scenario.emulations.filter((emulation) => !(given.countsOnly && isOptional(emulation)))),
      ...given.wrapper.map((word) => parseWrapper(word, scenario)),
    ]),
    sampling: {
      rounds: given.rounds ?? (given.quick ? QUICK_ROUNDS : sampling.rounds),
      warmup: given.warmup ?? sampling.warmup,
      precision,
      maxTimeMs:
        given.maxTime === undefined
          ? (sampling.maxTimeMs ?? (precision === null ? null : MAX_TIME_OF_PRECISION_MS))
          : given.maxTime * 1000,
      seed: given.seed ?? sampling.seed,
      timeoutMs: given.timeout === undefined ? sampling.timeoutMs : given.timeout * 1000,
    },
  };
}

/** A results file names cells by their emulation, so the same name twice could not be read again. */
function eachNamedOnce(emulations: readonly Emulation[]): readonly Emulation[] {
  const names = emulations.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined) return emulations;
  throw new UsageError(`two of the emulations are called ${JSON.stringify(twin)}`, {
    hint: 'Give a --wrapper another name, as in --wrapper other=COMMAND, or change the "name" in a model file.',
  });
}

/** Models that the command line names as files, by the word that does. */
type Models = ReadonlyMap<string, ModelEmulation>;

const NO_MODELS: Models = new Map();

/**
 * Reads the model files of `--emulation model=FILE`.
 *
 * @throws FormatError when one cannot be used as it is.
 */
export async function loadModels(words: readonly string[], { files }: Pick<World, 'files'>): Promise<Models> {
  const named = words.flatMap((word) => {
    const path = /^model=(.+)$/su.exec(word)?.[1];
    return path === undefined ? [] : [{ word, path }];
  });
  if (named.length === 0) return NO_MODELS;
  const readModel = await openModelFiles();
  return new Map(named.map(({ word, path }) => [word, readModel(files.resolve(path), path)]));
}

/**
 * What is optional is there to be timed. Counts are gated on machines that have it and on machines that have not, and an
 * emulator changes none.
 */
function isOptional(emulation: Emulation): boolean {
  return emulation.kind === 'wrapper' && emulation.optional === true;
}

/** Only the rows that are asked for, in that order. */
function withRows(
  scenario: Scenario,
  { strategy = [], command = [] }: Pick<Adjustments, 'strategy' | 'command'>,
): Scenario {
  const { name } = scenario;
  switch (scenario.kind) {
    case 'stack':
      if (command.length > 0) throw new UsageError(`--command: scenario ${name} has strategies, no commands`);
      return strategy.length === 0 ? scenario : { ...scenario, strategies: [...new Set(strategy)] };
    case 'commands': {
      if (strategy.length > 0)
        throw new UsageError(`--strategy: scenario ${name} has commands, no strategies`);
      const known = scenario.commands.map((one) => one.name);
      const commands = [...new Set(command)].map((wanted) => {
        const found = scenario.commands.find((one) => one.name === wanted);
        if (found !== undefined) return found;
        throw new UsageError(
          `--command: scenario ${name} has none called ${JSON.stringify(wanted)}${didYouMean(wanted, known)}`,
          { hint: `It has ${known.join(', ')}.` },
        );
      });
      return command.length === 0 ? scenario : { ...scenario, commands };
    }
    case 'replay':
    case 'calibration':
      return scenario;
  }
}

function emulationCalled(name: string, { emulations, name: scenario }: Scenario): Emulation {
  const found = emulations.find((emulation) => emulation.name === name);
  if (found !== undefined) return found;
  if (name === NATIVE.name || isPresetName(name)) return toEmulation(name);
  const known = [
    ...new Set([...emulations.map((emulation) => emulation.name), NATIVE.name, ...Object.keys(PRESETS)]),
  ];
  throw new UsageError(
    `--emulation: scenario ${scenario} has none called "${name}"${didYouMean(name, known)}`,
    { hint: `Known here are ${known.join(', ')}; a model file is given as model=FILE.` },
  );
}

/** Reads `--wrapper qemu=qemu-x86_64 -L /`: what stands behind the "=" is cut at blanks. */
export function parseWrapper(word: string, { emulations }: Pick<Scenario, 'emulations'>): WrapperEmulation {
  const [, wrapper = '', line = ''] = /^([^=]*)=(.*)$/su.exec(word) ?? [];
  const command = line.split(/\s+/u).filter((part) => part !== '');
  if (!/^[a-z0-9][a-z0-9._-]*$/u.test(wrapper) || command.length === 0) {
    throw new UsageError(`--wrapper: expected NAME=COMMAND, as in qemu=qemu-x86_64, found "${word}"`);
  }
  if (emulations.some(({ name }) => name === wrapper)) {
    throw new UsageError(`--wrapper: the scenario has an emulation called "${wrapper}"`, {
      hint: `Pick it with --emulation ${wrapper}, or give the wrapper another name.`,
    });
  }
  return toWrapper({ wrapper, command });
}
