import { closeSync, constants, existsSync, openSync, realpathSync, statSync, symlinkSync } from 'node:fs';
import { decodeBytes, fsPath } from '../sysroot/byte-text.ts';
import { namesIn, systemErrno } from '../sysroot/read-file.ts';
import type { Destination } from './settings.ts';

/**
 * Opens a folder to make links in. It must exist; a link to a folder will do. Links are made in the folder that
 * the path leads to now, also when the working directory changes later.
 *
 * @param isEmpty - whether it is known to be empty, so that it need not be read.
 * @throws the error of the system when it is not there or not a folder.
 */
export function openDestination(folder: string, { isEmpty = false } = {}): Destination {
  // The final "/." makes the system refuse what is not a folder.
  const path = fsPath(`${folder}/.`);
  if (!folder.startsWith('/')) return linksIn(decodeBytes(realpathSync.native(path, 'buffer')));
  statSync(path, { bigint: true });
  return linksIn(folder, isEmpty);
}

/**
 * The same, but the folder stays open until `close`: links go on being made in that very folder, also when it is given
 * another name.
 *
 * @throws the error of the system when it is not there or not a folder.
 */
export function holdDestination(folder: string): Destination & { close(): void } {
  const handle = openSync(fsPath(folder), constants.O_RDONLY | constants.O_DIRECTORY);
  const close = (): void => {
    closeSync(handle);
  };
  try {
    const place = `/proc/self/fd/${handle}`;
    // Where /proc is not mounted, the name has to do.
    return { ...(existsSync(place) ? linksIn(place) : openDestination(folder)), close };
  } catch (error) {
    close();
    throw error;
  }
}

function linksIn(folder: string, isEmpty = false): Destination {
  let names: Set<string> | null = isEmpty ? new Set(HERE_AND_ABOVE) : null;
  return {
    has(name) {
      names ??= takenIn(folder);
      return names.has(name);
    },
    link(name, target) {
      symlinkSync(fsPath(target), fsPath(`${folder}/${name}`));
      names?.add(name);
    },
    lookAgain() {
      names = null;
    },
  };
}

const HERE_AND_ABOVE = ['.', '..'];

/** What is in a folder; none of it where the folder can only be written to: making links will tell. */
function takenIn(folder: string): Set<string> {
  try {
    return new Set([...HERE_AND_ABOVE, ...namesIn(folder)]);
  } catch (error) {
    if (systemErrno(error) === null) throw error;
    return new Set(HERE_AND_ABOVE);
  }
}
