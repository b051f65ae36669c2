import { type Document, LineCounter, parseDocument } from 'yaml';
import type { FormatError, ScenarioError } from '../errors.ts';

/** A YAML file, and where things stand in it. */
export interface YamlFile {
  readonly document: Document;
  readonly lines: LineCounter;
  /** The plain values. */
  readonly content: unknown;
}

/**
 * Reads YAML that somebody wrote.
 *
 * @param file - name for messages
 * @param as - what it should be, and the error for what it is not
 * @throws an error of that class that names the place
 */
export function readYaml(
  text: string,
  file: string,
  { what, Failure }: { readonly what: string; readonly Failure: typeof ScenarioError | typeof FormatError },
): YamlFile {
  if (nestsDeeper(text, MAX_DEPTH)) {
    throw new Failure(`${file}: not a usable ${what}: it nests deeper than ${MAX_DEPTH} levels`);
  }
  const lines = new LineCounter();
  const document = attempt(`${file}: not valid YAML`, () =>
    parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' }),
  );
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new Failure(`${file}:${line}:${col}: not valid YAML: ${error.message}`);
  }
  // Aliases that unfold into more than a hundred times themselves are refused by the parser.
  const content = attempt(`${file}: not usable YAML`, (): unknown => document.toJS());
  return { document, lines, content };

  function attempt<T>(problem: string, act: () => T): T {
    try {
      return act();
    } catch (cause) {
      // Nesting beyond the stack, for one.
      throw new Failure(`${problem}: ${String(cause)}`, { cause });
    }
  }
}

/** A scenario needs nine. */
const MAX_DEPTH = 100;

/** The YAML parser takes seconds and gigabytes for brackets that never end, so they are looked for beforehand. */
function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  for (const [mark] of text.matchAll(/[[\]{}]/gu)) {
    depth += mark === '[' || mark === '{' ? 1 : -1;
    if (depth > levels) return true;
  }
  return false;
}
