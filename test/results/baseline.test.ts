import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.ts';
import { formatBaseline, parseBaseline } from '../../src/results/baseline.ts';
import type { BaselineCell } from '../../src/results/baseline.ts';
import { updateBaseline } from '../../src/analysis/update-baseline.ts';
import type { BaselineUpdate } from '../../src/analysis/update-baseline.ts';
import type { Results } from '../../src/results/results.ts';
import {
  aMeasuredCell,
  aModelledCell,
  aScenarioResult,
  countsOnlyResults,
  someLaunches,
  someResults,
} from '../builders/some-results.ts';

describe('formatBaseline', () => {
  it('writes counts alone, one a line, sorted, to be read in a diff', async () => {
    await expect(formatBaseline({ file: 'b.json', cells: cellsOf(countsOnlyResults()) })).toMatchFileSnapshot(
      'golden/baseline.json',
    );
  });

  it('is read back as it was, whatever the order of its cells', () => {
    const name = fc.stringMatching(/^[a-z][a-z -]{0,8}$/);
    const rowName = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
    const counts = fc.dictionary(name, fc.nat({ max: 99 }));
    const aCell = fc.record({
      scenario: name,
      row: rowName,
      tool: fc.option(rowName),
      emulation: name,
      launches: fc.nat(),
      drivers: fc.option(fc.nat()),
      links: fc.option(fc.nat()),
      forks: fc.option(fc.nat()),
      toolLaunches: fc.option(fc.nat()),
      labels: fc.option(counts.map((labels) => new Map(Object.entries(labels).sort()))),
      line: fc.constant(null),
    });
    const cells = fc.uniqueArray(aCell, {
      selector: ({ scenario, row, tool, emulation }) => JSON.stringify([scenario, row, tool, emulation]),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(cells, (all) => {
        const text = formatBaseline({ file: 'b.json', cells: all });
        expect(formatBaseline({ file: 'b.json', cells: all.toReversed() })).toBe(text);
        const read = parseBaseline(text, 'b.json').cells.map((cell) => ({ ...cell, line: null }));
        expect(sorted(read)).toEqual(sorted(all));
      }),
    );
  });
});

describe('parseBaseline', () => {
  it('accepts one that holds launches alone', () => {
    const text =
      '{"schema":"launchbench.baseline/1","scenarios":{"s":{"batched":{"native":{"launches":5}}}}}';
    expect(parseBaseline(text, 'b.json').cells).toEqual([
      {
        scenario: 's',
        row: 'batched',
        tool: null,
        emulation: 'native',
        launches: 5,
        drivers: null,
        links: null,
        forks: null,
        toolLaunches: null,
        labels: null,
        line: 1,
      },
    ]);
  });

  it.each([
    { what: 'no JSON', text: 'launches: 5', message: /^b\.json:1:1: not JSON/ },
    {
      what: 'a truncated file',
      text: '{"schema":"launchbench.baseline/1","scen',
      message: /the file ends early/,
    },
    {
      what: 'a results file',
      text: '{"schema":"launchbench.results/1"}',
      message: /^b\.json:1:11: not a baseline: expected "schema": "launchbench\.baseline\/1"/,
    },
    {
      what: 'a newer one',
      text: '{"schema":"launchbench.baseline/3"}',
      message: /written by a newer launchbench: format 3, this one reads 1/,
    },
    {
      what: 'one without cells',
      text: '{"schema":"launchbench.baseline/1",\n "scenarios":{}}',
      message: /^b\.json:2:14: scenarios: holds no cell/,
    },
    {
      what: 'a scenario without strategies',
      text: '{"schema":"launchbench.baseline/1",\n "scenarios":{"s":{}}}',
      message: /^b\.json:2:19: scenarios\.s: expected the strategies or commands of a scenario, found an? /,
    },
    {
      what: 'a strategy without emulations',
      text: '{"schema":"launchbench.baseline/1","scenarios":{"s":{"b":{}}}}',
      message: /scenarios\.s\.b: expected the emulations of a strategy or command, found an? /,
    },
    {
      what: 'a cell without counts',
      text: '{"schema":"launchbench.baseline/1","scenarios":{"s":{"b":{"native":{}}}}}',
      message: /scenarios\.s\.b\.native: expected the counts of a cell, found an? /,
    },
    {
      what: 'a scenario of a name that readers lose',
      text: '{"schema":"launchbench.baseline/1","scenarios":{"__proto__":{"b":{"native":{"launches":1}}}}}',
      message: /expected no scenario, strategy or emulation called "__proto__"/,
    },
    {
      what: 'a strategy of such a name',
      text: '{"schema":"launchbench.baseline/1","scenarios":{"s":{"__proto__":{"native":{"launches":1}}}}}',
      message: /expected no scenario, strategy or emulation called "__proto__"/,
    },
    {
      what: 'a negative count',
      text: '{"schema":"launchbench.baseline/1","scenarios":{"my s":{"b":{"native":{"launches":\n-1}}}}}',
      message:
        /^b\.json:2:1: scenarios\["my s"\]\.b\.native\.launches: expected a number from 0, found the number -1/,
    },
    {
      what: 'a count that is none',
      text: '{"schema":"launchbench.baseline/1","scenarios":{"s":{"b":{"native":{"launches":1.5}}}}}',
      message: /launches: expected a whole number, found the number 1\.5/,
    },
    {
      what: 'a cell twice',
      text: '{"schema":"launchbench.baseline/1","scenarios":{"s":{"b":{"n":{"launches":1},"n":{"launches":9}}}}}',
      message: /the key "n" stands twice/,
    },
  ])('refuses $what, and says where', ({ text, message }) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(FormatError);
    expect(() => parseBaseline(text, 'b.json')).toThrow(message);
  });
});

