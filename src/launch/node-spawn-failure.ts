import { existsSync } from 'node:fs';
import type { LaunchbenchError } from '../errors.ts';
import { errorCode } from '../system-errors.ts';
import { spawnFailure } from './spawn-failure.ts';

/**
 * The error for a child that Node's `spawn` could not start: some errors it throws, as ENOTDIR and E2BIG, of others it
 * tells later. Which file they are about it tells of none.
 */
export function nodeSpawnFailure(error: unknown, program: string, cwd: string): LaunchbenchError {
  // The final "/." finds nothing in what is not a folder, or may not be entered.
  const isCwdThere = existsSync(`${cwd}/.`);
  return spawnFailure({
    stage: isCwdThere ? 'exec' : 'cwd',
    code: errorCode(error),
    path: isCwdThere ? program : cwd,
  });
}
