import { constants } from 'node:os';
import { EnvironmentError, type LaunchbenchError, LaunchError } from '../errors.ts';
import { errnoWords, shortageOf } from '../system-errors.ts';

/** Why a child never came to be: a cause as in errno(3), and what was being done. */
export interface SpawnFailure {
  readonly stage: 'cwd' | 'stdin' | 'stdout' | 'stderr' | 'exec';
  /** Name as in errno(3): `ENOENT`. */
  readonly code: string;
  /** What could not be executed or opened. */
  readonly path: string;
}

/** The error for a child that could not be started; says what is wrong with which file. */
export function spawnFailure({ stage, code, path }: SpawnFailure): LaunchbenchError {
  const shown = JSON.stringify(path);
  const shortage = shortageOf({ code });
  if (shortage !== null) return new EnvironmentError(`Cannot start ${shown}: ${shortage}`);
  if (stage !== 'exec')
    return new LaunchError(`Cannot open ${shown} as the ${ROLES[stage]} of a child: ${errnoWords(code)}`);
  if (code === 'E2BIG') {
    return new LaunchError(
      `Cannot start ${shown}: its arguments and environment are larger than the kernel allows`,
    );
  }
  const reason = REASONS[code];
  return new EnvironmentError(`Cannot execute ${shown}: ${reason?.found ?? errnoWords(code)}`, {
    hint: reason?.hint,
  });
}

/** Name of an errno by its number, e.g. 2 → `ENOENT`; Node's own function knows only those that its calls give. */
export function errnoName(errno: number): string {
  const named = Object.entries(constants.errno).find(([, value]) => value === errno);
  return named?.[0] ?? `errno ${errno}`;
}

const ROLES = {
  cwd: 'working directory',
  stdin: 'standard input',
  stdout: 'standard output',
  stderr: 'standard error',
} as const satisfies Record<Exclude<SpawnFailure['stage'], 'exec'>, string>;

const REASONS: Readonly<Record<string, { readonly found: string; readonly hint: string }>> = {
  ENOENT: {
    found: 'there is no such file (or the interpreter or dynamic linker that it names is missing)',
    hint: 'Check the path; a program of another architecture also needs that architecture’s dynamic linker.',
  },
  EACCES: {
    found: 'it may not be executed',
    hint: 'Make it executable (chmod +x), and check that its file system is not mounted noexec.',
  },
  ENOEXEC: {
    found: 'it is not a program that this machine can run',
    hint: 'A program of another architecture needs an emulator: name a wrapper, or register one with binfmt_misc.',
  },
  ENOTDIR: { found: 'a part of its path is not a folder', hint: 'Check the path.' },
};
