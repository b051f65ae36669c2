import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, parseTolerantJson } from '../../../src/core/drivers/tolerant-json.ts';
import { parseManifest } from '../../../src/core/drivers/manifest.ts';
import { FormatError } from '../../../src/errors.ts';

const EDITION = { newestLayerFormat: '1.2.0' };

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('JSON of manifests', () => {
  it.each<[string, string, string]>([
    ['single quotes', `{'a': 'b"c'}`, `{"a": "b\\"c"}`],
    ['a backslash in single quotes as it is', String.raw`{'a': 'b\nc\'}`, String.raw`{"a": "b\\nc\\"}`],
    ['comments between asterisks', `/* x */{/**/"a":/* "b */1} /* } */`, `{"a": 1}`],
    ['comments between slashes', `{"a": 1} / x / //`, `{"a": 1}`],
    ['slashes in a string', `["/* x */ // y"]`, `["/* x */ // y"]`],
    ['a surrogate pair', String.raw`["\ud83d\ude00"]`, `["\u{1f600}"]`],
    ['a NUL: the string ends there', String.raw`{"a": "x\u0000y\n"}`, `{"a": "x"}`],
    ['a repeated member: the last one counts', `{"a": 1, "a": 2}`, `{"a": 2}`],
    ['a byte order mark', `\uFEFF{"a": 1}`, `{"a": 1}`],
    ['further documents: the first one counts', `{"a": 1}\n{}[2]`, `{"a": 1}`],
    ['escapes', `["\\u00e9\\n\\/\\"\\\\"]`, `["é\\n/\\"\\\\"]`],
    ['a member called __proto__', `{"__proto__": {"x": 1}}`, `{"__proto__": {"x": 1}}`],
  ])('takes %s', (_, text, same) => {
    expect(formatJson(parseTolerantJson(bytes(text)))).toBe(`${JSON.stringify(JSON.parse(same), null, 2)}\n`);
  });

  it.each<[string, string | Uint8Array]>([
    ['an empty file', ''],
    ['a trailing comma', '{"a": 1,}'],
    ['a trailing comma in an array', '[1,]'],
    ['a line comment', '{"a": 1} // x'],
    ['a comment that does not end', '{"a": 1} /* x'],
    ['garbage behind the document', '{"a": 1} xyz'],
    ['a number behind the document', '{"a": 1} 5'],
    ['a string behind the document', '{"a": 1} "x"'],
    ['half a surrogate pair', String.raw`["\udc80"]`],
    ['a truncated document', '{"a": {'],
    ['a truncated second document', '{"a": 1} {"b"'],
    ['an unfinished string', '{"a": "b'],
    ['an unfinished escape', '"\\u12'],
    ['a member without quotes', '{a: 1}'],
    ['invalid UTF-8', Uint8Array.of(0x22, 0xe9, 0x22)],
    ['nesting without end', '['.repeat(100_000)],
  ])('refuses %s', (_, text) => {
    expect(() => parseTolerantJson(typeof text === 'string' ? bytes(text) : text)).toThrow(FormatError);
  });

  it('says where it stopped', () => {
    expect(() => parseTolerantJson(bytes('{\n  "a": 1,\n}'))).toThrow(
      'line 3, column 1: expected the name of a member',
    );
  });

  it('reads all that JSON is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(formatJson(parseTolerantJson(bytes(text))))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('answers or refuses whatever it is given', () => {
    const refuses = (data: Uint8Array): boolean => {
      try {
        parseTolerantJson(data);
        return false;
      } catch (error) {
        if (error instanceof FormatError) return true;
        throw error;
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (data) => typeof refuses(data) === 'boolean'));
  });
});

describe('manifests of ICDs', () => {
  const icd = (root: unknown) => parseManifest(bytes(JSON.stringify(root)), 'vulkan-icd', EDITION).drivers[0];

  it('tell library and API version', () => {
    expect(
      icd({ file_format_version: '1.0.1', ICD: { library_path: 'l.so', api_version: '1.3', x: 1 } }),
    ).toEqual({
      libraryPath: 'l.so',
      libraryArch: null,
      content: { kind: 'icd', apiVersion: '1.3', isPortabilityDriver: false },
    });
  });

  it('need no API version for EGL', () => {
    const text = '{"file_format_version": "1.0.0", "ICD": {"library_path": ""}}';
    expect(parseManifest(bytes(text), 'egl-icd', EDITION).drivers[0]).toEqual({
      libraryPath: '',
      libraryArch: null,
      content: { kind: 'icd', apiVersion: null, isPortabilityDriver: false },
    });
  });

  it.each<[string, unknown]>([
    ['root', []],
    ['file_format_version: expected "1.0.x", found "1.0"', { file_format_version: '1.0' }],
    ['file_format_version: expected "1.0.x", found 1', { file_format_version: 1 }],
    ['file_format_version: expected "1.0.x", found nothing', {}],
    ['ICD: expected an object, found an array', { file_format_version: '1.0.0', ICD: [] }],
    [
      'ICD.library_path: expected a string, found 3',
      { file_format_version: '1.0.0', ICD: { library_path: 3 } },
    ],
    ['ICD.api_version: expected a string', { file_format_version: '1.0.0', ICD: { library_path: 'a' } }],
  ])('are refused: %s', (message, root) => {
    expect(() => icd(root)).toThrow(message === 'root' ? 'expected an object' : message);
  });
});

