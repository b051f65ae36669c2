import { join } from 'node:path';
import type { ChildEnd, Launcher } from '../core/overrides/server.ts';
import { type Emulation, wrapCommand } from './emulations/emulations.ts';
import type { Ledger } from './ledger.ts';
import { readTail, sizeOf } from './stderr-tail.ts';
import type { Timer } from './timer.ts';

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
 * a child (our measurement specification, 2.4).
 */
export function createLauncher({ timer, emulation, ledger, logDir }: LauncherOptions): Launcher {
  const stdoutFile = join(logDir, 'stdout.log');
  const stderrFile = join(logDir, 'stderr.log');
  return {
    async launch({ argv, env, cwd = '/', timeoutMs, purpose, arch, executable }) {
      const command = wrapCommand(emulation, arch, argv);
      const stderrBefore = sizeOf(stderrFile);
      const report = await timer.spawn({
        argv: command,
        env,
        cwd,
        stdinFile: null,
        stdoutFile,
        stderrFile,
        timeoutMs,
      });
      ledger.add({ ...report, executable, argv, command, purpose, arch });
      return { end: report.end, stderr: succeeded(report.end) ? '' : readTail(stderrFile, stderrBefore) };
    },
  };
}

function succeeded(end: ChildEnd): boolean {
  return end.kind === 'exited' && end.status === 0;
}
