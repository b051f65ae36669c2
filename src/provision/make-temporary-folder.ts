import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { systemErrorWords } from '../system-errors.ts';

/**
 * Makes an empty folder of our own where the system keeps such things; who asked for it removes it.
 *
 * @throws EnvironmentError when there is no such place, or it may not be written to.
 */
export async function makeTemporaryFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'launchbench-'));
  } catch (cause) {
    throw new EnvironmentError(`Cannot make a temporary folder in ${tmpdir()}: ${systemErrorWords(cause)}`, {
      hint: 'TMPDIR says where such folders are made; it has to be a folder that may be written to.',
      cause,
    });
  }
}
