import { join } from 'node:path';
import type { ChildEnd, Launcher, LaunchReport, LaunchRequest } from '../core/overrides/server.ts';
import { type Emulation, wrapCommand } from './emulations/emulations.ts';
import { followFile } from './follow-file.ts';
import type { Ledger } from './ledger.ts';
import { readTail, sizeOf } from './stderr-tail.ts';
import type { SpawnReport, SpawnRequest, Timer } from './timer.ts';

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
  const spawnRequest = ({ argv, env, cwd = '/', timeoutMs, arch }: LaunchRequest): SpawnRequest => ({
    argv: wrapCommand(emulation, arch, argv),
    env,
    cwd,
    stdinFile: null,
    stdoutFile,
    stderrFile,
    timeoutMs,
  });
  const settle = (
    { argv, purpose, arch, executable }: LaunchRequest,
    report: SpawnReport,
    stderrBefore: number,
  ): LaunchReport => {
    ledger.add({ ...report, executable, argv, command: wrapCommand(emulation, arch, argv), purpose, arch });
    return { end: report.end, stderr: succeeded(report.end) ? '' : readTail(stderrFile, stderrBefore) };
  };
  return {
    async launch(request) {
      const stderrBefore = sizeOf(stderrFile);
      return settle(request, await timer.spawn(spawnRequest(request)), stderrBefore);
    },
    converse(request, onStderr) {
      const stderrBefore = sizeOf(stderrFile);
      const stop = followFile(stderrFile, onStderr);
      try {
        const { ended, ...conversation } = timer.converse(spawnRequest(request));
        return {
          ...conversation,
          ended: ended.finally(stop).then((report) => settle(request, report, stderrBefore)),
        };
      } catch (error) {
        stop();
        throw error;
      }
    },
  };
}

function succeeded(end: ChildEnd): boolean {
  return end.kind === 'exited' && end.status === 0;
}