describe('manifests of layers', () => {
  const base = { name: 'n', type: 't', api_version: '1', implementation_version: '1', description: 'd' };
  const layer = (members: object) => ({ file_format_version: '1.2.0', layer: { ...base, ...members } });
  const parse = (root: unknown) => parseManifest(bytes(JSON.stringify(root)), 'vulkan-layer', EDITION);
  const members = (own: object): unknown => {
    const [first] = parse(layer({ library_path: 'l.so', ...own })).drivers;
    return first?.content.kind !== 'layer' ? null : JSON.parse(formatJson(first.content.members));
  };

  it.each<[string, object, object]>([
    ['unknown members are dropped', { x: 1 }, {}],
    [
      'functions are kept as far as they are text',
      { functions: { a: 'b', c: 1 } },
      { functions: { a: 'b' } },
    ],
    [
      'extensions need name and version',
      { instance_extensions: [{ name: 'a', spec_version: '1', x: 1 }, { name: 'b' }, 3] },
      { instance_extensions: [{ name: 'a', spec_version: '1' }] },
    ],
    [
      'device extensions come out in reverse',
      {
        device_extensions: [
          { name: 'a', spec_version: '1', entrypoints: ['e'] },
          { name: 'b', spec_version: '2' },
        ],
      },
      {
        device_extensions: [
          { name: 'b', spec_version: '2' },
          { name: 'a', spec_version: '1', entrypoints: ['e'] },
        ],
      },
    ],
    [
      'of environments the first variable is kept',
      { enable_environment: { A: '1', B: '2' } },
      { enable_environment: { A: '1' } },
    ],
    ['and only if it is text', { disable_environment: { A: 1, B: '2' } }, {}],
    ['a member of a wrong type counts as absent', { functions: [], instance_extensions: {} }, {}],
  ])('%s', (_, own, kept) => {
    expect(members(own)).toEqual({ ...base, ...kept });
  });

  it('tell layers that are made of others', () => {
    expect(parse(layer({ component_layers: ['a'] })).drivers.map(({ libraryPath }) => libraryPath)).toEqual([
      null,
    ]);
  });

  it.each<[string, unknown]>([
    ['neither library nor components', layer({})],
    ['both library and components', layer({ library_path: 'l', component_layers: ['a'] })],
    ['an empty list of components', layer({ component_layers: [] })],
    ['components that are not text', layer({ component_layers: [1] })],
    ['a required member missing', layer({ library_path: 'l', description: undefined })],
    ['a newer format', { ...layer({ library_path: 'l' }), file_format_version: '1.10.0' }],
    ['no format', { layer: { ...base, library_path: 'l' } }],
    ['layers that are no array', { ...layer({ library_path: 'l' }), layers: {} }],
    ['no layer', { file_format_version: '1.0.0' }],
  ])('are refused: %s', (_, root) => {
    expect(() => parse(root)).toThrow(FormatError);
  });

  it('may hold several, of which a broken one does not take the others with it', () => {
    const { drivers, problems } = parse({
      file_format_version: '0.9',
      layers: [{ ...base, library_path: 'a' }, { name: 'n' }, 3, { ...base, library_path: 'b' }],
      layer: 'is ignored',
    });
    expect(drivers.map(({ libraryPath }) => libraryPath)).toEqual(['a', 'b']);
    expect(problems).toHaveLength(2);
  });

  it('are refused as a whole where they are more than anybody writes, instead of one by one', () => {
    const layers = Array.from({ length: 2_000_000 }, () => 1);
    expect(() => parse({ file_format_version: '1.0.0', layers })).toThrow(
      'layers: expected at most 1000, found 2000000',
    );
  });

  it('are quoted in short, however long they are', () => {
    const version = '9'.repeat(1_000_000);
    expect(() => parse({ file_format_version: version })).toThrow(/found "9{79}…$/);
  });
});
