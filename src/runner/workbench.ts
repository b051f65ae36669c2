import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createOverrides } from '../core/overrides/overrides-tree.ts';
import type { CaptureTool } from '../core/overrides/server.ts';
import { isStrategyName, type Strategy, type StrategyName } from '../core/overrides/strategies.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import type { Timer } from '../launch/timer.ts';
import { LaunchError } from '../errors.ts';
import { syncFolder } from '../results/write-file.ts';
import type { Bench } from './bench.ts';
import { openLaunchers } from './bench-launchers.ts';
import type { FreshProcess, FreshProcessOptions } from './fresh-process.ts';
import { prepareKeptCapture } from './kept-capture.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import type { ScenarioSetUp } from './set-up-scenario.ts';
import { NOTHING_LAUNCHED, prepareStackCapture, type StackCapture } from './stack-capture.ts';

/** What captures are served with. */
export interface WorkbenchTools {
  readonly timer: Timer;
  /** What a cell does. */
  readonly strategyFor: (cell: MeasuredCellPlan) => Strategy;
  /** Which cells must leave the same. */
  readonly sameWork: NonNullable<Bench['sameWork']>;
  /** The capture tool of an architecture, by the name of a cell's tool. */
  readonly toolFor: (tool: string | null) => (arch: Tuple) => CaptureTool;
  /**
   * Our own tool as a Node program, whose start is timed for models of native tools; null where a native one, ours or
   * another, serves.
   */
  readonly nodeTool: CaptureTool | null;
  /** Environment of everything that is launched. */
  readonly launchEnv: Readonly<Record<string, string>>;
  /** How a capture without launches is given a process of its own; null where nothing is timed: ours will do then. */
  readonly freshProcess: FreshProcessOptions | null;
}

/** Makes a bench of a graphics stack: captures go through the real core, launches through the timer. */
export function openWorkbench(
  setUp: ScenarioSetUp,
  cells: readonly MeasuredCellPlan[],
  { timer, strategyFor, sameWork, toolFor, nodeTool, launchEnv: env, freshProcess }: WorkbenchTools,
): Bench {
  const { workDir, scenario, architectures, edition, imports } = setUp;
  const { timeoutMs } = scenario.sampling;
  const { ledger, launcherUnder, launchTrivial } = openLaunchers(timer, workDir, { env, timeoutMs });

  /** Whether there are overrides that the next start uses again. */
  let hasStarted = false;

  const prepareHere = (cell: MeasuredCellPlan, overrides: string): StackCapture => {
    const strategy = strategyFor(cell);
    if (strategy.keepsOverrides)
      return prepareKeptCapture({ ...setUp, strategy: strategyOf(cell), overrides });
    const launcher = launcherUnder(cell.emulation);
    const launching = strategy.launches
      ? { launcher, toolFor: toolFor(cell.tool), env, timeoutMs }
      : NOTHING_LAUNCHED;
    return prepareStackCapture({ ...setUp, strategy, overrides, launching });
  };

  return {
    cells,
    sameWork,
    ledger,
    count: null,
    uncountedLaunches: 0,
    async prepare(cell) {
      const { launches, keepsOverrides } = strategyFor(cell);
      // One name for all: every sample starts from the same state, and runs can be compared launch by launch.
      const overrides = join(workDir, keepsOverrides ? 'kept-overrides' : 'overrides');
      const start = async (): Promise<FreshProcess> => {
        if (launches || freshProcess === null) return inThisProcess(prepareHere(cell, overrides));
        // Of a run that only counts, no process is asked anything.
        const { startFreshProcess } = await import('./fresh-process.ts');
        return startFreshProcess({ ...setUp, strategy: strategyOf(cell), overrides }, freshProcess);
      };
      if (!keepsOverrides) createOverrides(overrides, { architectures, edition, imports });
      else if (!hasStarted) await startUntilReused(start);
      hasStarted ||= keepsOverrides;
      // What was removed and made is written down now, and not inside a sample.
      if (freshProcess !== null) await syncFolder(workDir);
      const capturing = await start();
      return {
        async run() {
          const { account, why } = await capturing.capture();
          if (why !== null) throw new LaunchError(`The overrides were not used again: ${why}`);
          return account;
        },
        examine: () => capturing.examine(),
        async discard() {
          await capturing.end();
          if (!keepsOverrides) rmSync(overrides, { recursive: true, force: true });
        },
      };
    },
    launchTrivial,
    // It answers and ends before it reads anything.
    toolStart: nodeTool && [...nodeTool.argv, '--print-ld.so'],
  };
}

/** A capture in our own process, as one is in a process of its own. */
function inThisProcess(capture: StackCapture): FreshProcess {
  return {
    capture: async () => ({ account: {}, why: await capture.run() }),
    examine: () => Promise.resolve(capture.examine()),
    end: () => Promise.resolve(),
  };
}

/** A first start captures, and so does the next one where the trees were made just before. */
const MOST_STARTS = 20;

/**
 * Starts until one uses the overrides of those before again.
 *
 * @throws LaunchError when none does; what `run` throws when a capture fails.
 */
async function startUntilReused(start: () => Promise<FreshProcess>): Promise<void> {
  for (let starts = 1; ; starts++) {
    const prepared = await start();
    try {
      const { why } = await prepared.capture();
      if (why === null) return;
      if (starts === MOST_STARTS)
        throw new LaunchError(`No start uses the overrides of those before again: ${why}`);
    } finally {
      await prepared.end();
    }
    await sleep(starts === 1 ? 0 : 100);
  }
}

/** The strategy that the row of a cell names. */
function strategyOf({ row }: MeasuredCellPlan): StrategyName {
  if (!isStrategyName(row)) throw new Error(`no strategy is called ${row}`);
  return row;
}
