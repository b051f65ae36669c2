import { homedir } from 'node:os';
import { captureStack, type LaunchCounts } from '../../core/overrides/capture-stack.ts';
import { describeOutcome, type DriverOutcome } from '../../core/overrides/driver-outcomes.ts';
import { findTools, STEAM_PLACES } from '../../core/overrides/find-tools.ts';
import { type KeptAnswer, toKeptAnswer } from '../../core/overrides/kept-answer.ts';
import { DEFAULT_OVERRIDES_IN_CONTAINER } from '../../core/overrides/places.ts';
import {
  type CaptureThrough,
  reuseOverrides,
  type ReusedOverrides,
  toInputs,
} from '../../core/overrides/reuse.ts';
import type { CaptureTool } from '../../core/overrides/server.ts';
import { STRATEGIES, STRATEGY_NAMES } from '../../core/overrides/strategies.ts';
import type { Tuple } from '../../core/sysroot/architectures.ts';
import { createInspector } from '../../core/sysroot/inspector.ts';
import { definedVariables } from '../../variables.ts';
import { EXIT, UsageError } from '../../errors.ts';
import { createDirectLauncher } from '../../launch/direct-launcher.ts';
import { digestOfTool } from '../../machine/tool-identity.ts';
import { plural } from '../../plural.ts';
import { TOOL_KINDS } from '../../reporters/compose/environment.ts';
import { terminalText } from '../../reporters/terminal-text.ts';
import { createPaint, type Paint } from '../../reporters/paint.ts';
import { MAX_TIMEOUT_S } from '../../scenario/defaults.ts';
import { defineCommand, optionName, type OptionTable, type OptionValues } from '../command.ts';
import { STRATEGY_WORDS } from '../known-words.ts';
import { FOLDER, SECONDS, TOOL } from '../option-kinds.ts';
import type { Terminal } from '../output.ts';
import { plainCall } from '../plain-call.ts';
import { containerPath, openStack, STACK_OPTIONS } from '../stack-options.ts';
import type { World } from '../world.ts';

const OPTIONS = {
  ...STACK_OPTIONS,
  container: { ...FOLDER, required: true, describe: 'Tree that the drivers are for; it is only read' },
  overrides: {
    ...FOLDER,
    required: true,
    describe:
      'Folder to make; it must not be there yet, or be empty, or (reuse) have been made by an earlier call',
  },
  overridesInContainer: {
    type: 'string',
    placeholder: 'PATH',
    default: DEFAULT_OVERRIDES_IN_CONTAINER,
    describe: 'Where the container will see that folder',
  },
  strategy: {
    type: 'string',
    placeholder: 'NAME',
    choices: STRATEGY_NAMES,
    default: 'in-process',
    describe: 'How to capture',
  },
  fresh: { type: 'boolean', describe: 'With --strategy reuse, capture though nothing changed' },
  tool: TOOL,
  timeout: { ...SECONDS, default: 60, max: MAX_TIMEOUT_S, describe: 'Longest time that one launch may take' },
} as const satisfies OptionTable;

type CaptureArguments = OptionValues<typeof OPTIONS>;

/** `launchbench capture`: captures a graphics stack for real. */
export const capture = defineCommand({
  description:
    "Captures a provider's graphics drivers, and what they need, for a container: makes a folder of links, " +
    'manifests and aliases, and says which variables the container has to be started with.',
  positionals: {},
  options: OPTIONS,
  examples: [
    {
      purpose: "Capture this machine's own drivers",
      line: 'launchbench capture --container ./runtime --overrides ./overrides',
    },
    {
      purpose: 'Capture with one launch for each driver, through the tool of an installed Steam Runtime',
      line: 'launchbench capture --container ./runtime --overrides ./overrides --strategy per-driver --tool steam',
    },
    {
      purpose: 'Capture only when something changed since the last time',
      line: 'launchbench capture --container ./runtime --overrides ./overrides --strategy reuse',
    },
  ],
  words: () => [STRATEGY_WORDS],
  notes: [
    '--tool steam looks below the home directory for',
    ...STEAM_PLACES.map((place) => `  ${place}/ARCH-capsule-capture-libs`),
    '',
    'With --strategy reuse, DIR is a link to the newest folder in DIR.reuse, beside which lies a list of all that it depends on.',
    'The next call uses the overrides again where nothing of that changed; else, or in doubt, it captures anew and says why.',
  ].join('\n'),
  async run(args, world) {
    const strategy = STRATEGIES[args.strategy];
    if (!strategy.launches && args.tool.length > 0) {
      throw new UsageError(`--tool: the strategy ${args.strategy} launches no tool`, {
        hint: 'Pick one that does with --strategy, or leave --tool out.',
      });
    }
    if (!strategy.keepsOverrides && args.fresh) {
      throw new UsageError(`--fresh: the strategy ${args.strategy} always captures`, {
        hint: 'Leave --fresh out, or pick a strategy that keeps its overrides: --strategy reuse.',
      });
    }
    const captured = strategy.keepsOverrides ? await reuse(args, world) : await captureAnew(args, world);
    world.write(
      args.json
        ? formatJson(captured)
        : formatText(args.overrides, captured, world.terminal, await createPaint(world.terminal.color)),
    );
    return EXIT.done;
  },
});

/** What a capture came to. */
interface Captured {
  readonly answer: KeptAnswer;
  readonly launches: LaunchCounts;
  readonly tools: Tools;
  /** null: the strategy keeps no overrides. */
  readonly reuse: Pick<ReusedOverrides, 'reused' | 'why'> | null;
}

