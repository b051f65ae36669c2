import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { FormatError } from '../errors.ts';

/** Where the values of a JSON document stand. Finding that out takes much longer than reading it. */
export interface JsonPlaces {
  /** `FILE:LINE:COLUMN` of the value at a path, or of the nearest one around it that is there. */
  where(path: readonly PropertyKey[]): string;
  /** Line of the value at a path, from 1; null when it is not there. */
  line(path: readonly PropertyKey[]): number | null;
}

/** Finds the places of a document that `JSON.parse` accepts and that does not nest deeply. */
export function findPlaces(text: string, file: string): JsonPlaces {
  const root = parseTree(text);
  const lines = lineStarts(text);
  const nodeAt = (path: readonly PropertyKey[]): Node | undefined =>
    root &&
    findNodeAtLocation(
      root,
      path.filter((step) => typeof step !== 'symbol'),
    );
  return {
    where(path) {
      const around = path.map((_, index) => nodeAt(path.slice(0, path.length - index)));
      const { line, column } = placeOf(lines, around.find((node) => node !== undefined)?.offset ?? 0);
      return `${file}:${line}:${column}`;
    },
    line(path) {
      const node = nodeAt(path);
      return node === undefined ? null : placeOf(lines, node.offset).line;
    },
  };
}

/** What is wrong with a text that `JSON.parse` refuses, and where; it must not nest deeply. */
export function syntaxError(text: string, file: string, refused: unknown): FormatError {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (error === undefined)
    return new FormatError(`${file}: not JSON: ${String(refused)}`, { cause: refused });
  const { line, column } = placeOf(lineStarts(text), error.offset);
  const expected = EXPECTED[printParseErrorCode(error.error)] ?? 'a value';
  const rest = text.slice(error.offset, error.offset + 60);
  if (rest.trim() === '' || expected === EXPECTED['UnexpectedEndOfString']) {
    return new FormatError(`${file}:${line}:${column}: the file ends early: expected ${expected}`, {
      cause: refused,
      hint: 'It was cut short, for instance by a full disk or an interrupted download.',
    });
  }
  const found = /^(?:[\w.+-]{1,40}|"[^"\n]{0,20}"?|.)/su.exec(rest)?.[0] ?? '';
  return new FormatError(
    `${file}:${line}:${column}: not JSON: expected ${expected}, found ${JSON.stringify(found)}`,
    { cause: refused },
  );
}

/**
 * Looks at every object of a document that `JSON.parse` accepts and that does not nest deeply.
 *
 * @throws FormatError with the place of the first key that stands twice in one object
 */
export function refuseRepeatedKeys(text: string, file: string): void {
  const lines = lineStarts(text);
  const pending: Node[] = [parseTree(text)].flatMap((node) => node ?? []);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const children = node.children ?? [];
    if (node.type === 'object') {
      const seen = new Set<unknown>();
      for (const { children: [key] = [] } of children) {
        if (key && seen.has(key.value)) {
          const { line, column } = placeOf(lines, key.offset);
          throw new FormatError(
            `${file}:${line}:${column}: the key ${JSON.stringify(key.value)} stands twice in one object`,
          );
        }
        seen.add(key?.value);
      }
    }
    pending.push(...children.toReversed());
  }
}

/** What the parser missed, by the names of its errors; a value, where nothing is said here. */
const EXPECTED: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a value, or a key in quotes',
  PropertyNameExpected: 'a key in quotes',
  ColonExpected: '":"',
  CommaExpected: '","',
  CloseBraceExpected: '"," or "}"',
  CloseBracketExpected: '"," or "]"',
  EndOfFileExpected: 'nothing after the end of the document',
  UnexpectedEndOfString: 'the rest of a string',
  UnexpectedEndOfNumber: 'a number',
  InvalidNumberFormat: 'a number',
  InvalidUnicode: 'four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'one of the escapes that JSON has',
  InvalidCharacter: 'a string without control characters',
};

/** `FILE:LINE:COLUMN` of an offset. */
export function placeAt(text: string, file: string, offset: number): string {
  const { line, column } = placeOf(lineStarts(text), offset);
  return `${file}:${line}:${column}`;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column, both from 1, by halving: a document may have as many lines as it has values. */
function placeOf(
  starts: readonly number[],
  offset: number,
): { readonly line: number; readonly column: number } {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
