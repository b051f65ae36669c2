import { relative } from 'node:path';
import { homedir } from 'node:os';
import { type Analysis, analyse } from '../analysis/analysis.ts';
import type { StrategyName } from '../core/overrides/strategies.ts';
import { EnvironmentError, EXIT, type ExitStatus, InterruptedError } from '../errors.ts';
import { installedHelper, installedTracer } from '../launch/installed-helper.ts';
import type { NoiseFinding } from '../machine/machine-description.ts';
import { keepTemporaryFolder } from '../provision/make-temporary-folder.ts';
import { nameOfRow } from '../results/cell-name.ts';
import { maskSecretsInLine } from '../results/mask-secrets.ts';
import { measuredCells, wasTimed } from '../results/cells.ts';
import type { Results, Shard } from '../results/results.ts';
import { prepareForResults, writeResults, writeResultsTo } from '../results/store.ts';
import type { Progress } from '../runner/run-rounds.ts';
import { runScenarios } from '../runner/run-scenarios.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { findTracer, type Tracer, type TracerSearch } from '../trace/tracer.ts';
import type { OptionTable, OptionValues } from './command.ts';
import type { GlobalOptions } from './global-options.ts';
import { marginOption } from './load-run.ts';
import { formatOption, parseTargets, refuseToReplace, writeReports } from './reports.ts';
import { EMULATION_WORDS } from './known-words.ts';
import { FILE, NAMES } from './option-kinds.ts';
import { adjustScenario, loadModels, RUN_SAMPLING_OPTIONS, wrapperOption } from './run-options.ts';
import type { World } from './world.ts';

/** The options of every command that measures: how it is done, and where it goes. */
export const MEASURE_OPTIONS = {
  ...RUN_SAMPLING_OPTIONS,
  emulation: {
    ...NAMES,
    completes: { words: Object.keys(EMULATION_WORDS.meanings) },
    describe: 'Only these emulations; native, presets and model=FILE can be added this way',
  },
  wrapper: wrapperOption,
  quick: {
    type: 'boolean',
    conflicts: ['countsOnly', 'precision'],
    describe: 'Three rounds, medians without intervals: not for claims',
  },
  countsOnly: {
    type: 'boolean',
    describe: 'Count launches in two passes and time nothing: what a gate needs',
  },
  nullControl: {
    type: 'boolean',
    describe: 'Time the first row against itself, too; `gate --max-ratio` needs it',
  },
  strictNoise: {
    type: 'boolean',
    describe: 'End with status 3 when the machine is not quiet, before timing or during it',
  },
  cold: { type: 'boolean', describe: 'Drop the file cache before each sample; requires root' },
  output: { ...FILE, alias: 'o', describe: 'Where the results go; without it, a new file in results/' },
  format: formatOption('results'),
  margin: marginOption,
} as const satisfies OptionTable;

/** What was asked of a command that measures. */
type MeasureArguments = OptionValues<typeof MEASURE_OPTIONS> & GlobalOptions & Partial<RunArguments>;

/** What only `run` is asked, on top of that. */
interface RunArguments {
  readonly strategy: readonly StrategyName[];
  readonly command: readonly string[];
  readonly tool: readonly string[];
  readonly verifyCounts: boolean;
  readonly confined: boolean;
  /** Whether the temporary folder stays. */
  readonly keep: boolean;
}

/** What a command measures. */
export interface Measured {
  /** The files that it is read from, as the user typed them. */
  readonly reads: readonly (string | undefined)[];
  readonly load: () => Promise<readonly Scenario[]> | readonly Scenario[];
  readonly shard?: Shard | null;
}

/** Measures scenarios, keeps the results, shows them, and says with which status that ends. */
export async function measureAndReport(
  args: MeasureArguments,
  { reads, load, shard = null }: Measured,
  world: World,
): Promise<ExitStatus> {
  const { output } = args;
  const targets = parseTargets('results', args);
  await refuseToReplace(targets, [output, ...reads], world);
  const loaded = await load();
  const models = await loadModels(args.emulation, world);
  const scenarios = loaded.map((scenario) => adjustScenario(scenario, args, models));
  await prepareOutput(output, world);
  const results = await measure(scenarios, args, world, shard);

  // Of nothing, no file is made.
  if (!results.run.complete && !holdsSamples(results)) {
    throw new InterruptedError('Interrupted before the first block of rounds was complete; nothing was kept');
  }
  const file = await keepResults(results, output, world);
  const analysis = analyse(results, args.margin);
  await writeReports(targets, { kind: 'results', analysis }, world);
  world.log(`Results: ${file}`);
  if (!results.run.complete)
    throw new InterruptedError('Interrupted; the complete blocks of rounds were kept');
  const status = statusOf(analysis);
  // Noise from before the first sample was refused there and then; this came up while we were timing.
  if (args.strictNoise && status === EXIT.done && !args.countsOnly) {
    refuseNoise(results.scenarios.flatMap(({ noise }) => noise));
  }
  return status;
}

/**
 * Looks whether what is to be measured can be kept, before minutes are spent on it.
 *
 * @param output - the file that the user named; without one, a new one is made in results/
 */
