import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { formatResults, parseResults } from '../../src/results/parse-results.ts';
import type { MeasuredCell, Results } from '../../src/results/results-file.ts';
import {
  aMeasuredCell,
  aScenarioResult,
  countsOnlyResults,
  hostileResults,
  quickResults,
  someCounts,
  someResults,
  someSamples,
  troubledResults,
} from '../builders/some-results.ts';

const variants = {
  'a timed run': someResults(),
  'a quick run': quickResults(),
  'a counts-only run': countsOnlyResults(),
  'a run with a void cell': troubledResults(),
  'a run with hostile text': hostileResults(),
};

describe('formatResults and parseResults', () => {
  it.each(Object.entries(variants))('give back %s', (_, results) => {
    expect(withoutSummaries(parseResults(formatResults(results), 'run.json'))).toEqual(results);
  });

  it.each(Object.entries(variants))(
    'give the same bytes for %s, whatever the order of its keys',
    (_, results) => {
      const text = formatResults(results);
      expect(formatResults(parseResults(text, 'run.json'))).toBe(text);
      expect(formatResults(parseResults(JSON.stringify(backwards(JSON.parse(text))), 'run.json'))).toBe(text);
    },
  );

  it('write the file that reporters are tested with', async () => {
    await expect(formatResults(someResults())).toMatchFileSnapshot('golden/results.json');
  });

  it('keep what a later version added', () => {
    const text = formatResults(someResults()).replace(
      '"kind": "measured"',
      '"kind": "measured",\n "fromTheFuture": [1]',
    );
    expect(formatResults(parseResults(text, 'run.json'))).toContain('"fromTheFuture": [1]');
  });

  it('read a file without summaries, as written by another program', () => {
    expect(parseResults(JSON.stringify(someResults()), 'run.json')).toEqual(someResults());
  });
});

