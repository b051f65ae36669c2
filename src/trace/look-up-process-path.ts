import { readlinkSync, statSync } from 'node:fs';
import { processEntry } from './process-paths.ts';

/**
 * What a path leads to in a process that lives, `/proc/self/fd/9` for instance, as a path that leads there from here;
 * null where there is none: it is no file, was deleted, lies in another mount namespace, or the process has ended.
 */
export function lookUpProcessPath(pid: number, path: string): string | null {
  const entry = processEntry(path);
  if (entry === null) return null;
  const own = `/proc/${pid}/${entry}`;
  try {
    const target = readlinkSync(own);
    if (!target.startsWith('/')) return null;
    const [there, here] = [statSync(own, { bigint: true }), statSync(target, { bigint: true })];
    return there.dev === here.dev && there.ino === here.ino ? target : null;
  } catch {
    // It has ended meanwhile, or is not ours.
    return null;
  }
}
