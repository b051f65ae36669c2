import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createOverrides } from '../core/overrides/overrides-tree.ts';
import type { CaptureTool } from '../core/overrides/server.ts';
import { STRATEGIES } from '../core/overrides/strategies.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import { LaunchError } from '../errors.ts';
import { NATIVE } from '../launch/emulations/emulations.ts';
import { createLauncher } from '../launch/launcher.ts';
import { createLedger } from '../launch/ledger.ts';
import type { Timer } from '../launch/timer.ts';
import type { Bench } from './bench.ts';
import { type FreshProcessOptions, startFreshProcess } from './fresh-process.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import type { ScenarioSetUp } from './set-up-scenario.ts';
import { NOTHING_LAUNCHED, prepareStackCapture } from './stack-capture.ts';

/** What captures are served with. */
export interface WorkbenchTools {
  readonly timer: Timer;
  /** The capture tool of an architecture, by the name of a cell's tool. */
  readonly toolFor: (tool: string | null) => (arch: Tuple) => CaptureTool;
  /**
   * Our own tool as a Node program, whose start is timed for models of native tools; null where a native one, ours or
   * another, serves.
   */
  readonly nodeTool: CaptureTool | null;
  /** Environment of everything that is launched. */
  readonly launchEnv: Readonly<Record<string, string>>;
  /** Limit for each launch, milliseconds. */
  readonly timeoutMs: number;
  /** How a capture without launches is given a process of its own; null where nothing is timed: ours will do then. */
  readonly freshProcess: FreshProcessOptions | null;
}

/** Makes a bench of a scenario: captures go through the real core, launches through the timer. */
export async function openWorkbench(
  setUp: ScenarioSetUp,
  cells: readonly MeasuredCellPlan[],
  tools: WorkbenchTools,
): Promise<Bench> {
  const { nodeTool } = tools;
  const ledger = createLedger();
  const logDir = join(setUp.workDir, 'log');
  await mkdir(logDir, { recursive: true });
  const launcherUnder = (emulation: MeasuredCellPlan['emulation']) =>
    createLauncher({ timer: tools.timer, emulation, ledger, logDir });
  const natively = launcherUnder(NATIVE);

  /** Launches something trivial, over and over. */
  const launchTimes = async (
    times: number,
    argv: readonly [string, ...string[]],
    purpose: string,
  ): Promise<void> => {
    for (let launch = 0; launch < times; launch += 1) {
      const { end } = await natively.launch({
        argv,
        env: tools.launchEnv,
        timeoutMs: tools.timeoutMs,
        purpose,
        arch: null,
        executable: argv[0],
      });
      if (end.kind !== 'exited' || end.status !== 0) throw new LaunchError(`${argv.join(' ')} failed`);
    }
  };

  const prepareHere = ({ strategy, tool, emulation }: MeasuredCellPlan, overrides: string) => {
    const launching = STRATEGIES[strategy].launches
      ? {
          launcher: launcherUnder(emulation),
          toolFor: tools.toolFor(tool),
          env: tools.launchEnv,
          timeoutMs: tools.timeoutMs,
        }
      : NOTHING_LAUNCHED;
    const capture = prepareStackCapture({
      ...setUp,
      strategy: STRATEGIES[strategy],
      overrides,
      launching,
    });
    return {
      async run() {
        await capture.run();
        return null;
      },
      examine: () => Promise.resolve(capture.examine()),
      end: () => Promise.resolve(),
    };
  };

  return {
    cells,
    ledger,
    async prepare(cell) {
      const { strategy } = cell;
      // One name for all: every sample starts from the same state, and runs can be compared launch by launch.
      const overrides = join(setUp.workDir, 'overrides');
      const { architectures, imports } = setUp;
      createOverrides(overrides, { architectures, edition: setUp.edition, imports });
      await settle(setUp.workDir);
      const capturing =
        STRATEGIES[strategy].launches || tools.freshProcess === null
          ? prepareHere(cell, overrides)
          : await startFreshProcess({ ...setUp, strategy, overrides }, tools.freshProcess);
      return {
        ...capturing,
        async discard() {
          await capturing.end();
          await rm(overrides, { recursive: true, force: true });
        },
      };
    },
    launchFloor: (launches) => launchTimes(launches, ['/bin/true'], 'floor'),
    // It answers and ends before it reads anything.
    startTool:
      nodeTool && ((launches) => launchTimes(launches, [...nodeTool.argv, '--print-ld.so'], 'tool-start')),
  };
}

/** Lets the file system write down what was removed and made, so that it does not do so inside a sample. */
async function settle(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
