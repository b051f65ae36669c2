import type { Tuple } from '../core/sysroot/architectures.ts';
import { ByteWriter } from './byte-writer.ts';
import { StringTable } from './string-table-writer.ts';

/** One library that the dynamic linker can find by its SONAME. */
export interface LdSoCacheEntrySpec {
  readonly soname: string;
  /** Absolute path, as a process sees it whose root is the tree. */
  readonly path: string;
  readonly tuple: Tuple;
}

/**
 * Writes an ld.so.cache in the new format, as `ldconfig -p -C FILE` and the dynamic linker read it.
 *
 * Source of the layout: glibc, sysdeps/generic/dl-cache.h.
 */
export function writeLdSoCache(entries: readonly LdSoCacheEntrySpec[]): Uint8Array {
  const strings = new StringTable();
  const located = inCacheOrder(entries).map(({ soname, path, tuple }) => ({
    flags: FLAGS[tuple],
    key: strings.add(soname),
    value: strings.add(path),
  }));
  const stringsAt = HEADER_SIZE + located.length * ENTRY_SIZE;

  const cache = new ByteWriter('lsb').append(Buffer.from(MAGIC));
  cache.u32(located.length, strings.length).u8(LITTLE_ENDIAN, 0, 0, 0).u32(0, 0, 0, 0);
  for (const { flags, key, value } of located) {
    cache.u32(flags, stringsAt + key, stringsAt + value, 0).u64(0);
  }
  return cache.append(strings.finish()).finish();
}

const MAGIC = 'glibc-ld.so.cache1.1';
const HEADER_SIZE = 48;
const ENTRY_SIZE = 24;
const LITTLE_ENDIAN = 2;

/** FLAG_ELF_LIBC6 with the flag of the architecture. Source: glibc, sysdeps/generic/ldconfig.h. */
const FLAGS: Readonly<Record<Tuple, number>> = {
  'x86_64-linux-gnu': 0x0303,
  'i386-linux-gnu': 0x0003,
  'aarch64-linux-gnu': 0x0a03,
};

/** The dynamic linker searches by bisection, so entries descend; an architecture with a higher flag comes first. */
function inCacheOrder(entries: readonly LdSoCacheEntrySpec[]): readonly LdSoCacheEntrySpec[] {
  return entries
    .map((entry) => ({ ...entry, key: sortKey(entry.soname) }))
    .sort((a, b) => Buffer.compare(b.key, a.key) || FLAGS[b.tuple] - FLAGS[a.tuple]);
}

/** Compares as the dynamic linker does: runs of digits by value, and a digit after anything else. */
function sortKey(soname: string): Buffer {
  return Buffer.from(soname.replace(/\d+/gu, (digits) => `\u{10ffff}${digits.padStart(255, '0')}`));
}
