import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analysis.ts';
import { headlineOf, headlineSentence } from '../../src/reporters/compose/headline.ts';
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
    const headline = scenario === undefined ? null : headlineOf(scenario);
    expect(headline === null ? 'nothing' : headlineSentence(headline)).toMatch(says);
  });
});

function resultsOf(...cells: MeasuredCell[]): Results {
  return someResults({ scenarios: [aScenarioResult({ cells })] });
}
