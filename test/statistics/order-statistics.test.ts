import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../../src/statistics/bootstrap.ts';
import { createRandom } from '../../src/statistics/random.ts';
import {
  fewestForInterval,
  median,
  medianAbsoluteDeviation,
  quantile,
  sharedConfidence,
  signInterval,
  signRank,
  summarize,
} from '../../src/statistics/order-statistics.ts';
import { theilSenSlope } from '../../src/statistics/theil-sen.ts';

const values = fc.array(
  // −0 + 0 is 0: no figure of ours is −0, and sorting leaves it where it is while Math.min does not.
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
  { minLength: 1, maxLength: 60 },
);

describe('summarize', () => {
  it('gives the figures of a small series', () => {
    expect(summarize([4, 1, 3, 2, 10])).toEqual({
      n: 5,
      medianMs: 3,
      madMs: 1,
      minMs: 1,
      p25Ms: 2,
      p75Ms: 4,
      maxMs: 10,
    });
  });

  it('gives nothing for no samples', () => {
    expect(summarize([])).toBeNull();
  });
});

describe('median and quantile', () => {
  it.each([
    { of: [5], is: 5 },
    { of: [1, 2], is: 1.5 },
    { of: [3, 1, 2], is: 2 },
    { of: [1, 1, 1, 100], is: 1 },
  ])('the median of $of is $is', ({ of, is }) => {
    expect(median(of)).toBe(is);
  });

  it('never leaves the range, grows with the share, and has half of the values on either side', () => {
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          expect(quantile(all, low)).toBeLessThanOrEqual(quantile(all, high));
          expect(quantile(all, 0)).toBe(Math.min(...all));
          expect(quantile(all, 1)).toBe(Math.max(...all));
          expect(all.filter((value) => value < median(all)).length).toBeLessThanOrEqual(all.length / 2);
          expect(all.filter((value) => value > median(all)).length).toBeLessThanOrEqual(all.length / 2);
        },
      ),
    );
  });

  it('the deviation is not scaled: 1 for 1, 2, 3, 4, 100', () => {
    expect(medianAbsoluteDeviation([1, 2, 3, 4, 100])).toBe(1);
  });
});

describe('signInterval', () => {
  // Our measurement specification, section 4.4.
  it.each([
    { n: 8, alone: 1, ofFour: 1 },
    { n: 10, alone: 2, ofFour: 1 },
    { n: 12, alone: 3, ofFour: 2 },
    { n: 16, alone: 4, ofFour: 3 },
    { n: 20, alone: 6, ofFour: 5 },
    { n: 24, alone: 7, ofFour: 6 },
    { n: 30, alone: 10, ofFour: 8 },
    { n: 40, alone: 14, ofFour: 12 },
  ])('of $n takes rank $alone at 95 %, $ofFour when four comparisons share 5 %', ({ n, alone, ofFour }) => {
    expect(signRank(n, sharedConfidence(1))).toBe(alone);
    expect(signRank(n, sharedConfidence(4))).toBe(ofFour);
  });

  it.each([
    { comparisons: 1, fewest: 6 },
    { comparisons: 2, fewest: 7 },
    { comparisons: 4, fewest: 8 },
  ])('needs at least $fewest values for $comparisons comparisons', ({ comparisons, fewest }) => {
    const confidence = sharedConfidence(comparisons);
    expect(fewestForInterval(confidence)).toBe(fewest);
    expect(signInterval(oneTo(fewest - 1), confidence)).toBeNull();
    expect(signInterval(oneTo(fewest), confidence)).toEqual({ low: 1, high: fewest });
  });

  it('covers at least what it promises, and no rank further in would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(0.9, 0.95, 0.9875, 0.99),
        (n, confidence) => {
          const rank = signRank(n, confidence);
          expect(2 * binomialTail(n, rank)).toBeLessThanOrEqual(1 - confidence + 1e-12);
          const furtherIn = 2 * binomialTail(n, rank + 1);
          expect(rank >= n / 2 || furtherIn > 1 - confidence - 1e-12).toBe(true);
        },
      ),
    );
  });

  it('holds the median and does not care about order', () => {
    fc.assert(
      fc.property(values, (all) => {
        const interval = signInterval(all, 0.95);
        expect(signInterval(all.toReversed(), 0.95)).toEqual(interval);
        if (interval === null) return;
        expect(interval.low).toBeLessThanOrEqual(median(all));
        expect(interval.high).toBeGreaterThanOrEqual(median(all));
      }),
    );
  });

  it('still works where 2^-n is too small for a number', () => {
    const rank = signRank(4000, 0.95);
    // Normal approximation: n/2 − 1.96 √n / 2, give or take one.
    expect(Math.abs(rank - (2000 - 0.98 * Math.sqrt(4000)))).toBeLessThan(2);
  });
});

describe('theilSenSlope', () => {
  it('finds the slope of a line, whatever one wild point does', () => {
    const line = oneTo(9).map((x) => ({ x, y: 7 + 3 * x }));
    expect(theilSenSlope(line)).toBeCloseTo(3);
    expect(theilSenSlope(line.with(4, { x: 5, y: 1e6 }))).toBeCloseTo(3);
  });

  it('may be negative', () => {
    expect(
      theilSenSlope([
        { x: 1, y: 5 },
        { x: 2, y: 4 },
      ]),
    ).toBe(-1);
  });

  it.each([
    { points: [] },
    { points: [{ x: 1, y: 1 }] },
    {
      points: [
        { x: 1, y: 1 },
        { x: 1, y: 9 },
      ],
    },
  ])('has no slope without two different x: $points', ({ points }) => {
    expect(theilSenSlope(points)).toBeNull();
  });
});

describe('bootstrapInterval', () => {
  const options = () => ({ confidence: 0.95, random: createRandom(1), draws: 500 });
  const ofFirst = ([first = []]: readonly (readonly number[])[]): number => median(first);

  it('holds the figure itself, and is the same for the same seed', () => {
    const series = [oneTo(30)];
    const interval = bootstrapInterval(series, ofFirst, options());
    expect(interval?.low).toBeLessThan(15.5);
    expect(interval?.high).toBeGreaterThan(15.5);
    expect(bootstrapInterval(series, ofFirst, options())).toEqual(interval);
  });

  it('has no width where nothing varies', () => {
    expect(bootstrapInterval([[2, 2, 2]], ofFirst, options())).toEqual({ low: 2, high: 2 });
  });

  it('draws only rounds that are there', () => {
    bootstrapInterval(
      [[1, 2, 3]],
      ([drawn = []]) => {
        expect(drawn).toHaveLength(3);
        expect([1, 2, 3]).toEqual(expect.arrayContaining([...drawn]));
        return 0;
      },
      options(),
    );
    expect.hasAssertions();
  });

  it('says nothing without rounds', () => {
    expect(bootstrapInterval([], ofFirst, options())).toBeNull();
    expect(bootstrapInterval([[1], []], ofFirst, options())).toBeNull();
  });
});

/** P(Bin(n, ½) \< k), added up from exact whole numbers. */
function binomialTail(n: number, k: number): number {
  let term = 1n;
  let total = 0n;
  for (let i = 0; i < k; i += 1) {
    total += term;
    term = (term * BigInt(n - i)) / BigInt(i + 1);
  }
  return Number((total * 10n ** 18n) / 2n ** BigInt(n)) / 1e18;
}

function oneTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}
