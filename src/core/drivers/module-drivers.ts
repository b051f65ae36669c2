import { posix } from 'node:path';
import type { Architecture } from '../sysroot/architectures.ts';
import { compareBytes } from '../sysroot/byte-text.ts';
import type { Driver, Library } from './driver.ts';
import type { ModuleClass, ModulesByName } from './driver-classes.ts';
import { escapeOf } from './escaping-links.ts';
import { isForArchitecture } from './library-architecture.ts';
import type { LookUp } from './library-lookup.ts';
import type { ArchitectureSettings } from './provider-manifest.ts';
import { absolutePath, isFlatpak, joinPath, type SearchContext } from './search-context.ts';

/** Finds libraries of the provider. */
export interface Lookups {
  /** By their paths in it. */
  readonly inProvider: LookUp;
  /** By their paths on this machine. */
  readonly onHost: LookUp;
}

/**
 * Finds the drivers of a class that are loaded by file name from the directories beside their loaders.
 *
 * @param settings - what the provider's manifest says of the architecture; null: nothing.
 * Source: our graphics-stack specification, 3.8, and that of the edition of 2026, B4 and B9.
 */
export function findModules(
  moduleClass: ModuleClass,
  architecture: Architecture,
  settings: ArchitectureSettings | null,
  context: SearchContext,
  lookups: Lookups,
): readonly Driver[] {
  const { name, manifestSwitch, neverCaptured } = moduleClass;
  if (manifestSwitch !== undefined && settings?.[manifestSwitch] === false) return [];
  const paths = modulePaths(moduleClass, architecture, settings, context, lookups);
  return paths.map((path, index) => ({
    driverClass: name,
    index,
    library:
      neverCaptured?.test(path) === true
        ? { kind: 'none', reason: 'never-captured', written: path }
        : libraryAt(path),
    manifest: null,
  }));
}

function libraryAt(path: string): Library {
  return path.startsWith('/') ? { kind: 'absolute', path } : { kind: 'soname', soname: path };
}

function modulePaths(
  moduleClass: ModuleClass,
  architecture: Architecture,
  settings: ArchitectureSettings | null,
  context: SearchContext,
  lookups: Lookups,
): readonly string[] {
  const { byName, manifestDirectory } = moduleClass;
  const search = createDirectorySearch(moduleClass, architecture, context);
  const override = context.env[moduleClass.variable];
  if (override !== undefined) {
    const directories = moduleClass.variableIsList ? override.split(':') : [override];
    for (const directory of directories) {
      if (directory !== '') search.visit(absolutePath(directory, context));
    }
    return search.found;
  }
  const named = manifestDirectory && settings?.[manifestDirectory];
  if (typeof named === 'string') {
    search.visit(named);
    return search.found;
  }
  if (moduleClass.flatpakDirectories !== undefined && isFlatpak(context.provider)) {
    for (const directory of moduleClass.flatpakDirectories) {
      search.visit(`/usr/lib/${architecture.tuple}/${directory}`);
    }
    return search.found;
  }
  for (const loader of findLoaders(moduleClass, context, lookups)) {
    for (const subdirectory of moduleClass.subdirectories) {
      search.visit(joinPath(posix.dirname(loader), subdirectory));
    }
  }
  if (byName === undefined) return search.found;
  for (const directory of (context.env['LD_LIBRARY_PATH'] ?? '').split(':')) {
    const resolved = directory === '' ? null : context.provider.resolve(directory);
    if (resolved !== null) search.visit(resolved);
  }
  return [...search.found, ...findByName(byName, context, lookups, search.visited)];
}

interface DirectorySearch {
  readonly visit: (directory: string) => void;
  readonly visited: ReadonlySet<string>;
  readonly found: readonly string[];
}

/** Collects the drivers of some directories; one that was visited before, under this very name, is not again. */
function createDirectorySearch(
  { names }: ModuleClass,
  architecture: Architecture,
  { provider, notice }: SearchContext,
): DirectorySearch {
  const visited = new Set<string>();
  const found: string[] = [];
  return {
    visited,
    found,
    visit(directory) {
      if (visited.has(directory)) return;
      visited.add(directory);
      const resolved = provider.resolve(directory);
      if (resolved === null) return;
      for (const name of provider.list(resolved) ?? []) {
        if (!names.test(name)) continue;
        const path = joinPath(resolved, name);
        if (isForArchitecture(provider, path, architecture)) {
          found.push(joinPath(directory, name));
          continue;
        }
        const escape = escapeOf(provider, path);
        if (escape !== null) notice(`${joinPath(directory, name)}: passed over: ${escape}`);
      }
    },
  };
}

/**
 * Where the loaders of a class lie, in the order in which their directories are visited. In a tree that is
 * not `/` that is the reverse of their preference: so the recordings have it.
 */
function findLoaders(
  { loaders }: ModuleClass,
  { provider }: SearchContext,
  lookups: Lookups,
): readonly string[] {
  const paths = lookups.inProvider(loaders.map((soname) => `soname:${soname}`));
  if (!provider.isHost) return [...paths.values()].reverse();
  return [...paths.values()].map((path) => provider.resolve(path) ?? path);
}

/**
 * Drivers that libvdpau would find by name alone. In a tree that is not `/` their paths begin with the path
 * of the tree itself, so that they are never captured: so the recordings have it.
 */
function findByName(
  { variable, names }: ModulesByName,
  { env }: SearchContext,
  lookups: Lookups,
  visited: ReadonlySet<string>,
): readonly string[] {
  const chosen = env[variable];
  const wanted = chosen === undefined ? names : [chosen, ...names];
  const links = lookups.onHost([
    'soname-match:libvdpau_*.so',
    ...wanted.map((name) => `soname:libvdpau_${name}.so`),
  ]);
  return [...links.keys()]
    .sort(compareBytes)
    .flatMap((name) => links.get(name) ?? [])
    .filter((path) => !visited.has(posix.dirname(path)));
}
