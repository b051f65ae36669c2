import { ByteWriter } from './byte-writer.ts';
import { DT, FORMATS, SHF, SHT, writeWords } from './elf-format.ts';
import type { ElfSpec, ElfSymbol } from './elf-spec.ts';
import { StringTable } from './string-table-writer.ts';

const VER_FLG_BASE = 1;
/** Index of the base definition: the file itself. */
const VER_NDX_GLOBAL = 1;

/** A section of an ELF file, where it lies. */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  /** Offset in the file, and address: the file is loaded at 0. */
  readonly at: number;
  readonly size: number;
  readonly link: string | null;
  readonly info: number;
  readonly entrySize: number;
  readonly bytes: Uint8Array;
}

/**
 * The sections that are loaded, in file order; `.dynamic` comes last because it points to the others.
 *
 * @param start - offset of the first one
 */
export function loadedSections(spec: ElfSpec, start: number): readonly Section[] {
  const { bits, byteOrder = 'lsb', soname, symbols = [], versions = [] } = spec;
  const { symSize, dynSize, wordSize } = FORMATS[bits];
  const writer = (): ByteWriter => new ByteWriter(byteOrder);
  const sections: Section[] = [];
  const add = (name: string, type: number, bytes: Uint8Array, more: Partial<Section> = {}): number => {
    const last = sections.at(-1);
    const at = Math.ceil((last === undefined ? start : last.at + last.size) / 8) * 8;
    const plain = { flags: SHF.ALLOC, link: null, info: 0, entrySize: 0 };
    sections.push({ ...plain, name, type, at, size: bytes.length, bytes, ...more });
    return at;
  };

  const strings = StringTable.forElf();
  const named = symbols.map((symbol) => ({ ...symbol, nameAt: strings.add(symbol.name) }));
  const dynamic = writer();
  const point = (tag: number, value: number): void => {
    writeWords(dynamic, bits, tag, value);
  };
  for (const [tag, text] of dynamicTexts(spec)) if (text !== undefined) point(tag, strings.add(text));
  const definitions = versions.length === 0 ? [] : [soname ?? '', ...versions];
  const verdef = versionDefinitions(writer(), definitions, strings);

  const dataAt = add('.data', SHT.PROGBITS, new Uint8Array(wordSize), { flags: SHF.ALLOC | SHF.WRITE });
  const symbolsAt = add('.dynsym', SHT.DYNSYM, symbolTable(writer(), bits, named, dataAt), {
    ...{ link: '.dynstr', info: 1, entrySize: symSize },
  });
  const stringsAt = add('.dynstr', SHT.STRTAB, strings.finish());
  const hashes = hashTable(writer(), symbols);
  point(DT.HASH, add('.hash', SHT.HASH, hashes, { link: '.dynsym', entrySize: 4 }));
  point(DT.STRTAB, stringsAt);
  point(DT.SYMTAB, symbolsAt);
  point(DT.STRSZ, strings.length);
  point(DT.SYMENT, symSize);
  if (versions.length > 0) {
    const versym = writer().u16(0, ...symbols.map(({ version }) => versionIndex(version, versions)));
    const more = { link: '.dynsym', entrySize: 2 };
    point(DT.VERSYM, add('.gnu.version', SHT.GNU_versym, versym.finish(), more));
    const info = definitions.length;
    point(DT.VERDEF, add('.gnu.version_d', SHT.GNU_verdef, verdef, { link: '.dynstr', info }));
    point(DT.VERDEFNUM, info);
  }
  point(DT.NULL, 0);
  add('.dynamic', SHT.DYNAMIC, dynamic.finish(), {
    ...{ flags: SHF.ALLOC | SHF.WRITE, link: '.dynstr', entrySize: dynSize },
  });
  return sections;
}

/** The entries of the dynamic section that are names, in the order in which linkers write them. */
function dynamicTexts({
  needed = [],
  soname,
  runpath,
}: ElfSpec): readonly (readonly [number, string | undefined])[] {
  return [...needed.map((name) => [DT.NEEDED, name] as const), [DT.SONAME, soname], [DT.RUNPATH, runpath]];
}

/** Every symbol that is defined lies at the start of `.data`, section 1: nobody ever reads what is there. */
function symbolTable(
  table: ByteWriter,
  bits: 32 | 64,
  symbols: readonly (ElfSymbol & { readonly nameAt: number })[],
  dataAt: number,
): Uint8Array {
  const STB_GLOBAL_STT_OBJECT = (1 << 4) | 1;
  const all = [{ nameAt: 0, info: 0, value: 0, section: 0 }].concat(
    symbols.map(({ nameAt, defined = true }) => ({
      nameAt,
      info: STB_GLOBAL_STT_OBJECT,
      value: defined ? dataAt : 0,
      section: defined ? 1 : 0,
    })),
  );
  for (const { nameAt, info, value, section } of all) {
    if (bits === 64) table.u32(nameAt).u8(info, 0).u16(section).u64(value, 0);
    else table.u32(nameAt, value, 0).u8(info, 0).u16(section);
  }
  return table.finish();
}

/** A table of one bucket: every symbol in one chain. Enough for the few symbols of a synthetic library. */
function hashTable(table: ByteWriter, symbols: readonly ElfSymbol[]): Uint8Array {
  const count = symbols.length + 1;
  table.u32(1, count, symbols.length > 0 ? 1 : 0);
  for (let index = 0; index < count; index++) table.u32(index > 0 && index + 1 < count ? index + 1 : 0);
  return table.finish();
}

/** Elf_Verdef and Elf_Verdaux are the same in both classes; the first definition is the file itself. */
function versionDefinitions(table: ByteWriter, names: readonly string[], strings: StringTable): Uint8Array {
  const VERDEF_SIZE = 20;
  const VERDAUX_SIZE = 8;
  names.forEach((name, index) => {
    const last = index === names.length - 1;
    table.u16(1, index === 0 ? VER_FLG_BASE : 0, index + VER_NDX_GLOBAL, 1);
    table.u32(elfHash(name), VERDEF_SIZE, last ? 0 : VERDEF_SIZE + VERDAUX_SIZE);
    table.u32(strings.add(name), 0);
  });
  return table.finish();
}

function versionIndex(version: string | undefined, versions: readonly string[]): number {
  return version === undefined ? VER_NDX_GLOBAL : versions.indexOf(version) + VER_NDX_GLOBAL + 1;
}

/** The hash of the System V ABI, which version definitions carry. */
function elfHash(name: string): number {
  let hash = 0;
  for (const byte of Buffer.from(name)) {
    hash = hash * 16 + byte;
    const high = Math.floor(hash / 0x10000000);
    hash = (hash ^ (high << 4)) & 0x0fffffff;
  }
  return hash >>> 0;
}
