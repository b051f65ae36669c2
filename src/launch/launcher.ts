import { join } from 'node:path';
import type { Launcher, LaunchReport, LaunchRequest } from '../core/overrides/server.ts';
import { type Emulation, wrapCommand } from './emulations/emulations.ts';
import { followFile } from './follow-file.ts';
import type { Ledger } from './ledger.ts';
import { readTail, sizeOf } from './stderr-tail.ts';
import type { SpawnReport, Timer } from './timer.ts';

/** What a timed launcher works with. */
export interface LauncherOptions {
  readonly timer: Timer;
  /** A wrapper's command is put before every launch; native and modelled launches are run as they are. */
  readonly emulation: Emulation;
  /** Where every launch is entered. */
  readonly ledger: Ledger;
  /** Existing folder for what children print: `stdout.log` and `stderr.log`, appended to. */
  readonly logDir: string;
}

/**
 * The launcher that is timed: each request becomes one launch through the timer, under the emulation, entered in
 * the ledger. Children's output goes to files and is read only when a child failed, so nothing of ours runs beside
 * a child (our measurement specification, 2.4). A child that is talked to is the exception: what it says is read as it
 * comes, which is our own CPU time and counts as such.
 */
export function createLauncher({ timer, emulation, ledger, logDir }: LauncherOptions): Launcher {
  const stdoutFile = join(logDir, 'stdout.log');
  const stderrFile = join(logDir, 'stderr.log');
  const begin = ({ argv, env, cwd = '/', timeoutMs, purpose, arch, executable }: LaunchRequest) => {
    const command = wrapCommand(emulation, arch, argv);
    const stderrBefore = sizeOf(stderrFile);
    return {
      request: { argv: command, env, cwd, stdinFile: null, stdoutFile, stderrFile, timeoutMs },
      settle: (report: SpawnReport): LaunchReport => {
        const { end } = report;
        ledger.add({ ...report, executable, argv, command, purpose, arch });
        const isSuccess = end.kind === 'exited' && end.status === 0;
        return { end, stderr: isSuccess ? '' : readTail(stderrFile, stderrBefore) };
      },
    };
  };
  return {
    async launch(launch) {
      const { request, settle } = begin(launch);
      return settle(await timer.spawn(request));
    },
    converse(launch, onStderr) {
      const { request, settle } = begin(launch);
      const stop = followFile(stderrFile, onStderr);
      try {
        const { ended, ...conversation } = timer.converse(request);
        return { ...conversation, ended: ended.finally(stop).then(settle) };
      } catch (error) {
        stop();
        throw error;
      }
    },
  };
}
