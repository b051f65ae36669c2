import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createOverrides } from '../core/overrides/overrides-tree.ts';
import type { CaptureTool, Launcher } from '../core/overrides/server.ts';
import { STRATEGIES, type StrategyName } from '../core/overrides/strategies.ts';
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
import { prepareStackCapture } from './stack-capture.ts';

/** What captures are served with. */
export interface WorkbenchTools {
  readonly timer: Timer;
  readonly toolFor: (arch: Tuple) => CaptureTool;
  /** Whether the tool is our own: its start is then measured, for models that were fitted on another one. */
  readonly ownTool: boolean;
  /** Environment of everything that is launched. */
  readonly launchEnv: Readonly<Record<string, string>>;
  /** Limit for each launch, milliseconds. */
  readonly timeoutMs: number;
  /** How a capture without launches is given a process of its own. */
  readonly freshProcess: FreshProcessOptions;
}

/** Makes a bench of a scenario: captures go through the real core, launches through the timer. */
export async function openWorkbench(
  setUp: ScenarioSetUp,
  cells: readonly MeasuredCellPlan[],
  tools: WorkbenchTools,
): Promise<Bench> {
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

  const prepareLaunches = (strategy: StrategyName, launcher: Launcher, overrides: string) => {
    const launching = { ...tools, launcher, env: tools.launchEnv };
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
    async prepare({ strategy, emulation }) {
      // One name for all: every sample starts from the same state, and runs can be compared launch by launch.
      const overrides = join(setUp.workDir, 'overrides');
      const { architectures, imports } = setUp;
      createOverrides(overrides, { architectures, classes: setUp.edition.classes, imports });
      await settle(setUp.workDir);
      const capturing = STRATEGIES[strategy].launches
        ? prepareLaunches(strategy, launcherUnder(emulation), overrides)
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
    startTool: tools.ownTool
      ? (launches) => launchTimes(launches, printLdSo(setUp, tools), 'tool-start')
      : null,
  };
}

/** The start of our own tool: it answers and ends before it reads anything. */
function printLdSo({ architectures }: ScenarioSetUp, { toolFor }: WorkbenchTools): [string, ...string[]] {
  const [arch = 'x86_64-linux-gnu'] = architectures;
  return [...toolFor(arch).argv, '--print-ld.so'];
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
