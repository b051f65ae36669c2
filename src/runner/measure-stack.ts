import { join } from 'node:path';
import { refuseEscapes } from '../core/overrides/capture-stack.ts';
import { findTools, type OwnTool } from '../core/overrides/find-tools.ts';
import { type NamedTools, nameTools } from '../core/overrides/name-tools.ts';
import type { CaptureTool } from '../core/overrides/server.ts';
import { STRATEGIES, type Strategy } from '../core/overrides/strategies.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import { askProgram } from '../launch/ask-program.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import { countBy } from '../group-by.ts';
import { identifyTool } from '../machine/tool-identity.ts';
import type { StackScenario } from '../scenario/scenario.ts';
import type { Bench } from './bench.ts';
import { environmentOfLaunches } from './environment-of-launches.ts';
import { foreseeLinks } from './foresee-links.ts';
import { describeLostDrivers } from './lost-drivers.ts';
import type { NamedRoot } from './named-roots.ts';
import { type MeasuredCellPlan, planCells } from './plan-cells.ts';
import type { MeasureOptions, Subject, Verifying } from './subject.ts';
import { type ScenarioSetUp, setUpScenario } from './set-up-scenario.ts';
import { openWorkbench } from './workbench.ts';

/**
 * Sets up a graphics stack to be measured: its trees, its tools, and what its captures must leave.
 *
 * @throws SysrootError, FormatError when a tree cannot be used; EnvironmentError when a tool is missing.
 */
export async function setUpStack(
  scenario: StackScenario,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Promise<Subject> {
  const setUp = await setUpScenario(scenario, options);
  const rows = new Map(scenario.strategies.map((name) => [name, STRATEGIES[name]]));
  return setUpRows({ setUp, rows, sameWork: 'everywhere' }, emulations, options);
}

/** What is captured of trees that are there: each row is a strategy of its own. */
export interface StackRows {
  readonly setUp: ScenarioSetUp;
  readonly rows: ReadonlyMap<string, Strategy>;
  /** Which cells must leave the same. */
  readonly sameWork: NonNullable<Bench['sameWork']>;
}

/**
 * Sets up rows to be measured: their tools, and what their captures must leave.
 *
 * @throws SysrootError, EnvironmentError as above.
 */
export async function setUpRows(
  { setUp, rows, sameWork }: StackRows,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Promise<Subject> {
  const { mode, signal, timer, workDir, ownTool } = options;
  const { scenario } = setUp;
  const { timeoutMs } = scenario.sampling;
  const strategyFor = ({ row }: MeasuredCellPlan): Strategy => {
    const strategy = rows.get(row);
    if (strategy === undefined) throw new Error(`no row is called ${row}`);
    return strategy;
  };
  const scenarioTools = options.wantedTools.length > 0 ? nameTools(options.wantedTools) : scenario.tools;
  const plan = planCells(
    [...rows].map(([name, { launches }]) => ({ name, launches })),
    emulations,
    scenarioTools.map(({ name }) => name),
  );
  const toolFor = await findNamedTools(scenarioTools, { ...options, ...setUp });
  // A tool that nothing launches is neither described nor started.
  const serving = [...rows.values()].some(({ launches }) => launches)
    ? scenarioTools.flatMap(({ name }) =>
        setUp.architectures.map((arch) => ({ arch, name, tool: toolFor(name)(arch) })),
      )
    : [];
  const openBench: Verifying['openBench'] = (cells, through, prefix) =>
    openWorkbench(setUp, cells, {
      timer: through,
      strategyFor,
      sameWork,
      toolFor,
      nodeTool: serving.every(({ tool }) => tool.kind === 'node') ? (serving[0]?.tool ?? null) : null,
      launchEnv: environmentOfLaunches(options.env),
      freshProcess:
        mode === 'counts-only' && prefix.length === 0
          ? null
          : { command: [...prefix, process.execPath, options.captureOnce], timeoutMs, signal },
    });

  const tools = await Promise.all(serving.map(({ arch, name, tool }) => identifyTool(arch, name, tool)));
  const foreseenLinks = new Map<string, number | null>();
  for (const cell of plan.measured) {
    if (foreseenLinks.has(cell.row)) continue;
    const strategy = strategyFor(cell);
    const capture = { ...setUp, strategy, overrides: join(workDir, 'foreseen') };
    for (const { name } of scenarioTools) await refuseEscapes(capture, toolFor(name));
    foreseenLinks.set(cell.row, await foreseeLinks(setUp, strategy));
  }
  const wrapped = plan.measured.some(({ emulation }) => emulation.kind === 'wrapper');
  return {
    plan,
    bench: openBench(plan.measured, timer, []),
    facts: {
      drivers: driversByClass(setUp),
      architectures: setUp.architectures,
      ...(Object.keys(setUp.packages).length > 0 ? { packages: setUp.packages } : {}),
    },
    tools,
    roots: rootsOf(setUp, ownTool),
    source: setUp.provider.root,
    foreseenLinks,
    verifying: { openBench, launches: (cell) => strategyFor(cell).launches },
    notesOn: async () => [
      ...setUp.notes,
      ...(await describeLostDrivers(setUp)),
      ...(wrapped && tools.some(({ kind }) => kind === 'node') ? [NODE_WRAPPED] : []),
    ],
    end: () => Promise.resolve(),
  };
}

const NODE_WRAPPED =
  'Our own tool ran as a Node program, which emulators start in seconds; as a native one (launchbench build-native) it ' +
  'is far quicker.';

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

function driversByClass({ drivers }: ScenarioSetUp): Readonly<Record<string, number>> {
  // A driver with a manifest is offered to every architecture; it is still one driver.
  const classes = new Map(
    [...drivers.values()].flat().map(({ driverClass, manifest, library, index }) => {
      const identity = JSON.stringify([driverClass, manifest?.path ?? library, index]);
      return [identity, driverClass];
    }),
  );
  return Object.fromEntries(countBy([...classes.values()], (driverClass) => driverClass));
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
