import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analysis.ts';
import { answerOf } from '../../src/reporters/compose/headline.ts';
import { renderReport } from '../../src/reporters/reporters.ts';
import { aResultsDocument } from '../builders/some-documents.ts';
import type { MeasuredCell, Results } from '../../src/results/results.ts';
import {
  aMeasuredCell,
  aScenarioResult,
  countsOnlyResults,
  quickResults,
  someResults,
  troubledResults,
} from '../builders/some-results.ts';

describe('the answer in short', () => {
  it.each<{ given: string; results: Results; says: RegExp }>([
    {
      given: 'fewer launches and less time',
      results: resultsOf(
        aMeasuredCell({ launches: 46, wallMs: 4600 }),
        aMeasuredCell({ strategy: 'batched', launches: 5, wallMs: 620, position: 1 }),
        aMeasuredCell({ strategy: 'in-process', launches: 0, wallMs: 75, position: 2 }),
      ),
      says: /^46 → 0 launches, 6\d\.\d× less CPU time \(per-driver → in-process, native\)$/u,
    },
    {
      given: 'fewer launches and more time',
      results: resultsOf(
        aMeasuredCell({ launches: 5, wallMs: 100 }),
        aMeasuredCell({ strategy: 'in-process', launches: 0, wallMs: 200, position: 1 }),
      ),
      says: /^5 → 0 launches, [12]\.\d\d× more CPU time /u,
    },
    {
      given: 'as many launches, the quicker one of them',
      results: resultsOf(
        aMeasuredCell({ launches: 5, wallMs: 100 }),
        aMeasuredCell({ strategy: 'slow', launches: 5, wallMs: 200, position: 1 }),
        aMeasuredCell({ strategy: 'quick', launches: 5, wallMs: 50, position: 2 }),
      ),
      says: /^5 launches each, 2\.\d\d× less CPU time \(per-driver → quick, native\)$/u,
    },
    {
      given: 'two tools, the same strategy with each',
      results: resultsOf(
        { ...aMeasuredCell({ launches: 46, wallMs: 100 }), tool: 'before' },
        { ...aMeasuredCell({ strategy: 'batched', launches: 5, wallMs: 10, position: 1 }), tool: 'before' },
        { ...aMeasuredCell({ launches: 40, wallMs: 50, position: 2 }), tool: 'after' },
        { ...aMeasuredCell({ strategy: 'batched', launches: 5, wallMs: 5, position: 3 }), tool: 'after' },
      ),
      says: /^46 → 40 launches, 2\.0\d× less CPU time \(per-driver@before → per-driver@after, native\)$/u,
    },
    { given: 'a quick run', results: quickResults(), says: /^46 → 5 launches \(/u },
    { given: 'a run that timed nothing', results: countsOnlyResults(), says: /^46 → 5 launches \(/u },
    { given: 'a void row that launches least', results: troubledResults(), says: /per-driver → batched,/u },
    { given: 'a run of one row', results: resultsOf(aMeasuredCell()), says: /^nothing$/u },
    {
      given: 'a reference that is void',
      results: resultsOf(aMeasuredCell({ void: 'it failed' }), aMeasuredCell({ strategy: 'b' })),
      says: /^nothing$/u,
    },
  ])('of $given', ({ results, says }) => {
    const [scenario] = analyse(results).scenarios;
    expect((scenario && answerOf(scenario)) ?? 'nothing').toMatch(says);
  });

  it.each(['table', 'markdown', 'html'] as const)('is told of one command as %s', async (format) => {
    const cells = [aMeasuredCell({ strategy: 'start', launches: 3 })];
    const results = someResults({ scenarios: [aScenarioResult({ cells, commands: { start: ['make'] } })] });
    const document = aResultsDocument(results);
    const text = await renderReport(format, document, { color: false, width: 100, unicode: true });
    expect(text).toMatch(/3 launches, CPU [\d.]+ ms, wall [\d.]+ ms \(start, native\)/u);
  });
});

function resultsOf(...cells: MeasuredCell[]): Results {
  return someResults({ scenarios: [aScenarioResult({ cells })] });
}
