import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SysrootError } from '../errors.ts';
import type { AptOptions } from './apt.ts';
import { synthesize } from './synthesize.ts';
import type { TreeSource } from './tree-source.ts';
import { writeTree } from './write-tree.ts';

/** What is needed to make the trees of a scenario; a `Scenario` fits. */
export interface TreesWanted {
  readonly provider: TreeSource;
  readonly container: TreeSource;
}

/** The trees of a scenario, ready on disk. */
export interface ProvisionedTrees {
  /** The provider, as an absolute path of this machine. */
  readonly provider: string;
  /** The container, as an absolute path of this machine. */
  readonly container: string;
  /** Versions of the packages that each is made of: `libc6:amd64` → version; of trees that are made of some. */
  readonly packages: Readonly<Partial<Record<keyof TreesWanted, PackageVersions>>>;
}

/** `libc6:amd64` → its version. */
type PackageVersions = Readonly<Record<string, string>>;

/** How trees are made. */
export interface ProvisionOptions extends Partial<AptOptions> {
  /** Folder that they are made in. */
  readonly workDir: string;
}

/** Where a tree is, and the packages that it is made of, if it is made of some. */
interface ProvisionedTree {
  readonly path: string;
  readonly versions?: PackageVersions;
}

/**
 * Makes the trees of a scenario below `workDir`; directories that are already there, and those in the cache, are only
 * looked at.
 *
 * @throws SysrootError when a directory is not there; FormatError when an archive cannot be unpacked; EnvironmentError,
 * ScenarioError when packages cannot be had.
 */
export async function provisionScenario(
  { provider, container }: TreesWanted,
  { workDir, env = process.env, signal, onStep = () => undefined }: ProvisionOptions,
): Promise<ProvisionedTrees> {
  const options = { env, signal, onStep };
  const trees = {
    provider: await provisionTree(provider, join(workDir, 'provider'), options),
    container: await provisionTree(container, join(workDir, 'container'), options),
  };
  return {
    provider: trees.provider.path,
    container: trees.container.path,
    packages: Object.fromEntries(
      Object.entries(trees).flatMap(([name, { versions }]) => (versions ? [[name, versions]] : [])),
    ),
  };
}

/** Makes one tree; the folder may be used for it, and need not be. */
async function provisionTree(
  source: TreeSource,
  folder: string,
  options: AptOptions,
): Promise<ProvisionedTree> {
  if (source.kind === 'directory') {
    const { path } = source;
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) return { path };
    throw new SysrootError(`${path}: expected a directory, found ${found ? 'something else' : 'nothing'}`, {
      hint: 'A relative path in a scenario starts at the folder of the scenario file.',
    });
  }
  await mkdir(folder, { recursive: true });
  switch (source.kind) {
    case 'synthetic':
      await writeTree(synthesize(source.set, source.architectures), folder, options.signal);
      return { path: folder };
    case 'archive': {
      // Its parser is a package, and most scenarios have no archive.
      const { unpackArchive } = await import('./archive.ts');
      await unpackArchive(source.path, folder, options.signal);
      return { path: folder };
    }
    case 'debian': {
      const { unpackedPackages } = await import('./debian.ts');
      return await unpackedPackages(source, folder, options);
    }
  }
}
