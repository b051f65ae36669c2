import { EnvironmentError } from '../errors.ts';
import { keepServers, resolveWrapper } from '../launch/emulations/detect.ts';
import type { Emulation, WrapperEmulation } from '../launch/emulations/emulations.ts';
import type { NoiseFinding } from '../machine/machine-description.ts';
import { fileSystemOf, type NoiseReading, readNoise } from '../machine/machine-facts.ts';
import { findNoise } from '../machine/noise.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { createRandom } from '../statistics/random.ts';
import { dropFileCache } from './drop-file-cache.ts';
import { setUpCalibration } from './measure-calibration.ts';
import { setUpCommands } from './measure-commands.ts';
import { setUpReplay } from './measure-replay.ts';
import { setUpStack } from './measure-stack.ts';
import type { ModelledCellPlan } from './plan-cells.ts';
import { collect, type Collected } from './run-rounds.ts';
import type { MeasureOptions, Subject } from './subject.ts';
import { REAL_CLOCKS } from './take-sample.ts';

/** Everything that a run knows about one scenario. */
export interface MeasuredScenario extends Pick<Subject, 'facts' | 'foreseenLinks' | 'roots' | 'tools'> {
  readonly scenario: Scenario;
  readonly collected: Collected;
  readonly modelled: readonly ModelledCellPlan[];
  /** File system of what was measured from; null: there is none. */
  readonly providerFileSystem: string | null;
  /** The wrappers that were used, with absolute paths. */
  readonly wrappers: readonly WrapperEmulation[];
  readonly noise: readonly NoiseFinding[];
  /** What else is to be said, in whole sentences. */
  readonly notes: readonly string[];
}

/**
 * Measures one scenario from setting it up to its last round.
 *
 * @throws SysrootError, FormatError when a tree cannot be used; EnvironmentError when a tool or command is missing;
 * LaunchError when a set-up fails; InterruptedError when the user stops it before the first round; later, what is there
 * is returned.
 */
export async function measureScenario(
  scenario: Scenario,
  options: MeasureOptions,
): Promise<MeasuredScenario> {
  const { mode, signal, timer, workDir } = options;
  const { emulations, missing } = findEmulations(scenario.emulations, options);
  const subject = await setUpSubject(scenario, emulations, options);
  try {
    const servers = mode === 'counts-only' ? [] : await keepServers(emulations);
    const readings: NoiseReading[] = [];
    const machine = { facts: options.machine, temporaryFileSystem: fileSystemOf(workDir) };
    const rounds = await collect(subject.bench, {
      ...scenario.sampling,
      mode,
      nullControl: options.nullControl,
      random: createRandom(options.seed),
      timer,
      clocks: REAL_CLOCKS,
      signal,
      onProgress: (progress) => {
        options.onProgress(scenario.name, progress);
      },
      atBoundary: () => {
        readings.push(readNoise());
        if (readings.length === 1) options.beforeTiming(findNoise({ ...machine, readings }));
        return Promise.resolve();
      },
      beforeSample: () => {
        if (options.cold) dropFileCache();
        return Promise.resolve();
      },
    });
    const collected = await subject.verify(rounds);
    const { plan, facts, foreseenLinks, roots, tools, source } = subject;
    return {
      scenario,
      facts,
      collected,
      modelled: plan.modelled,
      foreseenLinks,
      tools,
      providerFileSystem: source === null ? null : fileSystemOf(source),
      noise: findNoise({ ...machine, readings }),
      wrappers: emulations.filter((emulation) => emulation.kind === 'wrapper'),
      notes: [...(await subject.notesOn(collected)), ...servers, ...missing, ...plan.notes],
      roots,
    };
  } finally {
    await subject.end();
  }
}

function setUpSubject(
  scenario: Scenario,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Promise<Subject> {
  switch (scenario.kind) {
    case 'stack':
      return setUpStack(scenario, emulations, options);
    case 'commands':
      return setUpCommands(scenario, emulations, options);
    case 'replay':
      return setUpReplay(scenario, emulations, options);
    case 'calibration':
      return setUpCalibration(scenario, emulations, options);
  }
}

/** Emulations with absolute paths in their commands, without the optional ones that this machine lacks. */
function findEmulations(
  wanted: readonly Emulation[],
  { env, cwd }: Pick<MeasureOptions, 'env' | 'cwd'>,
): { readonly emulations: readonly Emulation[]; readonly missing: readonly string[] } {
  const emulations: Emulation[] = [];
  const missing: string[] = [];
  for (const emulation of wanted) {
    try {
      emulations.push(emulation.kind === 'wrapper' ? resolveWrapper(emulation, env, cwd) : emulation);
    } catch (error) {
      const optional = emulation.kind === 'wrapper' && emulation.optional === true;
      if (!optional || !(error instanceof EnvironmentError)) throw error;
      missing.push([`${error.message}, so it is left out.`, error.hint].filter(Boolean).join(' '));
    }
  }
  return { emulations, missing };
}