describe('a baseline that is to be renewed', () => {
  const schema = '"schema":"launchbench.baseline/1"';
  it.each([
    { holding: 'nothing', text: '' },
    { holding: 'an empty object', text: ' {\n}\n' },
    { holding: 'the name of its format alone', text: `{${schema}}` },
    { holding: 'no scenario', text: `{${schema},"scenarios":{}}` },
    { holding: 'a scenario of nothing', text: `{${schema},"scenarios":{"s":{}}}` },
    { holding: 'a cell of nothing', text: `{${schema},"scenarios":{"s":{"b":{"native":{}}}}}` },
  ])('may hold $holding, which no gate judges by', ({ text }) => {
    expect(parseBaseline(text, 'b.json', { renew: true }).cells).toEqual([]);
    expect(() => parseBaseline(text, 'b.json')).toThrow(FormatError);
  });

  it('keeps what is in it beside what is empty', () => {
    const text = `{${schema},"scenarios":{"s":{"b":{"native":{}}},"t":{"b":{"native":{"launches":0,"labels":{}}}}}}`;
    expect(parseBaseline(text, 'b.json', { renew: true }).cells).toMatchObject([
      { scenario: 't', launches: 0, labels: new Map() },
    ]);
  });

  it.each(['[]', 'null', `{${schema},"scenarios":{"s":{"b":{"native":{"launches":-1}}}}}`, '{"schema":"x"}'])(
    'must be one all the same, not %s',
    (text) => {
      expect(() => parseBaseline(text, 'b.json', { renew: true })).toThrow(FormatError);
    },
  );
});

describe('updateBaseline', () => {
  const before = cellsOf(resultsOf('desktop', { 'per-driver': 46, batched: 5, gone: 3 }));
  const elsewhere = cellsOf(resultsOf('another', { batched: 7 }));
  const old = { file: 'b.json', cells: [...before, ...elsewhere] };

  it('takes over what grew, what shrank, what is new and what is gone, and says so', () => {
    const now = resultsOf('desktop', { 'per-driver': 44, batched: 6, 'single-launch': 1 });
    const update = updateBaseline(old, now, onADesk);
    expect(changesOf(update)).toEqual([
      'per-driver: 46 → 44',
      'batched: 5 → 6',
      'single-launch: null → 1',
      'gone: 3 → null',
    ]);
    expect(launchesIn(update)).toEqual({
      'another/batched': 7,
      'desktop/per-driver': 44,
      'desktop/batched': 6,
      'desktop/single-launch': 1,
    });
  });

  it('holds measured cells only: modelled ones copy the counts of a measured one', () => {
    const results = someResults({
      scenarios: [aScenarioResult({ cells: [aMeasuredCell(), aModelledCell()] })],
    });
    expect(cellsOf(results).map(({ emulation }) => emulation)).toEqual(['native']);
  });

  it.each<{ given: string; results: Results; reason: RegExp }>([
    {
      given: 'a void cell',
      results: someResults({
        scenarios: [aScenarioResult({ cells: [aMeasuredCell({ void: 'it failed' })] })],
      }),
      reason: /per-driver under native: it failed/,
    },
    {
      given: 'counts that vary',
      results: countsOnlyResults({
        cells: [aMeasuredCell({ counts: { ledger: someLaunches(3), seen: [3, 4] } })],
      }),
      reason: /launch counts differ between passes: 3, 4/,
    },
    {
      given: 'overrides that are not equivalent',
      results: someResults({
        scenarios: [aScenarioResult({ equivalence: { equivalent: false, differences: ['x'] } })],
      }),
      reason: /the overrides are not equivalent/,
    },
    { given: 'no cell', results: someResults({ scenarios: [] }), reason: /no measured cell/ },
    {
      given: 'missing shards',
      results: someResults({ missingShards: [2] }),
      reason: /shards of the run are missing/,
    },
  ])('refuses $given', ({ results, reason }) => {
    expect(reasonsOf(updateBaseline(old, results, onADesk))).toMatch(reason);
  });

  it('refuses in CI unless told otherwise', () => {
    const results = countsOnlyResults();
    expect(reasonsOf(updateBaseline(old, results, { ...onADesk, ci: true }))).toMatch(/--allow-ci/);
    expect(updateBaseline(old, results, { ...onADesk, ci: true, allowCi: true }).kind).toBe('updated');
  });
});

const onADesk = { file: 'b.json', ci: false, allowCi: false };

function cellsOf(results: Results): readonly BaselineCell[] {
  const update = updateBaseline(null, results, onADesk);
  if (update.kind === 'refused') throw new Error(update.reasons.join('; '));
  return update.baseline.cells;
}

function resultsOf(name: string, launches: Readonly<Record<string, number>>): Results {
  const cells = Object.entries(launches).map(([strategy, count]) =>
    aMeasuredCell({ strategy, launches: count }),
  );
  return someResults({ scenarios: [aScenarioResult({ name, cells })] });
}

function changesOf(update: BaselineUpdate): string[] {
  return update.kind === 'refused'
    ? []
    : update.changes.map(({ row, before, after }) => `${row}: ${String(before)} → ${String(after)}`);
}

function launchesIn(update: BaselineUpdate): Record<string, number> {
  return update.kind === 'refused'
    ? {}
    : Object.fromEntries(
        update.baseline.cells.map(({ scenario, row, launches }) => [`${scenario}/${row}`, launches]),
      );
}

function reasonsOf(update: BaselineUpdate): string {
  return update.kind === 'refused' ? update.reasons.join('\n') : '';
}

function sorted(cells: readonly BaselineCell[]): BaselineCell[] {
  const key = ({ scenario, row, tool, emulation }: BaselineCell) =>
    JSON.stringify([scenario, row, tool, emulation]);
  return cells.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
