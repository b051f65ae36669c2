import type { FileKind } from './read-file.ts';

/** What lies at a place, links not followed. */
export type Entry =
  /** Nothing, or something that we may not look at. */
  | { readonly kind: 'none' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'directory' }
  /** `identity` is the same for all names of one file. */
  | { readonly kind: 'file'; readonly identity: string; readonly size: number }
  | { readonly kind: 'other'; readonly fileKind: FileKind };

/** A link that leads out of its tree, for programs that do not treat the tree as though it were `/`. */
export interface EscapingLink {
  /** Where it is, as seen from inside the tree. */
  readonly link: string;
  /** Its text. */
  readonly target: string;
}

/** Where following a path through a tree ended. Paths are seen from inside the tree. */
export type Walk =
  | {
      readonly kind: 'found';
      /** Without links, `.` and `..`; empty for the top of the tree. */
      readonly path: string;
      readonly entry: Entry;
      readonly links: number;
      readonly escape: EscapingLink | null;
    }
  /** `path` is the first of its components that is not there. */
  | { readonly kind: 'missing'; readonly path: string; readonly escape: EscapingLink | null }
  /** More links than the kernel follows. */
  | { readonly kind: 'endless'; readonly escape: EscapingLink | null };

/** Follows paths through a tree as a process chrooted into it would: every link is followed inside the tree. */
export type PathWalker = (path: string) => Walk;

/**
 * Makes a walker for the tree at a place without links (empty for this machine's own `/`). It remembers where
 * paths lead, so the tree is taken not to change meanwhile.
 */
export function createPathWalker(root: string, entryAt: (place: string) => Entry): PathWalker {
  const known = new Map<string, Walk>();
  const top: Found = { kind: 'found', path: '', entry: DIRECTORY, links: 0, escape: null };

  /** Goes on from a folder along the components of a path. */
  const goOn = (from: Found, components: string): Walk => {
    let { path, entry, links, escape } = from;
    let lastLink: EscapingLink | null = null;
    let pending = components;
    for (let at = 0; at <= pending.length;) {
      const slash = pending.indexOf('/', at);
      const end = slash < 0 ? pending.length : slash;
      const name = pending.slice(at, end);
      at = end + 1;
      if (entry.kind !== 'directory') return { kind: 'missing', path: `${path}/${name}`, escape };
      if (name === '' || name === '.') continue;
      if (name === '..') {
        // Above the top there is nothing, but in the tree's own surroundings there is.
        if (path === '' && root !== '') escape ??= lastLink;
        path = path.slice(0, Math.max(0, path.lastIndexOf('/')));
        continue;
      }
      const next = `${path}/${name}`;
      const found = entryAt(root + next);
      if (found.kind === 'none') return { kind: 'missing', path: next, escape };
      if (found.kind !== 'link') {
        path = next;
        entry = found;
        continue;
      }
      links += 1;
      if (links > MAX_LINKS) return { kind: 'endless', escape };
      const { target } = found;
      lastLink = { link: next, target };
      if (target.startsWith('/')) {
        path = '';
        if (root !== '') escape ??= lastLink;
      }
      pending = at > pending.length ? target : `${target}/${pending.slice(at)}`;
      at = 0;
    }
    return { kind: 'found', path, entry, links, escape };
  };

  const remember = (path: string, walk: Walk): Walk => {
    known.set(path, walk);
    return walk;
  };

  /** From the folder on, which many paths share. */
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const slash = path.lastIndexOf('/');
    if (slash <= 0) return remember(path, goOn(top, path));
    const above = path.slice(0, slash);
    const folder = known.get(above) ?? remember(above, goOn(top, above));
    if (folder.kind === 'found') return remember(path, goOn(folder, path.slice(slash + 1)));
    return folder.kind === 'missing' ? { ...folder, path: folder.path + path.slice(slash) } : folder;
  };
}

type Found = Extract<Walk, { readonly kind: 'found' }>;

const DIRECTORY: Entry = { kind: 'directory' };
/** Link replacements in one path before it counts as a loop. Source: path_resolution(7). */
const MAX_LINKS = 40;