async function captureAnew(
  args: CaptureArguments,
  world: World,
  { inspector, env, overrides }: CaptureThrough = {
    inspector: createInspector(),
    env: world.env,
    overrides: world.files.resolve(args.overrides),
  },
): Promise<Captured> {
  const strategy = STRATEGIES[args.strategy];
  const stack = openStack(args, args.container, { ...world, env }, { inspector });
  const architectures = [...stack.drivers.keys()];
  const toolFor = findTools({
    wanted: args.tool,
    ownTool: world.installation.captureLibs,
    architectures,
    home: world.env['HOME'] ?? homedir(),
  });
  const captured = await captureStack({
    ...stack,
    strategy,
    overrides,
    overridesInContainer: containerPath('--overrides-in-container', args.overridesInContainer),
    libraryPath: env['LD_LIBRARY_PATH'],
    env,
    report: world.log,
    launching: {
      launcher: createDirectLauncher({ signal: world.signal }),
      toolFor,
      env: definedVariables(world.env),
      timeoutMs: args.timeout * 1000,
    },
  });
  return {
    answer: toKeptAnswer(captured, stack),
    launches: captured.launches,
    tools: strategy.launches ? await toolsOf(architectures, toolFor) : [],
    reuse: null,
  };
}

/** Options that say how to come to overrides, not which. */
const CHANGES_NOTHING: ReadonlySet<string> = new Set<keyof CaptureArguments>([
  'overrides',
  'fresh',
  'tool',
  'timeout',
]);

async function reuse(args: CaptureArguments, world: World): Promise<Captured> {
  const { overrides, fresh } = args;
  const asked = Object.fromEntries(Object.entries(args).filter(([name]) => Object.hasOwn(OPTIONS, name)));
  const { answer, reused, why } = await reuseOverrides({
    overrides: world.files.resolve(overrides),
    fresh,
    env: world.env,
    inputs: {
      ...toInputs(asked, CHANGES_NOTHING, (name) => `--${optionName(name)}`),
      'the working directory': world.cwd,
    },
    capture: async (through) => (await captureAnew(args, world, through)).answer,
  });
  if (reused) answer.notes.forEach(world.log);
  return { answer, launches: { total: 0, byPurpose: {} }, tools: [], reuse: { reused, why } };
}

/** What was launched, by architecture; nothing where the strategy captures in our own process. */
type Tools = readonly (Pick<CaptureTool, 'kind' | 'file'> & {
  readonly arch: Tuple;
  readonly sha256: string | null;
})[];

function toolsOf(architectures: readonly Tuple[], toolFor: (arch: Tuple) => CaptureTool): Promise<Tools> {
  return Promise.all(
    architectures.map(async (arch) => {
      const { kind, file } = toolFor(arch);
      return { arch, kind, file, sha256: await digestOfTool(file) };
    }),
  );
}

function formatJson({
  answer: { captures, modules, drivers, env, notes },
  launches,
  tools,
  reuse,
}: Captured): string {
  const answer = {
    modules,
    captureCalls: captures.flatMap(({ calls, fallbackPaths }) =>
      calls.map((call) => plainCall(call, fallbackPaths)),
    ),
    drivers,
    launches,
    tools,
    env,
    notes,
    ...reuse,
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function formatText(
  overrides: string,
  { answer: { captures, drivers, env }, launches, tools, reuse }: Captured,
  terminal: Terminal,
  paint: Paint,
): string {
  const shown = (text: string): string => terminalText(text, terminal);
  const lines = captures.flatMap(({ arch, calls }) => {
    const own = drivers.filter((driver) => driver.arch === arch);
    return [
      `${countDrivers(own, paint)}, in ${plural(calls.length, 'capture call')}`,
      ...own
        .filter(({ outcome }) => outcome === 'not-captured')
        .map((driver) => `  ${shown(describeOutcome(driver))}`),
    ].map((line, index) => (index === 0 ? `${arch}: ${line}` : line));
  });
  return [
    ...lines,
    ...[...new Set(tools.map(({ kind, file }) => `Tool: ${shown(file)} (${TOOL_KINDS[kind]})`))],
    ...(reuse === null
      ? []
      : [reuse.why === null ? 'Used again: nothing changed' : `Captured anew: ${shown(reuse.why)}`]),
    `${plural(launches.total, 'launch', 'launches')}; the overrides are in ${shown(overrides)}`,
    '',
    paint('Start the container with', 'strong'),
    ...Object.entries(env).map(([name, value]) =>
      value === null ? `  ${name} unset` : `  ${name}=${shown(value)}`,
    ),
    '',
  ].join('\n');
}

/** `6 of 6 drivers, 2 skipped (it is for i386-linux-gnu)`: those that are not meant for an architecture are not lost. */
function countDrivers(drivers: readonly DriverOutcome[], paint: Paint): string {
  const count = (outcome: DriverOutcome['outcome']): number =>
    drivers.filter((driver) => driver.outcome === outcome).length;
  const wanted = drivers.length - count('skipped');
  const captured = count('captured');
  const tone = captured === wanted ? 'good' : captured === 0 ? 'bad' : 'warning';
  const skipped = drivers.filter(({ outcome }) => outcome === 'skipped');
  const reasons = [...new Set(skipped.map(({ reason }) => reason ?? ''))];
  return [
    paint(`${captured} of ${plural(wanted, 'driver')}`, tone),
    ...reasons.map((why) => `${skipped.filter(({ reason }) => reason === why).length} skipped (${why})`),
  ].join(', ');
}
