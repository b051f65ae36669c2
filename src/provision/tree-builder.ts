import { posix } from 'node:path';
import { ScenarioError } from '../errors.ts';
import type { TreeEntry } from './tree-entry.ts';

/** Collects the entries of a tree and refuses two things at one place, and anything below a file or link. */
export class TreeBuilder {
  readonly #entries = new Map<string, TreeEntry>();

  /** @throws ScenarioError when something else is there, or the path leads through something else. */
  add(entry: TreeEntry): void {
    const { path } = entry;
    if (!path.startsWith('/') || posix.normalize(path) !== path || path.endsWith('/')) {
      throw new ScenarioError(`Expected an absolute path without "." and "..", found "${path}".`, {
        hint: 'Paths in a synthetic tree are seen from inside the tree.',
      });
    }
    const there = this.#entries.get(path);
    if (there !== undefined) {
      throw new ScenarioError(`The synthetic tree would have two things at ${path}.`, {
        hint: 'Two libraries or drivers have the same file name, or a link has the name of a file.',
      });
    }
    this.#entries.set(path, entry);
  }

  /**
   * The entries: files before other names for them.
   *
   * @throws ScenarioError when a path leads through a file or a link; nothing is ever written through a link.
   */
  finish(): readonly TreeEntry[] {
    const entries = [...this.#entries.values()];
    for (const { path } of entries) {
      for (let above = posix.dirname(path); above !== '/'; above = posix.dirname(above)) {
        const through = this.#entries.get(above);
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
}
