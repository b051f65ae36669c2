import { relative } from 'node:path';
import { homedir } from 'node:os';
import { STRATEGY_NAMES } from '../../core/overrides/strategies.ts';
import { EnvironmentError, EXIT, type ExitStatus, InterruptedError, UsageError } from '../../errors.ts';
import { installedHelper } from '../../launch/installed-helper.ts';
import type { Progress } from '../../runner/run-rounds.ts';
import type { NoiseFinding } from '../../machine/machine-description.ts';
import { analyse } from '../../analysis/analysis.ts';
import type { Results, Shard } from '../../results/results.ts';
import { keepTemporaryFolder } from '../../provision/make-temporary-folder.ts';
import { runScenarios } from '../../runner/run-scenarios.ts';
import { measuredCells, wasTimed } from '../../results/cells.ts';
import { takeShard } from '../../results/shard.ts';
import { prepareForResults, writeResults, writeResultsTo } from '../../results/store.ts';
import { DEFAULT_SCENARIO } from '../../scenario/defaults.ts';
import { loadScenario } from '../../scenario/load.ts';
import { findTracer, type Tracer } from '../../trace/tracer.ts';
import { type Arguments, defineCommand } from '../command.ts';
import { EMULATION_WORDS, STRATEGY_WORDS } from '../known-words.ts';
import { marginOption } from '../load-run.ts';
import { formatOption, formatWords, parseTargets, refuseToReplace, writeReports } from '../reports.ts';
import { adjustScenario, RUN_SAMPLING_OPTIONS, wrapperOption } from '../run-options.ts';
import { parseShard } from '../shard-option.ts';
import { scenarioWords } from '../scenario-words.ts';
import { toolOption } from '../tool-option.ts';
import type { World } from '../world.ts';

const OPTIONS = {
  ...RUN_SAMPLING_OPTIONS,
  strategy: {
    type: 'string',
    placeholder: 'NAME',
    multiple: true,
    choices: STRATEGY_NAMES,
    describe: 'Only these strategies, the first being what the others are compared with',
  },
  emulation: {
    type: 'string',
    placeholder: 'NAME',
    multiple: true,
    completes: { words: Object.keys(EMULATION_WORDS.meanings) },
    describe: 'Only these emulations of the scenario; native and presets can be added this way',
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
  verifyCounts: {
    type: 'boolean',
    describe: 'Compare the counts with what strace sees, in a pass of its own',
  },
  nullControl: {
    type: 'boolean',
    describe: 'Time the first strategy against itself, too; `gate --max-ratio` needs it',
  },
  strictNoise: {
    type: 'boolean',
    describe: 'End with status 3 when the machine is not quiet, before timing or during it',
  },
  cold: { type: 'boolean', describe: 'Drop the file cache before each sample; requires root' },
  confined: {
    type: 'boolean',
    describe: 'Read nothing outside the trees, wherever links lead; of archives nothing ever is',
  },
  tool: {
    ...toolOption,
    placeholder: '[NAME=]PATH',
    describe:
      'Capture tool to launch instead of our own, NAME:ARCH=PATH for one architecture; tools with names are compared in the same rounds; "steam" takes that of a Steam Runtime',
  },
  shard: {
    type: 'string',
    placeholder: 'I/N',
    describe: 'Run the I-th of N parts of the scenarios; report and gate merge the parts',
  },
  runId: {
    type: 'string',
    placeholder: 'ID',
    describe: 'What the shards of one run have in common; CI services are recognised without it',
  },
  output: {
    type: 'string',
    alias: 'o',
    placeholder: 'FILE',
    completes: 'file',
    describe: 'Where the results go; without it, a new file in results/',
  },
  format: formatOption('results'),
  margin: marginOption,
  keep: { type: 'boolean', describe: 'Keep the temporary trees and say where they are' },
} as const;

const POSITIONALS = {
  scenarios: {
    describe: `Name of a bundled scenario, or path of a file; without any, ${DEFAULT_SCENARIO}`,
    variadic: true,
    completes: 'scenario',
  },
} as const;

/** `launchbench run`: the main job. */
export const run = defineCommand({
  description:
    'Captures the graphics stack of each scenario with every strategy under every emulation, in interleaved ' +
    'rounds. Prints launches, times and what may be claimed about them, and keeps every sample in a results file.',
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    { purpose: 'The bundled default scenario', line: 'launchbench run' },
    { purpose: "This machine's own drivers, a first look", line: 'launchbench run host --quick' },
    { purpose: 'The same under an emulator, too', line: 'launchbench run host --wrapper qemu=qemu-x86_64' },
    {
      purpose: 'What CI gates on',
      line: 'launchbench run mesa-desktop collisions --counts-only --output counts.json',
    },
    {
      purpose: 'A capture tool of your own against the same one per driver',
      line: 'launchbench run host --tool ./x86_64-linux-gnu-capsule-capture-libs',
    },
    {
      purpose: 'Two builds of it in the same rounds',
      line: 'launchbench run host --tool before=./old/capture --tool after=./new/capture',
    },
  ],
  words: async (world) => [
    await scenarioWords(world),
    STRATEGY_WORDS,
    EMULATION_WORDS,
    formatWords('results'),
  ],
  async run(args, world): Promise<ExitStatus> {
    const targets = parseTargets('results', args);
    const names = args.scenarios.length > 0 ? args.scenarios : [DEFAULT_SCENARIO];
    await refuseToReplace(targets, [args.output, ...names], world);
    const loaded = await Promise.all(names.map((name) => loadScenario(name, world)));
    refuseTwins(loaded);
    const shard = args.shard === undefined ? null : parseShard(args.shard, args.runId, world.env);
    const scenarios = (shard === null ? loaded : takeShard(loaded, shard)).map((scenario) =>
      adjustScenario(scenario, args),
    );
    const { output } = args;
    await prepareForResults(
      world.files.resolve('results'),
      output === undefined ? null : world.files.resolve(output),
    );
    const results = await measure(scenarios, shard, args, world);
    world.status(null);

    // Of nothing, no file is made.
    if (!results.run.complete && !holdsSamples(results)) {
      throw new InterruptedError(
        'Interrupted before the first block of rounds was complete; nothing was kept',
      );
    }
    const file = await keepResults(results, args.output, world);
    await writeReports(
      targets,
      { kind: 'results', analysis: analyse(results, { margin: args.margin }) },
      world,
    );
    world.log(`Results: ${file}`);
    if (!results.run.complete)
      throw new InterruptedError('Interrupted; the complete blocks of rounds were kept');
    const status = statusOf(results);
    // Noise from before the first sample was refused there and then; this came up while we were timing.
    if (args.strictNoise && status === EXIT.done && !args.countsOnly) {
      refuseNoise(results.scenarios.flatMap(({ noise }) => noise));
    }
    return status;
  },
});

