import { posix } from 'node:path';
import { ARCHITECTURES, type Tuple } from '../core/sysroot/architectures.ts';
import { sameAbi } from '../core/sysroot/elf.ts';
import { NotRegularFileError, readRegularFile } from '../core/sysroot/read-file.ts';
import { inspected, openSysroot } from '../core/sysroot/sysroot.ts';
import { FormatError } from '../errors.ts';
import { type LdSoCacheEntrySpec, writeLdSoCache } from './ld-so-cache-writer.ts';

/**
 * The ld.so.cache that `ldconfig -r TREE` would write for some architectures: every library of the folders that
 * `/etc/ld.so.conf` names, and of `/lib` and `/usr/lib`, under its SONAME. Folders for special processors
 * (glibc-hwcaps) are left out. Source: ldconfig(8), and glibc, elf/ldconfig.c.
 */
export function ldSoCacheOf(tree: string, architectures: readonly Tuple[]): Uint8Array {
  const sysroot = inspected(openSysroot(tree, { confined: true }));
  const entries: LdSoCacheEntrySpec[] = [];
  const listed = new Set<string>();
  for (const folder of [...configuredFolders(sysroot, '/etc/ld.so.conf', 0), '/lib', '/usr/lib']) {
    const real = sysroot.resolve(folder);
    // Of two names of one folder the first counts.
    if (real === null || listed.has(real)) continue;
    listed.add(real);
    entries.push(...librariesIn(sysroot, folder, architectures));
  }
  return writeLdSoCache(entries);
}

type Tree = ReturnType<typeof inspected>;

/** No configuration is longer, or includes others so deeply. */
const MAX_CONF_BYTES = 1024 * 1024;
const MAX_DEPTH = 8;

/** The folders that an ld.so.conf names, in order, with those of the files that it includes. */
function configuredFolders(sysroot: Tree, path: string, depth: number): readonly string[] {
  const place = sysroot.locate(path);
  if (place === null || depth > MAX_DEPTH) return [];
  const lines = Buffer.from(readRegularFile(place, MAX_CONF_BYTES)).toString('utf8').split('\n');
  return lines.flatMap((line) => {
    const [word = '', ...patterns] = line
      .replace(/#.*/su, '')
      .trim()
      .split(/[\s,:]+/u);
    if (word === 'include') {
      return patterns
        .flatMap((pattern) => includedFiles(sysroot, posix.resolve(posix.dirname(path), pattern)))
        .flatMap((file) => configuredFolders(sysroot, file, depth + 1));
    }
    return [word, ...patterns].filter((folder) => folder.startsWith('/'));
  });
}

/** What real configurations include: one file, or `*.conf` of a folder. */
function includedFiles(sysroot: Tree, pattern: string): readonly string[] {
  const [folder, name] = [posix.dirname(pattern), posix.basename(pattern)];
  if (!name.startsWith('*')) return [pattern];
  return (sysroot.list(folder) ?? [])
    .filter((file) => file.endsWith(name.slice(1)) && !file.startsWith('.'))
    .map((file) => posix.join(folder, file));
}

function librariesIn(
  sysroot: Tree,
  folder: string,
  architectures: readonly Tuple[],
): readonly LdSoCacheEntrySpec[] {
  const names = sysroot.list(folder) ?? [];
  const found = new Map<string, LdSoCacheEntrySpec>();
  for (const name of names.filter((name) => LIBRARY_NAME.test(name))) {
    const place = sysroot.locate(posix.join(folder, name));
    const library = place === null ? null : readLibrary(sysroot, place, architectures);
    if (library === null) continue;
    const { tuple, soname = name } = library;
    // `libz.so`, a link to `libz.so.1`, is listed under its own name.
    const key =
      name.endsWith('.so') && soname.startsWith(name) && isLink(sysroot, folder, name) ? name : soname;
    // The SONAME is a link to the newest of its files, which packages bring along; where it is missing, a file serves.
    const path = posix.join(folder, names.includes(key) ? key : name);
    found.set(`${tuple} ${key}`, { soname: key, path, tuple });
  }
  return [...found.values()];
}

const LIBRARY_NAME = /^(?:lib|ld-).*\.so/u;

function isLink(sysroot: Tree, folder: string, name: string): boolean {
  const place = sysroot.locate(folder);
  return place !== null && sysroot.inspector.entryAt(posix.join(place, name)).kind === 'link';
}

function readLibrary(
  { inspector }: Tree,
  place: string,
  architectures: readonly Tuple[],
): { readonly tuple: Tuple; readonly soname?: string } | null {
  try {
    const { elf, dynamic } = inspector.elfAt(place, null);
    const tuple = architectures.find((tuple) => sameAbi(elf, ARCHITECTURES[tuple].elf));
    if (tuple === undefined) return null;
    const { soname } = dynamic();
    return soname === null ? { tuple } : { tuple, soname };
  } catch (error) {
    // A linker script, as those of development packages, and a folder.
    if (error instanceof FormatError || error instanceof NotRegularFileError) return null;
    throw error;
  }
}
