import { ByteReader, type ByteSource } from './byte-reader.ts';

/** Which processes can load an ELF file, as far as the capture tool looks. */
export interface Abi {
  /** EI_CLASS. */
  readonly bits: 32 | 64;
  readonly machine: number;
}

/** Which processes can load an ELF file. */
export interface ElfIdentity extends Abi {
  /** EI_DATA: least or most significant byte first. */
  readonly data: 'lsb' | 'msb';
}

/** The header of an ELF file, and the means to read on. Fields are called as in `elf(5)`. */
export interface ElfHeader extends ElfIdentity {
  /** ET_…: 3 is a shared object. */
  readonly type: number;
  readonly reader: ByteReader;
}

/** A section, as far as we use it. */
export interface ElfSection {
  /** Where it lies in the file, in bytes. */
  readonly offset: number;
  readonly size: number;
  /** Index of the section that belongs to it: the strings of a dynamic section. */
  readonly link: number;
}

/** A segment, as far as we use it. */
export interface ElfSegment {
  /** PT_…: what it is for. */
  readonly type: number;
  /** Where it lies in the file, in bytes. */
  readonly offset: number;
  /** Where it lies in memory. */
  readonly address: number;
  /** How much of it is in the file, in bytes. */
  readonly size: number;
}

/** Offsets of the fields that differ between the classes. Source: elf(5). */
const LAYOUT = {
  32: {
    Ehdr: { size: 52, e_phoff: 28, e_shoff: 32, e_phnum: 44, e_shnum: 48 },
    Shdr: { size: 40, sh_type: 4, sh_offset: 16, sh_size: 20, sh_link: 24 },
    Phdr: { size: 32, p_type: 0, p_offset: 4, p_vaddr: 8, p_filesz: 16 },
    Dyn: { size: 8, d_val: 4 },
  },
  64: {
    Ehdr: { size: 64, e_phoff: 32, e_shoff: 40, e_phnum: 56, e_shnum: 60 },
    Shdr: { size: 64, sh_type: 4, sh_offset: 24, sh_size: 32, sh_link: 40 },
    Phdr: { size: 56, p_type: 0, p_offset: 8, p_vaddr: 16, p_filesz: 32 },
    Dyn: { size: 16, d_val: 8 },
  },
} as const;
/** Offsets that both classes share. Source: elf(5). */
const EHDR = { EI_CLASS: 4, EI_DATA: 5, EI_VERSION: 6, e_type: 16, e_machine: 18 } as const;

/** 0x7f and "ELF", least significant byte first. */
const ELF_MAGIC = 0x464c457f;
/** Ends a dynamic section. */
const DT_NULL = 0;
const CLASSES = { 1: 32, 2: 64 } as const;
const BYTE_ORDERS = { 1: 'lsb', 2: 'msb' } as const;
const VERSIONS = { 1: 'EV_CURRENT' } as const;
const NOT_ELF = 'Not a usable ELF file';
/** Of an e_phnum that stands in the first section header. A library has a dozen. */
const PN_XNUM = 0xffff;
/** A library has some thirty; a file with holes has room for as many as it likes to claim. */
const MAX_SECTIONS = 0x20000;
/** A library has some thirty, and one for each library that it needs, of which the capture takes 255. */
const MAX_DYNAMIC_ENTRIES = 8192;

/**
 * Reads the header of an ELF file of either class and byte order. Nothing behind the header is looked at.
 *
 * @throws FormatError when this is not one: field and byte offset are in the message.
 */
export function parseElfHeader(source: ByteSource): ElfHeader {
  const ident = new ByteReader(source, 'lsb', NOT_ELF);
  if (ident.u32(0, 'the magic number') !== ELF_MAGIC) {
    throw ident.error('it does not begin with \\x7fELF', 0);
  }
  const bits = oneOf(ident, EHDR.EI_CLASS, 'EI_CLASS', CLASSES);
  const data = oneOf(ident, EHDR.EI_DATA, 'EI_DATA', BYTE_ORDERS);
  oneOf(ident, EHDR.EI_VERSION, 'EI_VERSION', VERSIONS);
  const reader = data === 'lsb' ? ident : new ByteReader(source, data, NOT_ELF);
  reader.bytes(0, LAYOUT[bits].Ehdr.size, 'the ELF header');
  return {
    bits,
    data,
    type: reader.u16(EHDR.e_type, 'e_type'),
    machine: reader.u16(EHDR.e_machine, 'e_machine'),
    reader,
  };
}

/** Whether two descriptions of class and machine mean the same; byte order is not asked. */
export function sameAbi(file: Abi, wanted: Abi): boolean {
  return file.bits === wanted.bits && file.machine === wanted.machine;
}

/** The section table. A library has some thirty sections, of which few matter, so each is read when asked for. */
export interface ElfSections {
  readonly count: number;
  /** The index of the first section that holds this (SHT_…), from an index on; -1 when there is none. */
  indexOf(type: number, from: number): number;
  /** The section of an index; undefined when there is none. */
  at(index: number): ElfSection | undefined;
}

/**
 * Opens the section table.
 *
 * @throws FormatError when it does not lie within the file.
 */
