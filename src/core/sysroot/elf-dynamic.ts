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
  return orNothing(() => [...dynamicSections(header)]).reduce(
    (known, { section, strings }) => add(known, header, section, strings),
    NOTHING,
  );
}

interface DynamicSection {
  readonly section: ElfSection;
  /** Where its strings lie. */
  readonly strings: ElfSection;
}

function* dynamicSections(header: ElfHeader): Generator<DynamicSection> {
  const sections = openElfSections(header);
  let left = MAX_DYNAMIC_SECTIONS;
  for (let index = 0; index < sections.count && left > 0; index++) {
    if (sections.typeOf(index) !== SHT_DYNAMIC) continue;
    left--;
    const section = sections.at(index);
    const strings = section === undefined ? undefined : sections.at(section.link);
    if (section !== undefined && strings !== undefined) yield { section, strings };
  }
}

const SHT_DYNAMIC = 6;
/** A library has one. */
const MAX_DYNAMIC_SECTIONS = 16;
/** Tags of the entries. Source: elf(5). */
const DT = { NEEDED: 1, SONAME: 14, RUNPATH: 29 } as const;
const NOTHING: ElfDynamic = { soname: null, needed: [], runpath: null };
/**
 * No library needs so many others, and the capture stops far earlier; it keeps a hostile file from being
 * expensive.
 */
const MAX_NEEDED = 4096;

/** Adds what one dynamic section says. */
function add(
  known: ElfDynamic,
  header: ElfHeader,
  section: ElfSection,
  { offset, size }: ElfSection,
): ElfDynamic {
  let { soname, runpath } = known;
  const needed = [...known.needed];
  const strings = stringTableInFile(header.reader, offset, size);
  for (const { tag, value } of orNothing(() => [...readElfDynamicEntries(header, section)])) {
    switch (tag) {
      case DT.SONAME:
        soname ??= strings.at(value);
        break;
      case DT.RUNPATH:
        runpath = strings.at(value) ?? runpath;
        break;
      case DT.NEEDED: {
        const name = needed.length < MAX_NEEDED ? strings.at(value) : null;
        if (name !== null) needed.push(name);
      }
    }
  }
  return { soname, needed, runpath };
}

/** What lies outside the file is taken as not being there at all. */
function orNothing<Item>(read: () => readonly Item[]): readonly Item[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}
