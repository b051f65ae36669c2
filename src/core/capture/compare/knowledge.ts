import { decodeBytes } from '../../sysroot/byte-text.ts';
import { CaptureError, failure } from '../capture-error.ts';
import { readGivenFile } from '../given-file.ts';
import { parseFilters, type Filters } from './filters.ts';
import { parseMethodNames, type MethodName } from './method-names.ts';

/** What is known about comparing one library. */
export interface LibraryKnowledge {
  readonly compareBy?: readonly MethodName[];
  /** Which version definitions are public. */
  readonly versions?: Filters;
  /** Which symbols are public. */
  readonly symbols?: Filters;
}

/** What is known about comparing libraries, by the name that they are looked for by. */
export type Knowledge = ReadonlyMap<string, LibraryKnowledge>;

/**
 * Loads a file of comparison rules.
 *
 * @throws CaptureError when it cannot be read, or says something that is not understood.
 */
export function loadKnowledge(file: string): Knowledge {
  return parseKnowledge(decodeBytes(readGivenFile(file, MAX_BYTES)), file);
}

/**
 * Understands a file of comparison rules; `file` is its name in messages. It looks like a desktop file.
 * Source: our capture-tool specification, section 9.
 *
 * @throws CaptureError of class INVALID, with file and line.
 */
export function parseKnowledge(text: string, file: string): Knowledge {
  const sections = new Map<string, LibraryKnowledge>();
  let section: Section | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const fail = (problem: string): CaptureError =>
      new CaptureError(failure('INVALID', `${file}:${index + 1}: ${problem}`));
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (!line.endsWith(']')) throw fail(`"${line}" should end with "]"`);
      const isLibrary = line.startsWith(LIBRARY_HEADING);
      section = { library: isLibrary ? line.slice(LIBRARY_HEADING.length, -1) : null };
      continue;
    }
    if (section === null) throw fail(`"${line}" stands before the first [Library NAME]`);
    const [key = '', ...values] = line.split('=');
    if (values.length === 0) throw fail(`"${line}" should be a heading, or of the form KEY=VALUE`);
    if (section.library === null) continue;
    const known = sections.get(section.library) ?? {};
    sections.set(section.library, { ...known, ...parseValue(key, words(values.join('=')), fail) });
  }
  return sections;
}

interface Section {
  /** null: what it says is for others. */
  readonly library: string | null;
}

const LIBRARY_HEADING = '[Library ';
/** Such a file has a few lines for each of a few libraries. */
const MAX_BYTES = 16 * 1024 * 1024;

function parseValue(
  key: string,
  list: readonly string[],
  fail: (problem: string) => CaptureError,
): LibraryKnowledge {
  switch (key) {
    case 'CompareBy': {
      const compareBy = parseMethodNames(list, (word, known) =>
        fail(`"${word}" is no way to compare, which are: ${known}`),
      );
      return { compareBy };
    }
    case 'PublicSymbolVersions':
      return { versions: parseFilters(list) };
    case 'PublicSymbols':
      return { symbols: parseFilters(list) };
    default:
      return {};
  }
}

/** Words between semicolons; empty ones do not count, so a list may end in one. */
function words(list: string): readonly string[] {
  return list.split(';').filter((word) => word !== '');
}
