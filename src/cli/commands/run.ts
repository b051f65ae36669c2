import { STRATEGY_NAMES } from '../../core/overrides/strategies.ts';
import { type ExitStatus, UsageError } from '../../errors.ts';
import { takeShard } from '../../results/shard.ts';
import { DEFAULT_SCENARIO } from '../../scenario/defaults.ts';
import { loadScenario } from '../../scenario/load.ts';
import { defineCommand } from '../command.ts';
import { EMULATION_WORDS, STRATEGY_WORDS } from '../known-words.ts';
import { MEASURE_OPTIONS, measureAndReport } from '../measure-and-report.ts';
import { NAMES, TOOL } from '../option-kinds.ts';
import { formatWords } from '../reports.ts';
import { parseShard } from '../shard-option.ts';
import { scenarioWords } from '../scenario-words.ts';

const OPTIONS = {
  ...MEASURE_OPTIONS,
  strategy: {
    ...NAMES,
    choices: STRATEGY_NAMES,
    describe: 'Only these strategies, the first being what the others are compared with',
  },
  command: {
    ...NAMES,
    describe: 'Only these commands of a scenario that has commands, the first being the reference',
  },
  verifyCounts: {
    type: 'boolean',
    describe: 'Compare the counts with what a tracer sees, in a pass of its own',
  },
  confined: {
    type: 'boolean',
    describe: 'Read nothing outside the trees, wherever links lead; of archives nothing ever is',
  },
  tool: {
    ...TOOL,
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
    const names = args.scenarios.length > 0 ? args.scenarios : [DEFAULT_SCENARIO];
    const shard = args.shard === undefined ? null : parseShard(args.shard, args.runId, world.env);
    const load = async () => {
      const scenarios = await Promise.all(names.map((name) => loadScenario(name, world)));
      refuseTwins(scenarios);
      return shard === null ? scenarios : takeShard(scenarios, shard);
    };
    return measureAndReport(args, { reads: names, load, shard }, world);
  },
});

/** A results file names cells by their scenario, so the same name twice could not be read again. */
function refuseTwins(scenarios: readonly { readonly name: string }[]): void {
  const names = scenarios.map(({ name }) => name);
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined) return;
  throw new UsageError(`run: two of the scenarios are called ${JSON.stringify(twin)}`, {
    hint: 'Name each scenario once; what is measured twice takes two runs.',
  });
}
