import { execa } from 'execa';
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
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [executable('launchbench.js'), ...args],
    {
      ...(surroundings.cwd === undefined ? {} : { cwd: surroundings.cwd }),
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...surroundings.env },
      extendEnv: false,
      input: surroundings.stdin ?? '',
      reject: false,
      stripFinalNewline: false,
    },
  );
  return { status: exitCode ?? null, stdout, stderr };
}
