import type { Advice } from '../../analysis/advice/advice.ts';
import { advise } from '../../analysis/advise.ts';
import { type MeasuredLaunch, measuredLaunches, measuredSaving } from '../../analysis/measured-launches.ts';
import { EXIT, UsageError } from '../../errors.ts';
import type { ParameterRange } from '../../launch/emulations/emulation-schemas.ts';
import type { ModelEmulation } from '../../launch/emulations/emulations.ts';
import { startMs } from '../../launch/emulations/model.ts';
import { PRESETS } from '../../launch/emulations/presets.ts';
import { didYouMean } from '../../nearest.ts';
import { plural } from '../../plural.ts';
import { escapeTerminal } from '../../reporters/escape.ts';
import { createPaint, type Paint } from '../../reporters/paint.ts';
import { maskSecrets } from '../../results/mask-secrets.ts';
import { readResults, readTrace } from '../../results/store.ts';
import { launchesIn, type Trace } from '../../results/trace.ts';
import { formatCommandLine } from '../../shell-words.ts';
import { defineCommand } from '../command.ts';
import { formatPage } from '../help-page.ts';
import { COUNT, FILE } from '../option-kinds.ts';
import { loadModels } from '../run-options.ts';
import { THIS_MACHINE } from '../this-machine.ts';

/** What the start of a program costs under the presets that say it. */
const LAUNCH_COSTS: Readonly<Record<string, ParameterRange>> = Object.fromEntries(
  Object.entries(PRESETS).flatMap(([name, { launchMs }]) => (launchMs === null ? [] : [[name, launchMs]])),
);

/** `launchbench advise`: which launches of a recording could be fewer? */
export const adviseCommand = defineCommand({
  description:
    'Finds launches in a recording that could be fewer: captures that could be one, the same command again, programs ' +
    'asked for their version again, shells that start one program, searches along PATH. It changes nothing, and sees ' +
    'command lines and times alone: what programs read and write is not recorded.',
  positionals: {
    recording: {
      describe: 'What `launchbench trace --save FILE` wrote, or --output',
      required: true,
      completes: 'file',
    },
  },
  options: {
    top: { ...COUNT, min: 1, default: 10, describe: 'Show so much advice, what saves most first' },
    emulation: {
      type: 'string',
      placeholder: 'MODEL',
      multiple: true,
      completes: { words: Object.keys(LAUNCH_COSTS) },
      describe:
        'Models to tell the saving under, presets or model=FILE; fex-nocache and qemu-user when left out',
    },
    results: {
      ...FILE,
      describe: 'What `launchbench replay RECORDING --output FILE` measured: tell the saving by that, too',
    },
  },
  examples: [
    {
      purpose: 'What a program launches too often',
      line: 'launchbench trace --save start.json -- ./start && launchbench advise start.json',
    },
    {
      purpose: 'And what that costs under an emulator that is here',
      line: 'launchbench replay start.json --wrapper qemu=qemu-x86_64 -o qemu.json; launchbench advise start.json --results qemu.json',
    },
  ],
  notes:
    'Launches are saved once: what they start themselves counts with them. A time is a bound, "at most", where the work of the ' +
    'launches that go is done by the one that stays. With --results it is CPU time, by the mean of the launches that were replayed.',
  async run({ recording, top, emulation, results, json }, world) {
    const trace = await readTrace(world.files.resolve(recording));
    const measured =
      results === undefined
        ? []
        : measuredLaunches(await readResults(world.files.resolve(results)), trace, results);
    const models = await loadModels(emulation, world);
    const costs = (emulation.length === 0 ? ['qemu-user', 'fex-nocache'] : [...new Set(emulation)]).map(
      (word) => launchCostOf(word, models.get(word)),
    );
    const advice = advise(trace, THIS_MACHINE).map((one) => ({
      ...one,
      example: maskSecrets(one.example),
      measured: measuredSavings(one, measured, trace),
      modelled: modelledSavings(one, costs),
    }));
    world.write(
      json
        ? `${JSON.stringify({ launches: trace.launches.total, advice })}\n`
        : formatAdvice(trace, advice, top, world.terminal.width, await createPaint(world.terminal.color)),
    );
    return EXIT.done;
  },
});

