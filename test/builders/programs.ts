import { execaSync } from 'execa';
import type { Ran } from './launchbench.ts';
import { PATIENCE } from './patience.ts';

interface ProgramOptions {
  readonly cwd?: string;
  /** All that it has then; without, that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly encoding?: 'utf8' | 'latin1';
}

/** Runs a program without input to its end, whatever that is; one that hangs is ended. */
export function runProgram(file: string, args: readonly string[], options: ProgramOptions = {}): Ran {
  const { exitCode, stdout, stderr } = execaSync(file, args, { ...asked(options), reject: false });
  return { status: exitCode ?? null, stdout, stderr };
}

/**
 * What a program without input prints.
 *
 * @throws Error with all that it said when it does not succeed.
 */
export function outputOf(file: string, args: readonly string[], options: ProgramOptions = {}): string {
  return execaSync(file, args, asked(options)).stdout;
}

function asked({ cwd, env, encoding = 'utf8' }: ProgramOptions) {
  return {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env, extendEnv: false }),
    ...({ encoding, stdin: 'ignore', stripFinalNewline: false, timeout: PATIENCE.timeout } as const),
  };
}
