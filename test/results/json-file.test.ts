import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FormatError } from '../../src/errors.ts';
import { canonicalJson } from '../../src/canonical-json.ts';
import { formatPath } from '../../src/describe-issue.ts';
import { readJsonFile } from '../../src/results/json-file.ts';

const format = {
  what: 'test file',
  name: 'test/1',
  schema: z.looseObject({ value: z.unknown() }),
};

describe('readJsonFile', () => {
  it('reads every document that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const value: unknown = JSON.parse(text);
        for (const spaces of [0, 2]) {
          const file = JSON.stringify({ schema: 'test/1', value }, null, spaces);
          expect(readJsonFile(file, 'f', format).value.value).toEqual(value);
        }
      }),
    );
  });

  it('accepts exactly what JSON.parse accepts, but for keys that stand twice', () => {
    const token = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"b"',
        '"\\"{"',
        '"\\\\"',
        '1',
        '-0',
        '01',
        '1.',
        '1e5',
        'true',
        'nul',
      ],
      ...[' ', '"\\u00e9"', '"\\x"', '"\\u12"', '"\t"', "'a'", '//', '/*', '\ufeff'],
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const text = inFile(tokens.join(''));
        const problem = problemOf(text);
        // JSON.parse takes the last of two equal keys; readers would disagree about which one counts.
        fc.pre(!problem?.includes('stands twice'));
        expect(problem === null).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    { given: 'of two words', text: '{"a": 1, "b": {"a": 2}, "b": 3}', column: 55 },
    { given: 'spelt in two ways', text: '{"a": 1, "\\u0061": 2}', column: 40 },
    { given: 'of an object of no meaning', text: '{"__proto__": 1, "__proto__": 2}', column: 48 },
    { given: 'with a bracket in it', text: '[{"[{\\"": 1, "[{\\"": 2}]', column: 44 },
  ])('refuses a key that stands twice, $given, and says where', ({ text, column }) => {
    expect(problemOf(inFile(text))).toMatch(
      new RegExp(`^f:1:${column}: the key ".*" stands twice in one object`),
    );
  });

  it('knows where every value stands', () => {
    const text = '{\n  "schema": "test/1", "value": [1,\n    {"b c": 2}]\n}';
    const places = readJsonFile(text, 'f.json', format).places();
    expect(places.where(['value', 1, 'b c'])).toBe('f.json:3:13');
    expect(places.line(['value', 0])).toBe(2);
    expect(places.where(['value', 1, 'missing', 'deeper'])).toBe('f.json:3:5');
    expect(places.line(['missing'])).toBeNull();
  });

  it.each([
    { text: '', message: 'f:1:1: the file ends early: expected a value' },
    { text: '{"a": 1', message: 'f:1:8: the file ends early: expected "," or "}"' },
    { text: '{"a": "b', message: /^f:1:\d: the file ends early: expected the rest of a string$/ },
    { text: '[1,\n]', message: 'f:2:1: not JSON: expected a value, found "]"' },
    { text: '[1] x', message: 'f:1:5: not JSON: expected a value, or a key in quotes, found "x"' },
    { text: '[1] 2', message: 'f:1:5: not JSON: expected nothing after the end of the document, found "2"' },
    { text: '[NaN]', message: 'f:1:2: not JSON: expected a value, or a key in quotes, found "NaN"' },
    { text: '{a: 1}', message: 'f:1:2: not JSON: expected a value, or a key in quotes, found "a"' },
    { text: '['.repeat(5000), message: 'f:1:101: nested deeper than 100 levels' },
    {
      // Below a list that begins with a plain value, and with a key, so that keys are counted.
      text: inFile(`[1, ${'['.repeat(20_000)}{"a": 1}${']'.repeat(20_000)}]`),
      message: /^f:1:\d+: nested deeper than 100 levels$/,
    },
    {
      text: inFile('['.repeat(99) + ']'.repeat(99) + ' , "b": x'),
      message: /^f:1:\d+: not JSON: expected a value, or a key in quotes, found "x"/,
    },
    {
      text: `[${'{},'.repeat(3_000_000)}1]`,
      message: 'more objects and lists than any file that we write has',
    },
  ])('says of $text where it goes wrong', ({ text, message }) => {
    expect(() => readJsonFile(text, 'f', format)).toThrow(FormatError);
    expect(() => readJsonFile(text, 'f', format)).toThrow(message);
  });

  it('reads a string of megabytes, and one of nothing but quotes', () => {
    for (const value of ['x'.repeat(5_000_000), '"\\'.repeat(1_000_000)]) {
      expect(readJsonFile(inFile(JSON.stringify(value)), 'f', format).value.value).toBe(value);
    }
  });
});

describe('canonicalJson', () => {
  it('writes what is read back, the same bytes for the same content', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value: unknown = JSON.parse(text);
        const written = canonicalJson(value);
        expect(JSON.parse(written)).toEqual(value);
        expect(canonicalJson(JSON.parse(written))).toBe(written);
      }),
    );
  });

  it('sorts keys, leaves out what is undefined and keeps columns on one line', () => {
    expect(canonicalJson({ b: [1, 2], a: undefined, Z: {}, c: [{ d: null }] })).toBe(
      '{\n  "Z": {},\n  "b": [1, 2],\n  "c": [\n    {\n      "d": null\n    }\n  ]\n}\n',
    );
  });
});

describe('formatPath', () => {
  it.each([
    { path: ['scenarios', 0, 'cells'], text: 'scenarios[0].cells' },
    { path: [0, 'my key'], text: '[0]["my key"]' },
    { path: [], text: '' },
  ])('$text', ({ path, text }) => {
    expect(formatPath(path)).toBe(text);
  });
});

function problemOf(text: string): string | null {
  try {
    readJsonFile(text, 'f', format);
    return null;
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function inFile(value: string): string {
  return `{"schema": "test/1", "value": ${value}}`;
}
