import { posix } from 'node:path';
import { ScenarioError } from '../errors.ts';
import type { TreeEntry } from './tree-entry.ts';

/**
 * The entries of a tree as they can be made: files before other names for them.
 *
 * @throws ScenarioError when two things are at one place, or a path leads through a file or a link; nothing is ever
 * written through a link.
 */
export function orderEntries(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const byPath = new Map<string, TreeEntry>();
  for (const entry of entries) {
    const { path } = entry;
    if (!path.startsWith('/') || posix.normalize(path) !== path || path.endsWith('/')) {
      throw new ScenarioError(`Expected an absolute path without "." and "..", found "${path}".`, {
        hint: 'Paths in a synthetic tree are seen from inside the tree.',
      });
    }
    if (byPath.has(path)) {
      throw new ScenarioError(`The synthetic tree would have two things at ${path}.`, {
        hint: 'Two libraries or drivers have the same file name, or a link has the name of a file.',
      });
    }
    byPath.set(path, entry);
  }
  for (const { path } of entries) {
    for (let above = posix.dirname(path); above !== '/'; above = posix.dirname(above)) {
      const through = byPath.get(above);
      if (through === undefined || through.kind === 'directory') continue;
      const what = through.kind === 'symlink' ? `a link to ${through.target}` : 'a file';
      throw new ScenarioError(`${path} of the synthetic tree lies below ${above}, which is ${what}.`, {
        hint: 'The tree has a merged /usr: write /usr/lib instead of /lib.',
      });
    }
  }
  const rank = { directory: 0, file: 1, 'hard-link': 2, symlink: 3 } as const;
  return entries.toSorted((a, b) => rank[a.kind] - rank[b.kind]);
}
