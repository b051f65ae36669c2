import type { LdSoCache } from '../sysroot/ld-so-cache.ts';
import type { Architecture } from '../sysroot/architectures.ts';
import type { Guard } from '../sysroot/confine.ts';
import { failure, systemFailure, type Failure } from './capture-error.ts';
import type { InspectFile, LibraryFile } from './library-files.ts';
import { followLinks, joinPath, pathList, realPath } from './paths.ts';
import { loadTreeCache, type TreeCache } from './tree-cache.ts';

/** A library that was found in a tree. */
export interface Library {
  /** Where it was found, tree included. */
  readonly path: string;
  readonly file: LibraryFile;
}

/** What came of looking a name up. */
export type Lookup =
  | { readonly kind: 'found'; readonly library: Library }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A provider or container. What has been read of it is kept, so it is taken not to change meanwhile. */
export interface Tree {
  /** The tree, as it was given. */
  readonly root: string;
  /** Its ld.so.cache, read when it is first asked for. */
  cache(): TreeCache;
  /**
   * Finds the library of a name: a bare SONAME, or a path in the tree. A dependency is also looked for along
   * the DT_RUNPATH of the library that needs it.
   */
  lookUp(name: string, runpath?: string | null): Lookup;
}

/** How to search a tree. */
export interface TreeSettings {
  readonly architecture: Architecture;
  /** LD_LIBRARY_PATH, searched inside the tree; undefined: it is not set. */
  readonly libraryPath: string | undefined;
  /** Directories of the tree where a name is looked for when nothing else has it. */
  readonly fallbackPaths: readonly string[];
  readonly inspect: InspectFile;
  /** Asked before anything is read. */
  readonly guard: Guard;
  readonly onWarning: (text: string) => void;
}

/**
 * Opens a tree for looking libraries up; the cache is read when it is first needed.
 * Source: our capture-tool specification, section 4.
 */
export function openTree(root: string, settings: TreeSettings): Tree {
  let cache: TreeCache | undefined;
  const known = new Map<string, Lookup>();
  const theCache = (): TreeCache => (cache ??= loadTreeCache(root, settings.architecture, settings.guard));
  const lookUp = (name: string, runpath: string): Lookup => {
    const loaded = theCache();
    return loaded.kind === 'failed' ? loaded : search(root, name, runpath, loaded.cache, settings);
  };
  return {
    root,
    cache: theCache,
    lookUp(name, runpath) {
      const key = `${runpath ?? ''}\0${name}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const result = lookUp(name, runpath ?? '');
      known.set(key, result);
      return result;
    },
  };
}

/** Longer chains of links within a tree are left to the kernel. */
const MAX_LINKS = 20;

/** The order of search of section 4.2. */
function search(
  root: string,
  name: string,
  runpath: string,
  cache: LdSoCache,
  { libraryPath, fallbackPaths, inspect, onWarning }: TreeSettings,
): Lookup {
  if (name.includes('/')) {
    const path = realPathOf(joinPath(root, name));
    if (path.kind === 'path') return named(name, opened(path.path, inspect));
    if (name.startsWith('/')) return path;
  }
  for (const path of candidates()) {
    const found = opened(path, inspect);
    if (found.kind === 'found') return found;
  }
  const searched = [
    `LD_LIBRARY_PATH (${libraryPath === undefined ? 'unset' : `"${libraryPath}"`})`,
    `ld.so.cache, DT_RUNPATH or fallback ${fallbackPaths.join(':')}`,
  ].join(', ');
  return {
    kind: 'failed',
    failure: failure('NOT-FOUND', `"${name}" was not found in "${root}": neither in ${searched}`),
  };

  function* candidates(): Generator<string> {
    yield* inDirectories([...pathList(libraryPath ?? ''), ...pathList(runpath)]);
    for (const path of cache.paths.get(name) ?? []) yield chrooted(joinPath(root, path));
    yield* inDirectories(fallbackPaths);
  }

  function* inDirectories(list: readonly string[]): Generator<string> {
    for (const directory of list) {
      const path = realPathOf(joinPath(root, directory, name));
      if (path.kind === 'path') yield path.path;
    }
  }

  function chrooted(path: string): string {
    if (root === '/') return path;
    const end = followLinks(root, path, MAX_LINKS);
    if (!end.complete) onWarning(`${path}: more than ${MAX_LINKS} links, the rest is left to the kernel`);
    return end.path;
  }
}

function opened(path: string, inspect: InspectFile): Lookup {
  const inspection = inspect(path);
  return inspection.kind === 'failed'
    ? inspection
    : { kind: 'found', library: { path, file: inspection.file } };
}

/** The file that a path leads to may be called otherwise; a message says both. */
function named(name: string, lookup: Lookup): Lookup {
  if (lookup.kind === 'found' || lookup.failure.details.includes(name)) return lookup;
  return { kind: 'failed', failure: { ...lookup.failure, details: `${name}: ${lookup.failure.details}` } };
}

function realPathOf(
  path: string,
): { readonly kind: 'path'; readonly path: string } | { readonly kind: 'failed'; readonly failure: Failure } {
  try {
    return { kind: 'path', path: realPath(path) };
  } catch (error) {
    return { kind: 'failed', failure: systemFailure(error, path) };
  }
}
