import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SysrootError } from '../errors.ts';
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
}

/** How a kind of tree is made: the folder may be used, and need not be; the answer is where the tree is. */
interface Provisioner<Source extends TreeSource> {
  readonly summary: string;
  provision(source: Source, folder: string, signal: AbortSignal | undefined): Promise<string>;
}

/** The kinds of tree that a scenario can name. To add one, extend `TreeSource` and add a line here. */
export const PROVIDER_KINDS: {
  readonly [Kind in TreeKind]: Provisioner<Extract<TreeSource, { kind: Kind }>>;
} = {
  synthetic: {
    summary: 'small but true ELF files, manifests and a cache, written from a description',
    async provision({ set, architectures }, folder, signal) {
      await writeTree(synthesize(set, architectures), folder, signal);
      return folder;
    },
  },
  directory: {
    summary: 'a tree that is already there, "/" included; it is only read',
    async provision({ path }) {
      const found = await stat(path).catch(() => null);
      if (found?.isDirectory()) return path;
      throw new SysrootError(`${path}: expected a directory, found ${found ? 'something else' : 'nothing'}`, {
        hint: 'A relative path in a scenario starts at the folder of the scenario file.',
      });
    },
  },
  archive: {
    summary: 'a .tar.gz, unpacked for the run',
    async provision({ path }, folder, signal) {
      // Its parser is a package, and most scenarios have no archive.
      const { unpackArchive } = await import('./archive.ts');
      await unpackArchive(path, folder, signal);
      return folder;
    },
  },
};

/**
 * Makes the trees of a scenario below `workDir`; directories that are already there are only looked at.
 *
 * @throws SysrootError when a directory is not there; FormatError when an archive cannot be unpacked.
 */
export async function provisionScenario(
  { provider, container }: TreesWanted,
  { workDir, signal }: { readonly workDir: string; readonly signal?: AbortSignal | undefined },
): Promise<ProvisionedTrees> {
  return {
    provider: await provisionTree(provider, join(workDir, 'provider'), signal),
    container: await provisionTree(container, join(workDir, 'container'), signal),
  };
}

async function provisionTree(source: TreeSource, folder: string, signal?: AbortSignal): Promise<string> {
  if (source.kind !== 'directory') await mkdir(folder, { recursive: true });
  switch (source.kind) {
    case 'synthetic':
      return await PROVIDER_KINDS.synthetic.provision(source, folder, signal);
    case 'directory':
      return await PROVIDER_KINDS.directory.provision(source, folder, signal);
    case 'archive':
      return await PROVIDER_KINDS.archive.provision(source, folder, signal);
  }
}
