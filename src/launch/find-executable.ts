import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * Absolute path of a program as a shell would find it: a word with a slash is a path, any other is looked for in the
 * folders of PATH. Null: not there, or not executable.
 */
export function findExecutable(word: string, path: string | undefined, cwd: string): string | null {
  if (word === '') return null;
  if (word.includes('/')) return executableAt(resolve(cwd, word));
  // An empty or relative entry would make it depend on where we stand what is executed: left out on purpose.
  const folders = (path ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => executableAt(join(folder, word))).find((found) => found !== null) ?? null;
}

function executableAt(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : null;
  } catch {
    return null;
  }
}
