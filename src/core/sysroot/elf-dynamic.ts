import { FormatError } from '../../errors.ts';
import { openElfSections, readElfDynamicEntries, type ElfHeader, type ElfSection } from './elf.ts';
import { stringTableInFile } from './string-table.ts';

/** What a library says about itself and others in its dynamic section. */
export interface ElfDynamic {
  /** The first DT_SONAME. */
  readonly soname: string | null;
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  /** The last DT_RUNPATH, unexpanded. */
  readonly runpath: string | null;
}

/**
 * Reads what the dynamic sections say, found through the section table alone. A library without section
 * headers, or with damaged ones, says nothing. Source: our capture-tool specification, section 5.
 */
export function readElfDynamic(header: ElfHeader): ElfDynamic {
  const known: Known = { soname: null, needed: [], runpath: null };
  const sections = orNull(() => openElfSections(header));
  if (sections === null) return known;
  let index = sections.indexOf(SHT_DYNAMIC, 0);
  for (let left = MAX_DYNAMIC_SECTIONS; index >= 0 && left > 0; left--) {
    const section = sections.at(index);
    const strings = section === undefined ? undefined : sections.at(section.link);
    if (section !== undefined && strings !== undefined) add(known, header, section, strings);
    index = sections.indexOf(SHT_DYNAMIC, index + 1);
  }
  return known;
}

interface Known {
  soname: string | null;
  needed: string[];
  runpath: string | null;
}

const SHT_DYNAMIC = 6;
/** A library has one. */
const MAX_DYNAMIC_SECTIONS = 16;
/** Tags of the entries. Source: elf(5). */
const DT = { NEEDED: 1, SONAME: 14, RUNPATH: 29 } as const;
const TAGS: readonly number[] = Object.values(DT);
/**
 * No library needs so many others, and the capture stops far earlier; it keeps a hostile file from being
 * expensive.
 */
const MAX_NEEDED = 4096;

/** Adds what one dynamic section says. */
function add(known: Known, header: ElfHeader, section: ElfSection, { offset, size }: ElfSection): void {
  const entries = orNull(() => readElfDynamicEntries(header, section, TAGS)) ?? [];
  const strings = stringTableInFile(header.reader, offset, size);
  for (let at = 0; at < entries.length; at += 2) {
    const value = entries[at + 1] ?? 0;
    const tag = entries[at];
    if (tag === DT.SONAME) known.soname ??= strings.at(value);
    else if (tag === DT.RUNPATH) known.runpath = strings.at(value) ?? known.runpath;
    else if (known.needed.length < MAX_NEEDED) {
      const name = strings.at(value);
      if (name !== null) known.needed.push(name);
    }
  }
}

/** What lies outside the file is taken as not being there at all. */
function orNull<Part>(read: () => Part): Part | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
