import { hash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { linksBelow } from '../core/overrides/digest.ts';
import { makeFolders } from '../core/overrides/make-folders.ts';
import { LaunchError } from '../errors.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import type { Timer } from '../launch/timer.ts';
import { keeperOf } from '../results/kept-variables.ts';
import { executableName } from '../results/launch-label.ts';
import { syncFolder } from '../results/write-file.ts';
import type { CommandLine, ReplayedLaunch, ReplayScenario } from '../scenario/scenario.ts';
import { howItEnded, lastLines } from './bad-end.ts';
import type { Bench } from './bench.ts';
import { openLaunchers } from './bench-launchers.ts';
import type { CellRun } from './cell-record.ts';
import { environmentOfLaunches } from './environment-of-launches.ts';
import { type MeasuredCellPlan, planCells } from './plan-cells.ts';
import type { MeasureOptions, Subject } from './subject.ts';

/**
 * Sets up the launches of a recording to be measured as one row: each run is all of them, one after the other. What
 * captures make is made below a folder of ours, which holds each recorded destination under its own path.
 */
export function setUpReplay(
  scenario: ReplayScenario,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Subject {
  const { workDir } = options;
  const { launches, command, notes } = scenario;
  const { timeoutMs } = scenario.sampling;
  const plan = planCells([{ name: scenario.row, launches: true }], emulations);
  const isRecorded = keeperOf(scenario.variables);
  const env = Object.fromEntries(
    Object.entries(environmentOfLaunches(options.env)).filter(([name]) => isRecorded?.(name) !== true),
  );
  /** Stands for `/` of recorded destinations. */
  const overrides = join(workDir, 'overrides');

  const openBench = (cells: readonly MeasuredCellPlan[], timer: Timer): Bench => {
    const { ledger, launcherUnder, launchTrivial } = openLaunchers(timer, workDir, { env, timeoutMs });
    return {
      cells,
      ledger,
      count: null,
      uncountedLaunches: 0,
      toolStart: null,
      launchTrivial,
      async prepare({ emulation }) {
        mkdirSync(overrides);
        for (const { destination } of launches) {
          if (destination !== null) makeFolders(overrides + destination);
        }
        // What was removed and made is written down now, and not inside a sample.
        await syncFolder(workDir);
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
            return {};
          },
          examine: () => Promise.resolve(whatWasLeft(launches, overrides)),
          discard() {
            rmSync(overrides, { recursive: true, force: true });
            return Promise.resolve();
          },
        };
      },
    };
  };

  return {
    plan,
    bench: openBench(plan.measured, options.timer),
    facts: { drivers: {}, architectures: [], recording: command },
    tools: [],
    roots: [
      { name: '{OVERRIDES}', path: overrides },
      { name: '{WORK}', path: workDir },
    ],
    source: null,
    foreseenLinks: new Map(),
    verifying: { openBench, launches: () => true },
    notesOn: () => Promise.resolve(notes),
    end: () => Promise.resolve(),
  };
}

function commandOf({ program, words, destination }: ReplayedLaunch, overrides: string): CommandLine {
  return [...program, ...(destination === null ? [] : ['--dest', overrides + destination]), ...words];
}

function whatWasLeft(launches: readonly ReplayedLaunch[], overrides: string): CellRun {
  const links = linksBelow(overrides);
  const digest = hash('sha256', links.join('\n'));
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
