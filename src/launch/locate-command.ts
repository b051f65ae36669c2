import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { EXIT } from '../errors.ts';
import { errorCode } from '../system-errors.ts';

/** What became of looking for a command: where it is, or the status that a shell has for it, and why. */
export type Located =
  | { readonly kind: 'found'; readonly path: string }
  | { readonly kind: 'missing'; readonly exitStatus: typeof EXIT.notFound; readonly why: string }
  | { readonly kind: 'not-executable'; readonly exitStatus: typeof EXIT.notExecutable; readonly why: string };

/**
 * Looks for a command as a shell would, folders of PATH that are relative included: the user's own command is run as it
 * would be run without us.
 */
export function locateCommand(word: string, path: string | undefined, cwd: string): Located {
  return locateIn((path ?? DEFAULT_PATH).split(delimiter), word, cwd);
}

/** Where execvp(3) looks when there is no PATH. */
const DEFAULT_PATH = '/bin:/usr/bin';

/** The same in given folders; a word with a slash is a path. */
export function locateIn(folders: readonly string[], word: string, cwd: string): Located {
  const candidates = word.includes('/')
    ? [resolve(cwd, word)]
    : folders.map((folder) => resolve(cwd, join(folder, word)));
  let refused: string | null = null;
  for (const candidate of candidates) {
    const kind = kindOf(candidate);
    if (kind === 'program') return { kind: 'found', path: candidate };
    if (kind !== null) refused ??= kind;
  }
  if (word === '' || refused === null)
    return {
      kind: 'missing',
      exitStatus: EXIT.notFound,
      why: word.includes('/') ? 'there is no such file' : 'there is no such command in PATH',
    };
  return { kind: 'not-executable', exitStatus: EXIT.notExecutable, why: refused };
}

function kindOf(
  path: string,
): 'program' | 'it is a folder' | 'it is no file' | 'it may not be executed' | null {
  try {
    const facts = statSync(path);
    if (facts.isDirectory()) return 'it is a folder';
    if (!facts.isFile()) return 'it is no file';
    accessSync(path, constants.X_OK);
    return 'program';
  } catch (error) {
    return errorCode(error) === 'EACCES' ? 'it may not be executed' : null;
  }
}
