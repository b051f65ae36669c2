import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { stringTable, type StringTable } from './string-table.ts';

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
 * Reads an `ld.so.cache` of any of the three formats (old, new, and new within old), of more entries than any real
 * number of them the first. The order of entries is not relied upon: any program may have written the file.
 * Source: our capture-tool specification, 4.1; glibc, sysdeps/generic/dl-cache.h.
 *
 * @throws FormatError when it begins like none of them, or its strings overlap as no real ones do.
 */
export function parseLdSoCache(bytes: Uint8Array): LdSoCache {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { first, entryBytes, count, strings } = findEntries(file);
  const table = new DataView(file.buffer, file.byteOffset + first, count * entryBytes);
  const names: (string | null)[] = [];
  /** The last entry of a name, and for each entry the one before it of the same name. */
  const lastOf = new Map<string, number>();
  const previous = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    const name = strings.at(table.getUint32(index * entryBytes + ENTRY.name, true));
    names.push(name);
    if (name === null) continue;
    previous[index] = lastOf.get(name) ?? NONE;
    lastOf.set(name, index);
  }
  const pathAt = (index: number): string | null => {
    try {
      return strings.at(table.getUint32(index * entryBytes + ENTRY.path, true));
    } catch (error) {
      if (error instanceof FormatError) return null;
      throw error;
    }
  };
  let search: NameSearch | undefined;

  return {
    pathsOf(name) {
      const paths: string[] = [];
      for (let index = lastOf.get(name) ?? NONE; index !== NONE; index = previous[index] ?? NONE) {
        const path = pathAt(index);
        if (path !== null) paths.push(path);
      }
      return paths.reverse();
    },
    namesFrom(beginning) {
      search ??= searchIn(names);
      return search(beginning).flatMap((index) => {
        const name = names[index] ?? null;
        return name === null || pathAt(index) === null ? [] : [name];
      });
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

/** Where the entries of a file lie. */
interface Entries {
  /** Byte at which they begin. */
  readonly first: number;
  readonly entryBytes: number;
  readonly count: number;
  readonly strings: StringTable;
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
  return { first, entryBytes, count, strings: stringTable(file.subarray(base)) };
}

function startsWith(file: Buffer, offset: number, magic: string): boolean {
  return file.toString('latin1', offset, offset + magic.length) === magic;
}

/** Finds the entries whose names begin alike, or are empty; in order. */
type NameSearch = (beginning: string) => readonly number[];

/** Forty globs over hundreds of names: one search through all of them at once is quicker than a look at each. */
function searchIn(names: readonly (string | null)[]): NameSearch {
  const text = `\0${names.map((name) => name ?? GONE).join('\0')}\0`;
  const starts = new Int32Array(names.length);
  let end = 0;
  names.forEach((name, index) => {
    starts[index] = end;
    end += (name ?? GONE).length + 1;
  });
  const all = (wanted: string): number[] => {
    const found: number[] = [];
    for (let at = text.indexOf(wanted); at >= 0 && at < end; at = text.indexOf(wanted, at + 1)) {
      found.push(lowerBound(starts, at));
    }
    return found;
  };
  const empty = all('\0\0');
  return (beginning) => {
    const found = all(`\0${beginning}`);
    return empty.length === 0 || beginning === '' ? found : [...found, ...empty].sort((a, b) => a - b);
  };
}

/** Stands for a name that leaves the file. */
const GONE = '?';

/** The index of a value of a sorted list that has it. */
function lowerBound(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
