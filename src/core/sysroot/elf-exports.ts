import { openElfSections, readElfDynamicEntries, readElfSegments, type ElfHeader } from './elf.ts';
import { stringTable, type StringTable } from './string-table.ts';

/** What a library offers to those that are linked against it. */
export interface ElfExports {
  /**
   * Names of its version definitions, the base definition left out.
   *
   * @throws FormatError when they cannot be read.
   */
  versions(): ReadonlySet<string>;
  /**
   * The symbols that it defines, as `name@VERSION`, or `name` where it has no versions.
   *
   * @throws FormatError when they cannot be read.
   */
  symbols(): ReadonlySet<string>;
}

/**
 * Finds the tables of version definitions and symbols, through the dynamic segment as a dynamic linker does.
 * Sources: elf(5); Linux Standard Base, Core, 10.7 "Symbol Versioning"; our capture-tool specification, section 8.
 *
 * @throws FormatError when there is no dynamic segment, or it does not lie within the file.
 */
export function readElfExports(header: ElfHeader): ElfExports {
  const { reader } = header;
  const segments = readElfSegments(header);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) throw reader.error('it has no dynamic segment', 0);

  const tags = new Map<number, number>();
  const entries = readElfDynamicEntries(header, dynamic, TAGS);
  for (let at = 0; at < entries.length; at += 2) tags.set(entries[at] ?? 0, entries[at + 1] ?? 0);
  /** Where in the file a table lies whose address the dynamic segment gives; null: there is none. */
  const table = (tag: number): number | null => {
    const address = tags.get(tag);
    if (address === undefined) return null;
    const load = segments.find(
      ({ type, address: start, size }) => type === PT_LOAD && address >= start && address < start + size,
    );
    if (load === undefined)
      throw reader.error(`dynamic tag ${tag} points outside every segment`, dynamic.offset);
    return address - load.address + load.offset;
  };
  const strings = once((): StringTable => {
    const start = table(DT.STRTAB);
    if (start === null) throw reader.error('it has no DT_STRTAB', dynamic.offset);
    return stringTable(reader.bytes(start, tags.get(DT.STRSZ) ?? 0, 'DT_STRTAB'));
  });
  const definitions = once((): readonly Definition[] | null => {
    const start = table(DT.VERDEF);
    return start === null ? null : readDefinitions(header, start, strings());
  });

  return {
    versions: () => new Set((definitions() ?? []).filter(({ isBase }) => !isBase).map(({ name }) => name)),
    symbols() {
      const start = table(DT.SYMTAB);
      if (start === null) throw reader.error('it has no DT_SYMTAB', dynamic.offset);
      const count = countSymbols(header, start, table(DT.HASH), table(DT.GNU_HASH));
      const versym = table(DT.VERSYM);
      const defined = versym === null ? null : definitions();
      const versions =
        versym === null || defined === null ? null : versionsOf(header, versym, count, defined);
      return readSymbols(header, start, count, strings(), versions);
    },
  };
}

/** Whether it is of type ET_DYN, as shared libraries are. */
export function isSharedObject(header: ElfHeader): boolean {
  return header.type === ET_DYN;
}

interface Definition {
  readonly index: number;
  readonly name: string;
  readonly isBase: boolean;
}

const ET_DYN = 3;
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
/** Tags of the dynamic segment. Sources: elf(5); glibc, elf/elf.h. */
const DT = {
  HASH: 4,
  STRTAB: 5,
  SYMTAB: 6,
  STRSZ: 10,
  GNU_HASH: 0x6ffffef5,
  VERSYM: 0x6ffffff0,
  VERDEF: 0x6ffffffc,
} as const;
const TAGS: readonly number[] = Object.values(DT);
/** Elf32_Verdef and Elf64_Verdef are the same. */
const VERDEF = { vd_flags: 2, vd_ndx: 4, vd_aux: 12, vd_next: 16 } as const;
const VER_FLG_BASE = 1;
/** The top bit of a version index says that the symbol is hidden. */
const VERSION_INDEX = 0x7fff;
/** Elf32_Sym and Elf64_Sym. */
const SYM = {
  32: { size: 16, st_name: 0, st_shndx: 14 },
  64: { size: 24, st_name: 0, st_shndx: 6 },
} as const;
const SHN_UNDEF = 0;
/** Linkers make as many buckets as keep chains at a few symbols; a hole in a file is a chain without an end. */
const LONGEST_CHAIN = 1_000_000;
/** Names and versions can be shared, and so combine to far more text than there is in the file. */
const MAX_SYMBOL_TEXT = 64 * 1024 * 1024;
/** Made by linkers; they say nothing about what a library offers. Source: our capture-tool specification, 8. */
const MADE_BY_LINKERS: ReadonlySet<string> = new Set([
  '__bss_end__',
  '__bss_end',
  '_bss_end__',
  '__bss_start',
  '__bss_start__',
  '__data_start',
  '__do_global_ctors_aux',
  '__do_global_dtors_aux',
  '__do_jv_register_classes',
  '_DYNAMIC',
  '_edata',
  '_end',
  '__end__',
  '__exidx_end',
  '__exidx_start',
  '_fbss',
  '_fdata',
  '_fini',
  '_ftext',
  '_GLOBAL_OFFSET_TABLE_',
  '__gmon_start__',
  '__gnu_local_gp',
  '_gp',
  '_init',
  '_PROCEDURE_LINKAGE_TABLE_',
  '_SDA2_BASE_',
  '_SDA_BASE_',
]);

