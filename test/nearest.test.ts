import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest } from '../src/nearest.ts';

describe('the nearest known word', () => {
  const known = ['per-driver', 'batched', 'batched-dedup', 'in-process'];

  it.each([
    { typed: 'bached', meant: 'batched', how: 'a letter left out' },
    { typed: 'batchedd', meant: 'batched', how: 'a letter too many' },
    { typed: 'batvhed', meant: 'batched', how: 'a wrong letter' },
    { typed: 'abtched', meant: 'batched', how: 'two letters swapped' },
    { typed: 'BATCHED', meant: 'batched', how: 'the wrong case' },
    { typed: 'batcheds', meant: 'batched', how: 'several for one' },
    { typed: 'perdriver', meant: 'per-driver', how: 'a hyphen left out' },
  ])('$typed was meant as $meant: $how', ({ typed, meant }) => {
    expect(nearest(typed, known)).toBe(meant);
  });

  it('strategy is near to strategies', () => {
    expect(nearest('strategy', ['version', 'strategies', 'sampling'])).toBe('strategies');
  });

  it.each(['', 'x', 'qemu', 'strategy'])('"%s" is like none of them', (typed) => {
    expect(nearest(typed, known)).toBeUndefined();
  });

  it('a known word is nearest to itself', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 1 }), (words) => {
        for (const word of words) expect(nearest(word, words)).toBe(word);
      }),
    );
  });
});
