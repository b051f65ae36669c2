import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SysrootError } from '../errors.ts';
import type { AptOptions } from './apt.ts';
import { synthesize } from './synthesize.ts';
import type { TreeKind, TreeSource } from './tree-source.ts';
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

/** How a kind of tree is made: the folder may be used, and need not be. */
interface Provisioner<Source extends TreeSource> {
  readonly summary: string;
  provision(source: Source, folder: string, options: AptOptions): Promise<ProvisionedTree>;
}

/** The kinds of tree that a scenario can name. To add one, extend `TreeSource` and add a line here. */
export const PROVIDER_KINDS: {
  readonly [Kind in TreeKind]: Provisioner<Extract<TreeSource, { kind: Kind }>>;
} = {
  synthetic: {
    summary: 'small but true ELF files, manifests and a cache, written from a description',
    async provision({ set, architectures }, folder, { signal }) {
      await writeTree(synthesize(set, architectures), folder, signal);
      return { path: folder };
    },
  },
  directory: {
    summary: 'a tree that is already there, "/" included; it is only read',
    async provision({ path }) {
      const found = await stat(path).catch(() => null);
      if (found?.isDirectory()) return { path };
      throw new SysrootError(`${path}: expected a directory, found ${found ? 'something else' : 'nothing'}`, {
        hint: 'A relative path in a scenario starts at the folder of the scenario file.',
      });
    },
  },
  archive: {
    summary: 'a .tar.gz, unpacked for the run',
    async provision({ path }, folder, { signal }) {
      // Its parser is a package, and most scenarios have no archive.
      const { unpackArchive } = await import('./archive.ts');
      await unpackArchive(path, folder, signal);
      return { path: folder };
    },
  },
  debian: {
    summary: 'packages of a Debian release, downloaded with apt once and kept in the cache',
    async provision(source, folder, options) {
      const { unpackedPackages } = await import('./debian.ts');
      return await unpackedPackages(source, folder, options);
    },
  },
};

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
  const versionsOf = (name: keyof typeof trees): ProvisionedTrees['packages'] => {
    const { versions } = trees[name];
    return versions === undefined ? {} : { [name]: versions };
  };
  return {
    provider: trees.provider.path,
    container: trees.container.path,
    packages: { ...versionsOf('provider'), ...versionsOf('container') },
  };
}

async function provisionTree(
  source: TreeSource,
  folder: string,
  options: AptOptions,
): Promise<ProvisionedTree> {
  if (source.kind !== 'directory') await mkdir(folder, { recursive: true });
  switch (source.kind) {
    case 'synthetic':
      return await PROVIDER_KINDS.synthetic.provision(source, folder, options);
    case 'directory':
      return await PROVIDER_KINDS.directory.provision(source, folder, options);
    case 'archive':
      return await PROVIDER_KINDS.archive.provision(source, folder, options);
    case 'debian':
      return await PROVIDER_KINDS.debian.provision(source, folder, options);
  }
}
