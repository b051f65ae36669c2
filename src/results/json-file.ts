import type { z } from 'zod';
import { describeIssue, formatPath, NAMING_KNOWN_KEYS } from '../describe-issue.ts';
import { FormatError } from '../errors.ts';
import { checkFormat } from './format-version.ts';
import { findPlaces, refuseFaults, type JsonPlaces } from './json-places.ts';

/** One format of our files. */
export interface FileFormat<Value> {
  /** What messages call it. */
  readonly what: string;
  /** Name and major version, as in `launchbench.results/2`. */
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  /** Makes a document of an older major version one of this. It is not checked yet. */
  readonly upgrade?: (document: unknown, version: number) => unknown;
  /** What helps when it is not as it should be; for a file that we wrote, that somebody else has changed it. */
  readonly hint?: string;
}

/** A document that was read, and where its values stand. */
export interface JsonFile<Value> {
  readonly value: Value;
  /** Looked for when it is first asked for. */
  readonly places: () => JsonPlaces;
}

/** Nothing that we write nests deeper than 12, and a long run has some ten thousand objects and lists. */
const LIMITS = { deepest: 100, most: 2_000_000 } as const;
/** So many problems are worth reading at once; the rest mostly follow from them. */
const MOST_SHOWN = 5;

/**
 * Reads a document of one of our formats. The places of mistakes are looked for only when there is one: that takes
 * many times as long as reading. A key that stands twice in one object is refused, because readers would disagree about
 * which one counts.
 *
 * @param file - name for messages
 * @throws FormatError with file, line and column of what is wrong, what was expected and what was found
 */
export function readJsonFile<Value>(text: string, file: string, format: FileFormat<Value>): JsonFile<Value> {
  const document = parseBounded(text, file);
  let found: JsonPlaces | null = null;
  const places = (): JsonPlaces => (found ??= findPlaces(text, file));
  const version = checkFormat(document, format, (path) => places().where(path));
  const current = format.upgrade?.(document, version) ?? document;
  const hint =
    format.hint ?? `Not a usable ${format.what}: it was changed by hand, or written by another program.`;
  return { value: checkDocument(current, format.schema, places, hint), places };
}

/**
 * Reads a JSON document that another program has written: as readJsonFile does, without a format of ours in it.
 *
 * @throws FormatError with file, line and column of what is wrong
 */
export function readForeignJson<Value>(
  text: string,
  file: string,
  { schema, hint }: Pick<FileFormat<Value>, 'schema'> & { readonly hint: string },
): Value {
  return checkDocument(parseBounded(text, file), schema, () => findPlaces(text, file), hint);
}

/** The document, if it is small enough to be looked at and says everything once. */
function parseBounded(text: string, file: string): unknown {
  if (countOf(text, '{') + countOf(text, '[') > LIMITS.most) refuseFaults(text, file, LIMITS);
  const document = parse(text, file);
  const { keys, depth } = isObject(document) ? measure(document, 1) : { keys: 0, depth: 0 };
  if (depth > LIMITS.deepest || !hasSoManyKeys(text, keys)) refuseFaults(text, file, LIMITS);
  return document;
}

function checkDocument<Value>(
  document: unknown,
  schema: z.ZodType<Value>,
  places: () => JsonPlaces,
  hint: string,
): Value {
  const checked = schema.safeParse(document, NAMING_KNOWN_KEYS);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.flatMap((issue) => describeIssue(issue, document));
  const lines = problems
    .slice(0, MOST_SHOWN)
    .map(({ path, message }) => `${places().where(path)}: ${formatPath(path)}: ${message}`);
  const rest = problems.length - MOST_SHOWN;
  throw new FormatError([...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'), { hint });
}

function parse(text: string, file: string): unknown {
  try {
    const document: unknown = JSON.parse(text);
    return document;
  } catch (cause) {
    refuseFaults(text, file, LIMITS);
    throw new FormatError(`${file}: not JSON: ${String(cause)}`, { cause });
  }
}

/**
 * The keys of all objects in a value, and how deeply it nests. Lists that begin with a plain value are taken for lists of
 * plain values: there may be a million of those.
 */
function measure(value: object, level: number): { readonly keys: number; readonly depth: number } {
  const isList = Array.isArray(value);
  const members: readonly unknown[] = isList ? value : Object.values(value);
  let keys = isList ? 0 : members.length;
  let depth = level;
  if (level > LIMITS.deepest || (isList && !isObject(members[0]))) return { keys, depth };
  for (const member of members) {
    if (!isObject(member)) continue;
    const inside = measure(member, level + 1);
    keys += inside.keys;
    depth = Math.max(depth, inside.depth);
  }
  return { keys, depth };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/**
 * Whether a text has so many keys and no more. In what we write, the colon follows the quote at once. Whatever else
 * looks like that stands in a string, and so the count is never too low; it may be too high.
 */
function hasSoManyKeys(text: string, keys: number): boolean {
  return !/"[ \t\r\n]+:/.test(text) && countOf(text, '":') === keys;
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) count += 1;
  return count;
}
