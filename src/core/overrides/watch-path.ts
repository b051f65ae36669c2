import { type FSWatcher, watch } from 'node:fs';
import { EnvironmentError } from '../../errors.ts';
import { systemErrorWords } from '../../system-errors.ts';

/**
 * Watches a file or folder; the listener gets the name of what changed in it, null where the system does not tell.
 *
 * @throws EnvironmentError when the system cannot watch one more.
 */
export function watchPath(path: string, listener: (name: string | null) => void): FSWatcher {
  try {
    return watch(path, (_, name) => {
      listener(name);
    });
  } catch (cause) {
    throw new EnvironmentError(`Cannot watch ${path}: ${systemErrorWords(cause)}`, {
      cause,
      hint: 'Raise fs.inotify.max_user_instances and fs.inotify.max_user_watches with sysctl.',
    });
  }
}
