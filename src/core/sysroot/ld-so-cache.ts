import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { groupBy } from '../../group-by.ts';
import { byteString } from './byte-text.ts';
import { stringTable } from './string-table.ts';

/**
 * What an `ld.so.cache` holds, looked up as it lies in the file: of the hundreds of entries of a system a capture asks
 * for few. An entry that leaves the file is left out. Flags, OS version and hardware capabilities are not looked at.
 */
export interface LdSoCache {
  /** The paths of a name, as seen from inside the tree, in file order: the first that fits is the one that is loaded. */
  pathsOf(name: string): readonly string[];
  /** The names of all entries that begin like this, in file order, and those that are empty. */
  namesFrom(beginning: string): readonly string[];
}

/** No cache that ldconfig writes comes near it: one entry takes about a hundred bytes. */
export const MAX_LD_SO_CACHE_BYTES = 64 * 1024 * 1024;
/** A large installation has some ten thousand; with shared strings, millions of entries fit into such a file. */
const MAX_ENTRIES = 0x20000;

/**
 * Reads an `ld.so.cache` of any of the three formats (old, new, and new within old), of more entries, or more text, than
 * any real number of them the first. The order of entries is not relied upon: any program may have written the file.
 * Source: our capture-tool specification, 4.1; glibc, sysdeps/generic/dl-cache.h.
 *
 * @throws FormatError when it begins like none of them.
 */
export function parseLdSoCache(bytes: Uint8Array): LdSoCache {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = findEntries(file);
  const { text, table, entryBytes } = entries;
  const strings = stringTable(text);
  const index = indexNames(entries);
  const stringAt = (entry: number, field: number): string | null => {
    try {
      return strings.at(table.getUint32(entry * entryBytes + field, true));
    } catch (error) {
      if (error instanceof FormatError) return null;
      throw error;
    }
  };
  const nameAt = (entry: number): string | null => stringAt(entry, ENTRY.name);
  const pathAt = (entry: number): string | null => stringAt(entry, ENTRY.path);
  const groups = new Map<number, NameGroup>();
  /** The names that may begin like this, and others. */
  const groupOf = (beginning: string): NameGroup => {
    const key = keyOf(byteString(beginning));
    const known = groups.get(key) ?? groupBy(index.sharing(key), nameAt);
    groups.set(key, known);
    return known;
  };

  return {
    pathsOf(name) {
      return (groupOf(name).get(name) ?? []).flatMap((entry) => pathAt(entry) ?? []);
    },
    namesFrom(beginning) {
      const named = [...groupOf(beginning)].flatMap(([name, those]) =>
        name !== null && name !== '' && name.startsWith(beginning) ? those : [],
      );
      return [...named, ...index.empty]
        .sort((a, b) => a - b)
        .flatMap((entry) => (pathAt(entry) === null ? [] : (nameAt(entry) ?? [])));
    },
  };
}

/** The two layouts. Offsets are from the header; strings of the old one are counted from where they begin. */
const OLD = { magic: 'ld.so-1.7.0', count: 12, headerBytes: 16, entryBytes: 12 } as const;
const NEW = { magic: 'glibc-ld.so.cache1.1', count: 20, headerBytes: 48, entryBytes: 24 } as const;
/** Within an entry of either layout. */
const ENTRY = { name: 4, path: 8 } as const;
/** No usable cache is shorter. */
const SHORTEST = 16;
/** In place of an index. */
const NONE = -1;

/** The entries of a file, as they lie there. */
interface Entries {
  readonly table: DataView;
  readonly entryBytes: number;
  readonly count: number;
  /** What offsets of strings are counted in. */
  readonly text: Buffer;
}

function findEntries(file: Buffer): Entries {
  if (file.length >= SHORTEST && startsWith(file, 0, NEW.magic)) return entriesOf(file, 0, NEW, 0);
  if (file.length < SHORTEST || !startsWith(file, 0, OLD.magic)) {
    throw new FormatError(
      'Not an ld.so.cache: it begins with neither of the known magic numbers (at byte 0x0)',
    );
  }
  const afterEntries = OLD.headerBytes + file.readUInt32LE(OLD.count) * OLD.entryBytes;
  const inner = Math.ceil(afterEntries / 8) * 8;
  return startsWith(file, inner, NEW.magic) && file.length > inner + NEW.headerBytes
    ? entriesOf(file, inner, NEW, inner)
    : entriesOf(file, 0, OLD, afterEntries);
}

/** The entries behind the header at `header`, with strings counted from `base`. */
function entriesOf(file: Buffer, header: number, layout: typeof OLD | typeof NEW, base: number): Entries {
  const { entryBytes } = layout;
  const first = Math.min(header + layout.headerBytes, file.length);
  const room = Math.floor((file.length - first) / entryBytes);
  const claimed = room === 0 ? 0 : file.readUInt32LE(header + layout.count);
  const count = Math.min(claimed, room, MAX_ENTRIES);
  const table = new DataView(file.buffer, file.byteOffset + first, count * entryBytes);
  return { table, entryBytes, count, text: file.subarray(base) };
}

function startsWith(file: Buffer, offset: number, magic: string): boolean {
  return file.toString('latin1', offset, offset + magic.length) === magic;
}

/** Entries of a file, in order, by four bytes of their names; those behind "lib", which tell most names apart. */
interface NameIndex {
  /** The entries whose names share a key; all of them for `SHORT`. */
  sharing(key: number): readonly number[];
  /** The entries whose names are empty. */
  readonly empty: readonly number[];
}

function indexNames({ table, entryBytes, count, text }: Entries): NameIndex {
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  const empty: number[] = [];
  /** The last entry of a key, and for each entry the one before it with the same key. */
  const lastOf = new Map<number, number>();
  const previous = new Int32Array(count);
  for (let entry = 0; entry < count; entry++) {
    const offset = table.getUint32(entry * entryBytes + ENTRY.name, true);
    if (text[offset] === 0) empty.push(entry);
    if (offset + KEY_END > text.length) continue;
    const key = view.getUint32(offset + KEY_START);
    previous[entry] = lastOf.get(key) ?? NONE;
    lastOf.set(key, entry);
  }
  return {
    empty,
    sharing(key) {
      if (key === SHORT) return Array.from({ length: count }, (_, entry) => entry);
      const found: number[] = [];
      let entry = lastOf.get(key) ?? NONE;
      for (; entry !== NONE; entry = previous[entry] ?? NONE) found.push(entry);
      return found.reverse();
    },
  };
}

/** The key of a name of one character a byte. */
function keyOf(name: string): number {
  if (name.length < KEY_END) return SHORT;
  const byte = (at: number): number => name.charCodeAt(KEY_START + at);
  return ((byte(0) * 256 + byte(1)) * 256 + byte(2)) * 256 + byte(3);
}

const KEY_START = 3;
const KEY_END = 7;
/** In place of a key: the name is too short for one, and its entries have the keys of what stands behind it. */
const SHORT = -1;

/** The entries of each name, in order; null: they have none that can be read. */
type NameGroup = ReadonlyMap<string | null, readonly number[]>;
