import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Launcher, LaunchRequest } from '../core/overrides/server.ts';
import { LaunchError } from '../errors.ts';
import { type Emulation, NATIVE } from '../launch/emulations/emulations.ts';
import { createLauncher } from '../launch/launcher.ts';
import { createLedger, type Ledger } from '../launch/ledger.ts';
import type { Timer } from '../launch/timer.ts';
import type { Bench } from './bench.ts';

/** What a bench launches through. */
export interface BenchLaunchers extends Pick<Bench, 'launchTrivial'> {
  /** Everything that was launched through them. */
  readonly ledger: Ledger;
  readonly launcherUnder: (emulation: Emulation) => Launcher;
}

/**
 * Opens what a bench launches through.
 *
 * @param workDir - holds `log`, the folder for what children print
 * @param given - environment and time limit of what is trivial
 */
export function openLaunchers(
  timer: Timer,
  workDir: string,
  given: Pick<LaunchRequest, 'env' | 'timeoutMs'>,
): BenchLaunchers {
  const ledger = createLedger();
  const logDir = join(workDir, 'log');
  // Waited for here: what is still under way when we are ended would make the folder again behind whoever removes it.
  mkdirSync(logDir, { recursive: true });
  const launcherUnder = (emulation: Emulation): Launcher =>
    createLauncher({ timer, emulation, ledger, logDir });
  const natively = launcherUnder(NATIVE);
  return {
    ledger,
    launcherUnder,
    async launchTrivial(argv, times) {
      const request = { ...given, argv, purpose: 'floor', arch: null, executable: argv[0] };
      for (let launch = 0; launch < times; launch += 1) {
        const { end } = await natively.launch(request);
        if (end.kind !== 'exited' || end.status !== 0) throw new LaunchError(`${argv.join(' ')} failed`);
      }
      return {};
    },
  };
}
