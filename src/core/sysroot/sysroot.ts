import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { SysrootError } from '../../errors.ts';
import { byteString, decodeBytes, fsPath } from './byte-text.ts';
import { confineTo, unconfined } from './confine.ts';

/** Link replacements in one path before it counts as a loop. Source: path_resolution(7). */
const MAX_LINKS = 40;

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
   * their choice of drivers depends on it (our graphics-stack specification, 14.4).
   *
   * @throws SysrootError when the tree is confined and the path leads out of it.
   */
  naive(path: string): string;
}

/** How a tree is to be read. */
export interface SysrootOptions {
  /** Refuse to read anything outside the tree; for trees that are not trusted. */
  readonly confined?: boolean | undefined;
}

/**
 * Opens a tree.
 *
 * @throws SysrootError when it is not a directory.
 */
export function openSysroot(path: string, { confined = false }: SysrootOptions = {}): Sysroot {
  const root = canonicalDirectory(path);
  const prefix = root === '/' ? '' : root;
  const guard = confined ? confineTo([root]) : unconfined;
  const resolve = (wanted: string): string | null => resolveInside(prefix, wanted);
  const locate = (wanted: string): string | null => {
    const resolved = resolve(wanted);
    if (resolved === null) return null;
    return resolved === '/' ? root : prefix + resolved;
  };
  return {
    root,
    isHost: root === '/',
    confined,
    resolve,
    locate,
    list(wanted) {
      const place = locate(wanted);
      return place === null ? null : namesIn(place);
    },
    naive(wanted) {
      const place = join(root, '/') + wanted.replace(/^\/+/, '');
      guard(place);
      return place;
    },
  };
}

/** Orders names as `LC_ALL=C sort` does; JavaScript's own order is that of UTF-16 units. */
export function compareBytes(a: string, b: string): number {
  const [first, second] = [byteString(a), byteString(b)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

function canonicalDirectory(path: string): string {
  let root: string;
  try {
    root = realpathSync(path);
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

function resolveInside(prefix: string, path: string): string | null {
  const pending = path.split('/').reverse();
  const done: string[] = [];
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const place = `${prefix}/${[...done, part].join('/')}`;
    const entry = entryAt(place);
    if (entry === null) return null;
    if (entry.kind === 'link') {
      links += 1;
      if (links > MAX_LINKS) return null;
      if (entry.target.startsWith('/')) done.length = 0;
      pending.push(...entry.target.split('/').reverse());
    } else if (entry.kind === 'file' && pending.length > 0) {
      return null;
    } else {
      done.push(part);
    }
  }
  return `/${done.join('/')}`;
}

type Entry = { readonly kind: 'directory' | 'file' } | { readonly kind: 'link'; readonly target: string };

/** What lies at a place, links not followed; null where nothing does or where we may not look. */
function entryAt(place: string): Entry | null {
  try {
    const stat = lstatSync(fsPath(place), { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (stat.isSymbolicLink())
      return { kind: 'link', target: decodeBytes(readlinkSync(fsPath(place), 'buffer')) };
    return { kind: stat.isDirectory() ? 'directory' : 'file' };
  } catch {
    return null;
  }
}

function namesIn(directory: string): readonly string[] | null {
  try {
    return readdirSync(fsPath(directory), 'buffer').map(decodeBytes).sort(compareBytes);
  } catch {
    return null;
  }
}
