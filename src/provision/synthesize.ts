import { posix } from 'node:path';
import { ARCHITECTURES, TUPLES, type Tuple } from '../core/sysroot/architectures.ts';
import { ScenarioError } from '../errors.ts';
import type { DriverSet, SyntheticBinary, SyntheticLibrary } from './driver-set.ts';
import { layoutElf } from './elf-writer.ts';
import { glibcLibraries } from './glibc.ts';
import { type LdSoCacheEntrySpec, writeLdSoCache } from './ld-so-cache-writer.ts';
import { driverFolder, driverManifests } from './synthetic-drivers.ts';
import { orderEntries } from './order-entries.ts';
import { contentOf, type FileContent, type TreeEntry } from './tree-entry.ts';

/**
 * Turns a driver set into the entries of a tree, laid out as on Debian: merged `/usr`, multiarch library
 * folders, and an ld.so.cache. Several manifests may name one file, as those of NVIDIA's ICD and layer do, when each
 * driver describes it in the same words.
 *
 * @throws ScenarioError when two things would lie at one place.
 */
export function synthesize(set: DriverSet, architectures: readonly Tuple[]): readonly TreeEntry[] {
  const tree: TreeEntry[] = [];
  const cache: LdSoCacheEntrySpec[] = [];
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    tree.push({ kind: 'directory', path: `/usr/${folder}` });
    tree.push({ kind: 'symlink', path: `/${folder}`, target: `usr/${folder}` });
  }
  for (const tuple of architectures) {
    const wanted = ({ architectures: only }: SyntheticBinary): boolean => only?.includes(tuple) ?? true;
    addDynamicLinker(tree, tuple);
    const glibc = set.glibc === null ? [] : glibcLibraries(set.glibc, tuple);
    for (const library of [...glibc, ...set.libraries].filter(wanted)) {
      const folder = inTree(library.directory ?? '/usr/lib/{tuple}', tuple);
      const file = posix.join(folder, library.file);
      addBinary(tree, file, { ...library, tuple, architectures });
      if (library.file !== library.soname) {
        tree.push({ kind: 'symlink', path: posix.join(folder, library.soname), target: library.file });
      }
      addToCache(cache, library, posix.join(folder, library.soname), tuple);
    }
    const described = new Map<string, string>();
    for (const driver of set.drivers.filter(wanted)) {
      const folder = inTree(driverFolder(driver.driverClass), tuple);
      const at = (name: string): string => posix.resolve(folder, inTree(name, tuple));
      const file = at(driver.file);
      const description = JSON.stringify({ ...driver, driverClass: null, manifest: null });
      if (driver.manifest !== null && described.get(file) === description) continue;
      described.set(file, description);
      addBinary(tree, file, { ...driver, tuple, architectures });
      if (!NOT_WRITTEN.has(driver.problem)) {
        for (const name of driver.hardLinks) tree.push({ kind: 'hard-link', path: at(name), target: file });
      }
      for (const [name, target] of Object.entries(driver.symlinks)) {
        tree.push({ kind: 'symlink', path: at(name), target: inTree(target, tuple) });
      }
      const soname = driver.soname ?? posix.basename(file);
      if (folder === `/usr/lib/${tuple}`) addToCache(cache, { ...driver, soname }, at(soname), tuple);
    }
  }
  for (const { path, content } of driverManifests(set.drivers, architectures)) {
    tree.push({ kind: 'file', path, content: contentOf(Buffer.from(content)) });
  }
  for (const [path, content] of Object.entries(set.files)) {
    tree.push({ kind: 'file', path, content: contentOf(Buffer.from(content)) });
  }
  for (const [path, target] of Object.entries(set.symlinks)) tree.push({ kind: 'symlink', path, target });
  tree.push({ kind: 'file', path: '/etc/ld.so.cache', content: contentOf(writeLdSoCache(cache)) });
  return orderEntries(tree);
}

/** Problems that leave nothing that another name could be given to. */
const NOT_WRITTEN: ReadonlySet<SyntheticBinary['problem']> = new Set(['missing', 'dangling']);

/** Writes the architecture into a path that stands for several. */
function inTree(path: string, tuple: Tuple): string {
  return path.replaceAll('{tuple}', tuple);
}

/** The dynamic linker, in the library folder, and a link at the path that every program names. */
function addDynamicLinker(tree: TreeEntry[], tuple: Tuple): void {
  const { dynamicLinker, elf } = ARCHITECTURES[tuple];
  const name = posix.basename(dynamicLinker);
  const file = `/usr/lib/${tuple}/${name}`;
  const path = `/usr${dynamicLinker}`;
  const content = () => layoutElf({ ...elf, byteOrder: 'lsb', soname: name });
  tree.push({ kind: 'file', path: file, content });
  tree.push({ kind: 'symlink', path, target: posix.relative(posix.dirname(path), file) });
}

type Binary = SyntheticBinary & {
  readonly soname: string | null;
  readonly versions?: readonly string[];
  readonly symbols?: readonly string[];
};

function addBinary(
  tree: TreeEntry[],
  path: string,
  binary: Binary & { readonly tuple: Tuple; readonly architectures: readonly Tuple[] },
): void {
  switch (binary.problem) {
    case 'missing':
      return;
    case 'dangling':
      tree.push({ kind: 'symlink', path, target: `missing/${posix.basename(path)}` });
      return;
    case 'not-elf':
      tree.push({ kind: 'file', path, content: contentOf(Buffer.from('This is no library.\n')) });
      return;
    case 'wrong-abi':
      tree.push({ kind: 'file', path, content: elfContent(binary, foreignTo(binary.architectures)) });
      return;
    case null:
      tree.push({ kind: 'file', path, content: elfContent(binary, binary.tuple) });
  }
}

/** Bytes; a 32-bit program opens no larger file. Source: open(2), EOVERFLOW. */
const LARGEST_32_BIT_FILE = 2 ** 31 - 1;

/** @throws ScenarioError when the file is larger than its architecture can have it. */
function elfContent(binary: Binary, tuple: Tuple): () => FileContent {
  const { bits, machine } = ARCHITECTURES[tuple].elf;
  const { soname, needs, runpath, sizeBytes, versions, symbols } = binary;
  if (bits === 32 && (sizeBytes ?? 0) > LARGEST_32_BIT_FILE) {
    throw new ScenarioError(`Expected less than 2048 MiB for a 32-bit file, found ${sizeBytes} bytes.`);
  }
  return () =>
    layoutElf({
      bits,
      machine,
      soname: soname ?? undefined,
      needed: needs,
      runpath: runpath === null ? undefined : inTree(runpath, tuple),
      versions,
      symbols: symbols?.map((name) => ({ name })),
      sizeBytes: sizeBytes ?? undefined,
    });
}

function foreignTo(architectures: readonly Tuple[]): Tuple {
  return TUPLES.find((tuple) => !architectures.includes(tuple)) ?? 'aarch64-linux-gnu';
}

/** As ldconfig on a merged `/usr`, which lists `/lib/TUPLE`; what is no library it does not list. */
function addToCache(
  cache: LdSoCacheEntrySpec[],
  { soname, problem }: Pick<SyntheticLibrary, 'soname' | 'problem'>,
  path: string,
  tuple: Tuple,
): void {
  if (problem === 'not-elf') return;
  cache.push({ soname, path: path.replace(/^\/usr\/lib\//u, '/lib/'), tuple });
}
