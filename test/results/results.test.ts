import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { measuredCells } from '../../src/results/cells.ts';
import { formatResults } from '../../src/results/format-results.ts';
import { parseResults } from '../../src/results/results.ts';
import type { MeasuredCell, Results } from '../../src/results/results.ts';
import { MAX_ROUNDS } from '../../src/scenario/defaults.ts';
import {
  aMeasuredCell,
  aModelledCell,
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
    expect(parseResults(formatResults(results), 'run.json')).toEqual(results);
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

  it('keep as many rounds and launches as a run may have', () => {
    const results = someResults({
      scenarios: [
        aScenarioResult({
          sampling: { rounds: MAX_ROUNDS, warmup: 1, precision: null, cells: 2 },
          cells: ['per-driver', 'batched'].map((strategy, position) =>
            aMeasuredCell({ strategy, position, rounds: MAX_ROUNDS, launches: 10_000 }),
          ),
          controls: { floor: null, toolStart: null, nullControl: null },
        }),
      ],
    });
    const text = formatResults(results);
    expect(text.length).toBeLessThan(16 * 1024 ** 2);
    expect(parseResults(text, 'many.json')).toEqual(results);
  });

  it('keep what a later version added', () => {
    const text = formatResults(someResults()).replace(
      '"kind": "measured"',
      '"kind": "measured",\n "fromTheFuture": [1]',
    );
    expect(formatResults(parseResults(text, 'run.json'))).toContain('"fromTheFuture": [1]');
  });

  it('keep a column that a later version added', () => {
    const results = withCell(aMeasuredCell());
    const text = formatResults(results).replace(
      '"exitStatus":',
      '"fromTheFuture": [1, 2, 3, 4, 5, 6, 7, 8, 9],\n "exitStatus":',
    );
    expect(formatResults(parseResults(text, 'run.json'))).toContain('"fromTheFuture": [1, 2, 3,');
  });
});

