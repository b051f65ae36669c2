import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { canonicalJson } from '../../src/canonical-json.ts';
import { formatPath, parseJson } from '../../src/results/json-text.ts';

describe('parseJson', () => {
  it('reads every document that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const parsed: unknown = JSON.parse(text);
        expect(parseJson(text, 'f').value).toEqual(parsed);
        expect(parseJson(JSON.stringify(parsed, null, 2), 'f').value).toEqual(parsed);
      }),
    );
  });

  it('accepts exactly what JSON.parse accepts, but for keys that stand twice', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-0',
      '01',
      '1.',
      '1e5',
      'true',
      'nul',
      ' ',
      '"\\u00e9"',
      '"\\x"',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        const text = tokens.join('');
        const problem = problemOf(text);
        // JSON.parse takes the last of two equal keys; readers would disagree about which one counts.
        fc.pre(!problem?.includes('stands twice'));
        expect(problem === null).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('knows where every value stands', () => {
    const json = parseJson('{\n  "a": [1,\n    {"b c": 2}]\n}', 'f.json');
    expect(json.where(['a', 1, 'b c'])).toBe('f.json:3:13');
    expect(json.line(['a', 0])).toBe(2);
    expect(json.where(['a', 1, 'missing', 'deeper'])).toBe('f.json:3:5');
    expect(json.line(['missing'])).toBeNull();
  });

  it.each([
    { text: '', message: 'f:1:1: the file ends early: expected a value' },
    { text: '{"a": 1', message: 'f:1:8: the file ends early: expected "," or "}"' },
    { text: '{"a": "b', message: 'f:1:9: the file ends early: expected the rest of a string' },
    { text: '[1,\n]', message: 'f:2:1: not JSON: expected a value, found "]"' },
    { text: '[1] x', message: 'f:1:5: not JSON: expected nothing after the end of the document, found "x"' },
    { text: '[NaN]', message: 'f:1:2: not JSON: expected a value or "]", found "NaN"' },
    { text: '{a: 1}', message: 'f:1:2: not JSON: expected a key or "}", found "a"' },
    { text: '{"a": 1, "a": 2}', message: 'f:1:10: the key "a" stands twice in one object' },
    { text: '['.repeat(5000), message: 'f:1:102: nested deeper than 100 levels' },
  ])('says of $text where it goes wrong', ({ text, message }) => {
    expect(() => parseJson(text, 'f')).toThrow(FormatError);
    expect(() => parseJson(text, 'f')).toThrow(message);
  });

  it.each([
    { given: 'millions of values', text: `[${'1,'.repeat(3_000_000)}1]` },
    { given: 'a long key over many values', text: `{"${'k'.repeat(5_000_000)}": [${'1,'.repeat(1000)}1]}` },
  ])('refuses $given before they take all memory', ({ text }) => {
    expect(() => parseJson(text, 'f')).toThrow('more values than any file that we write has');
  });

  it('reads a string of megabytes', () => {
    const text = JSON.stringify('x'.repeat(5_000_000));
    expect(parseJson(text, 'f').value).toHaveLength(5_000_000);
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
    parseJson(text, 'f');
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
