import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { linksBelow } from '../core/overrides/digest.ts';
import { makeFolders } from '../core/overrides/make-folders.ts';
import { LaunchError } from '../errors.ts';
import { NATIVE } from '../launch/emulations/emulations.ts';
import { launchRepeatedly } from '../launch/launch-repeatedly.ts';
import { createLauncher } from '../launch/launcher.ts';
import { createLedger } from '../launch/ledger.ts';
import type { Timer } from '../launch/timer.ts';
import { executableName } from '../results/launch-label.ts';
import type { CommandLine, ReplayedLaunch } from '../scenario/scenario.ts';
import type { Bench, CellRun } from './bench.ts';
import { howItEnded, lastLines } from './bad-end.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import { settle } from './workbench.ts';

/** What recorded launches are repeated with. */
export interface ReplayBenchOptions {
  readonly launches: readonly ReplayedLaunch[];
  readonly cells: readonly MeasuredCellPlan[];
  readonly timer: Timer;
  /** Environment of every launch. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly workDir: string;
}

/**
 * Makes a bench of recorded launches: each run is all of them, one after the other. What captures make is made below a
 * folder of ours, which holds each recorded destination under its own path.
 */
export async function openReplayBench(options: ReplayBenchOptions): Promise<Bench> {
  const { launches, cells, timer, env, timeoutMs, workDir } = options;
  const ledger = createLedger();
  const logDir = join(workDir, 'log');
  await mkdir(logDir, { recursive: true });
  const launcherUnder = (emulation: MeasuredCellPlan['emulation']) =>
    createLauncher({ timer, emulation, ledger, logDir });
  const overrides = overridesIn(workDir);

  return {
    cells,
    ledger,
    count: null,
    uncountedLaunches: 0,
    startTool: null,
    async prepare({ emulation }) {
      await mkdir(overrides);
      for (const { destination } of launches) {
        if (destination !== null) makeFolders(overrides + destination);
      }
      await settle(workDir);
      const launcher = launcherUnder(emulation);
      return {
        async run() {
          for (const launch of launches) {
            const argv = commandOf(launch, overrides);
            const { end, stderr } = await launcher.launch({
              argv,
              env: { ...env, ...launch.env },
              cwd: launch.cwd,
              timeoutMs,
              purpose: executableName(launch.program[0]),
              arch: launch.arch,
              executable: launch.program[0],
            });
            if (end.kind === 'exited' && (launch.status ?? end.status) === end.status) continue;
            const expected = launch.status === null ? '' : `; when it was recorded, with ${launch.status}`;
            throw new LaunchError(
              `${howItEnded(`launch ${launch.seq} (${executableName(argv[0])})`, end)}${expected}${lastLines(stderr)}`,
            );
          }
          return null;
        },
        examine: () => Promise.resolve(whatWasLeft(launches, overrides)),
        discard: () => rm(overrides, { recursive: true, force: true }),
      };
    },
    async launchFloor(times) {
      await launchRepeatedly(launcherUnder(NATIVE), ['/bin/true'], times, { env, timeoutMs });
      return null;
    },
  };
}

/** The folder that stands for `/` of recorded destinations. */
export function overridesIn(workDir: string): string {
  return join(workDir, 'overrides');
}

function commandOf({ program, words, destination }: ReplayedLaunch, overrides: string): CommandLine {
  return [...program, ...(destination === null ? [] : ['--dest', overrides + destination]), ...words];
}

function whatWasLeft(launches: readonly ReplayedLaunch[], overrides: string): CellRun {
  const links = linksBelow(overrides);
  const digest = createHash('sha256').update(links.join('\n')).digest('hex');
  const captures = launches.some(({ destination }) => destination !== null);
  return {
    patterns: captures ? launches.reduce((sum, { patterns }) => sum + patterns, 0) : null,
    links: captures ? links.length : null,
    drivers: null,
    overridesDigest: digest,
    entries: links.map((link) => ({ offer: link, words: link })),
    targetsDigest: digest,
  };
}
