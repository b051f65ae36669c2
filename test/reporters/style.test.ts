import { describe, expect, it } from 'vitest';
import { STYLE } from '../../src/reporters/html/style.ts';

/** Contrast that WCAG 2.1 asks of text, 1.4.3. */
const ENOUGH_FOR_TEXT = 4.5;

const [LIGHT = '', DARK = ''] = STYLE.split('prefers-color-scheme: dark');

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('text of the page in the %s theme', (_, style) => {
  it.each([
    ['ink', 'ground'],
    ['ink', 'card'],
    ['ink', 'trough'],
    ['ink', 'warning-soft'],
    ['ink', 'bad-soft'],
    ['soft', 'ground'],
    ['soft', 'card'],
    ['soft', 'trough'],
    ['accent', 'ground'],
    ['good', 'card'],
    ['good', 'good-soft'],
    ['bad', 'card'],
    ['bad', 'bad-soft'],
    ['warning', 'card'],
    ['warning', 'warning-soft'],
    ['modelled', 'modelled-soft'],
  ])('%s on %s can be read', (text, ground) => {
    expect(contrast(colour(style, text), colour(style, ground))).toBeGreaterThanOrEqual(ENOUGH_FOR_TEXT);
  });
});

function colour(style: string, name: string): string {
  const found = new RegExp(`--${name}: (#[0-9a-f]{6})`, 'u').exec(style)?.[1];
  if (found === undefined) throw new Error(`The style has no colour --${name}.`);
  return found;
}

/** Contrast ratio of two colours. Source: WCAG 2.1, "contrast ratio" and "relative luminance". */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const share = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
