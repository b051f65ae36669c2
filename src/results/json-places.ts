import { findNodeAtLocation, parseTree, printParseErrorCode, visit, type Node } from 'jsonc-parser';
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

/**
 * Looks for the first thing for which a text is not read: what JSON does not allow, a key that stands twice in one object,
 * and more than the limits. Depth is looked at before anything recurses into it.
 *
 * @param deepest - levels that it may nest
 * @param most - objects and lists that it may have
 * @throws FormatError with its place
 */
export function refuseFaults(
  text: string,
  file: string,
  { deepest, most }: { readonly deepest: number; readonly most: number },
): void {
  const open: Set<string>[] = [];
  let begun = 0;
  const refuse = (line: number, column: number, problem: string, hint?: string): never => {
    throw new FormatError(`${file}:${line + 1}:${column + 1}: ${problem}`, { hint });
  };
  const begin = (_offset: number, _length: number, line: number, column: number): void => {
    if (open.length === deepest) refuse(line, column, `nested deeper than ${deepest} levels`);
    if (begun === most) refuse(line, column, 'more objects and lists than any file that we write has');
    begun += 1;
    open.push(new Set());
  };
  const end = (): void => void open.pop();
  visit(
    text,
    {
      onObjectBegin: begin,
      onArrayBegin: begin,
      onObjectEnd: end,
      onArrayEnd: end,
      onObjectProperty(key, _offset, _length, line, column) {
        const keys = open.at(-1);
        if (keys?.has(key)) {
          refuse(line, column, `the key ${JSON.stringify(key)} stands twice in one object`);
        }
        keys?.add(key);
      },
      onError(error, offset, _length, line, column) {
        const expected = EXPECTED[printParseErrorCode(error)] ?? 'a value';
        const rest = text.slice(offset, offset + 60);
        if (rest.trim() === '' || expected === EXPECTED['UnexpectedEndOfString']) {
          refuse(line, column, `the file ends early: expected ${expected}`, CUT_SHORT);
        }
        const found = /^(?:[\w.+-]{1,40}|"[^"\n]{0,20}"?|.)/su.exec(rest)?.[0] ?? '';
        refuse(line, column, `not JSON: expected ${expected}, found ${JSON.stringify(found)}`);
      },
    },
    { disallowComments: true },
  );
}

const CUT_SHORT = 'It was cut short, for instance by a full disk or an interrupted download.';

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
