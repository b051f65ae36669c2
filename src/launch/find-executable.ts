import { delimiter, isAbsolute } from 'node:path';
import { locateIn } from './locate-command.ts';

/**
 * Absolute path of a program as a shell would find it: a word with a slash is a path, any other is looked for in the
 * folders of PATH. Null: not there, or not executable.
 */
export function findExecutable(word: string, path: string | undefined, cwd: string): string | null {
  // An empty or relative entry would make it depend on where we stand what is executed: left out on purpose.
  const located = locateIn((path ?? '').split(delimiter).filter(isAbsolute), word, cwd);
  return located.kind === 'found' ? located.path : null;
}
