import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/reporters/reporters.ts';
import { textWidth } from '../../src/reporters/text-width.ts';
import {
  aComparisonDocument,
  aGateDocument,
  aHistoryDocument,
  aResultsDocument,
} from '../builders/some-documents.ts';
import { quickResults, someResults, troubledResults } from '../builders/some-results.ts';

const DOCUMENTS = {
  'a timed run': aResultsDocument(someResults()),
  'a quick run': aResultsDocument(quickResults()),
  'a troubled run': aResultsDocument(troubledResults()),
  'a comparison': aComparisonDocument(),
  'a history': aHistoryDocument(),
} as const;

describe.each(Object.entries(DOCUMENTS))('%s', (_, document) => {
  it.each([50, 80, 110, 160])('fits a terminal of %i columns', async (width) => {
    const text = await renderReport('table', document, { color: false, width, unicode: true });
    const tooLong = text.split('\n').filter((line) => textWidth(line) > width);
    expect(tooLong).toEqual([]);
  });
});

describe('a table', () => {
  it.each([50, 80, 120])('at %i columns', async (width) => {
    const text = await renderReport('table', aResultsDocument(), { color: false, width, unicode: true });
    await expect(text).toMatchFileSnapshot(`golden/results-${width}-columns.txt`);
  });

  it('marks every modelled figure in its own cell', async () => {
    const text = await renderReport('table', aResultsDocument(), { color: false, width: 80, unicode: true });
    const approximate = text.split('\n').filter((line) => line.includes('~'));
    expect(approximate).toHaveLength(3);
    for (const line of approximate) {
      expect(line.match(/~/gu)?.length).toBe(line.match(/MODELLED ~/gu)?.length);
    }
  });

  it('keeps to ASCII where the terminal knows nothing else', async () => {
    const text = await renderReport('table', aResultsDocument(), {
      color: false,
      width: 120,
      unicode: false,
    });
    expect(text).toMatch(/^[\x20-\x7e\n]*$/u);
  });

  it('is coloured only when told so', async () => {
    const colored = await renderReport('table', aGateDocument(), { color: true, width: 80, unicode: true });
    const plain = await renderReport('table', aGateDocument(), { color: false, width: 80, unicode: true });
    expect(colored.replace(/\u001b\[\d+m/gu, '')).toBe(plain);
    expect(colored).not.toBe(plain);
  });
});

describe('commands to copy', () => {
  it('are never broken into lines', async () => {
    const text = await renderReport('table', aGateDocument(), { color: false, width: 40, unicode: true });
    expect(text).toContain('launchbench gate results.json --baseline baseline.json --update\n');
  });
});
