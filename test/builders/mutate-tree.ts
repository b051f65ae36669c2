import {
  closeSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';

/** A change of one entry of a tree. The numbers are taken modulo what is there. */
export interface Mutation {
  readonly kind: keyof typeof MUTATIONS;
  /** Which entry. */
  readonly entry: number;
  /** Where in the file, or which other entry. */
  readonly at: number;
  /** What is written there. */
  readonly value: number;
}

/** Some changes, for property tests: which entries there are is not known before. */
export function someMutations(): fc.Arbitrary<readonly Mutation[]> {
  const mutation = fc.record({
    kind: fc.constantFrom(...keys(MUTATIONS)),
    entry: fc.nat(),
    at: fc.nat(),
    value: fc.nat(255),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 6 });
}

/** Changes entries below some folders, one after the other. */
export function mutateTree(folders: readonly string[], mutations: readonly Mutation[]): void {
  for (const { kind, entry, at, value } of mutations) {
    const entries = folders.flatMap(entriesBelow);
    const path = entries[entry % entries.length];
    if (path !== undefined) MUTATIONS[kind](path, at, value, entries);
  }
}

type Change = (path: string, at: number, value: number, entries: readonly string[]) => void;

const MUTATIONS = {
  byte: changeFile((bytes, at, value) => bytes.subarray(at, at + 1).fill(value)),
  // Most of what is read of a library lies in its header, and sizes and offsets are words.
  word: changeFile((bytes, at, value) => bytes.subarray(at & ~3, (at & ~3) + 4).fill(value)),
  header: changeFile((bytes, at, value) => bytes.subarray(at % 64, (at % 64) + 1).fill(value)),
  cut(path, at) {
    if (!lstatSync(path).isFile()) return;
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, at % 4096);
    closeSync(fd);
  },
  remove(path) {
    rmSync(path, { recursive: true });
  },
  folder(path) {
    rmSync(path, { recursive: true });
    mkdirSync(path);
  },
  link(path, at, _value, entries) {
    rmSync(path, { recursive: true });
    symlinkSync(entries[at % entries.length] ?? path, path);
  },
  loop(path) {
    rmSync(path, { recursive: true });
    symlinkSync(path.slice(path.lastIndexOf('/') + 1), path);
  },
  upwards(path, at) {
    rmSync(path, { recursive: true });
    symlinkSync(`${'../'.repeat(at % 9)}usr/lib`, path);
  },
  // No UTF-8, as on a system of another encoding.
  rename(path, _at, value) {
    renameSync(path, Buffer.concat([Buffer.from(path), Buffer.of(0x80 + (value % 128))]));
  },
} as const satisfies Record<string, Change>;

/** What can be done to an entry. */
export const MUTATION_KINDS: readonly Mutation['kind'][] = keys(MUTATIONS);

function changeFile(change: (bytes: Buffer, at: number, value: number) => void): Change {
  return (path, at, value) => {
    if (!lstatSync(path).isFile()) return;
    const bytes = readFileSync(path);
    if (bytes.length > 0) change(bytes, at % bytes.length, value);
    writeFileSync(path, bytes);
  };
}

/** Files, links and folders with names that are UTF-8, in order. */
export function entriesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.includes('\ufffd'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...entriesBelow(path)] : [path];
    });
}

function keys<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table).filter((name): name is Name => name in table);
}
