import { posix } from 'node:path';
import type { Architecture } from '../sysroot/architectures.ts';
import { compareBytes } from '../sysroot/byte-text.ts';
import type { Driver, Library } from './driver.ts';
import type { ModuleClass, ModulesByName } from './driver-classes.ts';
import { escapeOf } from './escaping-links.ts';
import { isForArchitecture } from './library-architecture.ts';
import type { LookUp } from './library-lookup.ts';
import type { ArchitectureSettings } from './provider-manifest.ts';
import { absolutePath, isFlatpak, pathIn, type SearchContext } from './search-context.ts';

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
  const given = givenDirectories(moduleClass, architecture, settings, context);
  const directories = new Set(given ?? directoriesOfLoaders(moduleClass, context, lookups));
  const paths = [...directories].flatMap((one) => modulesIn(one, moduleClass, architecture, context));
  if (given === null && moduleClass.byName !== undefined)
    paths.push(...findByName(moduleClass.byName, context, lookups, directories));
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

/** The directories that are searched instead of those of the loaders; null: none is named. */
function givenDirectories(
  { variable, variableIsList, manifestDirectory, flatpakDirectories }: ModuleClass,
  { tuple }: Architecture,
  settings: ArchitectureSettings | null,
  context: SearchContext,
): readonly string[] | null {
  const override = context.env[variable];
  if (override !== undefined) {
    const listed = variableIsList ? override.split(':') : [override];
    return listed.filter((path) => path !== '').map((path) => absolutePath(path, context));
  }
  const named = manifestDirectory && settings?.[manifestDirectory];
  if (typeof named === 'string') return [named];
  if (flatpakDirectories === undefined || !isFlatpak(context.provider)) return null;
  return flatpakDirectories.map((directory) => `/usr/lib/${tuple}/${directory}`);
}

/** Those beside each loader; of drivers that are looked up by name, those of LD_LIBRARY_PATH as well. */
function directoriesOfLoaders(
  moduleClass: ModuleClass,
  context: SearchContext,
  lookups: Lookups,
): readonly string[] {
  const { provider, env } = context;
  const libraryPath = moduleClass.byName === undefined ? '' : (env['LD_LIBRARY_PATH'] ?? '');
  return [
    ...findLoaders(moduleClass, context, lookups).flatMap((loader) =>
      moduleClass.subdirectories.map((directory) => pathIn(posix.dirname(loader), directory)),
    ),
    ...libraryPath.split(':').flatMap((path) => (path === '' ? [] : (provider.resolve(path) ?? []))),
  ];
}

/** The drivers in a directory, under its name as given. */
function modulesIn(
  directory: string,
  { names }: ModuleClass,
  architecture: Architecture,
  { provider, notice }: SearchContext,
): readonly string[] {
  const resolved = provider.resolve(directory);
  if (resolved === null) return [];
  const present = provider.list(resolved) ?? [];
  return present.flatMap((name) => {
    if (!names.test(name)) return [];
    const path = pathIn(resolved, name);
    if (isForArchitecture(provider, path, architecture)) return [pathIn(directory, name)];
    const escape = escapeOf(provider, path);
    if (escape !== null) notice(`${pathIn(directory, name)}: passed over: ${escape}`);
    return [];
  });
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
  searched: ReadonlySet<string>,
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
    .filter((path) => !searched.has(posix.dirname(path)));
}
