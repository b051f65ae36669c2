import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wildcard } from '../../../../src/core/capture/compare/wildcard.ts';

describe('a wildcard', () => {
  it.each([
    {
      glob: 'lib*.so.*',
      matching: ['libz.so.1', 'lib.so.', 'lib/x.so.2'],
      others: ['libz.so', 'xlibz.so.1'],
    },
    { glob: 'lib?.so', matching: ['libz.so', 'lib/.so', 'lib..so'], others: ['lib.so', 'libé.so'] },
    { glob: '*', matching: ['', '.hidden', '/'], others: [] },
    { glob: '[a-c]', matching: ['a', 'b', 'c'], others: ['d', '', 'A', '-'] },
    { glob: '[!a-c]', matching: ['d', '!', '/'], others: ['a', ''] },
    { glob: '[^a]', matching: ['b'], others: ['a'] },
    { glob: '[]x]', matching: [']', 'x'], others: ['[', '[]x]'] },
    { glob: '[!]]', matching: ['a'], others: [']'] },
    { glob: '[a-]', matching: ['a', '-'], others: ['b'] },
    { glob: '[z-a]', matching: [], others: ['z', 'a', 'm'] },
    { glob: '[\\]a]', matching: [']', 'a'], others: ['\\'] },
    { glob: '[[:digit:]x]', matching: ['7', 'x'], others: ['a', ':'] },
    { glob: '[[:nonsense:]]', matching: [], others: ['n', '['] },
    { glob: '[x[:nonsense:]y]', matching: ['x'], others: ['y', 'n'] },
    { glob: '[!x[:nonsense:]]', matching: [], others: ['x', 'y'] },
    { glob: '[[=x=]-]', matching: ['x', '-'], others: ['=', 'y'] },
    { glob: '[0-[=b=]', matching: ['9', 'Z', '=', 'b'], others: ['c', 'a', ']'] },
    { glob: '[[.-.]x]', matching: ['-', 'x'], others: ['.'] },
    { glob: '[abc', matching: ['[abc'], others: ['a'] },
    { glob: '\\*', matching: ['*'], others: ['\\*', 'x'] },
    { glob: 'x\\', matching: [], others: ['x', 'x\\'] },
    { glob: '??', matching: ['ab', 'é'], others: ['a', 'abc'] },
    { glob: 'a', matching: ['a'], others: ['A', 'aa'] },
  ])('"$glob" matches $matching, not $others', ({ glob, matching, others }) => {
    const matches = wildcard(glob);
    expect([...matching, ...others].filter(matches)).toEqual(matching);
  });

  it('matches any text when all of it is quoted', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(wildcard(text.replace(/[^]/g, '\\$&'))(text)).toBe(true);
      }),
    );
  });

  it('takes no time to speak of for a glob made to be slow', () => {
    const before = process.cpuUsage();
    expect(wildcard('*a'.repeat(40))(`${'a'.repeat(20_000)}b`)).toBe(false);
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(1);
  });
});
