import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { executable } from './executables.ts';

/** What a run of the built executable left behind. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it otherwise than in the current folder with an environment of PATH and TMPDIR alone. */
export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Runs the built `launchbench` to its end. */
export async function launchbench(args: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const child = spawn(process.execPath, [executable('launchbench.js'), ...args], {
    cwd: surroundings.cwd,
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...surroundings.env },
  });
  child.stdin.end(surroundings.stdin ?? '');
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
}
