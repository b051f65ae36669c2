import { FormatError } from '../../../errors.ts';
import { fileSource } from '../../sysroot/byte-reader.ts';
import { parseElfHeader } from '../../sysroot/elf.ts';
import { isSharedObject, readElfExports, type ElfExports } from '../../sysroot/elf-exports.ts';
import { NotRegularFileError, systemErrno, withRegularFile } from '../../sysroot/read-file.ts';
import type { Library } from '../library-files.ts';
import { baseName } from '../paths.ts';
import { compareVersionedNames } from './file-name.ts';
import { applyFilters, parseFilters, type Filters } from './filters.ts';
import type { Knowledge, LibraryKnowledge } from './knowledge.ts';
import type { MethodName } from './method-names.ts';

/** The two copies of a library, and the name that both were found by. */
export interface Copies {
  readonly name: string;
  readonly provider: Library;
  readonly container: Library;
}

/** Whose copy is used. */
export type Winner = 'provider' | 'container';

/** Which copy to use, and what is worth telling about how that was found out. */
export interface Comparison {
  readonly winner: Winner;
  readonly warnings: readonly string[];
}

/** Tells which of two copies of a library to use. */
export type CompareCopies = (copies: Copies) => Comparison;

/**
 * Makes a comparison that asks its methods in order until one decides; the provider wins when none does.
 * A pair is compared once: libc.so.6 comes up with almost every pattern.
 * Source: our capture-tool specification, section 8.
 *
 * @param compareBy - the methods for libraries that no rule is about, in order.
 */
export function createComparison(compareBy: readonly MethodName[], knowledge: Knowledge): CompareCopies {
  /** Made when first two copies are compared: most captures of a start compare none. */
  let specials: ReturnType<typeof specialRules> | undefined;
  const known = new Map<Library, Map<Library, Comparison>>();

  const compare = (copies: Copies, warn: (text: string) => void): Winner => {
    specials ??= specialRules();
    const special = specials.get(baseName(copies.name));
    const rules = special ?? knowledge.get(copies.name) ?? {};
    const question: Question = {
      ...copies,
      name: special === undefined ? copies.name : baseName(copies.name),
      rules,
      warn,
    };
    for (const method of rules.compareBy ?? compareBy) {
      const answer = METHODS[method](question);
      if (answer !== 'undecided') return answer;
    }
    return 'provider';
  };

  return (copies) => {
    let withCopies = known.get(copies.provider);
    if (withCopies === undefined) known.set(copies.provider, (withCopies = new Map<Library, Comparison>()));
    let result = withCopies.get(copies.container);
    if (result === undefined) {
      const warnings: string[] = [];
      result = { winner: compare(copies, (text) => warnings.push(text)), warnings };
      withCopies.set(copies.container, result);
    }
    return result;
  };
}

type Answer = Winner | 'undecided';
interface Question extends Copies {
  readonly rules: LibraryKnowledge;
  readonly warn: (text: string) => void;
}

const METHODS: Readonly<Record<MethodName, (question: Question) => Answer>> = {
  name: compareFileNames,
  versions: (question) => compareSets(question, 'versions', question.rules.versions),
  symbols: (question) => compareSets(question, 'symbols', question.rules.symbols),
  container: () => 'container',
  provider: () => 'provider',
};

const BY_CONTENT: readonly MethodName[] = ['versions', 'symbols', 'name'];
/** Libraries whose rules nobody can change. Source: our capture-tool specification, 8.2. */
const specialRules = (): ReadonlyMap<string, LibraryKnowledge> =>
  new Map([
    [
      'libc.so.6',
      {
        compareBy: BY_CONTENT,
        versions: parseFilters(['!GLIBC_PRIVATE', 'GLIBC_*', '!GCC_*', '!', '!*']),
        symbols: parseFilters(['!*@GLIBC_PRIVATE', '*@GLIBC_*', '!*@GCC_*', '!', '!*']),
      },
    ],
    [
      'libcrypt.so.1',
      {
        compareBy: BY_CONTENT,
        versions: parseFilters(['XCRYPT_*', '!GLIBC_PRIVATE', 'GLIBC_*', '!', '!*']),
        symbols: parseFilters(['*']),
      },
    ],
  ]);

/** By the version numbers in the names of the files that the links end at. */
function compareFileNames({ name, provider, container }: Question): Answer {
  const inProvider = baseName(provider.real);
  const inContainer = baseName(container.real);
  // A file that is called like its SONAME has no version in its name.
  if (inProvider === name || inContainer === name) return 'undecided';
  const order = compareVersionedNames(inContainer, inProvider);
  if (order === 0) return 'undecided';
  return order > 0 ? 'container' : 'provider';
}

/** Whoever offers all that the other one does, and more, is newer. */
function compareSets(
  { provider, container, warn }: Question,
  kind: keyof ElfExports,
  filters: Filters | undefined,
): Answer {
  // A file offers what it offers, and reading libc.so.6 twice would be most of a capture.
  if (provider.identity === container.identity) return 'undecided';
  const [theirs, ours] = [container, provider].map((library) => {
    const all = readExports(library, kind, warn);
    return all === null || filters === undefined ? all : applyFilters(all, filters, warn);
  });
  if (!theirs || !ours || theirs.size === ours.size) return 'undecided';
  if (theirs.size > ours.size) return isSuperset(theirs, ours) ? 'container' : 'undecided';
  return isSuperset(ours, theirs) ? 'provider' : 'undecided';
}

/** What a library offers; null when it cannot be told. */
function readExports(
  { path, real }: Library,
  kind: keyof ElfExports,
  warn: (text: string) => void,
): ReadonlySet<string> | null {
  try {
    return withRegularFile(real, (fd, size) => {
      const header = parseElfHeader(fileSource(fd, size));
      return isSharedObject(header) ? readElfExports(header)[kind]() : null;
    });
  } catch (error) {
    if (error instanceof FormatError) {
      warn(`${path}: its ${kind} cannot be read, so they are not compared: ${error.message}`);
      return null;
    }
    if (error instanceof NotRegularFileError || systemErrno(error) !== null) return null;
    throw error;
  }
}

function isSuperset(larger: ReadonlySet<string>, smaller: ReadonlySet<string>): boolean {
  for (const item of smaller) if (!larger.has(item)) return false;
  return true;
}
