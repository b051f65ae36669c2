import { EnvironmentError } from '../errors.ts';
import { keepServers, resolveWrapper } from '../launch/emulations/detect.ts';
import type { Emulation, WrapperEmulation } from '../launch/emulations/emulations.ts';
import { fileSystemOf, type NoiseReading, readNoise } from '../machine/machine-facts.ts';
import { findNoise } from '../machine/noise.ts';
import type { ScenarioResult } from '../results/results.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { createRandom } from '../statistics/random.ts';
import { dropFileCache } from './drop-file-cache.ts';
import { setUpCalibration } from './measure-calibration.ts';
import { setUpCommands } from './measure-commands.ts';
import { setUpReplay } from './measure-replay.ts';
import { setUpStack } from './measure-stack.ts';
import { type Collected, runRounds } from './run-rounds.ts';
import { scenarioResult } from './scenario-result.ts';
import type { MeasureOptions, Subject } from './subject.ts';
import { REAL_CLOCKS } from './take-sample.ts';
import { verifyCells } from './verify-cells.ts';

/** Everything that a run knows about one scenario. */
export interface MeasuredScenario
  extends Pick<Subject, 'tools'>, Pick<Collected, 'complete' | 'droppedSamples'> {
  readonly result: ScenarioResult;
  /** File system of what was measured from; null: there is none. */
  readonly providerFileSystem: string | null;
  /** The wrappers that were used, with absolute paths. */
  readonly wrappers: readonly WrapperEmulation[];
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
    const rounds = await runRounds(subject.bench, {
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
      },
      beforeSample: () => {
        if (options.cold) dropFileCache();
      },
    });
    const { verifying, plan, tools, source } = subject;
    const collected =
      verifying === null ? rounds : await verifyCells(rounds, verifying, scenario.name, options);
    const isUnproven =
      verifying !== null &&
      options.tracer === null &&
      plan.measured.some(({ emulation }) => emulation.kind === 'wrapper');
    const notes = [
      ...(await subject.notesOn(collected)),
      ...(isUnproven ? [UNPROVEN] : []),
      ...[...servers, ...missing, ...plan.notes],
    ];
    return {
      result: scenarioResult(scenario, subject, collected, findNoise({ ...machine, readings }), notes),
      tools,
      complete: collected.complete,
      droppedSamples: collected.droppedSamples,
      providerFileSystem: source === null ? null : fileSystemOf(source),
      wrappers: emulations.filter((emulation) => emulation.kind === 'wrapper'),
    };
  } finally {
    await subject.end();
  }
}

const UNPROVEN =
  'That every launch stayed inside its emulation was not proven: a tracer, which would have seen one escape, is not there.';

function setUpSubject(
  scenario: Scenario,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Promise<Subject> | Subject {
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
