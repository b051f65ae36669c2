import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalWidth, pairedRatio } from '../../src/statistics/paired-ratio.ts';
import type { RatioEstimate } from '../../src/statistics/paired-ratio.ts';
import { judgeRatio, passesNullControl } from '../../src/statistics/verdict.ts';
import type { VerdictContext } from '../../src/statistics/verdict.ts';

describe('pairedRatio', () => {
  it('is the median of the ratios within rounds, so what moves a whole round falls out', () => {
    const load = [1, 5, 1, 9, 2, 1, 30, 1];
    const ratio = pairedRatio(byRound(load.map((l) => 300 * l)), byRound(load.map((l) => 100 * l)), 0.95);
    expect(ratio?.estimate).toBeCloseTo(3);
    expect(ratio?.interval?.low).toBeCloseTo(3);
    expect(ratio?.interval?.high).toBeCloseTo(3);
  });

  it('turns round when the sides do', () => {
    const times = fc.array(fc.double({ min: 1, max: 1e4, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(times, times, (a, b) => {
        const forth = pairedRatio(byRound(a), byRound(b), 0.95);
        const back = pairedRatio(byRound(b), byRound(a), 0.95);
        expect((forth?.estimate ?? NaN) * (back?.estimate ?? NaN)).toBeCloseTo(1, 9);
        expect((forth?.interval?.low ?? NaN) * (back?.interval?.high ?? NaN)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('drops rounds with a zero, a missing value or a missing side, and says how many', () => {
    const a = new Map<number, number | null>([
      [0, 10],
      [1, 0],
      [2, null],
      [3, 10],
      [4, 10],
    ]);
    const b = new Map<number, number | null>([
      [0, 5],
      [1, 5],
      [2, 5],
      [3, 0],
      [5, 5],
    ]);
    const ratio = pairedRatio(a, b, 0.95);
    expect(ratio).toMatchObject({ n: 1, dropped: 5, interval: null });
    expect(ratio?.estimate).toBeCloseTo(2);
  });

  it('says nothing when no round is left', () => {
    expect(pairedRatio(byRound([1]), byRound([0]), 0.95)).toBeNull();
  });
});

describe('intervalWidth', () => {
  it('is the distance of the ends as a ratio less one', () => {
    expect(intervalWidth(aRatio(1, 1.04))).toBeCloseTo(0.04);
  });
});

describe('judgeRatio', () => {
  it.each([
    { low: 1.05, high: 1.1, word: 'faster' },
    { low: 0.9, high: 0.95, word: 'slower' },
    { low: 0.99, high: 1.01, word: 'same' },
    { low: 0.99, high: 1.03, word: 'inconclusive' },
    { low: 1.01, high: 1.03, word: 'inconclusive' },
    { low: 0.5, high: 2, word: 'inconclusive' },
    // exactly on the margin
    { low: 1 / 1.02, high: 1.02, word: 'same' },
    { low: 1.02, high: 1.1, word: 'inconclusive' },
    // on either side of the margin, which is a ratio: 1/1.02 below, not 0.98
    { low: 1.021, high: 1.1, word: 'faster' },
    { low: 0.985, high: 1.021, word: 'inconclusive' },
    { low: 0.985, high: 1.01, word: 'same' },
    { low: 0.979, high: 1.01, word: 'inconclusive' },
    { low: 0.9802, high: 1.01, word: 'inconclusive' },
    { low: 0.95, high: 0.979, word: 'slower' },
    { low: 0.95, high: 0.9802, word: 'slower' },
    { low: 0.95, high: 0.985, word: 'inconclusive' },
  ])('[$low, $high] with a margin of 2 % is $word', ({ low, high, word }) => {
    expect(judgeRatio(aRatio(low, high), aContext()).word).toBe(word);
  });

  it('gives exactly one word for every interval, and never a claim from one that straddles the margin', () => {
    const end = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(end, end, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const { word } = judgeRatio(aRatio(low, high), aContext());
        const straddles = low <= 1.02 && high >= 1 / 1.02;
        expect(straddles ? ['same', 'inconclusive'] : ['faster', 'slower']).toContain(word);
      }),
    );
  });

  it('claims nothing when the machine cannot be trusted, however clear the interval', () => {
    expect(judgeRatio(aRatio(3, 4), aContext({ doubt: 'null control failed' }))).toEqual({
      word: 'too-noisy',
      reason: 'null control failed',
    });
  });

  it('says how many rounds an interval needs', () => {
    const ratio = { ...aRatio(1, 1), interval: null, n: 5 };
    expect(judgeRatio(ratio, aContext()).reason).toBe('5 rounds; an interval needs at least 6');
  });

  it('says how many rounds would decide: four times as many for half the width', () => {
    // ±8 % around 6 % must shrink to ±4 % to come out of the margin.
    const ratio = { ...aRatio(1.06 / 1.08, 1.06 * 1.08), estimate: 1.06, n: 20 };
    const { reason } = judgeRatio(ratio, aContext());
    const rounds = Number(/about (\d+) rounds/.exec(reason ?? '')?.[1]);
    expect(rounds).toBeGreaterThan(70);
    expect(rounds).toBeLessThan(90);
  });

  it('names no number of rounds when the estimate lies on the margin', () => {
    expect(judgeRatio({ ...aRatio(0.9, 1.15), estimate: 1.02 }, aContext()).reason).not.toMatch(
      /about \d+ rounds/,
    );
  });
});

describe('passesNullControl', () => {
  it.each([
    { low: 0.97, high: 1.05, passes: true },
    { low: 1.01, high: 1.05, passes: true },
    { low: 1.03, high: 1.05, passes: false },
    { low: 0.9, high: 0.95, passes: false },
  ])('[$low, $high] passes: $passes', ({ low, high, passes }) => {
    expect(passesNullControl(aRatio(low, high), 0.02)).toBe(passes);
  });
});

function aRatio(low: number, high: number): RatioEstimate {
  return { estimate: Math.sqrt(low * high), interval: { low, high }, n: 20, dropped: 0, confidence: 0.95 };
}

function aContext(overrides: Partial<VerdictContext> = {}): VerdictContext {
  return { margin: 0.02, doubt: null, ...overrides };
}

function byRound(values: readonly number[]): ReadonlyMap<number, number> {
  return new Map(values.entries());
}
