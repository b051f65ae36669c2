import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogramLine } from '../../src/reporters/histogram-line.ts';
import { linearScale, logScale } from '../../src/reporters/svg/scale.ts';
import { clip, textWidth, wrapText } from '../../src/reporters/text-width.ts';

const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const range = fc
  .tuple(positive, positive)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));

describe.each([
  ['linear', linearScale],
  ['logarithmic', logScale],
])('a %s scale', (_, scaleOf) => {
  it('keeps every value of its range on the plot, in order', () => {
    fc.assert(
      fc.property(range, fc.double({ min: 0, max: 1, noNaN: true }), ({ low, high }, share) => {
        const { at } = scaleOf(low, high);
        const x = at(low + share * (high - low));
        expect(x).toBeGreaterThanOrEqual(at(low));
        expect(x).toBeLessThanOrEqual(at(high));
        expect(at(low)).toBeGreaterThanOrEqual(0);
        expect(at(high)).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('has few ticks, all within its range', () => {
    fc.assert(
      fc.property(range, ({ low, high }) => {
        const { ticks } = scaleOf(low, high);
        expect(ticks.length).toBeLessThanOrEqual(20);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(low * (1 - 1e-6));
          expect(tick).toBeLessThanOrEqual(high * (1 + 1e-6));
        }
      }),
    );
  });

  it('puts a range of one value in the middle', () => {
    expect(scaleOf(5, 5).at(5)).toBe(50);
  });
});

describe('ticks', () => {
  it('are round numbers', () => {
    expect(linearScale(0, 4670).ticks).toEqual([0, 2000, 4000]);
    expect(logScale(0.9, 8).ticks).toEqual([1, 2, 5]);
    expect(logScale(0.9, 110).ticks).toEqual([1, 3, 10, 30, 100]);
    expect(linearScale(0, 0.35).ticks).toEqual([0, 0.1, 0.2, 0.3]);
  });
});

describe('a histogram in one row', () => {
  it('is as wide as it was told, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 1, max: 40 }), (values, width) => {
        expect(histogramLine(values, { low: 0, high: 10 }, width, true)).toHaveLength(width);
      }),
    );
  });

  it('draws the fullest part full, and any value at all', () => {
    const line = histogramLine([0, 0, 0, 0, 0, 0, 0, 0, 9.9], { low: 0, high: 10 }, 4, true);
    expect(line).toBe('█  ▁');
  });
});

describe('widths on a terminal', () => {
  it.each([
    ['plain', 5],
    ['e\u0301', 1],
    ['图形', 4],
    ['🚀', 2],
  ])('%s takes %i columns', (text, columns) => {
    expect(textWidth(text)).toBe(columns);
  });

  it('wrapping loses nothing but blanks, and keeps every line within the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 2, max: 30 }),
        (text, width) => {
          const lines = wrapText(text, width);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe('a text that is clipped', () => {
  it.each([
    { text: 'make all', characters: 8, clipped: 'make all' },
    { text: 'make all', characters: 6, clipped: 'make …' },
    { text: 'an emoji 🙂 here', characters: 11, clipped: 'an emoji …' },
  ])('$text, to $characters characters', ({ text, characters, clipped }) => {
    expect(clip(text, characters)).toBe(clipped);
  });
});
