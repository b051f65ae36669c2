import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { errorCode } from '../system-errors.ts';
import { keepTemporaryFolder, makeTemporaryFolder } from './make-temporary-folder.ts';

/** Our folder in the user's cache. Source: XDG Base Directory Specification, which has relative paths ignored. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME'] ?? '';
  return join(isAbsolute(base) ? base : join(env['HOME'] ?? homedir(), '.cache'), 'launchbench');
}

/**
 * A folder that is made once and found the next time. It is made beside its place and renamed when it is whole, so that
 * whoever is stopped leaves nothing that could be taken for one; of two who make it at once, the first one's stays.
 *
 * @param fallback - empty folder, which is filled where the place cannot be written to
 * @param make - fills an empty folder
 * @returns where it is
 */
export async function keptFolder(
  place: string,
  name: string,
  fallback: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const kept = join(place, name);
  if (await isThere(kept)) return kept;
  const draft = await draftIn(place);
  if (draft === null) {
    await make(fallback);
    return fallback;
  }
  try {
    await make(draft);
    // Before it is whole and in its place, whoever cleans up after a killed run may take it.
    await rename(draft, kept);
    keepTemporaryFolder(kept);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const isSecond = ['ENOTEMPTY', 'EEXIST'].includes(errorCode(error));
    if (!isSecond || !(await isThere(kept))) throw error;
  }
  return kept;
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null))?.isDirectory() ?? false;
}

/** null where no folder can be made. */
async function draftIn(place: string): Promise<string | null> {
  try {
    await mkdir(place, { recursive: true });
    return makeTemporaryFolder(place);
  } catch (error) {
    if (error instanceof EnvironmentError || errorCode(error) !== '') return null;
    throw error;
  }
}
