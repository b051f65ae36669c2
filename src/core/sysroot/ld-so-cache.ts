import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { stringTable } from './string-table.ts';

/** One line of `ldconfig -p`. Flags, OS version and hardware capabilities are not kept: nobody here asks. */
export interface LdSoCacheEntry {
  /** The SONAME that is looked up. May be empty. */
  readonly name: string;
  /** Where the library lies, as seen from inside the tree. */
  readonly path: string;
}

/** What an `ld.so.cache` holds. */
export interface LdSoCache {
  /** All entries, in file order. */
  readonly entries: readonly LdSoCacheEntry[];
  /** The paths of each name, in file order: the first that fits is the one that is loaded. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

/** No cache that ldconfig writes comes near it: one entry takes about a hundred bytes. */
export const MAX_LD_SO_CACHE_BYTES = 64 * 1024 * 1024;
/** A large installation has some ten thousand; with shared strings, millions of entries fit into such a file. */
const MAX_ENTRIES = 0x20000;

/**
 * Reads an `ld.so.cache` of any of the three formats (old, new, and new within old). An entry that leaves the
 * file is left out, and so are those beyond any real number of them. Source: our capture-tool specification, 4.1; glibc, sysdeps/generic/dl-cache.h.
 *
 * @throws FormatError when it begins like none of them.
 */
export function parseLdSoCache(bytes: Uint8Array): LdSoCache {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = [...readEntries(file)];
  const paths = new Map<string, string[]>();
  for (const { name, path } of entries) {
    const known = paths.get(name);
    if (known === undefined) paths.set(name, [path]);
    else known.push(path);
  }
  return { entries, paths };
}

/** The two layouts. Offsets are from the header; strings of the old one are counted from where they begin. */
const OLD = { magic: 'ld.so-1.7.0', count: 12, headerBytes: 16, entryBytes: 12 } as const;
const NEW = { magic: 'glibc-ld.so.cache1.1', count: 20, headerBytes: 48, entryBytes: 24 } as const;
/** Within an entry of either layout. */
const ENTRY = { name: 4, path: 8 } as const;
/** No usable cache is shorter. */
const SHORTEST = 16;

function readEntries(file: Buffer): Iterable<LdSoCacheEntry> {
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
function* entriesOf(
  file: Buffer,
  header: number,
  layout: typeof OLD | typeof NEW,
  base: number,
): Generator<LdSoCacheEntry> {
  const first = header + layout.headerBytes;
  if (first > file.length) return;
  const room = Math.floor((file.length - first) / layout.entryBytes);
  const count = Math.min(file.readUInt32LE(header + layout.count), room, MAX_ENTRIES);
  const strings = stringTable(file.subarray(base));
  for (let index = 0; index < count; index++) {
    const entry = first + index * layout.entryBytes;
    const name = strings.at(file.readUInt32LE(entry + ENTRY.name));
    const path = strings.at(file.readUInt32LE(entry + ENTRY.path));
    if (name !== null && path !== null) yield { name, path };
  }
}

function startsWith(file: Buffer, offset: number, magic: string): boolean {
  return file.toString('latin1', offset, offset + magic.length) === magic;
}