export async function prepareOutput(output: string | undefined, { files }: World): Promise<void> {
  await prepareForResults(files.resolve('results'), output === undefined ? null : files.resolve(output));
}

/** Measures scenarios, and shows on a terminal how far that is. */
export async function measure(
  scenarios: readonly Scenario[],
  args: Partial<Omit<MeasureArguments, keyof GlobalOptions>>,
  world: World,
  shard: Shard | null = null,
): Promise<Results> {
  const { installation, env, cwd, signal, now } = world;
  const tracerSearch = { ownPath: installedTracer(installation.root, env), path: env['PATH'] };
  const results = await runScenarios(scenarios, {
    mode: args.countsOnly ? 'counts-only' : args.quick ? 'quick' : 'timed',
    nullControl: args.nullControl ?? false,
    cache: args.cold ? 'cold' : 'warm',
    seed: args.seed ?? null,
    shard,
    signal,
    timerOptions: { helperPath: installedHelper(installation.root), nodeTimerPath: installation.nodeTimer },
    ...(args.verifyCounts
      ? { tracer: await findTracer(tracerSearch), whyNoTracer: null }
      : scenarios.some(isTraced)
        ? await findTracerIfThere(tracerSearch)
        : { tracer: null, whyNoTracer: null }),
    verify: args.verifyCounts ? 'all' : 'wrapped',
    wantedTools: args.tool ?? [],
    confined: args.confined ?? false,
    ownTool: installation.captureLibs,
    captureOnce: installation.captureOnce,
    home: env['HOME'] ?? homedir(),
    env,
    cwd,
    argv: world.argv.map(maskSecretsInLine),
    now,
    launchbench: { version: installation.version, commit: installation.commit },
    report: world.detail,
    onSetUp: (scenario, step) => {
      world.status(`${scenario}: ${step}`);
    },
    onProgress: (scenario, progress) => {
      world.status(formatProgress(scenario, progress));
    },
    beforeTiming: (noise) => {
      if (args.strictNoise) refuseNoise(noise);
    },
    onWorkFolder: (folder) => {
      if (!args.keep) {
        world.addTemporaryFolder(folder);
        return;
      }
      keepTemporaryFolder(folder);
      world.log(`Temporary trees are kept in ${folder}`);
    },
  });
  world.status(null);
  return results;
}

/** Whether a tracer has something to tell: what commands launch, and whether a launch escaped its emulation. */
function isTraced({ kind, emulations }: Scenario): boolean {
  return kind === 'commands' || emulations.some((emulation) => emulation.kind === 'wrapper');
}

/** Launches are traced where that can be had; nobody has to install a tracer for it. */
async function findTracerIfThere(
  search: TracerSearch,
): Promise<{ readonly tracer: Tracer | null; readonly whyNoTracer: string | null }> {
  try {
    return { tracer: await findTracer(search), whyNoTracer: null };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { tracer: null, whyNoTracer: [error.message, error.hint].filter(Boolean).join('. ') };
  }
}

function formatProgress(scenario: string, { phase, round, rounds, cell, leftMs }: Progress): string {
  const left = leftMs === null ? '' : `, ${Math.ceil(leftMs / 1000)} s left`;
  return `${scenario}: ${PHASE_WORDS[phase](round, rounds)}, ${nameOfRow(cell)} (${cell.emulation.name})${left}`;
}

const PHASE_WORDS = {
  counting: (pass, passes) => `counting, pass ${pass} of ${passes}`,
  'warm-up': (round, rounds) => `warm-up ${round} of ${rounds}`,
  round: (round, rounds) => `round ${round} of ${rounds}`,
  tracing: () => 'counting under the tracer',
} as const satisfies Record<Progress['phase'], (round: number, rounds: number) => string>;

function refuseNoise(noise: readonly NoiseFinding[]): void {
  const [first] = noise;
  if (first === undefined) return;
  throw new EnvironmentError(
    `This machine is not quiet: ${noise.map(({ id, value }) => `${id} ${value}`).join(', ')}`,
    { hint: first.remedy },
  );
}

/** Writes the results before anything is shown, and says how the user would name the file. */
async function keepResults(results: Results, output: string | undefined, world: World): Promise<string> {
  if (output !== undefined) {
    await writeResultsTo(world.files.resolve(output), results);
    return output;
  }
  return relative(world.cwd, await writeResults(world.files.resolve('results'), results));
}

/** Whether anything is in results that were cut short: counts, or a block of rounds. */
function holdsSamples({ run: { mode }, scenarios }: Results): boolean {
  return scenarios
    .flatMap(measuredCells)
    .some((cell) => (mode === 'counts-only' ? cell.counts.seen.length > 0 : wasTimed(cell)));
}

/** A cell that is void for itself was not measured; where what was done differs, the answer is no. */
function statusOf({ scenarios }: Analysis): ExitStatus {
  const cells = scenarios.flatMap(({ emulations }) => emulations.flatMap((emulation) => emulation.cells));
  const causes = cells.flatMap(({ claim }) => (claim.kind === 'void' ? [claim.cause] : []));
  if (causes.some((cause) => cause !== 'overrides-differ')) return EXIT.launchFailed;
  return causes.length === 0 ? EXIT.done : EXIT.no;
}