type RunArguments = Arguments<typeof OPTIONS, typeof POSITIONALS>;

async function measure(
  scenarios: Parameters<typeof runScenarios>[0],
  shard: Shard | null,
  args: RunArguments,
  world: World,
): Promise<Results> {
  const { installation, env, cwd, signal, argv, now } = world;
  return runScenarios(scenarios, {
    mode: args.countsOnly ? 'counts-only' : args.quick ? 'quick' : 'timed',
    nullControl: args.nullControl,
    cache: args.cold ? 'cold' : 'warm',
    seed: args.seed ?? null,
    shard,
    signal,
    timerOptions: { helperPath: installedHelper(installation.root), nodeTimerPath: installation.nodeTimer },
    tracer: args.verifyCounts ? await findTracer(env['PATH']) : await findTracerIfThere(env['PATH']),
    verify: args.verifyCounts ? 'all' : 'wrapped',
    wantedTools: args.tool,
    confined: args.confined,
    ownTool: installation.captureLibs,
    captureOnce: installation.captureOnce,
    home: env['HOME'] ?? homedir(),
    env,
    cwd,
    argv,
    now,
    launchbench: { version: installation.version, commit: installation.commit },
    report: world.detail,
    onProgress: (scenario, progress) => {
      world.status(formatProgress(scenario, progress));
    },
    beforeTiming: (noise) => {
      if (args.strictNoise) refuseNoise(noise);
    },
    onWorkFolder: async (folder) => {
      if (!args.keep) {
        world.addTemporaryFolder(folder);
        return;
      }
      await keepTemporaryFolder(folder);
      world.log(`Temporary trees are kept in ${folder}`);
    },
  });
}

/** A results file names cells by their scenario, so the same name twice could not be read again. */
function refuseTwins(scenarios: readonly { readonly name: string }[]): void {
  const names = scenarios.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined) return;
  throw new UsageError(`run: two of the scenarios are called ${JSON.stringify(twin)}`, {
    hint: 'Name each scenario once; what is measured twice takes two runs.',
  });
}

/** Under a wrapper launches are traced where that can be had; nobody has to install a tracer for it. */
async function findTracerIfThere(path: string | undefined): Promise<Tracer | null> {
  try {
    return await findTracer(path);
  } catch (error) {
    if (error instanceof EnvironmentError) return null;
    throw error;
  }
}

function formatProgress(
  scenario: string,
  { phase, round, rounds, row, emulation, leftMs }: Progress,
): string {
  const left = leftMs === null ? '' : `, ${Math.ceil(leftMs / 1000)} s left`;
  return `${scenario}: ${PHASE_WORDS[phase](round, rounds)}, ${row} (${emulation})${left}`;
}

const PHASE_WORDS = {
  counting: (pass, passes) => `counting, pass ${pass} of ${passes}`,
  'warm-up': (round, rounds) => `warm-up ${round} of ${rounds}`,
  round: (round, rounds) => `round ${round} of ${rounds}`,
  tracing: () => 'counting under strace',
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
    .some((cell) => (mode === 'counts-only' ? cell.counts.patterns > 0 : wasTimed(cell)));
}

function statusOf({ scenarios }: Results): ExitStatus {
  const cells = scenarios.flatMap((scenario) => scenario.cells);
  if (cells.some((cell) => cell.kind === 'measured' && cell.void !== null)) return EXIT.launchFailed;
  return scenarios.every(({ equivalence }) => equivalence.equivalent) ? EXIT.done : EXIT.no;
}
