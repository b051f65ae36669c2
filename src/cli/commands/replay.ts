import { readTrace } from '../../results/store.ts';
import { defineCommand } from '../command.ts';
import { EMULATION_WORDS } from '../known-words.ts';
import { MEASURE_OPTIONS, measureAndReport } from '../measure-and-report.ts';
import { replayScenario } from '../replay-scenario.ts';
import { THIS_MACHINE } from '../this-machine.ts';
import { formatWords } from '../reports.ts';

/** `launchbench replay`: what do the launches of a recording cost here, and under an emulator? */
export const replay = defineCommand({
  description:
    'Makes the launches of a recording again, one after the other, and measures them as `run` does. The links that ' +
    'captures make go to a temporary folder. What cannot be repeated as it was is left out, with the reason.',
  positionals: {
    recording: {
      describe: 'What `launchbench trace --save FILE` wrote',
      required: true,
      completes: 'file',
    },
  },
  options: {
    ...MEASURE_OPTIONS,
    only: {
      type: 'string',
      placeholder: 'GLOB',
      multiple: true,
      describe: 'Launch these programs again, with all that they do; without it, capture tools',
    },
  },
  examples: [
    {
      purpose: 'What do recorded captures cost under an emulator?',
      line: 'launchbench replay start.json --wrapper qemu=qemu-x86_64 --rounds 5',
    },
    {
      purpose: 'Programs that are safe to run again',
      line: "launchbench replay start.json --only 'fc-*' --only ldconfig",
    },
  ],
  words: () => [EMULATION_WORDS, formatWords('results')],
  notes:
    'A glob without a slash is about the name of the executable. Launches get the variables that `trace --save-env` saved, ' +
    'beside them the environment of this shell, an empty standard input, and their recorded arguments and working directory; each has to end with its recorded status.',
  async run(args, world) {
    const load = async () => {
      const trace = await readTrace(world.files.resolve(args.recording));
      return [replayScenario(trace, args, THIS_MACHINE)];
    };
    return measureAndReport(args, { reads: [args.recording], load }, world);
  },
});
