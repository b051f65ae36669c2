import { FormatError } from '../../errors.ts';

/** JSON as a stranger's file holds it. Members stand in a map, as they may have any name, `__proto__` too. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** The members of a JSON object, in the order of the file. */
export type JsonObject = ReadonlyMap<string, Json>;

/** Deeper nesting than any manifest has; it keeps a hostile file from exhausting the stack. */
const MAX_DEPTH = 200;

/**
 * Reads a manifest as leniently as the JSON reader does that decides which drivers the container gets.
 *
 * Beyond the standard it takes strings in single quotes, in which a backslash is itself; repeated members
 * (the last one counts); a byte order mark; comments as in C, and from one slash to the next, so that those
 * of C++ are refused; and further objects or arrays behind the first document, which count for nothing but
 * have to be whole. Trailing commas are refused. Source: our graphics-stack specification, 3.5; what it
 * leaves open was tried on JSON-GLib 1.6.6.
 *
 * @throws FormatError with line and column.
 */
export function parseTolerantJson(bytes: Uint8Array): Json {
  const reader = new JsonReader(decode(bytes));
  const first = reader.document();
  while (!reader.atEnd()) reader.furtherDocument();
  return first;
}

/** The way to a value: names of members and indexes, from the top of a file. */
export type JsonPath = readonly (string | number)[];

/**
 * Where a value stands in a file that could be read, or the nearest one around it that is there.
 *
 * @throws FormatError when the file cannot be read.
 */
export function placeInTolerantJson(
  bytes: Uint8Array,
  path: JsonPath,
): { readonly line: number; readonly column: number } {
  const reader = new JsonReader(decode(bytes), path);
  reader.document();
  return reader.placeOfSought();
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError('not valid UTF-8', { cause });
  }
}

const WORDS: ReadonlyMap<string, Json> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
]);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

type Quote = '"' | "'";

function isQuote(character: string | undefined): character is Quote {
  return character === '"' || character === "'";
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  /** The value whose place is looked for, the way to the one that is read, and the nearest one so far. */
  readonly #sought: JsonPath;
  readonly #path: (string | number)[] = [];
  #nearest = { depth: -1, at: 0 };

  constructor(text: string, sought: JsonPath = []) {
    this.#text = text;
    this.#sought = sought;
  }

  placeOfSought(): { readonly line: number; readonly column: number } {
    return this.#lineAndColumn(this.#nearest.at);
  }

  /** One whole value with the blanks around it. */
  document(): Json {
    const value = this.#value(0);
    this.#skipBlanks();
    return value;
  }

  /** What may stand behind the first document: a bare word or number there is rubbish. */
  furtherDocument(): void {
    const start = this.#text[this.#at];
    if (start !== '{' && start !== '[') throw this.#unexpected('the end of the file');
    this.document();
  }

  atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.#unexpected(`at most ${MAX_DEPTH} levels of nesting`);
    this.#skipBlanks();
    this.#compareWithSought();
    const start = this.#text[this.#at];
    if (start === '{') return this.#object(depth);
    if (start === '[') return this.#array(depth);
    return isQuote(start) ? this.#string(start) : this.#scalar();
  }

  /** Of repeated members the last one counts, so its place does too. */
  #compareWithSought(): void {
    const depth = this.#path.length;
    if (depth < this.#nearest.depth || depth > this.#sought.length) return;
    if (this.#path.every((step, index) => step === this.#sought[index])) {
      this.#nearest = { depth, at: this.#at };
    }
  }

  #object(depth: number): Json {
    const members = new Map<string, Json>();
    this.#take('{');
    if (this.#takeIf('}')) return members;
    do {
      this.#skipBlanks();
      const quote = this.#text[this.#at];
      if (!isQuote(quote)) throw this.#unexpected('the name of a member, in quotes');
      const name = this.#string(quote);
      this.#take(':');
      this.#path.push(name);
      members.set(name, this.#value(depth + 1));
      this.#path.pop();
    } while (this.#takeIf(','));
    this.#take('}');
    return members;
  }

  #array(depth: number): Json {
    const elements: Json[] = [];
    this.#take('[');
    if (this.#takeIf(']')) return elements;
    do {
      this.#path.push(elements.length);
      elements.push(this.#value(depth + 1));
      this.#path.pop();
    } while (this.#takeIf(','));
    this.#take(']');
    return elements;
  }

  #string(quote: Quote): string {
    let value = '';
    for (this.#at += 1; ; this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === undefined || character === '\0') throw this.#unexpected(`a closing ${quote}`);
      if (character === quote) break;
      value += character === '\\' && quote === '"' ? this.#escape() : character;
    }
    // Half a character is none; besides, our paths mean bytes by it.
    if (/\p{Surrogate}/u.test(value)) throw this.#unexpected('both halves of a surrogate pair');
    this.#at += 1;
    // To a program written in C, a string ends at its first NUL.
    return value.replace(/\0.*/su, '');
  }

  /** What stands behind a backslash; leaves the position on its last character. */
  #escape(): string {
    this.#at += 1;
    const letter = this.#text[this.#at];
    if (letter === undefined) throw this.#unexpected('the rest of an escape');
    if (letter !== 'u') return ESCAPES.get(letter) ?? letter;
    const digits = this.#text.slice(this.#at + 1, this.#at + 5);
    if (!/^[0-9a-f]{4}$/i.test(digits)) throw this.#unexpected('four hexadecimal digits behind \\u');
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #scalar(): Json {
    const rest = /[^\s,:[\]{}"']*/y;
    rest.lastIndex = this.#at;
    const word = rest.exec(this.#text)?.[0] ?? '';
    const known = WORDS.get(word);
    if (known !== undefined) {
      this.#at += word.length;
      return known;
    }
    if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word)) throw this.#unexpected('a value');
    this.#at += word.length;
    return Number(word);
  }

  #take(character: string): void {
    if (!this.#takeIf(character)) throw this.#unexpected(`"${character}"`);
  }

  #takeIf(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipBlanks(): void {
    const blanks = /(?:[ \t\r\n]+|\/\*[^]*?\*\/|\/(?!\*)[^/]*\/)*/y;
    blanks.lastIndex = this.#at;
    this.#at += blanks.exec(this.#text)?.[0].length ?? 0;
  }

  #lineAndColumn(at: number): { readonly line: number; readonly column: number } {
    const before = this.#text.slice(0, at).split('\n');
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }

  #unexpected(expected: string): FormatError {
    const { line, column } = this.#lineAndColumn(this.#at);
    const found = this.#text[this.#at];
    return new FormatError(
      `line ${line}, column ${column}: expected ${expected}, found ${found === undefined ? 'the end of the file' : JSON.stringify(found)}`,
    );
  }
}

/** Whether a value, or what is there in its place, is an object. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/** Whether a value, or what is there in its place, is an array. */
export function isJsonList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Writes JSON indented by two spaces. */
export function formatJson(value: Json): string {
  const plain = (_: string, member: unknown): unknown =>
    member instanceof Map ? Object.fromEntries(member) : member;
  return `${JSON.stringify(value, plain, 2)}\n`;
}
