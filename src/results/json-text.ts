import { FormatError } from '../errors.ts';

/** A place in a document, as keys and indexes from its root. */
export type JsonPath = readonly (string | number)[];

/** A JSON document that knows where each of its values stands. */
export interface JsonText {
  readonly value: unknown;
  /** `FILE:LINE:COLUMN` of the value at a path, or of the nearest one around it that is there. */
  where(path: JsonPath): string;
  /** Line of the value at a path, from 1; null when it is not there. */
  line(path: JsonPath): number | null;
}

/** Nothing that we write nests deeper than 12; deeper than this is a mistake or an attack. */
const DEEPEST = 100;
/** A long run has some ten thousand values. Each is noted under its path, which may repeat a long key many times. */
const MAX_VALUES = 2_000_000;
const MAX_PATH_TEXT = 128 * 1024 * 1024;

/**
 * Reads JSON so that every complaint about it, ours or a later check's, can name line and column.
 * A key that stands twice in one object is refused: readers would disagree about which one counts.
 *
 * @param file - name for messages
 * @throws FormatError when the text is not JSON, with the place and what was expected there
 */
export function parseJson(text: string, file: string): JsonText {
  const offsets = scan(text, file);
  return {
    value: JSON.parse(text),
    where(path) {
      const known = path
        .map((_, index) => path.slice(0, path.length - index))
        .find((p) => offsets.has(keyOf(p)));
      return place(text, file, offsets.get(keyOf(known ?? [])) ?? 0);
    },
    line(path) {
      const offset = offsets.get(keyOf(path));
      return offset === undefined ? null : lineAndColumn(text, offset).line;
    },
  };
}

/** `scenarios[0].cells[2].samples` */
export function formatPath(path: JsonPath): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

const TOKEN =
  /(?<space>[ \t\r\n]+)|(?<punctuation>[{}[\],:"])|(?<literal>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w))/y;

/** A piece of a string; matched piece by piece, since one match of megabytes overflows the matcher's stack. */
const STRING_PART = /[^"\\\u0000-\u001f]{1,1000}|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/** Checks the grammar of RFC 8259 and notes the offset of every value under its path. */
function scan(text: string, file: string): Map<string, number> {
  const offsets = new Map<string, number>();
  let position = 0;
  let pathText = 0;

  function next(expected: string): { readonly token: string; readonly at: number } {
    for (;;) {
      TOKEN.lastIndex = position;
      const groups = TOKEN.exec(text)?.groups;
      const at = position;
      if (groups === undefined) throw unexpected(at, expected);
      position = TOKEN.lastIndex;
      const token = groups['punctuation'] ?? groups['literal'];
      if (token === '"') skipString();
      if (token !== undefined) return { token: text.slice(at, position), at };
    }
  }

  function skipString(): void {
    for (;;) {
      STRING_PART.lastIndex = position;
      if (!STRING_PART.test(text)) break;
      position = STRING_PART.lastIndex;
    }
    if (text[position] !== '"') throw unexpected(position, 'the rest of a string');
    position += 1;
  }

  function unexpected(at: number, expected: string): FormatError {
    const rest = text.slice(at);
    if (rest === '') {
      return new FormatError(`${place(text, file, at)}: the file ends early: expected ${expected}`, {
        hint: 'It was cut short, for instance by a full disk or an interrupted download.',
      });
    }
    const found = /^(?:[\w.+-]{1,40}|"[^"\n]{0,20}"?|.)/su.exec(rest)?.[0] ?? '';
    return new FormatError(
      `${place(text, file, at)}: not JSON: expected ${expected}, found ${JSON.stringify(found)}`,
    );
  }

  function value(path: JsonPath, expected: string): void {
    const { token, at } = next(expected);
    if (path.length > DEEPEST) {
      throw new FormatError(`${place(text, file, at)}: nested deeper than ${DEEPEST} levels`);
    }
    const key = keyOf(path);
    pathText += key.length;
    if (offsets.size === MAX_VALUES || pathText > MAX_PATH_TEXT) {
      throw new FormatError(`${place(text, file, at)}: more values than any file that we write has`);
    }
    offsets.set(key, at);
    if (token === '{') members(path);
    else if (token === '[') elements(path);
    else if ('}],:'.includes(token)) throw unexpected(at, expected);
  }

  function members(path: JsonPath): void {
    let expected = 'a key or "}"';
    for (;;) {
      const { token, at } = next(expected);
      if (token === '}' && expected !== 'a key') return;
      if (!token.startsWith('"')) throw unexpected(at, expected);
      const member = [...path, unquote(token)];
      if (offsets.has(keyOf(member))) {
        throw new FormatError(`${place(text, file, at)}: the key ${token} stands twice in one object`);
      }
      const colon = next('":"');
      if (colon.token !== ':') throw unexpected(colon.at, '":"');
      value(member, 'a value');
      const end = next('"," or "}"');
      if (end.token === '}') return;
      if (end.token !== ',') throw unexpected(end.at, '"," or "}"');
      expected = 'a key';
    }
  }

  function elements(path: JsonPath): void {
    const before = position;
    if (next('a value or "]"').token === ']') return;
    position = before;
    for (let index = 0; ; index += 1) {
      value([...path, index], 'a value');
      const end = next('"," or "]"');
      if (end.token === ']') return;
      if (end.token !== ',') throw unexpected(end.at, '"," or "]"');
    }
  }

  value([], 'a value');
  const trailing = /[^ \t\r\n]/.exec(text.slice(position));
  if (trailing) throw unexpected(position + trailing.index, 'nothing after the end of the document');
  return offsets;
}

function unquote(token: string): string {
  const text: unknown = JSON.parse(token);
  return String(text);
}

function keyOf(path: JsonPath): string {
  return JSON.stringify(path);
}

function place(text: string, file: string, offset: number): string {
  const { line, column } = lineAndColumn(text, offset);
  return `${file}:${line}:${column}`;
}

function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
