import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../../src/core/capture/capture-error.ts';
import { NO_FLAGS, parsePattern, type Flags, type Target } from '../../../src/core/capture/pattern.ts';

describe('a pattern', () => {
  it.each<{ pattern: string; target: Target }>([
    { pattern: 'path:/usr/lib/libz.so.1', target: { kind: 'path', path: '/usr/lib/libz.so.1' } },
    { pattern: 'path:/a*', target: { kind: 'path', path: '/a*' } },
    { pattern: 'soname:libz.so.1', target: { kind: 'soname', name: 'libz.so.1', exact: false } },
    { pattern: 'soname:a:b', target: { kind: 'soname', name: 'a:b', exact: false } },
    { pattern: 'soname:', target: { kind: 'soname', name: '', exact: false } },
    { pattern: 'exact-soname:libz.so.1', target: { kind: 'soname', name: 'libz.so.1', exact: true } },
    { pattern: 'exact-soname:path:/x', target: { kind: 'soname', name: 'path:/x', exact: true } },
    { pattern: 'soname-match:lib*', target: { kind: 'soname-match', glob: 'lib*' } },
    { pattern: 'soname-match:quiet:lib*', target: { kind: 'soname-match', glob: 'quiet:lib*' } },
    { pattern: 'path-match:usr/lib/*', target: { kind: 'path-match', glob: 'usr/lib/*' } },
    { pattern: 'from:-', target: { kind: 'from', file: '-' } },
    { pattern: 'gl:', target: { kind: 'list', list: 'gl' } },
    { pattern: 'nvidia:', target: { kind: 'list', list: 'nvidia' } },
    // Without a word in front
    { pattern: '/usr/lib/libz.so.1', target: { kind: 'path', path: '/usr/lib/libz.so.1' } },
    { pattern: '/usr/lib/lib[xz].so', target: { kind: 'path-match', glob: '/usr/lib/lib[xz].so' } },
    { pattern: 'lib?.so.1', target: { kind: 'soname-match', glob: 'lib?.so.1' } },
    { pattern: 'libz.so.1', target: { kind: 'soname', name: 'libz.so.1', exact: false } },
    { pattern: ' libz.so.1 ', target: { kind: 'soname', name: ' libz.so.1 ', exact: false } },
    { pattern: '', target: { kind: 'soname', name: '', exact: false } },
  ])('"$pattern" asks for $target', ({ pattern, target }) => {
    expect(parsePattern(pattern)).toEqual({ flags: NO_FLAGS, target });
  });

  it.each<{ pattern: string; flags: Partial<Flags> }>([
    { pattern: 'if-exists:x', flags: { ifExists: true } },
    { pattern: 'if-same-abi:x', flags: { ifSameAbi: true } },
    { pattern: 'even-if-older:x', flags: { evenIfOlder: true } },
    { pattern: 'quiet:x', flags: { quiet: true } },
    { pattern: 'only-dependencies:x', flags: { onlyDependencies: true } },
    {
      pattern: 'no-dependencies:if-exists:no-dependencies:x',
      flags: { noDependencies: true, ifExists: true },
    },
  ])('"$pattern" sets $flags', ({ pattern, flags }) => {
    expect(parsePattern(pattern).flags).toEqual({ ...NO_FLAGS, ...flags });
  });

  it('inherits the flags of what it stands in', () => {
    expect(parsePattern('quiet:x', { ...NO_FLAGS, ifExists: true }).flags).toEqual({
      ...NO_FLAGS,
      ifExists: true,
      quiet: true,
    });
  });

  it.each([
    { pattern: 'path:usr/lib/libz.so.1', examined: 'path:usr/lib/libz.so.1' },
    { pattern: 'if-exists:usr/lib/libz.so.1', examined: '"usr/lib/libz.so.1"' },
    { pattern: 'if-exists:gl:x', examined: '"gl:x"' },
    { pattern: 'SONAME:x', examined: '"SONAME:x"' },
    { pattern: ' soname:x', examined: '" soname:x"' },
    { pattern: 'only-dependencies:no-dependencies:gl:', examined: '"gl:"' },
    { pattern: 'no-dependencies:only-dependencies:quiet:x', examined: 'no-dependencies:' },
  ])('"$pattern" is refused, and the message shows $examined', ({ pattern, examined }) => {
    expect(() => parsePattern(pattern)).toThrow(examined);
    expect(() => parsePattern(pattern)).toThrow(CaptureError);
  });

  it('may have any number of modifiers', () => {
    expect(parsePattern('quiet:'.repeat(100_000) + 'x').target).toEqual({
      kind: 'soname',
      name: 'x',
      exact: false,
    });
  });
});
