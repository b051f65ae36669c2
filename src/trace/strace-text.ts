/** An argument list as strace prints it could not be read; the message says what stood where. */
export class StraceTextError extends Error {}

/** What an execve was asked to execute. */
export interface ExecArguments {
  readonly path: string;
  readonly argv: readonly string[];
  /** Whether something of them is abbreviated. */
  readonly isCut: boolean;
  /** Variables of its environment that are kept, by name; null: none are, or the log does not show them. */
  readonly variables: Readonly<Record<string, string>> | null;
  /** Of a script what stands behind its `#!`; null: it is none, or the tracer does not tell. */
  readonly interpreter: string | null;
}

/** What is read of an execve. */
export interface ExecReading {
  /** Whether abbreviations are taken as they are: in a log that we did not ask for. */
  readonly abbreviated: boolean;
  /** Which variables of the environment are kept; null: none. */
  readonly keepsVariable: ((name: string) => boolean) | null;
}

/**
 * Reads the arguments of a successful execve or execveat, printed by `strace -y`.
 *
 * @throws StraceTextError when something is abbreviated or a bare address, unless that is accepted, or not understood.
 */
export function parseExecArguments(
  call: 'execve' | 'execveat',
  text: string,
  { abbreviated, keepsVariable }: ExecReading,
): ExecArguments {
  const scanner = new Scanner(text, abbreviated);
  // execveat: a path relative to a folder, or the file behind the descriptor itself.
  const base = call === 'execveat' ? scanner.descriptor() : null;
  const name = scanner.string();
  scanner.expect(', ');
  const argv = scanner.strings();
  if (argv === null && !abbreviated) throw new StraceTextError('arguments are not shown');
  const isCut = argv === null || scanner.abbreviations > 0;
  return {
    path: pathOf(base, name),
    argv: argv ?? [],
    isCut,
    interpreter: null,
    variables: keepsVariable && readVariables(scanner, keepsVariable),
  };
}

/** The environment behind the arguments, as `strace -v` prints it. */
function readVariables(
  scanner: Scanner,
  keepsVariable: (name: string) => boolean,
): ExecArguments['variables'] {
  scanner.expect(', ');
  const before = scanner.abbreviations;
  const words = scanner.strings();
  return words === null || scanner.abbreviations > before ? null : keptVariables(words, keepsVariable);
}

/** Variables of an environment that are kept, by name. Of two values the first counts, as for getenv(3). */
export function keptVariables(
  words: readonly string[],
  keepsVariable: (name: string) => boolean,
): Readonly<Record<string, string>> {
  const kept = new Map<string, string>();
  for (const word of words) {
    const end = word.indexOf('=');
    const name = word.slice(0, end);
    if (end > 0 && !kept.has(name) && keepsVariable(name)) kept.set(name, word.slice(end + 1));
  }
  return Object.fromEntries(kept);
}

/** The file that an execve which failed was to execute; null where that is not shown whole. */
export function parseTriedPath(text: string): string | null {
  const [, path] = /^"((?:[^"\\]|\\.)*)", /su.exec(text) ?? [];
  return path === undefined ? null : unescape(path);
}

/**
 * Reads the argument of a successful chdir or fchdir, printed by `strace -y`; empty where that is not shown.
 *
 * @throws StraceTextError when it is abbreviated or not understood.
 */
export function parseFolder(call: 'chdir' | 'fchdir', text: string): string {
  const scanner = new Scanner(`${text}, `, false);
  return call === 'chdir' ? scanner.string() : scanner.descriptor();
}

function pathOf(base: string | null, name: string): string {
  if (base === null || name.startsWith('/')) return name;
  if (name === '') return base;
  return base === '' ? name : `${base}/${name}`;
}

/** Reads strace's notation from left to right. Its strings are C strings; bytes that are not UTF-8 are replaced. */
class Scanner {
  readonly #text: string;
  readonly #abbreviated: boolean;
  #at = 0;
  #abbreviations = 0;

  constructor(text: string, abbreviated: boolean) {
    this.#text = text;
    this.#abbreviated = abbreviated;
  }

  /** How often something was abbreviated so far. */
  get abbreviations(): number {
    return this.#abbreviations;
  }

  expect(word: string): void {
    if (!this.#takes(word)) this.#fail(`${JSON.stringify(word)} expected`);
  }

  /** A descriptor with the path behind it, as -y shows them: `3</usr/bin/true>, ` or `AT_FDCWD</tmp>, `. */
  descriptor(): string {
    const found = this.#match(/(?:AT_FDCWD|\d+)(?:<((?:[^>\\]|\\.)*)>)?, /y);
    if (found === null) this.#fail('a file descriptor expected');
    return unescape(found[1] ?? '');
  }

  /** A whole string in quotes. */
  string(): string {
    const found = this.#match(/"((?:[^"\\]|\\.)*)"/y);
    if (found === null) this.#fail('a string expected');
    if (this.#takesDots('a string is abbreviated')) return `${unescape(found[1] ?? '')}…`;
    return unescape(found[1] ?? '');
  }

  /** A list of strings; null for one that is only an address: `0x7ffe… /* 35 vars *​/`. */
  strings(): readonly string[] | null {
    if (this.#match(/(?:0x[\da-f]+|NULL)(?: \/\* \d+ vars?(?:, unterminated)? \*\/)?/y) !== null) return null;
    this.expect('[');
    const list: string[] = [];
    if (this.#takes(']')) return list;
    do {
      if (this.#takesDots('the arguments are abbreviated')) break;
      list.push(this.string());
    } while (this.#takes(', '));
    this.expect(']');
    return list;
  }

  /** Takes the dots that stand for what is left out. */
  #takesDots(otherwise: string): boolean {
    if (!this.#takes('...')) return false;
    if (!this.#abbreviated) this.#fail(otherwise);
    this.#abbreviations += 1;
    return true;
  }

  #takes(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text);
    if (found !== null) this.#at = sticky.lastIndex;
    return found;
  }

  #fail(what: string): never {
    const here = this.#text.slice(this.#at, this.#at + 30);
    throw new StraceTextError(`${what} at ${JSON.stringify(here)}`);
  }
}

/** What stands for a byte in a C string; digits are octal, one to three of them. Source: strace(1), string_quote. */
const ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes: number[] = [];
  for (const [piece] of text.matchAll(/\\(?:x[\da-f]{2}|[0-7]{1,3}|.)|[^\\]/gs)) {
    if (!piece.startsWith('\\')) bytes.push(...Buffer.from(piece));
    else if (piece.startsWith('\\x')) bytes.push(Number.parseInt(piece.slice(2), 16));
    else bytes.push(ESCAPES[piece.slice(1)] ?? Number.parseInt(piece.slice(1), 8));
  }
  return Buffer.from(bytes).toString();
}
