import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ARCHITECTURES, type Tuple } from '../../src/core/sysroot/architectures.ts';
import type { Destination } from '../../src/core/capture/capture.ts';
import { writeElf } from '../../src/provision/elf-writer.ts';
import { writeLdSoCache } from '../../src/provision/ld-so-cache-writer.ts';

/** What matters about a library in a test. */
export interface TestLibrary {
  readonly needed?: readonly string[] | undefined;
  readonly tuple?: Tuple | undefined;
  readonly runpath?: string | undefined;
  /** Whether the ld.so.cache has it; it does unless told otherwise. */
  readonly listed?: boolean;
}

/** Makes a tree with these libraries, by path, and an ld.so.cache that lists each under the name of its file. */
export function aTreeWith(folder: string, libraries: Readonly<Record<string, TestLibrary>>): string {
  const entries = Object.entries(libraries).flatMap(([path, library]) => {
    const { needed, tuple = 'x86_64-linux-gnu', runpath, listed = true } = library;
    const soname = path.slice(path.lastIndexOf('/') + 1);
    aLibrary(join(folder, path), { needed, tuple, runpath });
    return listed ? [{ soname, path, tuple }] : [];
  });
  write(join(folder, 'etc/ld.so.cache'), writeLdSoCache(entries));
  return folder;
}

/** Makes a library that is called like its file. */
export function aLibrary(
  path: string,
  { needed, tuple = 'x86_64-linux-gnu', runpath }: TestLibrary = {},
): void {
  const { bits, machine } = ARCHITECTURES[tuple].elf;
  write(path, writeElf({ bits, machine, soname: path.slice(path.lastIndexOf('/') + 1), needed, runpath }));
}

/** A destination in memory, and the links that were made in it. */
export function aDestination(): Destination & { readonly links: ReadonlyMap<string, string> } {
  const links = new Map<string, string>();
  return {
    links,
    has: (name) => links.has(name),
    link(name, target) {
      links.set(name, target);
    },
  };
}

function write(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
