import { describe, expect, it } from 'vitest';
import { parseProviderManifest, providerRoot } from '../../../src/core/drivers/provider-manifest.ts';
import { FormatError } from '../../../src/errors.ts';

const parse = (text: string) => parseProviderManifest(new TextEncoder().encode(text), 'gp.json');
const provider = (members: object): string =>
  JSON.stringify({ graphics_provider_v0: { architectures: ['x86_64-linux-gnu'], ...members } });

describe('a provider’s manifest', () => {
  it('lists architectures, of which nothing more need be said', () => {
    const { architectures, unknownArchitectures, root } = parse(
      provider({ architectures: ['x86_64-linux-gnu', 'riscv64-linux-gnu'], new_member: [] }),
    );
    expect([...architectures]).toEqual([
      [
        'x86_64-linux-gnu',
        { dri: null, gbm: null, gconv: null, fallbackPaths: null, va_api: true, vdpau: true },
      ],
    ]);
    expect(unknownArchitectures).toEqual(['riscv64-linux-gnu']);
    expect(root).toBe('.');
  });

  it('may say for one architecture what it says for all, and wherever that stands', () => {
    const text = `{"graphics_provider_v0": {"architectures": {
      "x86_64-linux-gnu": {"va_api": true, "dri": "/d", "fallback_library_paths": []},
      "i386-linux-gnu": {}
    }, "va_api": false, "vdpau": false}}`;
    const { architectures } = parse(text);
    expect(architectures.get('x86_64-linux-gnu')).toMatchObject({
      ...{ va_api: true, vdpau: false, dri: '/d', fallbackPaths: [] },
    });
    expect(architectures.get('i386-linux-gnu')).toMatchObject({ va_api: false, vdpau: false, dri: null });
  });

  it.each([
    { root: '.', manifest: '/p/x/gp.json', place: '/p/x/.' },
    { root: '../tree', manifest: '/p/x/gp.json', place: '/p/x/../tree' },
    { root: '/tree', manifest: '/p/x/gp.json', place: '/tree' },
  ])('has its root $root relative to where it lies', ({ root, manifest, place }) => {
    expect(providerRoot(parse(provider({ root })), manifest)).toBe(place);
  });

  it.each<[string, string, string]>([
    ['no object', '[]', 'gp.json:1:1: expected an object, found a list'],
    [
      'no version that is known',
      '{"graphics_provider_v1": {}}',
      'gp.json:1:1: graphics_provider_v0: expected',
    ],
    ['cut short', '{\n  "graphics_provider_v0": {', 'gp.json:2:28: expected'],
    [
      'no architectures',
      '{"graphics_provider_v0": {}}',
      'gp.json:1:26: graphics_provider_v0.architectures: ',
    ],
    ['none of them', provider({ architectures: [] }), 'expected architectures, as a list'],
    [
      'an implausible tuple',
      provider({ architectures: ['x86'] }),
      'architectures.0: expected a tuple such as',
    ],
    [
      'a tuple that is no text',
      provider({ architectures: [1] }),
      'architectures.0: expected a tuple such as',
    ],
    [
      'a relative directory',
      '{"graphics_provider_v0": {\n "architectures": {"x86_64-linux-gnu": {\n  "gbm": "lib"}}}}',
      'gp.json:3:10: graphics_provider_v0.architectures.x86_64-linux-gnu.gbm: expected an absolute path',
    ],
    [
      'a colon in a folder',
      provider({ architectures: { 'x86_64-linux-gnu': { fallback_library_paths: ['/a', '/b:/c'] } } }),
      'fallback_library_paths.1: expected a directory without ":", found "/b:/c"',
    ],
    [
      'folders that are no list',
      provider({ architectures: { 'x86_64-linux-gnu': { fallback_library_paths: '/a' } } }),
      'fallback_library_paths: expected a list of directories',
    ],
    [
      'locales of one architecture',
      provider({ architectures: { 'x86_64-linux-gnu': { locales: true } } }),
      'x86_64-linux-gnu.locales: expected beside "architectures"',
    ],
    ['a number for a boolean', provider({ vdpau: 0 }), 'vdpau: expected true or false, found 0'],
    ['text for a boolean', provider({ locales: 'no' }), 'locales: expected true or false, found "no"'],
    ['a root that is no text', provider({ root: 1 }), 'root: expected a path, found 1'],
  ])('with %s is refused, with its place', (_, text, says) => {
    expect(() => parse(text)).toThrow(FormatError);
    expect(() => parse(text)).toThrow(says);
  });
});
