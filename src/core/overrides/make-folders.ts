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
  if (statSync(fsPath(path), { throwIfNoEntry: false })?.isDirectory() === true) return false;
  if (dirname(path) !== path) makeFolders(dirname(path), mode);
  mkdirSync(fsPath(path), { mode });
  return true;
}
