import { userInfo } from 'node:os';
import type { Architecture } from '../sysroot/architectures.ts';
import {
  ARCHITECTURE_WORDS,
  type EglSearch,
  type ManifestClass,
  type OpenXrLayerSearch,
  type OpenXrRuntimeSearch,
  type VulkanSearch,
} from './driver-classes.ts';
import { absolutePath, isFlatpak, pathIn, type SearchContext } from './search-context.ts';

/**
 * Finds the manifests of a class: paths inside the provider in the order in which they count. Files are
 * not opened, so what is listed need not be readable, or even a file.
 *
 * @param architecture - what they are for; it matters for OpenXR runtimes alone.
 */
export function findManifests(
  { search }: ManifestClass,
  architecture: Architecture,
  context: SearchContext,
): readonly string[] {
  switch (search.kind) {
    case 'egl':
      return findEglManifests(search, context);
    case 'vulkan':
      return findVulkanManifests(search, context);
    case 'openxr-layers':
      return findOpenXrLayers(search, context);
    case 'openxr-runtime':
      return findOpenXrRuntime(search, architecture, context);
  }
}

function findEglManifests(search: EglSearch, context: SearchContext): readonly string[] {
  const { env, provider, supported } = context;
  const files = env[search.filesVariable];
  if (files !== undefined) return splitPaths(files, context);
  const directories = env[search.directoriesVariable];
  if (directories !== undefined) return manifestsIn(splitPaths(directories, context), context, 'once');
  const { flatpakDirectory } = search;
  if (flatpakDirectory !== undefined && isFlatpak(provider)) {
    const inRuntime = supported.map((tuple) => `/usr/lib/${tuple}/${flatpakDirectory}`);
    return manifestsIn(inRuntime, context, 'each');
  }
  return manifestsIn(search.directories, context, 'each');
}

function findVulkanManifests(search: VulkanSearch, context: SearchContext): readonly string[] {
  const listed = (variable: string | undefined): readonly string[] => {
    const value = variable === undefined ? undefined : context.env[variable];
    if (value === undefined) return [];
    const paths = splitPaths(value, context);
    return search.variablesList === 'files' ? paths : manifestsIn(paths, context, 'once');
  };
  const only = search.onlyVariables.find((variable) => context.env[variable] !== undefined);
  if (only !== undefined) return listed(only);
  return [...listed(search.addVariable), ...manifestsIn(vulkanDirectories(search, context), context, 'once')];
}

/**
 * Where Vulkan's loader looks. A variable that is set counts, though it be empty: so do the programs that we
 * stand in for, other than the XDG Base Directory Specification says. An empty list has no directories, an
 * empty directory is the one that relative paths start from.
 * Source: our graphics-stack specification, 3.3.
 */
function vulkanDirectories(
  { flatpakTuples, suffix }: VulkanSearch,
  context: SearchContext,
): readonly string[] {
  const { env, provider, supported } = context;
  const home = homeOf(context);
  const dataHome = env['XDG_DATA_HOME'];
  const tuples = flatpakTuples === 'all' ? supported : supported.slice(0, 1);
  return [
    env['XDG_CONFIG_HOME'] ?? pathIn(home, '.config'),
    ...splitList(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg'),
    '/etc',
    ...(isFlatpak(provider)
      ? [
          ...tuples.flatMap((tuple) => [`/usr/lib/${tuple}/GL`, `/usr/lib/${tuple}`]),
          '/usr/lib/extensions/vulkan/share',
        ]
      : []),
    ...(dataHome === undefined ? [] : [dataHome]),
    pathIn(home, '.local/share'),
    ...splitList(env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share'),
  ].map((base) => absolutePath(pathIn(base, suffix), context));
}

/**
 * The bases of configuration come before those of data. That /etc/openxr/1, a base that ends like what is added to
 * it, finds nothing where such files belong is how the recordings have it.
 */
function findOpenXrLayers(
  { suffix, onlyVariable }: OpenXrLayerSearch,
  context: SearchContext,
): readonly string[] {
  const { env } = context;
  const only = onlyVariable === undefined ? undefined : env[onlyVariable];
  if (only !== undefined) return manifestsIn(splitPaths(only, context), context, 'once');
  const bases = [
    ...splitList(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg'),
    '/etc/openxr/1',
    ...splitList(env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share'),
    env['XDG_DATA_HOME'] ?? pathIn(homeOf(context), '.local/share'),
  ];
  const directories = bases.map((base) => absolutePath(pathIn(base, suffix), context));
  return manifestsIn(directories, context, 'once');
}

/** The runtime of an architecture: a manifest of its own anywhere comes before one for all architectures. */
function findOpenXrRuntime(
  { suffix, onlyVariable }: OpenXrRuntimeSearch,
  { tuple }: Architecture,
  context: SearchContext,
): readonly string[] {
  const { env, provider } = context;
  const only = env[onlyVariable];
  if (only !== undefined) return only === '' ? [] : [absolutePath(only, context)];
  const directories = [
    pathIn(env['XDG_CONFIG_HOME'] ?? pathIn(homeOf(context), '.config'), suffix),
    ...splitList(env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').map((base) => pathIn(base, suffix)),
    pathIn('/etc', suffix),
  ];
  return [`active_runtime.${ARCHITECTURE_WORDS[tuple]}.json`, 'active_runtime.json']
    .flatMap((name) => directories.map((directory) => absolutePath(pathIn(directory, name), context)))
    .filter((path) => provider.resolve(path) !== null)
    .slice(0, 1);
}

function homeOf({ env }: SearchContext): string {
  return env['HOME'] ?? homeOfUser();
}

/** The home directory that the user database says; a user whom it does not know has none but `/`. */
export function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/';
  }
}

/**
 * The manifests in some directories, each directory's in byte order.
 *
 * @param repeated - whether a directory that was searched under another name is searched again.
 */
function manifestsIn(
  directories: readonly string[],
  { provider }: SearchContext,
  repeated: 'once' | 'each',
): readonly string[] {
  const visited = new Set<string>();
  const manifests: string[] = [];
  for (const directory of directories) {
    const resolved = provider.resolve(directory);
    if (resolved === null || (repeated === 'once' && visited.has(resolved))) continue;
    visited.add(resolved);
    for (const name of provider.list(resolved) ?? []) {
      if (name.endsWith('.json')) manifests.push(pathIn(directory, name));
    }
  }
  return manifests;
}

/** Elements of a list in a variable, made absolute. An empty list has none; an empty element is kept. */
function splitPaths(list: string, context: Pick<SearchContext, 'cwd'>): readonly string[] {
  return splitList(list).map((path) => absolutePath(path, context));
}

function splitList(list: string): readonly string[] {
  return list === '' ? [] : list.split(':');
}