describe('parseResults refuses', () => {
  const whole = formatResults(someResults());

  it('a file that was cut short anywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 3 }), (length) => {
        expect(() => parseResults(whole.slice(0, length), 'run.json')).toThrow(FormatError);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    {
      what: 'a truncated file',
      text: whole.slice(0, 500),
      message: /^run\.json:\d+:\d+: the file ends early: expected /,
    },
    { what: 'an empty file', text: '', message: 'run.json:1:1: the file ends early: expected a value' },
    {
      what: 'a newer major version',
      text: whole.replace('launchbench.results/1', 'launchbench.results/2'),
      message: /^run\.json:\d+:\d+: written by a newer launchbench: format 2, this one reads 1$/,
    },
    {
      what: 'another JSON file',
      text: '{"name": "launchbench"}',
      message: /not a results file: expected "schema"/,
    },
    {
      what: 'a baseline',
      text: '{"schema": "launchbench.baseline/1"}',
      message: /not a results file: .*found "launchbench\.baseline\/1"/,
    },
    {
      what: 'NaN',
      text: whole.replace(/"wallNs": \[\d+/, '"wallNs": [NaN'),
      message: /^run\.json:\d+:\d+: not JSON: expected .*, found "NaN"$/,
    },
    {
      what: 'a number too large to be one',
      text: whole.replace(/"wallNs": \[\d+/, '"wallNs": [1e999'),
      message: /samples\.wallNs\[0\]: expected a .*, found /,
    },
    {
      what: 'a negative time',
      text: whole.replace(/"wallNs": \[\d+/, '"wallNs": [-5'),
      message:
        /^run\.json:\d+:\d+: scenarios\[0\]\.cells\[0\]\.samples\.wallNs\[0\]: expected a number from 0 up, found -5/,
    },
    {
      what: 'a missing value where every timer gives one',
      text: whole.replace(/"wallNs": \[\d+/, '"wallNs": [null'),
      message: /scenarios\[0\]\.cells\[0\]\.samples\.wallNs\[0\]: expected a number, found null/,
    },
    {
      what: 'a missing column',
      text: whole.replace('"wallNs"', '"wallNanoseconds"'),
      message: /scenarios\[0\]\.cells\[0\]\.samples\.wallNs: expected an array, found nothing/,
    },
    {
      what: 'text where a number belongs',
      text: whole.replace('"seed": 7', '"seed": "7"'),
      message: /^run\.json:\d+:\d+: run\.seed: expected a number, found "7"/,
    },
    {
      what: 'an unknown kind of cell',
      text: whole.replace('"kind": "measured"', '"kind": "guessed"'),
      message: /scenarios\[0\]\.cells\[0\]\.kind: expected one of the kinds/,
    },
    {
      what: 'a key that stands twice',
      text: whole.replace('"seed": 7', '"seed": 7, "seed": 8'),
      message: /the key "seed" stands twice/,
    },
    {
      what: 'a summary that does not follow from the samples',
      text: whole.replace(/"medianMs": [\d.]+/, '"medianMs": 12'),
      message:
        /^run\.json:\d+:\d+: scenarios\[0\]\.cells\[0\]\.summary\.cpu\.medianMs: says 12, but the samples give /,
    },
    {
      what: 'a count that does not follow from the ledger',
      text: whole.replace('"launches": 46', '"launches": 45'),
      message: /counts\.launches: says 45, but the ledger beside it lists 46 launches/,
    },
  ])('$what, and says where', ({ text, message }) => {
    expect(() => parseResults(text, 'run.json')).toThrow(FormatError);
    expect(() => parseResults(text, 'run.json')).toThrow(message);
  });

  it('columns of unequal length', () => {
    const samples = someSamples();
    expectRefused(
      withCell(aMeasuredCell({ samples: { ...samples, wallNs: samples.wallNs.slice(1) } })),
      /samples\.wallNs: holds 8 samples, but the column "round" 9/,
    );
  });

  it('missing samples of a round', () => {
    expectRefused(
      withCell(aMeasuredCell({ rounds: 6 })),
      /samples are missing: no sample of round 6, 7 of 8/,
    );
  });

  it('two samples of one round', () => {
    const samples = someSamples();
    expectRefused(
      withCell(aMeasuredCell({ samples: { ...samples, round: samples.round.with(8, 0) } })),
      /samples are missing: no sample of round 7 of 8/,
    );
  });

  it('times in a run that says it took none', () => {
    const results = countsOnlyResults();
    expectRefused(
      { ...results, scenarios: [aScenarioResult({ cells: [aMeasuredCell()] })] },
      /holds 8 samples, but the run was counts-only/,
    );
  });

  it('a scenario twice', () => {
    expectRefused(someResults({ scenarios: [aScenarioResult(), aScenarioResult()] }), /is in the file twice/);
  });

  it('a cell twice', () => {
    expectRefused(
      someResults({ scenarios: [aScenarioResult({ cells: [aMeasuredCell(), aMeasuredCell()] })] }),
      /the cell per-driver under native is in the scenario twice/,
    );
  });

  it('a mutated file with a clear error, if it refuses it at all', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.constantFrom('0', '-', '"', '{', ']', ',', 'x', '\\'),
        (at, character) => {
          const mutated = whole.slice(0, at) + character + whole.slice(at + 1);
          const outcome = outcomeOf(mutated);
          expect(outcome === 'read' || outcome instanceof FormatError).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('a void cell may have fewer samples: it failed', () => {
  const results = withCell(aMeasuredCell({ rounds: 2, void: 'capture-libs ended with status 1' }));
  expect(parseResults(formatResults(results), 'run.json').scenarios).toHaveLength(1);
});

it('an interrupted run needs only the rounds that it says it kept', () => {
  const cell = aMeasuredCell({ rounds: 4, counts: someCounts() });
  const results = someResults({
    scenarios: [
      aScenarioResult({ cells: [cell], sampling: { rounds: 4, warmup: 1, cells: 1, precision: null } }),
    ],
  });
  expect(parseResults(formatResults(results), 'run.json').scenarios).toHaveLength(1);
});

function withCell(cell: MeasuredCell): Results {
  return someResults({ scenarios: [aScenarioResult({ cells: [cell] })] });
}

function expectRefused(results: Results, message: RegExp): void {
  expect(() => parseResults(formatResults(results), 'run.json')).toThrow(message);
}

function outcomeOf(text: string): unknown {
  try {
    parseResults(text, 'run.json');
    return 'read';
  } catch (error) {
    return error;
  }
}

function withoutSummaries(results: Results): Results {
  return {
    ...results,
    scenarios: results.scenarios.map((scenario) => ({
      ...scenario,
      cells: scenario.cells.map((cell) => {
        if (cell.kind === 'modelled') return cell;
        const { summary, ...rest } = cell;
        expect(summary).toBeDefined();
        return rest;
      }),
    })),
  };
}

/** The same content with all keys in reverse. */
function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, backwards(member)]),
  );
}
