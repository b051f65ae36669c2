import { describe, expect, it } from 'vitest';
import { renderReport } from '../../src/reporters/reporters.ts';
import { textWidth } from '../../src/reporters/text-width.ts';
import {
  aComparisonDocument,
  aGateDocument,
  aHistoryDocument,
  aResultsDocument,
} from '../builders/some-documents.ts';
import {
  aMeasuredCell,
  aScenarioResult,
  countsOnlyResults,
  quickResults,
  someResults,
  someSamples,
  troubledResults,
} from '../builders/some-results.ts';
import type { Results } from '../../src/results/results.ts';

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

it('a comparison has its times at 80 columns too', async () => {
  const options = { color: false, width: 80, unicode: true };
  const text = await renderReport('table', aComparisonDocument(), options);
  expect(text).toContain('ratios are base ÷ head');
  expect(text).toMatch(/^ +CPU +270 ms → 360 ms, 0\.75× \(p=0\.00016\) +unpaired, a hint$/mu);
});

describe('measured strategies', () => {
  const fourStrategies = someResults({
    scenarios: [
      aScenarioResult({
        cells: ['per-driver', 'batched', 'batched-dedup', 'in-process'].map((strategy, position) =>
          aMeasuredCell({ strategy, position, launches: 46 - position, wallMs: 4600 / (1 + 10 * position) }),
        ),
      }),
    ],
  });
  const draw = (results: Results, width = 80) =>
    renderReport('table', aResultsDocument(results), { color: false, width, unicode: true });

  it('are one table at 80 columns, with every column', async () => {
    const lines = (await draw(fourStrategies)).split('\n');
    const head = lines.findIndex((line) => line.startsWith('strategy'));
    expect(lines[head]?.trim().split(/ {1,}(?!to|the|first)/u)).toEqual([
      'strategy',
      'launches',
      'patterns',
      'links',
      'time',
      'median',
      'ratio to the first',
      'verdict',
    ]);
    const rows = lines.slice(head + 2, head + 10);
    expect(rows.filter((_, index) => index % 2 === 0).map((row) => row.split(' ')[0])).toEqual([
      'per-driver',
      'batched',
      'batched-dedup',
      'in-process',
    ]);
  });

  it('have their n in the caption where it is one for all', async () => {
    const text = await draw(fourStrategies);
    expect(text.replaceAll('\n', ' ')).toContain('paired by round, n=8, with 98.33 % intervals');
    expect(text.match(/n=8/gu)).toHaveLength(1);
  });

  it('have an n each where rounds were dropped', async () => {
    const samples = someSamples({ medianMs: 100 });
    const nothing = { childUserUs: 0, childSystemUs: 0, ownUserUs: 0, ownSystemUs: 0 };
    const cells = [
      aMeasuredCell(),
      aMeasuredCell({
        strategy: 'batched',
        position: 1,
        samples: samples.map((sample, run) => (run === 3 ? { ...sample, ...nothing } : sample)),
      }),
    ];
    const text = await draw(someResults({ scenarios: [aScenarioResult({ cells })] }), 100);
    expect(text).toMatch(/CPU .*\] n=7/u);
    expect(text).toMatch(/wall .*\] n=8/u);
  });

  it('say beside each time of a quick run that it is quick', async () => {
    const rows = (await draw(quickResults()))
      .split('\n')
      .filter((line) => / (CPU|wall) +\d[\d.]* m?s /u.test(line) && !line.startsWith('Cost'));
    expect(rows).toHaveLength(6);
    for (const row of rows) expect(row).toMatch(/quick$/u);
  });

  it('are all there is where nothing was timed: no table of predictions, each purpose once', async () => {
    const text = await draw(countsOnlyResults());
    expect(text).not.toContain('MODELLED');
    expect(text).toMatch(/^strategy +launches +patterns +links$/mu);
    expect(text.match(/driver 45/gu)).toHaveLength(1);
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
    // Three strategies, CPU and wall time each.
    expect(approximate).toHaveLength(6);
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

describe('what is known of the machine', () => {
  const draw = (verbose: boolean) =>
    renderReport('table', aResultsDocument(troubledResults()), {
      color: false,
      width: 80,
      unicode: true,
      verbose,
    });

  it('is one line that says which verdicts it takes', async () => {
    const text = await draw(false);
    expect(text).toContain('Machine: cpu-pressure 31 % (no wall verdict); shown with -v\n');
    expect(text).not.toContain('End what else runs');
  });

  it('unfolds with -v', async () => {
    expect(await draw(true)).toContain('End what else runs');
  });
});

describe('commands to copy', () => {
  it('are never broken into lines', async () => {
    const text = await renderReport('table', aGateDocument(), { color: false, width: 40, unicode: true });
    expect(text).toContain('launchbench gate results.json --baseline baseline.json --update\n');
  });
});

it('a path with :: can be copied from a terminal, and is no command to a CI service', async () => {
  const [, , failed] = aGateDocument().verdict.findings;
  if (failed === undefined) throw new Error('no finding');
  const document = aGateDocument([{ ...failed, scenario: 'a::b' }]);
  const draw = (ci: boolean) =>
    renderReport('table', document, { color: false, width: 80, unicode: true, verbose: true, ci });
  expect(await draw(false)).toContain('a::b');
  expect(await draw(true)).not.toContain('::');
});
