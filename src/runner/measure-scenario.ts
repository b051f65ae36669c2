import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { refuseEscapes } from '../core/overrides/capture-stack.ts';
import { findTools, type OwnTool } from '../core/overrides/find-tools.ts';
import { type NamedTools, nameTools } from '../core/overrides/name-tools.ts';
import type { CaptureTool } from '../core/overrides/server.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import { nameOfRow } from '../results/cell-name.ts';
import { STRATEGIES, type StrategyName } from '../core/overrides/strategies.ts';
import { EnvironmentError, InterruptedError } from '../errors.ts';
import { askProgram } from '../launch/ask-program.ts';
import { resolveWrapper } from '../launch/emulations/detect.ts';
import type { Emulation, WrapperEmulation } from '../launch/emulations/emulations.ts';
import type { TimerOptions } from '../launch/open-timer.ts';
import type { Timer } from '../launch/timer.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Tracer } from '../trace/tracer.ts';
import { type MeasuredCellPlan, type ModelledCellPlan, planCells, rowOf } from './plan-cells.ts';
import { REAL_CLOCKS } from './take-sample.ts';
import { collect, type Collected, type CollectOptions, type Progress } from './run-rounds.ts';
import { dropFileCache } from './drop-file-cache.ts';
import type { NoiseFinding, ToolIdentity } from '../machine/machine-description.ts';
import { fileSystemOf, type NoiseReading, readMachineFacts, readNoise } from '../machine/machine-facts.ts';
import { foreseeLinks } from './foresee-links.ts';
import type { NamedRoot } from './named-roots.ts';
import { findNoise } from '../machine/noise.ts';
import { createRandom } from '../statistics/random.ts';
import { describeLostDrivers } from './lost-drivers.ts';
import { type ScenarioSetUp, type SetUpOptions, setUpScenario } from './set-up-scenario.ts';
import { identifyTool } from '../machine/tool-identity.ts';
import { type TracedCounts, verifyCells } from './verify-cells.ts';
import { openWorkbench } from './workbench.ts';

/** How scenarios are measured: the same for all scenarios of a run. */
export interface MeasureOptions extends SetUpOptions, Pick<CollectOptions, 'mode' | 'nullControl'> {
  readonly seed: number;
  readonly timer: Timer;
  readonly timerOptions: TimerOptions;
  /** The outside observer; null: there is none on this machine. */
  readonly tracer: Tracer | null;
  /**
   * Which counts are compared with what the tracer sees: all, or those under a wrapper alone, because a launch can
   * escape its emulation without anyone noticing.
   */
  readonly verify: 'all' | 'wrapped';
  /** Whether the file cache is dropped before each sample. */
  readonly cold: boolean;
  /** `--tool` as it was given; none: what the scenario says. */
  readonly wantedTools: readonly string[];
  /** Our own capture tool. */
  readonly ownTool: OwnTool;
  /** The bundled capture-once.cjs, which captures without launches in a process of its own. */
  readonly captureOnce: string;
  readonly home: string;
  /** Called before each sample. */
  readonly onProgress: (scenario: string, progress: Progress) => void;
  /** Called with what the machine is like before the first sample; may refuse to go on. */
  readonly beforeTiming: (noise: readonly NoiseFinding[]) => void;
}

/** Everything that a run knows about one scenario. */
export interface MeasuredScenario {
  readonly setUp: ScenarioSetUp;
  readonly collected: Collected;
  readonly modelled: readonly ModelledCellPlan[];
  /** Links that the plan of each strategy makes in our own process; see foresee-links.ts. */
  readonly foreseenLinks: ReadonlyMap<StrategyName, number | null>;
  /** What the tracer saw of each cell, in order; null when it did not run. */
  readonly traced: readonly (TracedCounts | null)[] | null;
  readonly tools: readonly ToolIdentity[];
  /** The wrappers that were used, with absolute paths. */
  readonly wrappers: readonly WrapperEmulation[];
  readonly noise: readonly NoiseFinding[];
  /** What else is to be said, in whole sentences. */
  readonly notes: readonly string[];
  /** Folders that stand under a name in what is kept. */
  readonly roots: readonly NamedRoot[];
}

