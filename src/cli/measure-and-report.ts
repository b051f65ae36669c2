import { relative } from 'node:path';
import { homedir } from 'node:os';
import { type Analysis, analyse } from '../analysis/analysis.ts';
import { EnvironmentError, EXIT, type ExitStatus, InterruptedError } from '../errors.ts';
import { installedHelper, installedTracer } from '../launch/installed-helper.ts';
import type { NoiseFinding } from '../machine/machine-description.ts';
import { keepTemporaryFolder } from '../provision/make-temporary-folder.ts';
import { nameOfRow } from '../results/cell-name.ts';
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
import { formatOption, type Target, writeReports } from './reports.ts';
import { EMULATION_WORDS } from './known-words.ts';
import { RUN_SAMPLING_OPTIONS, wrapperOption } from './run-options.ts';
import type { World } from './world.ts';

/** The options of every command that measures: how it is done, and where it goes. */
export const MEASURE_OPTIONS = {
  ...RUN_SAMPLING_OPTIONS,
  emulation: {
    type: 'string',
    placeholder: 'NAME',
    multiple: true,
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
  output: {
    type: 'string',
    alias: 'o',
    placeholder: 'FILE',
    completes: 'file',
    describe: 'Where the results go; without it, a new file in results/',
  },
  format: formatOption('results'),
  margin: marginOption,
} as const satisfies OptionTable;

/** What is said about how to measure, and what only some commands can say. */
export interface Measuring {
  readonly args: OptionValues<typeof MEASURE_OPTIONS> & GlobalOptions;
  readonly targets: readonly Target[];
  readonly shard: Shard | null;
  /** What the results say was typed. */
  readonly argv: readonly string[];
  readonly verifyCounts: boolean;
  readonly wantedTools: readonly string[];
  readonly confined: boolean;
  /** Whether the temporary folder stays. */
  readonly keep: boolean;
}

/** Measures scenarios, keeps the results, shows them, and says with which status that ends. */
export async function measureAndReport(
  scenarios: readonly Scenario[],
  measuring: Measuring,
  world: World,
): Promise<ExitStatus> {
  const { args, targets } = measuring;
  const { output } = args;
  await prepareForResults(
    world.files.resolve('results'),
    output === undefined ? null : world.files.resolve(output),
  );
  const results = await measure(scenarios, measuring, world);
  world.status(null);

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

/** What measuring alone has to be told. */
type MeasuringAlone = Omit<Measuring, 'args' | 'targets'> & {
  readonly args: Pick<
    Measuring['args'],
    'countsOnly' | 'quick' | 'nullControl' | 'cold' | 'seed' | 'strictNoise'
  >;
};

/** Measures scenarios, and shows on a terminal how far that is. */
export async function measure(
  scenarios: readonly Scenario[],
  { args, shard, argv, verifyCounts, wantedTools, confined, keep }: MeasuringAlone,
  world: World,
): Promise<Results> {
  const { installation, env, cwd, signal, now } = world;
  const tracerSearch = { ownPath: installedTracer(installation.root, env), path: env['PATH'] };
  return runScenarios(scenarios, {
    mode: args.countsOnly ? 'counts-only' : args.quick ? 'quick' : 'timed',
    nullControl: args.nullControl,
    cache: args.cold ? 'cold' : 'warm',
    seed: args.seed ?? null,
    shard,
    signal,
    timerOptions: { helperPath: installedHelper(installation.root), nodeTimerPath: installation.nodeTimer },
    ...(verifyCounts
      ? { tracer: await findTracer(tracerSearch), whyNoTracer: null }
      : scenarios.some(isTraced)
        ? await findTracerIfThere(tracerSearch)
        : { tracer: null, whyNoTracer: null }),
    verify: verifyCounts ? 'all' : 'wrapped',
    wantedTools,
    confined,
    ownTool: installation.captureLibs,
    captureOnce: installation.captureOnce,
    home: env['HOME'] ?? homedir(),
    env,
    cwd,
    argv,
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
      if (!keep) {
        world.addTemporaryFolder(folder);
        return;
      }
      keepTemporaryFolder(folder);
      world.log(`Temporary trees are kept in ${folder}`);
    },
  });
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
