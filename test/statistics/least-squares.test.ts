import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot, fitRelative } from '../../src/statistics/least-squares.ts';

const amounts = fc.double({ min: 0.1, max: 1000, noNaN: true });

describe('a relative fit', () => {
  it('is exact where there are as many parameters as targets', () => {
    const [first = NaN, second = NaN] = fitRelative(
      [
        [1, 2],
        [1, 10],
      ],
      [20 + 3 * 2, 20 + 3 * 10],
    );
    expect(first).toBeCloseTo(20);
    expect(second).toBeCloseTo(3);
  });

  it('finds the parameters that the targets were made with', () => {
    fc.assert(
      fc.property(amounts, amounts, amounts, (a, b, c) => {
        const rows = [1, 2, 4, 7, 11].map((x) => [1, x, x * x]);
        const fitted = fitRelative(
          rows,
          rows.map((row) => dot(row, [a, b, c])),
        );
        rows.forEach((row) => {
          expect(dot(row, fitted) / dot(row, [a, b, c])).toBeCloseTo(1, 5);
        });
      }),
    );
  });

  it('has no parameter below zero, and no other choice of them is nearer', () => {
    const row = fc.tuple(fc.constant(1), amounts, amounts);
    const data = fc.array(fc.tuple(row, amounts), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(data, fc.tuple(amounts, amounts, amounts), (points, guess) => {
        const rows = points.map(([one]) => one);
        const targets = points.map(([, target]) => target);
        const error = (parameters: readonly number[]): number =>
          rows.reduce((sum, one, at) => sum + (dot(one, parameters) / (targets[at] ?? 1) - 1) ** 2, 0);
        const fitted = fitRelative(rows, targets);
        expect(Math.min(...fitted)).toBeGreaterThanOrEqual(0);
        expect(error(fitted)).toBeLessThanOrEqual(error(guess) + 1e-6);
        expect(error(fitted)).toBeLessThanOrEqual(error(guess.map((value) => value / 1000)) + 1e-6);
      }),
    );
  });

  it('does without a column that says the same as another one', () => {
    const rows = [
      [1, 1],
      [2, 2],
      [3, 3],
    ];
    const [first = NaN, second] = fitRelative(rows, [5, 10, 15]);
    expect(first).toBeCloseTo(5);
    expect(second).toBe(0);
  });
});
