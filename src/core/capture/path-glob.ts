import { lstatSync, statSync } from 'node:fs';
import { fsPath, sortByBytes } from '../sysroot/byte-text.ts';
import { namesIn } from '../sysroot/read-file.ts';
import { entryWildcard } from './compare/wildcard.ts';

/**
 * The files that a glob stands for, sorted byte by byte, as `glob(3)` finds them without any flag: `*` matches
 * neither `/` nor a leading `.`. What cannot be read does not match. The path is that of the real file system.
 */
export function expandPathGlob(glob: string): readonly string[] {
  // A quoted slash is a slash.
  const parts =
    glob.replace(/\\([^])/g, (quoted, byte) => (byte === '/' ? '/' : quoted)).match(/\/+|[^/]+/g) ?? [];
  let paths: readonly string[] = [''];
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part.startsWith('/')) {
      paths = isLast ? paths.map((path) => `${path}/`).filter(isDirectory) : paths.map((path) => path + part);
    } else if (hasWildcard(part)) {
      const matches = entryWildcard(part);
      paths = paths.flatMap((path) =>
        entries(path)
          .filter(matches)
          .map((entry) => path + entry),
      );
    } else {
      const name = part.replace(/\\([^])/g, '$1');
      paths = paths.map((path) => path + name).filter((path) => !isLast || exists(path));
    }
  }
  return sortByBytes(paths);
}

/** Whether anything but a backslash is special; an open bracket is only if it is closed. */
function hasWildcard(part: string): boolean {
  return /[*?]|\[[^]*\]/.test(part.replace(/\\[^]/g, ''));
}

/** What a folder holds, as the C library lists it: with itself and its parent. */
function entries(directory: string): readonly string[] {
  const path = directory === '' ? '.' : directory;
  try {
    return ['.', '..', ...namesIn(path)];
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  return orFalse(() => lstatSync(fsPath(path), { throwIfNoEntry: false }) !== undefined);
}

function isDirectory(path: string): boolean {
  return orFalse(() => statSync(fsPath(path), { throwIfNoEntry: false })?.isDirectory() === true);
}

/** A path through something that is no folder, or may not be searched, leads nowhere. */
function orFalse(ask: () => boolean): boolean {
  try {
    return ask();
  } catch {
    return false;
  }
}