/** Follows the chain of version definitions; an index has 15 bits, so a chain cannot be longer. */
function readDefinitions({ reader }: ElfHeader, start: number, strings: StringTable): readonly Definition[] {
  const definitions: Definition[] = [];
  for (let at = start, left = VERSION_INDEX; left > 0; left--) {
    const index = reader.u16(at + VERDEF.vd_ndx, 'vd_ndx') & VERSION_INDEX;
    const isBase = (reader.u16(at + VERDEF.vd_flags, 'vd_flags') & VER_FLG_BASE) !== 0;
    const name = strings.at(reader.u32(at + reader.u32(at + VERDEF.vd_aux, 'vd_aux'), 'vda_name'));
    if (name !== null) definitions.push({ index, name, isBase });
    const next = reader.u32(at + VERDEF.vd_next, 'vd_next');
    if (next === 0) break;
    at += next;
  }
  return definitions;
}

/** How long the symbol table is, which no dynamic tag says: a section at the same place, or a hash table. */
function countSymbols(header: ElfHeader, start: number, hash: number | null, gnuHash: number | null): number {
  const { size } = SYM[header.bits];
  const sections = openElfSections(header);
  for (let index = 0; index < sections.count; index++) {
    const section = sections.at(index);
    if (section?.offset === start && section.size > 0) return Math.floor(section.size / size);
  }
  // nbucket, nchain; there is a chain entry for each symbol.
  if (hash !== null) return header.reader.u32(hash + 4, 'nchain');
  if (gnuHash !== null) return countByGnuHash(header, gnuHash);
  throw header.reader.error('nothing says how many symbols DT_SYMTAB has', start);
}

/** The last symbol is the end of the chain that begins last. Source: glibc, elf/dl-lookup.c. */
function countByGnuHash({ reader, bits }: ElfHeader, start: number): number {
  const buckets = reader.u32(start, 'DT_GNU_HASH');
  const firstSymbol = reader.u32(start + 4, 'DT_GNU_HASH');
  const bloomWords = reader.u32(start + 8, 'DT_GNU_HASH');
  const bucketsAt = start + 16 + bloomWords * (bits / 8);
  const bytes = reader.bytes(bucketsAt, buckets * 4, 'DT_GNU_HASH');
  let last = 0;
  for (let at = 0; at < bytes.length; at += 4) last = Math.max(last, reader.u32(bucketsAt + at, 'a bucket'));
  if (last < firstSymbol) return firstSymbol;
  const chains = bucketsAt + buckets * 4;
  const end = last + LONGEST_CHAIN;
  while ((reader.u32(chains + (last - firstSymbol) * 4, 'a chain') & 1) === 0) {
    last++;
    if (last === end) throw reader.error('a chain of symbols does not end', chains);
  }
  return last + 1;
}

/** Says the version of the symbol of an index. */
type VersionOf = (index: number) => string | undefined;

function versionsOf(
  { reader }: ElfHeader,
  start: number,
  count: number,
  definitions: readonly Definition[],
): VersionOf {
  const { littleEndian } = reader;
  const names = new Map(definitions.map(({ index, name }) => [index, name]));
  // A table that ends with the file serves the symbols that it has room for.
  const room = Math.min(count, Math.max(0, Math.floor((reader.source.size - start) / 2)));
  const table = reader.table(start, room * 2, 'DT_VERSYM');
  return (index) => {
    if (index >= room) throw reader.error('DT_VERSYM lies past the end of the file', start + index * 2);
    return names.get(table.getUint16(index * 2, littleEndian) & VERSION_INDEX);
  };
}

function readSymbols(
  { bits, reader }: ElfHeader,
  start: number,
  count: number,
  strings: StringTable,
  versionOf: VersionOf | null,
): ReadonlySet<string> {
  const { littleEndian } = reader;
  const { size, st_name, st_shndx } = SYM[bits];
  const symbols = new Set<string>();
  // In one piece, which also refuses a count that the file has no room for.
  const table = reader.table(start, count * size, 'DT_SYMTAB');
  let text = 0;
  for (let index = 0; index < count; index++) {
    const at = index * size;
    if (table.getUint16(at + st_shndx, littleEndian) === SHN_UNDEF) continue;
    const name = strings.at(table.getUint32(at + st_name, littleEndian));
    if (name === null || name === '' || MADE_BY_LINKERS.has(name)) continue;
    const version = versionOf?.(index);
    if (name === version) continue;
    const symbol = version === undefined ? name : `${name}@${version}`;
    text += symbol.length;
    if (text > MAX_SYMBOL_TEXT)
      throw reader.error(`its symbols come to more than ${MAX_SYMBOL_TEXT} bytes of text`, start + at);
    symbols.add(symbol);
  }
  return symbols;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