describe('a file of the first format', () => {
  const first = readFileSync(new URL('golden/results-1.json', import.meta.url), 'utf8');

  it('says the same as one of the second', async () => {
    await expect(formatResults(parseResults(first, 'run.json'))).toMatchFileSnapshot('golden/results.json');
  });

  it.each([
    {
      changed: '"medianMs": 4141.1235',
      to: '"medianMs": 4000',
      said: /cells\[0\]\.summary\.cpu\.medianMs: expected 4141\.12\d+, .*samples come to, found the number 4000/,
    },
    { changed: '"n": 8', to: '"n": 9', said: /summary\.cpu\.n: expected 8, / },
    {
      changed: /"cpu": \{(?=[^}]*"p25Ms")[^}]*\}/,
      to: '"cpu": null',
      said: /summary\.cpu: expected what the samples come to/,
    },
    {
      changed: /"summary": \{[^}]*\}[^}]*\}[^}]*\}/,
      to: '"summary": 3',
      said: /summary: expected a summary of CPU and wall time/,
    },
  ])('is not believed when a summary in it contradicts the samples: $to', ({ changed, to, said }) => {
    expect(() => parseResults(first.replace(changed, to), 'run.json')).toThrow(said);
  });

  it('keeps what its tracer saw', () => {
    const traced = first.replaceAll(
      '"traced": null',
      '"traced": { "launches": 50, "forks": 7, "escaped": 0 }',
    );
    const [cell] = parseResults(traced, 'run.json').scenarios.flatMap(measuredCells);
    expect(cell?.counts).toMatchObject({ launches: 46, toolLaunches: 4, forks: 7, escaped: 0 });
  });

  it('says which times its noise takes verdicts from', () => {
    const noise = ['cpu-pressure', 'steal'].map(
      (id) =>
        `{ "id": "${id}", "value": "31 %", "threshold": "-", "remedy": "-", "when": "during", "disqualifies": true }`,
    );
    const noisy = first.replace('"noise": []', `"noise": [${noise.join(', ')}]`);
    const [read] = parseResults(noisy, 'run.json').scenarios;
    expect(read?.noise.map(({ disqualifies }) => disqualifies)).toEqual([['wall'], ['cpu', 'wall']]);
  });

  it('keeps the name of its null control', () => {
    const [samples = ''] = /(?<="samples": )\{[^}]*\}/.exec(first) ?? [];
    const controlled = first.replace(
      '"nullControl": null',
      `"nullControl": { "strategy": "per-driver", "emulation": "native", "samples": ${samples} }`,
    );
    const [read] = parseResults(controlled, 'run.json').scenarios;
    expect(read?.controls.nullControl).toMatchObject({ row: 'per-driver', tool: null, emulation: 'native' });
    expect(read?.controls.nullControl?.samples).toHaveLength(9);
  });

  it('is refused with its place when it is wrong', () => {
    expect(() => parseResults(first.replace(/"wallNs": \[\d+/, '"wallNs": [-5'), 'run.json')).toThrow(
      /^run\.json:\d+:\d+: scenarios\[0\]\.cells\[0\]\.samples\.wallNs\[0\]: expected a whole number from 0, found the number -5/,
    );
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
      text: whole.replace('launchbench.results/2', 'launchbench.results/3'),
      message: /^run\.json:\d+:\d+: written by a newer launchbench: format 3, this one reads 2$/,
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
        /^run\.json:\d+:\d+: scenarios\[0\]\.cells\[0\]\.samples\.wallNs\[0\]: expected a whole number from 0, found the number -5/,
    },
    {
      what: 'a missing value where every timer gives one',
      text: whole.replace(/"wallNs": \[\d+/, '"wallNs": [null'),
      message:
        /scenarios\[0\]\.cells\[0\]\.samples\.wallNs\[0\]: expected a whole number from 0, found an empty value/,
    },
    {
      what: 'a missing column',
      text: whole.replace('"wallNs"', '"wallNanoseconds"'),
      message: /scenarios\[0\]\.cells\[0\]\.samples\.wallNs: expected a list, found nothing/,
    },
    {
      what: 'text where a number belongs',
      text: whole.replace('"seed": 7', '"seed": "7"'),
      message: /^run\.json:\d+:\d+: run\.seed: expected a number, found "7"/,
    },
    {
      what: 'an unknown kind of cell',
      text: whole.replace('"kind": "measured"', '"kind": "guessed"'),
      message: /scenarios\[0\]\.cells\[0\]\.kind: expected measured or modelled, found "guessed"/,
    },
    {
      what: 'a key that stands twice',
      text: whole.replace('"seed": 7', '"seed": 7, "seed": 8'),
      message: /the key "seed" stands twice/,
    },
    {
      what: 'a count that does not follow from the ledger',
      text: whole.replace('"launches": 46', '"launches": 45'),
      message: /counts\.launches: expected 46, as many as the ledger beside it lists, found the number 45/,
    },
  ])('$what, and says where', ({ text, message }) => {
    expect(() => parseResults(text, 'run.json')).toThrow(FormatError);
    expect(() => parseResults(text, 'run.json')).toThrow(message);
  });

  it('columns of unequal length', () => {
    expect(() => parseResults(whole.replace(/"wallNs": \[\d+, /, '"wallNs": ['), 'run.json')).toThrow(
      /samples\.wallNs: expected a column of 9 samples, as "round" is/,
    );
  });

  it('missing samples of a round', () => {
    expectRefused(
      withCell(aMeasuredCell({ rounds: 6 })),
      /samples: expected one used sample of each of 8 rounds .*: 6 rounds in 6 used samples/,
    );
  });

  it('two samples of one round', () => {
    const samples = someSamples().map((sample, index) => (index === 8 ? { ...sample, round: 0 } : sample));
    expectRefused(withCell(aMeasuredCell({ samples })), /: 7 rounds in 8 used samples/);
  });

  it('more rounds than could ever be, at once', () => {
    const sampling = { rounds: 5_000_000_000, warmup: 1, cells: 1, precision: null };
    expectRefused(
      someResults({ scenarios: [aScenarioResult({ cells: [aMeasuredCell()], sampling })] }),
      /expected one used sample of each of 5000000000 rounds/,
    );
  });

  it('a modelled cell without the native one that it was computed from', () => {
    expectRefused(
      someResults({
        scenarios: [aScenarioResult({ cells: [aMeasuredCell(), aModelledCell({ strategy: 'b' })] })],
      }),
      /cells\[1\]: expected a native cell b beside it/,
    );
  });

  it('a round missing of those that an emulation has of its own', () => {
    const ownRounds = [{ emulation: 'qemu', rounds: 3, native: [] }];
    const cells = (rounds: number) => [aMeasuredCell(), aMeasuredCell({ emulation: 'qemu', rounds })];
    const results = (rounds: number) =>
      someResults({ scenarios: [aScenarioResult({ ownRounds, cells: cells(rounds) })] });
    expect(() => parseResults(formatResults(results(3)), 'run.json')).not.toThrow();
    expectRefused(results(2), /cells\[1\]\.samples: expected one used sample of each of 3 rounds/);
  });

  it('times in a run that says it took none', () => {
    const results = countsOnlyResults();
    expectRefused(
      { ...results, scenarios: [aScenarioResult({ cells: [aMeasuredCell()] })] },
      /expected no used sample, since the run was counts-only/,
    );
  });

  it('a scenario twice', () => {
    expectRefused(
      someResults({ scenarios: [aScenarioResult(), aScenarioResult()] }),
      /scenarios\[1\]\.name: expected a name that no other scenario of the file has/,
    );
  });

  it('a cell twice', () => {
    expectRefused(
      someResults({ scenarios: [aScenarioResult({ cells: [aMeasuredCell(), aMeasuredCell()] })] }),
      /expected one cell per-driver under native in the scenario/,
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
