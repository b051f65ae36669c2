import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannWhitney } from '../../src/statistics/mann-whitney.ts';

describe('mannWhitney', () => {
  it('is 2 / C(8, 4) for two series of four that do not overlap', () => {
    expect(mannWhitney([1, 2, 3, 4], [5, 6, 7, 8])).toBeCloseTo(2 / 70, 12);
  });

  it('is 1 for equal series', () => {
    expect(mannWhitney([1, 2, 3, 4], [1, 2, 3, 4])).toBeCloseTo(1, 12);
    expect(mannWhitney([7, 7, 7, 7], [7, 7, 7, 7])).toBeCloseTo(1, 12);
  });

  it('says nothing with fewer than four a side', () => {
    expect(mannWhitney([1, 2, 3], [4, 5, 6, 7])).toBeNull();
  });

  it('counts ties out exactly, as going through all ways to split the values does', () => {
    const series = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 6 });
    fc.assert(
      fc.property(series, series, (a, b) => {
        expect(mannWhitney(a, b)).toBeCloseTo(byAllSplits(a, b), 10);
      }),
      { numRuns: 50 },
    );
  });

  it('does not care which side is which, nor about the unit', () => {
    const series = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(series, series, (a, b) => {
        const p = mannWhitney(a, b) ?? NaN;
        expect(mannWhitney(b, a)).toBeCloseTo(p, 10);
        expect(
          mannWhitney(
            a.map((x) => x * 3),
            b.map((x) => x * 3),
          ),
        ).toBeCloseTo(p, 10);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('goes over from counting to the normal distribution without a jump', () => {
    const a = Array.from({ length: 20 }, (_, index) => index * 2);
    const b = Array.from({ length: 20 }, (_, index) => index * 2 + 9);
    const counted = mannWhitney(a, b) ?? NaN;
    const approximated = mannWhitney(a, [...b, 28]) ?? NaN;
    expect(Math.abs(counted - approximated)).toBeLessThan(0.02);
  });
});

/** The definition: the share of all splits whose rank sum lies as far out as the one seen. */
function byAllSplits(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const ranks = all.map(
    (value) =>
      all.filter((other) => other < value).length + (all.filter((other) => other === value).length + 1) / 2,
  );
  const middle = (a.length * (all.length + 1)) / 2;
  const distance = (picked: readonly number[]): number =>
    Math.abs(picked.reduce((total, index) => total + (ranks[index] ?? NaN), 0) - middle);
  const seen = distance(a.map((_, index) => index));
  const splits = subsets(all.length, a.length);
  return splits.filter((picked) => distance(picked) >= seen - 1e-9).length / splits.length;
}

function subsets(n: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: n - from }, (_, offset) => from + offset).flatMap((first) =>
    subsets(n, size - 1, first + 1).map((rest) => [first, ...rest]),
  );
}