/** Advice, with what it saves under emulations. */
interface PricedAdvice extends Advice {
  /** CPU time by what a replay measured, milliseconds; a bound where launches are merged. */
  readonly measured: readonly { readonly emulation: string; readonly savedCpuMs: number }[];
  /** The cost of starting a program alone, computed, milliseconds. */
  readonly modelled: readonly { readonly model: string; readonly savedMs: ParameterRange }[];
}

function measuredSavings(
  advice: Advice,
  measured: readonly MeasuredLaunch[],
  trace: Trace,
): PricedAdvice['measured'] {
  return measured.flatMap((launch) => {
    const savedCpuMs = measuredSaving(advice, launch, trace);
    return savedCpuMs === null ? [] : [{ emulation: launch.emulation, savedCpuMs }];
  });
}

/** What the start of a program costs under a model. */
interface LaunchCost {
  readonly model: string;
  readonly launchMs: ParameterRange;
}

function launchCostOf(word: string, file: ModelEmulation | undefined): LaunchCost {
  if (file !== undefined) return { model: file.name, launchMs: startMs(file.model) };
  const launchMs = Object.hasOwn(LAUNCH_COSTS, word) ? LAUNCH_COSTS[word] : undefined;
  if (launchMs !== undefined) return { model: word, launchMs };
  const known = Object.keys(LAUNCH_COSTS);
  throw new UsageError(
    `--emulation: no model called "${word}" says what a launch costs${didYouMean(word, known)}`,
    { hint: `Known here are ${known.join(', ')}; a model file is given as model=FILE.` },
  );
}

function modelledSavings({ launchesSaved }: Advice, costs: readonly LaunchCost[]): PricedAdvice['modelled'] {
  if (launchesSaved === 0) return [];
  return costs.map(({ model, launchMs: { value, low, high } }) => ({
    model,
    savedMs: { value: value * launchesSaved, low: low * launchesSaved, high: high * launchesSaved },
  }));
}

function formatAdvice(
  trace: Trace,
  advice: readonly PricedAdvice[],
  top: number,
  columns: number,
  paint: Paint,
): string {
  const total = launchesIn(trace).length;
  const saved = advice.reduce((sum, { launchesSaved }) => sum + launchesSaved, 0);
  const answer =
    saved === 0
      ? `No launch of ${total} seems to be one too many.`
      : `${plural(total, 'launch', 'launches')}; ${saved} could be saved.`;
  const rest = advice.length - top;
  return formatPage(columns, [
    { text: paint(answer, 'strong') },
    ...advice.slice(0, top).map((one) => ({ text: paragraphs(one).map(escapeTerminal).join('\n') })),
    {
      text: [
        ...(rest > 0
          ? [`${plural(rest, 'more piece', 'more pieces')} of advice: --top ${advice.length}`]
          : []),
        ...(saved > 0
          ? ['Recorded times are those under the tracer. MODELLED: the start of a program alone.']
          : []),
      ].join('\n'),
    },
  ]);
}

/** Characters of an example: launches of one program mostly differ at their end. */
const EXAMPLE = { head: 60, tail: 100 } as const;

function shortened(line: string): string {
  const { head, tail } = EXAMPLE;
  return line.length <= head + tail ? line : `${line.slice(0, head)} … ${line.slice(-tail)}`;
}

function paragraphs({
  launchesSaved,
  what,
  caution,
  effect,
  savedMs,
  measured,
  modelled,
  example,
  launches,
}: PricedAdvice): readonly string[] {
  const line = formatCommandLine(example);
  const bound = effect === 'merged' ? 'at most ' : '';
  const recorded = savedMs === null ? [] : [`recorded ${bound}${formatMs(savedMs)}`];
  const replayed = measured.map(
    ({ emulation, savedCpuMs }) => `${emulation} measured ${bound}${formatMs(savedCpuMs)} of CPU`,
  );
  const times = modelled.map(
    ({ model, savedMs: { value, low, high } }) =>
      `${model} MODELLED ${formatMs(value)} [${formatMs(low)}, ${formatMs(high)}]`,
  );
  return [
    `${launchesSaved === 0 ? '±0' : `-${launchesSaved}`}  ${what}.`,
    ...(caution === null ? [] : [`    ${caution}.`]),
    ...(launchesSaved === 0 ? [] : [`    Saves: ${[...recorded, ...replayed, ...times].join('; ')}`]),
    `    Launches ${launches.slice(0, 8).join(', ')}${launches.length > 8 ? ', …' : ''}, such as: ${shortened(line)}`,
  ];
}

function formatMs(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
