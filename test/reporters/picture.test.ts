import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderReport } from '../../src/reporters/reporters.ts';
import type { Results } from '../../src/results/results.ts';
import { installed } from '../builders/needs.ts';
import { aResultsDocument, hostileDocuments } from '../builders/some-documents.ts';
import {
  aLaunch,
  aMeasuredCell,
  aScenarioResult,
  countsOnlyResults,
  quickResults,
  someResults,
  troubledResults,
} from '../builders/some-results.ts';

const pictureOf = (results?: Results): Promise<string> =>
  renderReport('svg', aResultsDocument(results), { color: false, width: 100, unicode: true });

/** A run of one cell, launched for these purposes. */
const launched = (...purposes: readonly string[]): Results => {
  const ledger = purposes.map((purpose) => aLaunch({ purpose }));
  const cell = aMeasuredCell({ launches: ledger.length, counts: { ledger } });
  return someResults({ scenarios: [aScenarioResult({ cells: [cell] })] });
};

/** Number of blocks of a class. */
const blocksIn = (picture: string, className: string): number =>
  (new RegExp(`class="${className}"\\s+d="([^"]*)"`, 'u').exec(picture)?.[1] ?? '').split('M').length - 1;

describe('the picture of a run', () => {
  it('has a block for each launch, those of colliding names set apart and counted', async () => {
    const picture = await pictureOf(
      launched('driver-batch', 'driver-numbered', 'driver-numbered', 'driver-numbered', 'main'),
    );
    expect(blocksIn(picture, 'launch')).toBe(2);
    expect(blocksIn(picture, 'collision')).toBe(3);
    expect(picture).toContain('3 for names that collide');
  });

  it('sets none apart where every driver is launched alone anyway', async () => {
    const picture = await pictureOf(launched('driver', 'driver-numbered', 'main'));
    expect(blocksIn(picture, 'launch')).toBe(3);
    expect(picture).not.toContain('collide');
  });

  it('says in words all that it shows', async () => {
    const [, words = ''] = /<desc[^>]*>([^<]*)<\/desc/u.exec(await pictureOf()) ?? [];
    expect(words).toContain('launches: per-driver 46');
    expect(words).toMatch(
      /CPU time measured, native: per-driver [\d.]+ m?s \(reference\), batched [\d.]+ m?s/u,
    );
    expect(words).toMatch(/CPU time MODELLED, [\w-]+: per-driver ~/u);
  });

  it('begins with what is missing', async () => {
    const picture = await pictureOf({ ...someResults(), missingShards: [2] });
    const sentence = 'Not all of the run is here: shard 2 is missing.';
    expect(picture.split(sentence)).toHaveLength(3);
    expect(picture.lastIndexOf(sentence)).toBeLessThan(picture.indexOf('mesa-desktop: launches<'));
  });

  it('has no panel of times where nothing was timed', async () => {
    expect(await pictureOf(countsOnlyResults())).not.toContain('CPU time,');
  });

  it('follows light and dark, and loads nothing', async () => {
    const picture = await pictureOf();
    expect(picture).toContain('@media (prefers-color-scheme: dark)');
    expect(picture).not.toMatch(/<(?:script|image|foreignObject)|@import|@font-face|href=|url\((?!#)/u);
  });
});

const executablePath = installed('chromium');

describe.skipIf(executablePath === null)('the picture in Chromium', () => {
  it.each<{ of: string; results: () => Results }>([
    { of: 'a timed run', results: () => someResults() },
    { of: 'a quick run', results: quickResults },
    { of: 'a troubled run', results: troubledResults },
    { of: 'a hostile run', results: () => hostileDocuments().results.analysis.results },
  ])('of $of is well-formed, and every text lies within it and beside the others', async ({ results }) => {
    const folder = mkdtempSync(join(tmpdir(), 'launchbench-picture-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const file = join(folder, 'picture.svg');
    writeFileSync(file, await pictureOf(results()));
    const browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 840, height: 600 } });
    await page.goto(pathToFileURL(file).href);
    // What is not well-formed is shown by a page about the mistake.
    expect(await page.locator('parsererror').count()).toBe(0);
    const boxes: { words: string; left: number; right: number; top: number; bottom: number }[] = [];
    for (const element of await page.locator('text').all()) {
      const words = (await element.textContent()) ?? '';
      const box = await element.boundingBox();
      if (box === null || words === '') continue;
      const { x, y, width, height } = box;
      // Letters are less high than their line.
      boxes.push({ words, left: x, right: x + width, top: y + 3, bottom: y + height - 3 });
    }
    expect(boxes.length).toBeGreaterThan(5);
    expect(boxes.filter(({ left, right }) => left < 0 || right > 840)).toEqual([]);
    const overlapping = boxes.flatMap((one, index) =>
      boxes
        .slice(index + 1)
        .filter(
          (other) =>
            one.left < other.right &&
            other.left < one.right &&
            one.top < other.bottom &&
            other.top < one.bottom,
        )
        .map((other) => [one.words, other.words]),
    );
    expect(overlapping).toEqual([]);
  });
});
