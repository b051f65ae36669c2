import { defineCommand } from '../command.ts';
import { benchScenario } from '../bench-scenario.ts';
import { EMULATION_WORDS } from '../known-words.ts';
import { MEASURE_OPTIONS, measureAndReport } from '../measure-and-report.ts';
import { FILE, NAMES } from '../option-kinds.ts';
import { formatWords } from '../reports.ts';
import { RUN_SAMPLING_OPTIONS } from '../run-options.ts';

/** `launchbench bench`: which of these commands is faster, and what do they launch? */
export const bench = defineCommand({
  description:
    'Runs commands in interleaved rounds and compares them with the first one: launches and forks, exactly, and CPU ' +
    'and wall time with an interval and a verdict. No shell runs them, unless one is named.',
  positionals: {
    commands: {
      describe: 'Command lines, each in quotes; the first is what the others are compared with',
      required: true,
      variadic: true,
    },
  },
  options: {
    ...MEASURE_OPTIONS,
    rounds: { ...RUN_SAMPLING_OPTIONS.rounds, alias: 'r' },
    warmup: { ...RUN_SAMPLING_OPTIONS.warmup, alias: 'w' },
    name: {
      ...NAMES,
      alias: 'n',
      describe: 'What a command is called, in their order; without it, by its command line',
    },
    prepare: {
      type: 'string',
      alias: 'p',
      placeholder: 'COMMAND',
      multiple: true,
      describe: 'Run before each sample, untimed; once for all commands, or one for each',
    },
    setup: { type: 'string', alias: 's', placeholder: 'COMMAND', describe: 'Run once before everything' },
    cleanup: { type: 'string', alias: 'c', placeholder: 'COMMAND', describe: 'Run once after everything' },
    shell: {
      type: 'string',
      alias: 'S',
      placeholder: 'SHELL',
      completes: { words: ['sh', 'bash', 'zsh'] },
      describe: 'Shell to run all these lines with; its start is part of each sample',
    },
    input: { ...FILE, describe: 'File that standard input is read from; without it, it is empty' },
    ignoreFailure: { type: 'boolean', alias: 'i', describe: 'Accept any exit status of the commands' },
    equivalence: {
      type: 'string',
      placeholder: 'WORD',
      choices: ['exit', 'stdout'],
      default: 'exit',
      describe: 'What must be equal for a comparison: that each succeeds, or what they print as well',
    },
    parameterList: {
      type: 'string',
      alias: 'L',
      placeholder: 'NAME A,B,…',
      words: 2,
      multiple: true,
      describe: 'Run each command once for each value, put in place of {NAME}',
    },
  },
  examples: [
    {
      purpose: 'Is the new one faster?',
      line: "launchbench bench 'old/start --version' 'new/start --version'",
    },
    { purpose: 'What does one command cost and launch?', line: "launchbench bench 'npm ls' --quick" },
    {
      purpose: 'Three versions of one program',
      line: "launchbench bench -L version 18,20,22 'node-{version} app.js'",
    },
    { purpose: 'With a shell', line: "launchbench bench --shell sh 'sort a | uniq' 'sort -u a'" },
    { purpose: 'Under an emulator, too', line: 'launchbench bench ./start --wrapper qemu=qemu-x86_64' },
    { purpose: 'What CI gates on', line: "launchbench bench './start' --counts-only --output counts.json" },
  ],
  words: () => [EMULATION_WORDS, formatWords('results')],
  notes:
    'Launches and forks are counted under a tracer in two runs of their own, and never timed; the command itself is not ' +
    'among them. Nothing is subtracted from a time. `launchbench report`, `compare` and `gate` read the results; a ' +
    'scenario file with `commands:` says all this for good and is run with `launchbench run`.',
  async run(args, world) {
    return measureAndReport(
      args,
      { reads: [args.input], load: () => [benchScenario(args, world.cwd)] },
      world,
    );
  },
});
