import { Buffer } from 'node:buffer';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../../../src/core/sysroot/byte-reader.ts';
import { parseElfHeader, type ElfHeader } from '../../../src/core/sysroot/elf.ts';
import { readElfDynamic } from '../../../src/core/sysroot/elf-dynamic.ts';
import { readElfExports } from '../../../src/core/sysroot/elf-exports.ts';
import { withRegularFile } from '../../../src/core/sysroot/read-file.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

const TERABYTE = 2 ** 40;
const NOTHING = { soname: null, needed: [], runpath: null };

// A file with holes takes no room on the disk, so its size is no bound for anything.
describe('a library of a terabyte, nearly all of it a hole', () => {
  it('needs nothing when it claims as many sections as it has room for', () => {
    const sections = [aSection({ size: TERABYTE / 64 - 4 })];
    expect(inTerabyte(anElf64({ e_shnum: 0, sections }), readElfDynamic)).toEqual(NOTHING);
  });

  it('is read for its first dynamic sections when it claims tens of thousands', () => {
    const sections = Array.from({ length: 65_000 }, () => aSection({ type: 6, size: TERABYTE / 2 }));
    expect(inTerabyte(anElf64({ e_shnum: 65_000, sections }), readElfDynamic)).toEqual(NOTHING);
  });

  it.each([
    {
      given: 'a string table of gigabytes',
      tags: { DT_STRSZ: 2 ** 33, DT_HASH: COUNTED },
      message: /DT_STRTAB has 8589934592 bytes, more than the \d+ that are read/,
    },
    {
      given: 'billions of symbols',
      tags: { DT_STRSZ: 64, DT_HASH: COUNTED },
      message: /DT_SYMTAB has \d+ bytes, more than/,
    },
    {
      given: 'a chain of symbols that never ends',
      tags: { DT_STRSZ: 64, DT_GNU_HASH: ENDLESS },
      message: /a chain of symbols does not end/,
    },
  ])('offers nothing when it claims $given', ({ tags, message }) => {
    const bytes = anElf64({ tags: { DT_STRTAB: 4096, DT_SYMTAB: 8192, ...tags } });
    expect(() => inTerabyte(bytes, (header) => readElfExports(header).symbols())).toThrow(message);
  });
});

/** Where `anElf64` puts a DT_HASH of 2^32 - 1 symbols, and a DT_GNU_HASH whose one chain lies in the hole. */
const COUNTED = 0x800;
const ENDLESS = 0x810;

/** Values of the tags. Sources: elf(5); glibc, elf/elf.h. */
const TAGS = { DT_HASH: 4, DT_STRTAB: 5, DT_SYMTAB: 6, DT_STRSZ: 10, DT_GNU_HASH: 0x6ffffef5 } as const;

interface Elf64 {
  readonly e_shnum?: number;
  readonly sections?: readonly Buffer[];
  readonly tags?: Readonly<Partial<Record<keyof typeof TAGS, number>>>;
}

/** What lies in front of the hole: header, two segments, dynamic segment, hash tables, section headers. */
function anElf64({ e_shnum = 0, sections = [], tags = {} }: Elf64): Buffer {
  const header = Buffer.alloc(4096);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(3, 16);
  header.writeUInt16LE(62, 18);
  const dynamic = Object.entries(TAGS).flatMap(([name, tag]) => {
    const value = Object.entries(tags).find(([given]) => given === name)?.[1];
    return value === undefined ? [] : [words(tag, value)];
  });
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(2, 56);
  // PT_LOAD, which maps the file as it is, and PT_DYNAMIC.
  Buffer.concat([words(1, 0, 0, 0, TERABYTE, 0, 0), words(2, 512, 512, 0, 256, 0, 0)]).copy(header, 64);
  Buffer.concat(dynamic).copy(header, 512);
  header.writeUInt32LE(0xffffffff, COUNTED + 4);
  // One bucket, the first symbol in it, no bloom filter.
  Uint32Array.of(1, 1, 0, 0, 2).forEach((word, index) => header.writeUInt32LE(word, ENDLESS + index * 4));
  header.writeBigUInt64LE(sections.length > 0 ? 4096n : 0n, 40);
  header.writeUInt16LE(e_shnum, 60);
  return Buffer.concat([header, ...sections]);
}

/** An Elf64_Shdr. */
function aSection({ type = 0, size }: { readonly type?: number; readonly size: number }): Buffer {
  const section = Buffer.alloc(64);
  section.writeUInt32LE(type, 4);
  section.writeBigUInt64LE(BigInt(size), 32);
  return section;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), index * 8));
  return bytes;
}

function inTerabyte<Result>(bytes: Uint8Array, read: (header: ElfHeader) => Result): Result {
  const path = join(temporaryFolder(), 'libhole.so.1');
  writeFileSync(path, bytes);
  truncateSync(path, TERABYTE);
  return withRegularFile(path, (fd, size) => read(parseElfHeader(fileSource(fd, size))));
}
