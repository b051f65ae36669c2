import { byteString } from '../../sysroot/byte-text.ts';

/** Whether a name matches the glob that it was made from. */
export type Wildcard = (name: string) => boolean;

/** Understands a glob as `fnmatch(3)` does in the C locale without any flag: byte by byte, `*` matches `/` too. */
export function wildcard(glob: string): Wildcard {
  const parts = parseGlob(byteString(glob));
  const start = literalBeginning(glob);
  return (name) => name.startsWith(start) && matches(parts, byteString(name));
}

/** What all names that match a glob begin with. */
export function literalBeginning(glob: string): string {
  return LITERAL_START.exec(glob)?.[0] ?? '';
}

/** The same as `glob(3)` applies it to the entries of a folder: a leading `.` must be written out. */
export function entryWildcard(glob: string): Wildcard {
  const parts = parseGlob(byteString(glob));
  const matchesHidden = startsWithDot(parts);
  return (name) => (matchesHidden || !name.startsWith('.')) && matches(parts, byteString(name));
}

/** What a glob for libraries begins with tells most names apart, without a look at their bytes. */
const LITERAL_START = /^[\w.-]*/;

/** One byte of a name is tested by a byte, or by a set of them; `*` stands for any number of bytes. */
type Part = '*' | number | ReadonlySet<number>;

/** Each `*` is given up for good once a later one is reached, so the time is at most glob times name. */
function matches(parts: readonly Part[], name: string): boolean {
  let part = 0;
  let at = 0;
  let star: { readonly part: number; at: number } | null = null;
  while (at < name.length) {
    const wanted = parts[part];
    if (wanted === '*') {
      star = { part, at };
      part++;
    } else if (wanted !== undefined && accepts(wanted, name.charCodeAt(at))) {
      part++;
      at++;
    } else if (star !== null) {
      star.at++;
      at = star.at;
      part = star.part + 1;
    } else {
      return false;
    }
  }
  while (parts[part] === '*') part++;
  return part === parts.length;
}

function accepts(part: Exclude<Part, '*'>, byte: number): boolean {
  return typeof part === 'number' ? part === byte : part.has(byte);
}

function startsWithDot([first]: readonly Part[]): boolean {
  return first === '.'.charCodeAt(0);
}

const ANY_BYTE: ReadonlySet<number> = new Set(Array.from({ length: 256 }, (_, byte) => byte));
const NO_BYTE: ReadonlySet<number> = new Set();

function parseGlob(glob: string): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < glob.length;) {
    const character = glob.charAt(at);
    const bracket = character === '[' ? parseBracket(glob, at) : null;
    if (bracket !== null) {
      parts.push(bracket.set);
      at = bracket.end;
    } else if (character === '\\') {
      // Nothing is quoted by a backslash at the end: such a glob matches nothing.
      parts.push(at + 1 < glob.length ? glob.charCodeAt(at + 1) : NO_BYTE);
      at += 2;
    } else {
      if (character === '*') parts.push('*');
      else parts.push(character === '?' ? ANY_BYTE : character.charCodeAt(0));
      at++;
    }
  }
  return parts;
}

/** `[a-z]`, `[!x]`, `[[:digit:]]`; null when it is not closed, so that the bracket stands for itself. */
function parseBracket(
  glob: string,
  start: number,
): { readonly set: ReadonlySet<number>; readonly end: number } | null {
  let at = start + 1;
  const negated = glob[at] === '!' || glob[at] === '^';
  if (negated) at++;
  const members = new Set<number>();
  /** What was listed before a class that does not exist, at which matching gives up. */
  let listed: ReadonlySet<number> | null = null;
  for (let isFirst = true; glob[at] !== ']' || isFirst; isFirst = false) {
    if (at >= glob.length) return null;
    const named = /^\[:([a-z]*):\]/.exec(glob.slice(at, at + LONGEST_CLASS));
    if (named !== null) {
      const name = named[1] ?? '';
      const inClass = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
      if (inClass === undefined) listed ??= new Set(members);
      else for (const byte of ANY_BYTE) if (inClass.test(String.fromCharCode(byte))) members.add(byte);
      at += named[0].length;
      continue;
    }
    const equivalent = /^\[=([^])=\]/.exec(glob.slice(at, at + 5))?.[1];
    if (equivalent !== undefined) {
      members.add(equivalent.charCodeAt(0));
      at += 5;
      continue;
    }
    const low = bracketByte(glob, at);
    if (low === null) return null;
    at = low.end;
    let high = low;
    if (glob[at] === '-' && at + 1 < glob.length && glob[at + 1] !== ']') {
      const end = bracketByte(glob, at + 1);
      if (end === null) return null;
      high = end;
      at = end.end;
    }
    for (let byte = low.byte; byte <= high.byte; byte++) members.add(byte);
  }
  if (listed !== null) return { set: negated ? NO_BYTE : listed, end: at + 1 };
  const set = negated ? new Set([...ANY_BYTE].filter((byte) => !members.has(byte))) : members;
  return { set, end: at + 1 };
}

/** One byte within a bracket, or one end of a range: itself, quoted by a backslash, or written as `[.x.]`. */
function bracketByte(glob: string, at: number): { readonly byte: number; readonly end: number } | null {
  const named = /^\[\.([^])\.\]/.exec(glob.slice(at, at + 5))?.[1];
  if (named !== undefined) return { byte: named.charCodeAt(0), end: at + 5 };
  const position = glob[at] === '\\' ? at + 1 : at;
  if (position >= glob.length) return null;
  return { byte: glob.charCodeAt(position), end: position + 1 };
}

/** No name of a class is that long. Source: glibc, CHAR_CLASS_MAX_LENGTH in posix/fnmatch.c. */
const LONGEST_CLASS = 256;
/** Classes of the C locale, which knows ASCII alone. */
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[\x21-\x7e]/,
  lower: /[a-z]/,
  print: /[\x20-\x7e]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
