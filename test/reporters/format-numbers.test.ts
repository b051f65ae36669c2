import { describe, expect, it } from 'vitest';
import {
  formatModelledRatio,
  formatMs,
  formatPrediction,
  formatRatio,
  formatRoughMs,
} from '../../src/reporters/format-numbers.ts';
import { formatCommandLine } from '../../src/shell-words.ts';

const interval = { low: 1.7123, high: 1.9388 };

describe('a measured duration has three digits', () => {
  it.each([
    [0, '0 ms'],
    [0.9523, '0.95 ms'],
    [9.996, '10.0 ms'],
    [41.23, '41.2 ms'],
    [99.96, '100 ms'],
    [412.4, '412 ms'],
    [999.6, '1.00 s'],
    [4481, '4.48 s'],
    [-3.1, '-3.10 ms'],
  ])('%d → %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});

describe('a modelled duration has two digits', () => {
  it.each([
    [0, '0 ms'],
    [0.123, '0.12 ms'],
    [3.14, '3.1 ms'],
    [119, '120 ms'],
    [996, '1.0 s'],
    [7234, '7.2 s'],
    [42_412, '42 s'],
  ])('%d → %s', (ms, text) => {
    expect(formatRoughMs(ms)).toBe(text);
  });

  it('never stands without its marks', () => {
    expect(formatPrediction({ ms: 7234, lowMs: 3600, highMs: 11_500 })).toBe('MODELLED ~7.2 s (3.6–12 s)');
    expect(formatPrediction({ ms: 1500, lowMs: 690, highMs: 2600 })).toBe('MODELLED ~1.5 s (690 ms–2.6 s)');
    expect(formatModelledRatio(3.94)).toBe('MODELLED ~3.9×');
  });
});

describe('a ratio', () => {
  const ratio = { estimate: 1.8204, interval, n: 20, dropped: 0, confidence: 0.95 };

  it.each([
    { given: 'with an interval', found: ratio, text: '1.82× [1.71, 1.94] n=20' },
    { given: 'without one', found: { ...ratio, interval: null, n: 7 }, text: '1.82 n=7' },
    {
      given: 'far above one',
      found: { ...ratio, estimate: 72.845, interval: { low: 65.28, high: 108.3 } },
      text: '72.8× [65.3, 108] n=20',
    },
    { given: 'of fewer than six rounds', found: { ...ratio, n: 5 }, text: '1.82 n=5' },
    { given: 'far below one', found: { ...ratio, estimate: 0.00412, interval: null }, text: '0.0041 n=20' },
  ])('$given: $text', ({ found, text }) => {
    expect(formatRatio(found)).toBe(text);
  });
});

describe('a command line', () => {
  it('can be pasted into a shell', () => {
    expect(formatCommandLine(['tool', '--dest', '{WORK}/lib', "it's", 'a b', ''])).toBe(
      "tool --dest {WORK}/lib 'it'\\''s' 'a b' ''",
    );
  });
});
