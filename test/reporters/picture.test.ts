import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/reporters/reporters.ts';
import type { Results } from '../../src/results/results.ts';
import { aResultsDocument } from '../builders/some-documents.ts';
import {
  aLaunch,
  aMeasuredCell,
  aScenarioResult,
  countsOnlyResults,
  someResults,
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
