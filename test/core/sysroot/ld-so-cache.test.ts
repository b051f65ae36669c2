import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.ts';
import { cacheEntries } from '../../builders/cache-entries.ts';
import { parseLdSoCache } from '../../../src/core/sysroot/ld-so-cache.ts';
import { writeLdSoCache } from '../../../src/provision/ld-so-cache-writer.ts';

/** Of the old format: flags, name, path. */
const SMALLEST_ENTRY_BYTES = 12;

const ENTRIES = [
  { name: 'libz.so.1', path: '/usr/lib/x86_64-linux-gnu/libz.so.1' },
  { name: 'libz.so.1', path: '/usr/lib/i386-linux-gnu/libz.so.1' },
  { name: 'libé.so.2', path: 'lib/libé.so.2' },
];

describe.each([
  { format: 'old', bytes: oldCache(ENTRIES) },
  { format: 'new', bytes: newCache(ENTRIES) },
  { format: 'new within old', bytes: bothCaches(ENTRIES) },
])('the $format format', ({ bytes }) => {
  it('gives all entries in file order', () => {
    expect(cacheEntries(parseLdSoCache(bytes))).toEqual(ENTRIES);
  });

  it('gives the paths of a name in file order', () => {
    expect(parseLdSoCache(bytes).pathsOf('libz.so.1')).toEqual([ENTRIES[0]?.path, ENTRIES[1]?.path]);
  });

  it('leaves out what leaves the file', () => {
    const cut = parseLdSoCache(bytes.subarray(0, bytes.length - 1));
    expect(cacheEntries(cut)).toEqual(ENTRIES.slice(0, 2));
  });

  it('is read or refused, whatever bytes are changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(),
        (edits, end) => {
          const damaged = Buffer.from(bytes);
          for (const [at, value] of edits) damaged[at % damaged.length] = value;
          // A damaged count may take strings for entries, but never more than the file has room for.
          const cut = damaged.subarray(0, end % (damaged.length + 1));
          expect(entriesOrFormatError(cut)).toBeLessThanOrEqual(cut.length / SMALLEST_ENTRY_BYTES);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a cache', () => {
  it('gives back what our own writer was given', () => {
    const bytes = writeLdSoCache([
      { soname: 'liba.so.1', path: '/usr/lib/liba.so.1', tuple: 'x86_64-linux-gnu' },
      { soname: 'libb.so.1', path: '/usr/lib32/libb.so.1', tuple: 'i386-linux-gnu' },
    ]);
    expect(cacheEntries(parseLdSoCache(bytes))).toEqual([
      { name: 'libb.so.1', path: '/usr/lib32/libb.so.1' },
      { name: 'liba.so.1', path: '/usr/lib/liba.so.1' },
    ]);
  });

  it('gives the names that begin alike, in file order, and those that are empty', () => {
    const names = ['libb.so', 'liba.so.2', '', 'libab.so', 'xliba.so', '', 'liba.so.2'];
    const cache = parseLdSoCache(newCache(names.map((name) => ({ name, path: '/lib/x' }))));
    expect(cache.namesFrom('liba')).toEqual(['liba.so.2', '', 'libab.so', '', 'liba.so.2']);
    expect(cache.namesFrom('none')).toEqual(['', '']);
    expect(cache.namesFrom('')).toEqual(names);
  });

  it('finds every entry of a name, whatever the order of the entries', () => {
    const names = fc.array(fc.constantFrom('liba.so', 'libb.so', 'libab.so', 'lib', 'liba.so.1'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(names, (given) => {
        const entries = given.map((name, index) => ({ name, path: `/lib/${index}` }));
        const cache = parseLdSoCache(newCache(entries));
        for (const wanted of ['liba.so', 'libb.so', 'libab.so', 'lib', 'libc.so', 'liba.so.1', '']) {
          const paths = entries.filter(({ name }) => name === wanted).map(({ path }) => path);
          expect(cache.pathsOf(wanted)).toEqual(paths);
        }
        expect(cache.namesFrom('liba')).toEqual(given.filter((name) => name.startsWith('liba')));
      }),
    );
  });

  it('takes no more entries than the file has room for', () => {
    const bytes = newCache(ENTRIES);
    bytes.writeUInt32LE(0xffffffff, 20);
    expect(cacheEntries(parseLdSoCache(bytes)).slice(0, 3)).toEqual(ENTRIES);
  });

  it('of 100,000 entries is read within a second of CPU time', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => ({
      name: `libnumber${index}.so.1`,
      path: `/usr/lib/x86_64-linux-gnu/libnumber${index}.so.1`,
    }));
    const bytes = newCache(entries);
    const before = process.cpuUsage();
    const cache = parseLdSoCache(bytes);
    expect(cache.namesFrom('libnumber9999')).toHaveLength(11);
    expect(cache.pathsOf('libnumber99999.so.1')).toEqual([entries[99_999]?.path]);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1);
  });

  it('of more entries than any system has is read as far as a large system would need', () => {
    const entries = 1_000_000;
    const bytes = Buffer.alloc(48 + 24 * entries + 2);
    bytes.write('glibc-ld.so.cache1.1', 'latin1');
    bytes.writeUInt32LE(entries, 20);
    const { length } = parseLdSoCache(bytes).namesFrom('');
    expect(length).toBeGreaterThan(100_000);
    expect(length).toBeLessThan(200_000);
  });

  it('whose strings all overlap is read as far as a large system would need', () => {
    const text = `${'x'.repeat(60_000)}\0`;
    const entries = 4000;
    const bytes = Buffer.alloc(48 + 24 * entries + text.length);
    bytes.write('glibc-ld.so.cache1.1', 'latin1');
    bytes.writeUInt32LE(entries, 20);
    for (let index = 0; index < entries; index++) {
      bytes.writeUInt32LE(48 + 24 * entries + index, 48 + 24 * index + 4);
      bytes.writeUInt32LE(48 + 24 * entries + index, 48 + 24 * index + 8);
    }
    bytes.write(text, 48 + 24 * entries, 'latin1');
    const { length } = parseLdSoCache(bytes).namesFrom('');
    expect(length).toBeGreaterThan(100);
    expect(length).toBeLessThan(entries / 2);
  });

  it.each([
    { given: 'an empty file', bytes: Buffer.alloc(0) },
    { given: 'text', bytes: Buffer.from('this is not an ld.so.cache at all, is it?') },
    { given: 'a version that we do not know', bytes: Buffer.from('glibc-ld.so.cache9.9'.padEnd(64, '\0')) },
  ])('that is $given is refused', ({ bytes }) => {
    expect(() => parseLdSoCache(bytes)).toThrow(FormatError);
  });
});

