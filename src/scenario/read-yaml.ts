import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { z } from 'zod';
import {
  describeIssue,
  formatPath,
  NAMING_KNOWN_KEYS,
  type Problem,
  type RightForm,
} from '../describe-issue.ts';
import type { FormatError, ScenarioError } from '../errors.ts';
import { plural } from '../plural.ts';

/** What a file should hold, and how it is told what is wrong with it. */
export interface YamlFormat<Value> {
  /** What messages call it. */
  readonly what: string;
  readonly schema: z.ZodType<Value>;
  readonly Failure: typeof ScenarioError | typeof FormatError;
  readonly hint: string;
  readonly rightForm?: RightForm;
}

/** A YAML file that is as its schema wants it, and where things stand in it. */
export interface YamlFile<Value> {
  readonly value: Value;
  /** The plain values, as they were before the schema. */
  readonly content: unknown;
  readonly document: Document;
  /** The line of a key, from 1. */
  readonly lineOf: (path: readonly string[]) => number;
  /** `file:line:column` of a character, as editors and terminals turn into a link. */
  readonly placeAt: (offset: number) => string;
  /** The error that lists what else is wrong. */
  readonly failure: (problems: readonly Problem[]) => Error;
}

/**
 * Reads YAML that somebody wrote.
 *
 * @param file - name for messages
 * @throws an error of the format's class that lists every problem found, each as
 * `file:line:column: path: expected X, found Y`
 */
export function readYaml<Value>(
  text: string,
  file: string,
  { what, schema, Failure, hint, rightForm }: YamlFormat<Value>,
): YamlFile<Value> {
  if (nestsDeeper(text, MAX_DEPTH)) {
    throw new Failure(`${file}: not a usable ${what}: it nests deeper than ${MAX_DEPTH} levels`);
  }
  const lineCounter = new LineCounter();
  const placeAt = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = attempt(`${file}: not valid YAML`, () =>
    parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'error' }),
  );
  const [error] = document.errors;
  if (error !== undefined) {
    throw new Failure(`${placeAt(error.pos[0])}: not valid YAML: ${error.message}`);
  }
  // Aliases that unfold into more than a hundred times themselves are refused by the parser.
  const content = attempt(`${file}: not usable YAML`, (): unknown => document.toJS());
  const failure = (problems: readonly Problem[]): Error =>
    new Failure(formatProblems(problems, document, placeAt), { hint });
  // One document: compiling the schema first, as zod does by itself, would take longer than checking it.
  const checked = schema.safeParse(content, { jitless: true, ...NAMING_KNOWN_KEYS });
  if (!checked.success) {
    throw failure(checked.error.issues.flatMap((issue) => describeIssue(issue, content, rightForm)));
  }
  const lineOf = (path: readonly string[]): number =>
    lineCounter.linePos(offsetOf(document, { path, atKey: true })).line;
  return { value: checked.data, content, document, lineOf, placeAt, failure };

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

/** What is read of a list of mistakes: the first ones, most often made again and again. */
const MOST_PROBLEMS = 20;

/** The problems in the order of the file, one a line; the first of them, and how many there are besides. */
function formatProblems(
  problems: readonly Problem[],
  document: Document,
  placeAt: YamlFile<unknown>['placeAt'],
): string {
  const inOrder = problems
    .map(({ path, atKey, message }) => ({
      where: formatPath(path),
      message,
      offset: offsetOf(document, { path, atKey }),
    }))
    .sort((a, b) => a.offset - b.offset);
  const more = inOrder.length - MOST_PROBLEMS;
  return [
    ...inOrder
      .slice(0, MOST_PROBLEMS)
      .map(({ where, message, offset }) => [placeAt(offset), where, message].filter(Boolean).join(': ')),
    ...(more > 0 ? [`and ${plural(more, 'more problem')}`] : []),
  ].join('\n');
}

/** Where the value (or the key) of a path begins; what is not there lies where its parent does. */
function offsetOf(document: Document, { path, atKey = false }: Omit<Problem, 'message'>): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    let key: unknown;
    if (isMap(node)) {
      const pair = pairsOf(node).get(String(step));
      key = pair?.key;
      node = pair?.value;
    } else {
      node = isSeq(node) ? node.items[Number(step)] : undefined;
    }
    const last = depth === path.length - 1;
    offset = startOf(last && atKey ? key : (node ?? key)) ?? startOf(key) ?? offset;
  }
  return offset;
}

/** Kept, as there may be thousands of problems in one mapping. */
function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  const known = PAIRS.get(map) ?? new Map(map.items.map((pair) => [keyText(pair.key), pair]));
  PAIRS.set(map, known);
  return known;
}

const PAIRS = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}
