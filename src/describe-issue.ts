import * as z from 'zod';
import { didYouMean } from './nearest.ts';

/** Something that is wrong with a document: where, as keys from the top, and what. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** Whether the key itself is wrong, rather than what stands behind it. */
  readonly atKey?: boolean | undefined;
  /** What was expected and what was found, without a full stop. */
  readonly message: string;
}

export type Issue = z.core.$ZodIssue;

/** Shows the form that a value should have had, to be put behind the message; '' where nothing can be shown. */
export type RightForm = (path: Problem['path'], found: unknown, issues: readonly Issue[]) => string;

/** What a validator has to be called with for `describeIssue`: the message about a key is then the keys that are known. */
export const NAMING_KNOWN_KEYS = {
  error: ({ code, inst }: z.core.$ZodRawIssue) => {
    if (code !== 'unrecognized_keys') return undefined;
    if (inst instanceof z.ZodObject) return Object.keys(inst.shape).join(', ');
    return inst instanceof z.ZodRecord && inst.keyType instanceof z.ZodEnum
      ? inst.keyType.options.join(', ')
      : undefined;
  },
};

/**
 * Says in our words what a validator found in a document, with the nearest word that would be right.
 *
 * @param content - the document that the issue was found in
 * @param rightForm - shows what could have been written, where people write such documents
 */
export function describeIssue(
  issue: Issue,
  content: unknown,
  rightForm: RightForm = () => '',
): readonly Problem[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        message: `unknown key "${key}"${didYouMean(key, issue.message.split(', ')) || `; known are ${issue.message}`}`,
      }));
    case 'invalid_union':
      // No form at all fits where a word decides between them: then the schema's message is the expectation.
      if (issue.errors.length > 0) return describeUnion(issue, content, rightForm);
      return [{ path, message: `expected ${issue.message}, found ${describeValue(valueAt(content, path))}` }];
    case 'invalid_key':
      return [
        {
          path,
          atKey: true,
          message: `expected ${issue.issues.map(expectation).join(', ')} as a key, found "${String(path.at(-1))}"`,
        },
      ];
    case 'invalid_value':
    case 'invalid_type':
    case 'invalid_format':
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
    case 'invalid_element':
    case 'custom': {
      const found = valueAt(content, path);
      const hint = hintFor([issue], found) || rightForm(path, found, [issue]);
      return [{ path, message: `expected ${expectation(issue)}, found ${describeValue(found)}${hint}` }];
    }
  }
}

/** `scenarios[0].cells`, `drivers.dri[2].file`, `budget["my key"]`. */
export function formatPath(path: Problem['path']): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      const word = String(step);
      return /^[\w-]+$/u.test(word) ? `.${word}` : `[${JSON.stringify(word)}]`;
    })
    .join('')
    .replace(/^\./u, '');
}

function hintFor(issues: readonly Issue[], found: unknown): string {
  const wants = (type: string): boolean =>
    issues.some((issue) => issue.code === 'invalid_type' && issue.expected === type);
  if (typeof found === 'number') return wants('string') ? `; put it in quotes: '${found}'` : '';
  if (typeof found !== 'string') return '';
  const values = issues.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values : []));
  const isNumber = (wants('number') || wants('int')) && found !== '' && Number.isFinite(Number(found));
  if (isNumber || values.some((value) => typeof value !== 'string' && String(value) === found))
    return `; did you mean ${found}, without quotes?`;
  return didYouMean(found, values.map(String));
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'too_small':
      if (issue.origin === 'array') return 'at least one entry';
      if (issue.origin === 'string') return 'some text';
      return `a number ${issue.inclusive ? 'from' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `a number up to ${issue.maximum}`;
    case 'invalid_format':
    case 'custom':
    case 'not_multiple_of':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'unrecognized_keys':
      // The schema gives these their expectation as a message.
      return issue.message;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** Of the forms that a value may have, the one that was most likely meant: the fewest faults, the deepest. */
function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  content: unknown,
  rightForm: RightForm,
): readonly Problem[] {
  const meant = issue.errors
    .filter((issues) => !issues.some(({ path, code }) => path.length === 0 && WRONG_FORM.has(code)))
    .toSorted((a, b) => faults(a) - faults(b))[0];
  if (meant !== undefined) {
    return meant.flatMap((inner) =>
      describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, content, rightForm),
    );
  }
  const found = valueAt(content, issue.path);
  const forms = issue.errors.flat();
  const values = forms.flatMap((form) => (form.code === 'invalid_value' ? form.values.map(String) : []));
  const kinds = forms.flatMap((form) => (form.code === 'invalid_value' ? [] : [expectation(form)]));
  const expected = [...kinds, ...(values.length === 0 ? [] : [oneOf(values)])];
  const hint = hintFor(forms, found) || rightForm(issue.path, found, forms);
  const message = `expected ${[...new Set(expected)].join(', or ')}, found ${describeValue(found)}${hint}`;
  return [{ path: issue.path, message }];
}

const WRONG_FORM: ReadonlySet<Issue['code']> = new Set(['invalid_type', 'invalid_value', 'invalid_format']);

function faults(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? '') : `one of ${values.join(', ')}`;
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value !== 'object')
    return `the ${typeof value} ${typeof value === 'number' ? String(value) : JSON.stringify(value)}`;
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty mapping' : `a mapping of ${keys.slice(0, 5).join(', ')}`;
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      value instanceof Object ? Object.entries(value).find(([key]) => key === String(step))?.[1] : undefined,
    content,
  );
}
