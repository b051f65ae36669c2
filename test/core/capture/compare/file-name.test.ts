import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersionedNames } from '../../../../src/core/capture/compare/file-name.ts';

describe('names with version numbers', () => {
  // Each comes before all that follow in its line.
  it.each([
    ['1.2', '1.10'],
    ['1', '1.0'],
    ['1.02', '1.2'],
    ['000', '00', '01', '010', '09', '0'],
    ['1.001', '1.01'],
    ['1.0', '1.0a'],
    ['1.9', '1.a'],
    ['1.2-3', '1.2-21'],
    ['1', '1-rc1'],
    ['1', '1~rc1'],
    ['A', 'a'],
    ['z', 'é'],
    [`1.9`, `1.1${'0'.repeat(500)}`],
  ])('are in the order %s, %s', (...names) => {
    expect(names.toReversed().sort(compareVersionedNames)).toEqual(names);
  });

  it('are in one order, whichever is asked about first', () => {
    const name = fc.stringMatching(/^[0-2a.]{0,8}$/);
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(compareVersionedNames(a, b))).toBe(0 - Math.sign(compareVersionedNames(b, a)));
        expect(compareVersionedNames(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
