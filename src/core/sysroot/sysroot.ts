import { realpathSync, statSync } from 'node:fs';
import { SysrootError } from '../../errors.ts';
import { createInspector, type Inspector } from './inspector.ts';
import type { EscapingLink, Walk } from './path-walk.ts';

/** A directory used as though it were `/`. Its contents are a stranger's: nothing in it is trusted. */
export interface Sysroot {
  /** Canonical path on this machine. */
  readonly root: string;
  /** Whether the tree is this machine's own `/`. */
  readonly isHost: boolean;
  /** Whether files outside the tree are out of bounds, however they are reached. */
  readonly confined: boolean;
  /**
   * Follows every link as a process chrooted into the tree would: absolute targets start again at the top,
   * `..` stops there.
   *
   * @returns the canonical path inside the tree, or null where a chrooted process would find nothing.
   */
  resolve(path: string): string | null;
  /** The place on this machine of what `resolve` finds; null where a chrooted process would find nothing. */
  locate(path: string): string | null;
  /** Names in a directory, in byte order; null where there is no such directory. */
  list(path: string): readonly string[] | null;
  /**
   * Where the kernel looks when path and tree are merely put together. An absolute link on the way leads
   * out of the tree: that is how the programs that we stand in for read manifests and ELF headers, and
   * their choice of drivers depends on it (our graphics-stack specification, 14.4). In a confined tree it is
   * where a chrooted process would look; a place where nothing is, when it would find nothing.
   */
  naive(path: string): string;
  /**
   * The link on the way to a path that leads out of the tree when path and tree are merely put together; null
   * where there is none, and in this machine's own `/`.
   */
  escapeOf(path: string): EscapingLink | null;
  /** What reads the tree; null: whoever reads much of it makes one of their own. */
  readonly inspector: Inspector | null;
  /** The same tree, read by an inspector: what that has read of it is not read again. */
  through(inspector: Inspector): Sysroot;
}

/** How a tree is to be read. */
export interface SysrootOptions {
  /** Read nothing outside the tree; for trees that are not trusted. Links are followed inside the tree. */
  readonly confined?: boolean | undefined;
  /**
   * Reads the tree, each part once: share one between discovery and the capture that follows, and between the two
   * trees, and make a new one for the next capture. Without one, every question to the tree is a new look at it.
   */
  readonly inspector?: Inspector | undefined;
}

/**
 * Opens a tree.
 *
 * @throws SysrootError when it is not a directory.
 */
export function openSysroot(path: string, { confined = false, inspector }: SysrootOptions = {}): Sysroot {
  return sysrootAt(canonicalDirectory(path, inspector), confined, inspector ?? null);
}

/** A tree that is read by an inspector. */
type InspectedSysroot = Sysroot & { readonly inspector: Inspector };

/** The same tree, read by an inspector: a new one unless it has one already. */
export function inspected(tree: Sysroot): InspectedSysroot {
  if (isInspected(tree)) return tree;
  const inspector = createInspector();
  return { ...tree.through(inspector), inspector };
}

function isInspected(tree: Sysroot): tree is InspectedSysroot {
  return tree.inspector !== null;
}

function sysrootAt(root: string, confined: boolean, inspector: Inspector | null): Sysroot {
  const prefix = root === '/' ? '' : root;
  const eyes = (): Inspector => inspector ?? createInspector();
  const walk = (path: string): Walk => eyes().walkerFor(prefix)(path);
  const follow = (path: string, top: string): string | null => {
    const found = walk(path);
    return found.kind === 'found' ? top + found.path || '/' : null;
  };
  const locate = (path: string): string | null => follow(path, prefix);
  return {
    root,
    isHost: root === '/',
    confined,
    inspector,
    resolve: (path) => follow(path, ''),
    locate,
    list(path) {
      const place = locate(path);
      return place === null ? null : eyes().namesIn(place);
    },
    naive(path) {
      if (!confined) return `${prefix}/${path.replace(/^\/+/, '')}`;
      const found = walk(path);
      return found.kind === 'endless' ? `${NOWHERE}${path}` : prefix + found.path;
    },
    escapeOf: (path) => walk(path).escape,
    through: (other) => sysrootAt(root, confined, other),
  };
}

/** A file, in which nothing can be. */
const NOWHERE = '/dev/null/';

/** A path of this machine from its top on; nothing is taken out of it, as `..` behind a link is not what it seems. */
export function fromHere(path: string): string {
  return path.startsWith('/') ? path : `${process.cwd()}/${path}`;
}

function canonicalDirectory(path: string, inspector?: Inspector): string {
  // The way to the tree is looked at like what lies in it.
  const walk = inspector?.walkerFor('')(fromHere(path));
  if (walk?.kind === 'found' && walk.entry.kind === 'directory') return walk.path || '/';
  let root: string;
  try {
    root = realpathSync.native(path);
  } catch (cause) {
    throw new SysrootError(`${path}: expected a directory tree, found nothing there`, { cause });
  }
  if (!statSync(root).isDirectory()) {
    throw new SysrootError(`${path}: expected a directory tree, found a file`, {
      hint: 'An archive is unpacked first, or named in a scenario.',
    });
  }
  return root;
}
