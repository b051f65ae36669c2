import type { z } from 'zod';
import { FormatError } from '../errors.ts';
import { formatPath } from './json-text.ts';
import type { JsonPath, JsonText } from './json-text.ts';

/** So many complaints are worth reading at once; the rest mostly follow from them. */
const MOST_SHOWN = 5;

/**
 * Checks a document against a schema, and says of every mistake where it stands (line and column, and the
 * path of keys), what was expected and what was found.
 *
 * @param what - e.g. "results file"
 * @throws FormatError
 */
export function checkShape<Shape>(json: JsonText, schema: z.ZodType<Shape>, what: string): Shape {
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map((issue) => {
    const path = issue.path.filter((key) => typeof key !== 'symbol');
    const found = valueAt(json.value, path);
    return `${json.where(path)}: ${formatPath(path)}: expected ${expectation(issue)}, found ${describe(found)}`;
  });
  const rest = complaints.length - MOST_SHOWN;
  throw new FormatError(
    [...complaints.slice(0, MOST_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'),
    { hint: `Not a usable ${what}: it was edited by hand, or written by another program.` },
  );
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : article(issue.expected);
    case 'too_small':
      return issue.origin === 'string' ? 'some text' : `a number from ${issue.minimum} up`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_union':
      return 'one of the kinds that our schema lists';
    case 'invalid_format':
      return issue.format === 'datetime' ? 'a time in ISO 8601, UTC' : issue.message;
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_key':
    case 'invalid_element':
    case 'custom':
      return issue.message;
  }
}

function article(word: string): string {
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function valueAt(document: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([member]) => member === String(key))?.[1]
        : undefined,
    document,
  );
}
