import { realpathSync } from 'node:fs';
import { decodeBytes, fsPath } from '../sysroot/byte-text.ts';
import type { Inspector } from '../sysroot/inspector.ts';
import type { EscapingLink, PathWalker } from '../sysroot/path-walk.ts';
import { failure, systemFailure, type Failure } from './capture-error.ts';
import { followLinks, joinPath } from './paths.ts';

/** A file of a tree. */
export interface Place {
  /** What it is called: the text of the tree, and a path. */
  readonly path: string;
  /** What is opened to read it. */
  readonly open: string;
}

/**
 * Follows paths of a tree, each of them the text of the tree put together with a path inside it. As the capture tool
 * does it, links lead wherever the kernel follows them; in a confined tree they are followed inside it, so that nothing
 * else is ever opened. Source: our capture-tool specification, 4.2 and 4.3.
 */
export interface TreePaths {
  /** The path without links, `.` and `..`; null when there is nothing. */
  follow(path: string): Place | null;
  /** Why there is nothing at a path. */
  failureAt(path: string): Failure;
  /** The file that an entry of the ld.so.cache leads to: links at the end are followed inside the tree. */
  followEntry(path: string): Place | null;
  /** What is opened to read a path of the tree; null when nothing of the tree is there. */
  open(path: string): string | null;
  /** The text of the symbolic link at a path; null when this is none. */
  linkAt(path: string): string | null;
}

/** Whose paths are followed. */
export interface TreePathsSettings {
  readonly inspector: Inspector;
  readonly confined: boolean;
  readonly onWarning: (text: string) => void;
  /** Gets each link that leads out of the tree, or would if it were not confined, once. */
  readonly onEscape: (link: EscapingLink) => void;
}

/** Makes the follower of a tree's paths; `root` is the tree as it was given. */
export function createTreePaths(root: string, settings: TreePathsSettings): TreePaths {
  const { inspector, confined, onWarning, onEscape } = settings;
  const text = root === '/' ? '' : joinPath(root);
  const walkHost = inspector.walkerFor('');
  const place = placeOf(root, walkHost);
  const walkTree = inspector.walkerFor(place);
  const reported = new Set<string>();

  const inside = (path: string): string => path.slice(text.length);
  const report = (escape: EscapingLink | null): void => {
    if (escape === null || reported.has(escape.link)) return;
    reported.add(escape.link);
    onEscape(escape);
  };

  const real = (path: string): string | null => {
    if (!path.startsWith('/')) return realPathOrNull(path);
    const walk = walkHost(path);
    const found = walk.kind === 'found' ? walk.path || '/' : null;
    if (place !== '' && found?.startsWith(`${place}/`) !== true) report(walkTree(inside(path)).escape);
    return found;
  };
  const confinedPlace = (path: string): Place | null => {
    const walk = walkTree(inside(path));
    report(walk.escape);
    return walk.kind === 'found' ? { path: text + walk.path, open: place + walk.path } : null;
  };
  const linkAt = (path: string): string | null => {
    const slash = path.lastIndexOf('/');
    const walk = confined ? walkTree(inside(path.slice(0, slash))) : walkHost(path.slice(0, slash));
    const name = path.slice(slash + 1);
    if (walk.kind !== 'found' || name === '' || name === '.' || name === '..') return null;
    const entry = inspector.entryAt(`${confined ? place : ''}${walk.path}/${name}`);
    return entry.kind === 'link' ? entry.target : null;
  };
  const follow = (path: string): Place | null => {
    if (confined) return confinedPlace(path);
    const found = real(path);
    return found === null ? null : { path: found, open: found };
  };

  return {
    follow,
    failureAt(path) {
      if (!confined) return whyNotReal(path);
      return walkTree(inside(path)).kind === 'endless'
        ? { errorClass: 'SYSTEM', errno: ELOOP, details: `${path}: too many symbolic links` }
        : failure('NOT-FOUND', `${path}: no such file or directory`);
    },
    followEntry(path) {
      let end = path;
      if (root !== '/') {
        const followed = followLinks(root, path, MAX_LINKS, linkAt);
        end = followed.path;
        if (!followed.complete) {
          onWarning(`${path}: more than ${MAX_LINKS} links, the rest is left to the kernel`);
        }
      }
      if (!confined) {
        if (place !== '') real(end);
        return { path: end, open: end };
      }
      const found = confinedPlace(end);
      if (found === null) return null;
      // What needs no confinement is called as it is without.
      const walk = walkHost(end);
      return walk.kind === 'found' && walk.path === found.open ? { path: end, open: found.open } : found;
    },
    open: (path) => (confined ? (confinedPlace(path)?.open ?? null) : path),
    linkAt,
  };
}

/** Longer chains of links within a tree are left to the kernel. */
const MAX_LINKS = 20;
const ELOOP = 40;

/** Where a tree is on this machine, without links; empty for `/`, and the text itself where nothing is. */
function placeOf(root: string, walkHost: PathWalker): string {
  if (!root.startsWith('/')) return realPathOrNull(root) ?? root;
  const walk = walkHost(root);
  return walk.kind === 'found' ? walk.path : root;
}

function realPathOrNull(path: string): string | null {
  try {
    return decodeBytes(realpathSync.native(fsPath(path), 'buffer'));
  } catch {
    return null;
  }
}

function whyNotReal(path: string): Failure {
  try {
    realpathSync.native(fsPath(path), 'buffer');
  } catch (error) {
    return systemFailure(error, path);
  }
  return failure('NOT-FOUND', `${path}: it changed while it was read`);
}