export function openElfSections(header: ElfHeader): ElfSections {
  const { bits, reader } = header;
  const { Ehdr, Shdr } = LAYOUT[bits];
  const start = word(reader, bits, Ehdr.e_shoff, 'e_shoff');
  // With 0xff00 sections or more, the number stands in the first of them.
  const count =
    start === 0
      ? 0
      : reader.u16(Ehdr.e_shnum, 'e_shnum') || word(reader, bits, start + Shdr.sh_size, 'sh_size');
  if (count > MAX_SECTIONS) throw reader.error(`e_shnum: ${count} sections are too many`, Ehdr.e_shnum);
  const words = reader.words(start, (count * Shdr.size) / 4, 'the section table');
  return {
    count,
    indexOf(type, from) {
      // The engine's own search is far quicker than a look at each section; other fields may have that value, too.
      const first = Shdr.sh_type / 4;
      const each = Shdr.size / 4;
      let at = words.indexOf(type, from * each + first);
      while (at >= 0 && (at - first) % each !== 0) at = words.indexOf(type, at + 1);
      return at < 0 ? -1 : (at - first) / each;
    },
    at(index) {
      if (index >= count) return undefined;
      const at = index * Shdr.size;
      return {
        offset: wordAt(header, words, at + Shdr.sh_offset),
        size: wordAt(header, words, at + Shdr.sh_size),
        link: words[(at + Shdr.sh_link) / 4] ?? 0,
      };
    },
  };
}

/**
 * Reads the program header table.
 *
 * @throws FormatError when it does not lie within the file.
 */
export function readElfSegments(header: ElfHeader): readonly ElfSegment[] {
  const { bits, reader } = header;
  const { Ehdr, Phdr } = LAYOUT[bits];
  const start = word(reader, bits, Ehdr.e_phoff, 'e_phoff');
  const count = reader.u16(Ehdr.e_phnum, 'e_phnum');
  if (count === PN_XNUM) throw reader.error('e_phnum: too many segments', Ehdr.e_phnum);
  const words = reader.words(start, (count * Phdr.size) / 4, 'the program header table');
  return Array.from({ length: count }, (_, index) => {
    const at = index * Phdr.size;
    return {
      type: words[(at + Phdr.p_type) / 4] ?? 0,
      offset: wordAt(header, words, at + Phdr.p_offset),
      address: wordAt(header, words, at + Phdr.p_vaddr),
      size: wordAt(header, words, at + Phdr.p_filesz),
    };
  });
}

/**
 * Reads the entries with some tags of a dynamic section or segment, up to DT_NULL; of more than any library has, the
 * first.
 *
 * @returns tag, value, tag, value …; those of a tag in their order.
 * @throws FormatError when it does not lie within the file.
 */
export function readElfDynamicEntries(
  header: ElfHeader,
  part: { readonly offset: number; readonly size: number },
  tags: readonly number[],
): readonly number[] {
  const { bits, reader } = header;
  const { Dyn } = LAYOUT[bits];
  const all = Math.floor(part.size / Dyn.size);
  if (part.offset + all * Dyn.size > reader.source.size)
    throw reader.error('the dynamic section reaches past the end of the file', part.offset);
  const length = Math.min(all, MAX_DYNAMIC_ENTRIES) * Dyn.size;
  const words = reader.words(part.offset, length / 4, 'the dynamic section');
  const each = Dyn.size / 4;
  const low = reader.littleEndian || bits === 32 ? 0 : 1;
  /** Whether the word of an index is the lower half of a tag whose upper half, if it has one, is zero. */
  const isTag = (at: number): boolean => at % each === low && (bits === 32 || words[at ^ 1] === 0);
  const entries: number[] = [];
  let end = words.length;
  let checked = low;
  for (const tag of tags) {
    // The engine's own search is far quicker than a look at each entry.
    for (let at = words.indexOf(tag); at >= 0 && at < end; at = words.indexOf(tag, at + 1)) {
      if (!isTag(at)) continue;
      for (; checked < at && end > at; checked += each)
        if (words[checked] === DT_NULL && isTag(checked)) end = checked;
      if (at < end) entries.push(tag, wordAt(header, words, (at - low) * 4 + Dyn.d_val));
    }
  }
  return entries;
}

/** A value of the class's own width in a table: an address, an offset or a size; beyond 2^53 it loses its last bits. */
function wordAt({ bits, reader }: ElfHeader, words: Uint32Array, offset: number): number {
  const at = offset / 4;
  if (bits === 32) return words[at] ?? 0;
  const high = reader.littleEndian ? at + 1 : at;
  return (words[high] ?? 0) * 2 ** 32 + (words[high === at ? at + 1 : at] ?? 0);
}

/** A value of the class's own width: an address, an offset or a size. */
function word(reader: ByteReader, bits: 32 | 64, offset: number, field: string): number {
  return bits === 32 ? reader.u32(offset, field) : reader.u64(offset, field);
}

/** Looks a byte of the identification up in a table of the values that we know. */
function oneOf<Known>(
  ident: ByteReader,
  offset: number,
  field: string,
  known: Readonly<Record<number, Known>>,
): Known {
  const value = ident.u8(offset, field);
  const meaning = known[value];
  if (meaning === undefined) throw ident.error(`${field} is ${value}, which is unknown`, offset);
  return meaning;
}