interface Entry {
  readonly name: string;
  readonly path: string;
}

/** The strings of the entries, and where each begins. */
function strings(entries: readonly Entry[]): {
  bytes: Buffer;
  offsets: readonly (readonly [number, number])[];
} {
  const parts: Buffer[] = [];
  let length = 0;
  const add = (text: string): number => {
    const part = Buffer.from(`${text}\0`);
    parts.push(part);
    length += part.length;
    return length - part.length;
  };
  const offsets = entries.map(({ name, path }) => [add(name), add(path)] as const);
  return { bytes: Buffer.concat(parts), offsets };
}

/** Offsets are counted from the end of the entries. */
function oldCache(entries: readonly Entry[]): Buffer {
  const { bytes, offsets } = strings(entries);
  return Buffer.concat([oldHeader(offsets), bytes]);
}

/** Offsets are counted from the start of the header. */
function newCache(entries: readonly Entry[]): Buffer {
  const { bytes, offsets } = strings(entries);
  const base = 48 + 24 * entries.length;
  const header = Buffer.alloc(base);
  header.write('glibc-ld.so.cache1.1', 'latin1');
  header.writeUInt32LE(entries.length, 20);
  header.writeUInt32LE(bytes.length, 24);
  for (const [index, [name, path]] of offsets.entries()) {
    header.writeUInt32LE(base + name, 48 + 24 * index + 4);
    header.writeUInt32LE(base + path, 48 + 24 * index + 8);
  }
  return Buffer.concat([header, bytes]);
}

/** The old entries say nothing that is true, so that it shows which are used. */
function bothCaches(entries: readonly Entry[]): Buffer {
  const old = oldHeader([[0, 0]]);
  return Buffer.concat([old, Buffer.alloc(Math.ceil(old.length / 8) * 8 - old.length), newCache(entries)]);
}

function oldHeader(offsets: readonly (readonly [number, number])[]): Buffer {
  const header = Buffer.alloc(16 + 12 * offsets.length);
  header.write('ld.so-1.7.0', 'latin1');
  header.writeUInt32LE(offsets.length, 12);
  for (const [index, [name, path]] of offsets.entries()) {
    header.writeUInt32LE(name, 16 + 12 * index + 4);
    header.writeUInt32LE(path, 16 + 12 * index + 8);
  }
  return header;
}

function entriesOrFormatError(bytes: Buffer): number {
  try {
    return cacheEntries(parseLdSoCache(bytes)).length;
  } catch (error) {
    if (error instanceof FormatError) return 0;
    throw error;
  }
}
