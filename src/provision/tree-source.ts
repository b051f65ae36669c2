import type { Tuple } from '../core/sysroot/architectures.ts';
import type { DebianTree } from './debian.ts';
import type { DriverSet } from './driver-set.ts';

/** Where a provider or container tree comes from. */
export type TreeSource =
  /** Written for the run, from a description. */
  | { readonly kind: 'synthetic'; readonly set: DriverSet; readonly architectures: readonly Tuple[] }
  /** A tree that is already there, `/` included; it is only read. An absolute path of this machine. */
  | { readonly kind: 'directory'; readonly path: string }
  /** A .tar.gz that is unpacked for the run. An absolute path of this machine. */
  | { readonly kind: 'archive'; readonly path: string }
  /** Packages of Debian, unpacked and kept in the user's cache; it is only read. */
  | ({ readonly kind: 'debian' } & DebianTree);

/** What the kinds of tree are that a scenario can name. To add one, extend `TreeSource` and add its line here. */
export const TREE_KINDS: Readonly<Record<TreeSource['kind'], string>> = {
  synthetic: 'small but true ELF files, manifests and a cache, written from a description',
  directory: 'a tree that is already there, "/" included; it is only read',
  archive: 'a .tar.gz, unpacked for the run',
  debian: 'packages of a Debian release, downloaded with apt once and kept in the cache',
};
