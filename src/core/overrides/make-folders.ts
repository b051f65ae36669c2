import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fsPath } from '../sysroot/byte-text.ts';

/**
 * Makes a folder and those above it, as far as they are not there yet. Node's own `recursive` goes round in
 * circles for ever where the system says of a folder in a folder that there is no such thing, as in /proc.
 *
 * @returns whether it was not there.
 * @throws the error of the system.
 */
export function makeFolders(path: string, mode = 0o777): boolean {
  if (isFolder(path)) return false;
  if (dirname(path) !== path) makeFolders(dirname(path), mode);
  try {
    mkdirSync(fsPath(path), { mode });
    return true;
  } catch (error) {
    // Another process may have made it meanwhile.
    if (isFolder(path)) return false;
    throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(fsPath(path), { throwIfNoEntry: false })?.isDirectory() === true;
}