/**
 * Measures one scenario from its trees to its last round.
 *
 * @throws SysrootError, FormatError when a tree cannot be used; EnvironmentError when a tool is missing;
 * InterruptedError when the user stops it before the first round; later, what is there is returned.
 */
export async function measureScenario(
  scenario: Scenario,
  options: MeasureOptions,
): Promise<MeasuredScenario> {
  const { mode, signal, timer, tracer, workDir, ownTool } = options;
  const setUp = await setUpScenario(scenario, options);
  const scenarioTools = options.wantedTools.length > 0 ? nameTools(options.wantedTools) : scenario.tools;
  const { emulations, missing } = findEmulations(scenario.emulations, options);
  const { measured, modelled, notes } = planCells(
    scenario.strategies.map((name) => ({ name, launches: STRATEGIES[name].launches })),
    emulations,
    scenarioTools.map(({ name }) => name),
  );
  const toolFor = await findNamedTools(scenarioTools, { ...options, ...setUp });
  const serving = scenarioTools.flatMap(({ name }) =>
    setUp.architectures.map((arch) => ({ arch, name, tool: toolFor(name)(arch) })),
  );
  const openBench = (cells: readonly MeasuredCellPlan[], through: Timer, prefix: readonly string[] = []) =>
    openWorkbench(setUp, cells, {
      timer: through,
      toolFor,
      nodeTool: serving.every(({ tool }) => tool.kind === 'node') ? (serving[0]?.tool ?? null) : null,
      launchEnv: environmentOfLaunches(options.env),
      timeoutMs: scenario.sampling.timeoutMs,
      freshProcess:
        mode === 'counts-only' && prefix.length === 0
          ? null
          : {
              command: [...prefix, process.execPath, options.captureOnce],
              timeoutMs: scenario.sampling.timeoutMs,
              signal,
            },
    });

  const tools = await Promise.all(serving.map(({ arch, name, tool }) => identifyTool(arch, name, tool)));
  const foreseenLinks = new Map<StrategyName, number | null>();
  for (const { strategy } of measured) {
    if (foreseenLinks.has(strategy)) continue;
    const capture = {
      ...setUp,
      strategy: STRATEGIES[strategy],
      overrides: join(workDir, 'foreseen'),
      libraryPath: setUp.env['LD_LIBRARY_PATH'],
    };
    for (const { name } of scenarioTools) await refuseEscapes(capture, toolFor(name));
    foreseenLinks.set(strategy, await foreseeLinks(setUp, strategy));
  }
  const readings: NoiseReading[] = [];
  const machine = { facts: readMachineFacts(), temporaryFileSystem: fileSystemOf(workDir) };
  const rounds = await collect(await openBench(measured, timer), {
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
  const { collected, traced } = await verifyUnder(tracer, rounds, { ...options, openBench }, scenario.name);
  const wrapped = measured.some(({ emulation }) => emulation.kind === 'wrapper');
  return {
    setUp,
    collected,
    modelled,
    foreseenLinks,
    traced,
    tools,
    noise: findNoise({ ...machine, readings }),
    wrappers: emulations.filter((emulation) => emulation.kind === 'wrapper'),
    notes: [
      ...setUp.notes,
      ...(await describeLostDrivers(setUp)),
      ...missing,
      ...notes,
      ...(wrapped && tools.some(({ kind }) => kind === 'node') ? [NODE_WRAPPED] : []),
      ...(wrapped && tracer === null ? [UNPROVEN] : []),
    ],
    roots: rootsOf(setUp, ownTool),
  };
}

const NODE_WRAPPED =
  'Our own tool ran as a Node program, which emulators start in seconds; as a native one (launchbench build-native) it ' +
  'is far quicker.';

const UNPROVEN =
  'That every launch stayed inside its emulation was not proven: strace, which would have seen one escape, is not there.';

/** Finds every tool before anything is measured. */
async function findNamedTools(
  named: readonly NamedTools[],
  {
    ownTool,
    home,
    architectures,
    edition,
  }: Pick<MeasureOptions, 'ownTool' | 'home'> & Pick<ScenarioSetUp, 'architectures' | 'edition'>,
): Promise<(name: string | null) => (arch: Tuple) => CaptureTool> {
  const found = await Promise.all(
    named.flatMap(({ name, wanted }) => {
      const toolFor = findTools({ wanted, ownTool, architectures, home });
      return architectures.map(async (arch) => {
        const tool = toolFor(arch);
        const asked =
          edition.fallbackPaths === null || tool.kind !== 'external' ? tool : await askOptions(tool);
        return { name, arch, tool: asked };
      });
    }),
  );
  return (name) => (arch) => {
    // A name comes from the same list; without names, and for what launches nothing, it is null.
    const tool = found.find((one) => one.name === name && one.arch === arch)?.tool;
    if (tool === undefined) throw new Error(`no tool for ${arch} is called ${String(name)}`);
    return tool;
  };
}

/**
 * An edition says which folders are searched last. A tool that has others built in would find libraries that the same
 * plan in our own process does not find, and what they leave could not be compared: it is told, where it can be.
 */
async function askOptions(tool: CaptureTool): Promise<CaptureTool> {
  const help = await askProgram([...tool.argv, '--help']);
  return { ...tool, takesFallbackPaths: help?.includes('--fallback-paths') ?? false };
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

/** The counting pass under the tracer. An interrupt in it leaves the rounds as they are, but the run unfinished. */
async function verifyUnder(
  tracer: Tracer | null,
  collected: Collected,
  options: VerifyingOptions,
  scenario: string,
): Promise<Pick<MeasuredScenario, 'collected' | 'traced'>> {
  if (tracer === null || !collected.complete) return { collected, traced: null };
  try {
    return { collected, traced: await traceCells(tracer, collected, options, scenario) };
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    return { collected: { ...collected, complete: false }, traced: null };
  }
}

type VerifyingOptions = MeasureOptions & Pick<Parameters<typeof verifyCells>[1], 'openBench'>;

async function traceCells(
  tracer: Tracer,
  { cells }: Collected,
  options: VerifyingOptions,
  scenario: string,
): Promise<readonly (TracedCounts | null)[]> {
  const logDir = join(options.workDir, 'traces');
  await mkdir(logDir, { recursive: true });
  return verifyCells(cells, {
    tracer,
    wanted: ({ emulation }) => options.verify === 'all' || emulation.kind === 'wrapper',
    timerOptions: options.timerOptions,
    logDir,
    openBench: options.openBench,
    signal: options.signal,
    onProgress: (plan) => {
      options.onProgress(scenario, {
        phase: 'tracing',
        round: 1,
        rounds: 1,
        row: nameOfRow(rowOf(plan)),
        emulation: plan.emulation.name,
        leftMs: null,
      });
    },
  });
}

/**
 * What launches inherit: everything but what would change how our own tool, a Node program, is run, or what is
 * loaded into every child.
 */
function environmentOfLaunches(env: MeasureOptions['env']): Readonly<Record<string, string>> {
  const left = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'LD_PRELOAD'];
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || left.includes(name) ? [] : [[name, value]],
    ),
  );
}

function rootsOf({ provider, container, workDir }: ScenarioSetUp, ownTool: OwnTool): readonly NamedRoot[] {
  return [
    { name: '{PROVIDER}', path: provider.root },
    { name: '{CONTAINER}', path: container.root },
    { name: '{OVERRIDES}', path: join(workDir, 'overrides') },
    { name: '{WORK}', path: workDir },
    { name: '{launchbench}/capture-libs', path: ownTool.native },
    { name: '{launchbench}/capture-libs.cjs', path: ownTool.node },
    { name: '{node}', path: process.execPath },
  ];
}
