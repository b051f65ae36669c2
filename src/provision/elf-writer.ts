import { ByteWriter } from './byte-writer.ts';
import { FORMATS, PF, PT, SHF, SHT, writeWords } from './elf-format.ts';
import { loadedSections, type Section } from './elf-sections.ts';
import type { ElfSpec } from './elf-spec.ts';
import { StringTable } from './string-table-writer.ts';
import type { FileContent } from './tree-entry.ts';

/**
 * Writes a small but true shared object: what `readelf`, `ldconfig` and the dynamic linker read, without code.
 *
 * Source of the layout: elf(5), and "ELF Symbol Versioning" (Drepper) for the version sections.
 */
export function writeElf(spec: ElfSpec): Uint8Array {
  const { sizeBytes, pieces } = layoutElf(spec);
  const file = new Uint8Array(sizeBytes);
  for (const { offset, bytes } of pieces) file.set(bytes, offset);
  return file;
}

/** As `writeElf`, but with the padding left as a hole, so a file as large as a real driver costs nothing. */
export function layoutElf(spec: ElfSpec): FileContent {
  const { ehdrSize, phdrSize, shdrSize } = FORMATS[spec.bits];
  const loaded = loadedSections(spec, ehdrSize + PROGRAM_HEADERS * phdrSize);
  const loadedEnd = Math.max(...loaded.map(({ at, size }) => at + size));

  // Padding, names of sections and section headers end the file, as in a real driver.
  const names = StringTable.forElf();
  for (const { name } of loaded) names.add(name);
  for (const name of ['.padding', '.shstrtab']) names.add(name);
  const headersSize = (loaded.length + 3) * shdrSize;
  const sizeBytes = Math.ceil(Math.max(loadedEnd + names.length + headersSize, spec.sizeBytes ?? 0) / 8) * 8;
  const namesAt = sizeBytes - headersSize - names.length;
  const sections: readonly Section[] = [
    NO_SECTION,
    ...loaded,
    { ...NO_SECTION, name: '.padding', type: SHT.PROGBITS, at: loadedEnd, size: namesAt - loadedEnd },
    { ...NO_SECTION, name: '.shstrtab', type: SHT.STRTAB, at: namesAt, size: names.length },
  ];

  const front = new ByteWriter(spec.byteOrder ?? 'lsb');
  writeFileHeader(front, spec, { headersAt: sizeBytes - headersSize, sections: sections.length });
  writeProgramHeaders(front, spec.bits, loaded, loadedEnd);
  for (const { at, bytes } of loaded) front.append(new Uint8Array(at - front.length)).append(bytes);

  const back = new ByteWriter(spec.byteOrder ?? 'lsb').append(names.finish());
  for (const section of sections) writeSectionHeader(back, spec.bits, section, sections, names);
  return {
    sizeBytes,
    pieces: [
      { offset: 0, bytes: front.finish() },
      { offset: namesAt, bytes: back.finish() },
    ],
  };
}

const ET_DYN = 3;
const EV_CURRENT = 1;
const PROGRAM_HEADERS = 3;
const NO_SECTION: Section = {
  name: '',
  type: 0,
  flags: 0,
  at: 0,
  size: 0,
  link: null,
  info: 0,
  entrySize: 0,
  bytes: new Uint8Array(),
};

function writeFileHeader(
  head: ByteWriter,
  { bits, byteOrder, machine }: ElfSpec,
  { headersAt, sections }: { readonly headersAt: number; readonly sections: number },
): void {
  const { ehdrSize, phdrSize, shdrSize } = FORMATS[bits];
  const ELFCLASS = bits === 64 ? 2 : 1;
  const ELFDATA = byteOrder === 'msb' ? 2 : 1;
  head.u8(0x7f, 0x45, 0x4c, 0x46, ELFCLASS, ELFDATA, EV_CURRENT).append(new Uint8Array(9));
  head.u16(ET_DYN, machine).u32(EV_CURRENT);
  writeWords(head, bits, 0, ehdrSize, headersAt);
  head.u32(0).u16(ehdrSize, phdrSize, PROGRAM_HEADERS, shdrSize, sections, sections - 1);
}

/** The whole front of the file is one loaded segment, writable because the dynamic section lies in it. */
function writeProgramHeaders(
  head: ByteWriter,
  bits: 32 | 64,
  sections: readonly Section[],
  loadedEnd: number,
): void {
  const dynamic = sections.at(-1) ?? NO_SECTION;
  const headers = [
    { type: PT.LOAD, at: 0, size: loadedEnd, align: 0x1000 },
    { type: PT.DYNAMIC, at: dynamic.at, size: dynamic.size, align: 8 },
    { type: PT.GNU_STACK, at: 0, size: 0, align: 16 },
  ];
  for (const { type, at, size, align } of headers) {
    if (bits === 64) head.u32(type, PF.R | PF.W).u64(at, at, at, size, size, align);
    else head.u32(type, at, at, at, size, size, PF.R | PF.W, align);
  }
}

function writeSectionHeader(
  tail: ByteWriter,
  bits: 32 | 64,
  section: Section,
  sections: readonly Section[],
  names: StringTable,
): void {
  const { name, type, flags, at, size, link, info, entrySize } = section;
  const linked = link === null ? 0 : sections.findIndex((other) => other.name === link);
  const address = isLoaded(section) ? at : 0;
  tail.u32(names.add(name), type);
  writeWords(tail, bits, flags, address, at, size);
  tail.u32(linked, info);
  writeWords(tail, bits, alignmentOf(section), entrySize);
}

function alignmentOf(section: Section): number {
  if (section === NO_SECTION) return 0;
  return isLoaded(section) ? 8 : 1;
}

function isLoaded({ flags }: Section): boolean {
  return (flags & SHF.ALLOC) !== 0;
}
