import type { Architecture } from '../sysroot/architectures.ts';
import type { Inspector } from '../sysroot/inspector.ts';
import { failure } from './capture-error.ts';
import { openLibrary, type Library, type Lookup } from './library-files.ts';
import { joinPath, pathList } from './paths.ts';
import { loadTreeCache, type TreeCache } from './tree-cache.ts';
import { createTreePaths, type Place, type TreePaths, type TreePathsSettings } from './tree-paths.ts';

/** A provider or container. What has been read of it is kept, so it is taken not to change meanwhile. */
export interface Tree {
  /** The tree, as it was given. */
  readonly root: string;
  readonly paths: TreePaths;
  /** Its ld.so.cache, read when it is first asked for. */
  cache(): TreeCache;
  /**
   * Finds the library of a name: a bare SONAME, or a path in the tree. A dependency is also looked for along
   * the DT_RUNPATH of the library that needs it.
   */
  lookUp(name: string, runpath?: string | null): Lookup;
}

/** How to search a tree. */
export interface TreeSettings extends TreePathsSettings {
  readonly architecture: Architecture;
  readonly inspector: Inspector;
  /** Whether the dynamic sections of its libraries will be asked for, so that they are read at once. */
  readonly needsDynamic: boolean;
  /** LD_LIBRARY_PATH, searched inside the tree; undefined: it is not set. */
  readonly libraryPath: string | undefined;
  /** Directories of the tree where a name is looked for when nothing else has it. */
  readonly fallbackPaths: readonly string[];
}

/**
 * Opens a tree for looking libraries up; the cache is read when it is first needed.
 * Source: our capture-tool specification, section 4.
 */
export function openTree(root: string, settings: TreeSettings): Tree {
  const paths = createTreePaths(root, settings);
  let cache: TreeCache | undefined;
  const theCache = (): TreeCache =>
    (cache ??= loadTreeCache(root, settings.architecture, settings.inspector, paths));
  const search = createSearch(root, paths, theCache, settings);
  /** By DT_RUNPATH, which few libraries have, and name. */
  const known = new Map<string, Map<string, Lookup>>();
  return {
    root,
    paths,
    cache: theCache,
    lookUp(name, runpath) {
      const key = runpath ?? '';
      let byName = known.get(key);
      if (byName === undefined) known.set(key, (byName = new Map<string, Lookup>()));
      let result = byName.get(name);
      if (result === undefined) byName.set(name, (result = search(name, key)));
      return result;
    },
  };
}

/** The order of search of section 4.2. */
function createSearch(
  root: string,
  paths: TreePaths,
  theCache: () => TreeCache,
  { architecture, inspector, needsDynamic, libraryPath, fallbackPaths }: TreeSettings,
): (name: string, runpath: string) => Lookup {
  const listOf = (directories: readonly string[]): SearchList =>
    createSearchList(
      directories.map((directory) => joinPath(root, directory)),
      paths,
    );
  const libraryDirectories = listOf(pathList(libraryPath ?? ''));
  const fallbackDirectories = listOf(fallbackPaths);
  const notFound = (name: string): Lookup => {
    const searched = [
      `LD_LIBRARY_PATH (${libraryPath === undefined ? 'unset' : `"${libraryPath}"`})`,
      `ld.so.cache, DT_RUNPATH or fallback ${fallbackPaths.join(':')}`,
    ].join(', ');
    return {
      kind: 'failed',
      failure: failure('NOT-FOUND', `"${name}" was not found in "${root}": neither in ${searched}`),
    };
  };

  return (name, runpath) => {
    const loaded = theCache();
    if (loaded.kind === 'failed') return loaded;
    const open = (place: Place): Lookup => openLibrary(place, architecture, inspector, needsDynamic);
    const inDirectories = (directoryAt: SearchList): Library | null => {
      let index = 0;
      for (let path = directoryAt(0); path !== undefined; path = directoryAt(++index)) {
        const place = paths.follow(joinPath(path, name));
        const found = place === null ? null : open(place);
        if (found?.kind === 'found') return found.library;
      }
      return null;
    };
    const inCache = (): Library | null => {
      for (const path of loaded.cache.pathsOf(name)) {
        const place = paths.followEntry(joinPath(root, path));
        const found = place === null ? null : open(place);
        if (found?.kind === 'found') return found.library;
      }
      return null;
    };

    if (name.includes('/')) {
      const path = joinPath(root, name);
      const place = paths.follow(path);
      if (place !== null) return named(name, open(place));
      if (name.startsWith('/')) return { kind: 'failed', failure: paths.failureAt(path) };
    }
    const library =
      inDirectories(libraryDirectories) ??
      (runpath === '' ? null : inDirectories(listOf(pathList(runpath)))) ??
      inCache() ??
      inDirectories(fallbackDirectories);
    return library === null ? notFound(name) : { kind: 'found', library };
  };
}

/** The directory of an index; undefined: there are no more. */
type SearchList = (index: number) => string | undefined;

/**
 * The directories of a list that are there, each under its first name: a system has several names for most of them,
 * and tens of libraries that are nowhere are looked for in all. None is looked at before the search comes to it.
 */
function createSearchList(directories: readonly string[], paths: TreePaths): SearchList {
  const unseen = [...directories];
  const found: string[] = [];
  const places = new Set<string>();
  return (index) => {
    while (index >= found.length && unseen.length > 0) {
      const path = unseen.shift() ?? '';
      const place = paths.follow(path);
      if (place === null || places.has(place.open)) continue;
      places.add(place.open);
      found.push(path);
    }
    return found[index];
  };
}

/** The file that a path leads to may be called otherwise; a message says both. */
function named(name: string, lookup: Lookup): Lookup {
  if (lookup.kind === 'found' || lookup.failure.details.includes(name)) return lookup;
  return { kind: 'failed', failure: { ...lookup.failure, details: `${name}: ${lookup.failure.details}` } };
}
