import { describe, expect, it } from 'vitest';
import { judge } from '../../src/analysis/gate.ts';
import type { GateRules } from '../../src/analysis/gate.ts';
import { renderReport, reportersFor } from '../../src/reporters/reporters.ts';
import type { ReporterName } from '../../src/reporters/reporters.ts';
import { formatBaseline, parseBaseline } from '../../src/results/baseline.ts';
import type { Baseline } from '../../src/results/baseline.ts';
import { updateBaseline } from '../../src/analysis/update-baseline.ts';
import type { Counts, MeasuredCell, Results } from '../../src/results/results.ts';
import { aMeasuredCell, aScenarioResult, countsOnlyResults, someLaunches } from '../builders/some-results.ts';

const drivers = { captured: 16, offered: 16 };
const traced = { toolLaunches: 0, forks: 2, escaped: 0 };

/** A cell of five launches on a sound machine, seen by a tracer. */
function aCell(counts: Partial<Counts> = {}, strategy = 'batched'): MeasuredCell {
  return aMeasuredCell({
    strategy,
    rounds: 0,
    counts: { ledger: someLaunches(5), drivers, links: 51, foreseenLinks: 51, ...traced, ...counts },
  });
}

/** What `gate` says of results, held against a baseline that was made of one sound cell. */
async function gate(
  results: Results,
  { rules = {}, verbose = false, format = 'table', baseline = SOUND }: Wishes = {},
): Promise<{ readonly passed: boolean; readonly text: string }> {
  const verdict = judge(results, baseline, rules);
  const document = { kind: 'gate', verdict, results: [results], baseline: 'baseline.json' } as const;
  const text = await renderReport(format, document, { color: false, width: 80, unicode: true, verbose });
  return { passed: verdict.passed, text };
}

interface Wishes {
  readonly rules?: GateRules;
  readonly verbose?: boolean;
  readonly format?: ReporterName;
  readonly baseline?: Baseline;
}

describe('what a gate must not pass', () => {
  it('one launch that came back: named exactly, on a screen of 24 lines', async () => {
    const { passed, text } = await gate(resultsOf(aCell({ ledger: someLaunches(6) })));
    expect(passed).toBe(false);
    expect(text).toMatch(/^Gate failed: 1 of \d+ checks, against baseline\.json\n/u);
    expect(text.match(/driver-\d/gu)).toEqual(['driver-4']);
    expect(text).toContain('  - driver dri driver-4.so x86_64\n');
    expect(text).not.toContain('--dest');
    expect(text.split('\n').length).toBeLessThanOrEqual(24);
  });

  it('with -v, its whole argument list and what was checked', async () => {
    const { text } = await gate(resultsOf(aCell({ ledger: someLaunches(6) })), { verbose: true });
    expect(text).toContain('path:/usr/lib/dri/driver-4.so');
    expect(text).toMatch(/scenario +strategy/u);
  });

  it('a cell that the baseline does not have', async () => {
    const { passed, text } = await gate(resultsOf(aCell(), aCell({}, 'new-strategy')));
    expect(passed).toBe(false);
    expect(text).toContain('uncovered of new-strategy under native');
  });

  it('a run of which shards are missing, but in part', async () => {
    const results = { ...resultsOf(aCell()), missingShards: [2, 3] };
    const { passed, text } = await gate(results);
    expect(passed).toBe(true);
    expect(text).toMatch(/^Gate passed in part: shards 2, 3 are missing/u);
    expect((await gate(results, { rules: { strict: true } })).passed).toBe(false);
  });

  it.each(reportersFor('gate'))(
    'says in %s, before anything else, which shards are missing',
    async (format) => {
      const { text } = await gate({ ...resultsOf(aCell()), missingShards: [2, 3] }, { format });
      const said = text.search(/(?:shards|that are missing:|"missingShards":) \[?2, 3/u);
      expect(said).toBeGreaterThan(-1);
      const passed = text.search(/as expected|"outcome": "passed"/u);
      expect(passed === -1 || said < passed).toBe(true);
    },
  );

  it('a machine that lost its drivers, although it launches less', async () => {
    const broken = aCell({
      ledger: someLaunches(2),
      drivers: { captured: 1, offered: 1 },
      links: 9,
      foreseenLinks: 9,
    });
    const { passed, text } = await gate(resultsOf(broken));
    expect(passed).toBe(false);
    expect(text.replaceAll('\n', ' ')).toContain('expected at least 16 drivers captured, found 1 ');
  });

  it('a tool that makes fewer links than the same plan in-process', async () => {
    const { passed, text } = await gate(resultsOf(aCell({ links: 3 })));
    expect(passed).toBe(false);
    expect(text.replaceAll('\n', ' ')).toContain('found 3');
  });

  it('what is alike in several cells, said once', async () => {
    const broken = { drivers: { captured: 1, offered: 1 }, links: 9, foreseenLinks: 9 };
    const baseline = baselineOf(aCell(), aCell({}, 'batched-dedup'));
    const { text } = await gate(resultsOf(aCell(broken), aCell(broken, 'batched-dedup')), { baseline });
    expect(text.match(/expected/gu)).toHaveLength(1);
    expect(text.replaceAll('\n', ' ')).toMatch(
      /drivers of batched, batched-dedup under native in mesa-desktop: expected .* \(baseline\.json:\d+, \d+\)/u,
    );
  });

  it('a tool that launches three more programs a call', async () => {
    const { passed, text } = await gate(resultsOf(aCell({ toolLaunches: 15 })));
    expect(passed).toBe(false);
    expect(text.replaceAll('\n', ' ')).toContain('expected at most 0 launches by the tools, found 15');
  });

  it('in whole, what no tracer saw', async () => {
    const untraced = aCell({ toolLaunches: null, forks: null, escaped: null });
    const { passed, text } = await gate(resultsOf(untraced));
    expect(passed).toBe(true);
    expect(text).toMatch(/^Gate passed in part: \d+ checks, 2 could not be judged/u);
  });
});

it('a gate that passes is one line, a table with -v', async () => {
  const { passed, text } = await gate(resultsOf(aCell()));
  expect(passed).toBe(true);
  expect(text).toMatch(/^Gate passed: \d+ checks, against baseline\.json\n$/u);
  expect((await gate(resultsOf(aCell()), { verbose: true })).text).toMatch(/scenario +strategy/u);
});

const SOUND = baselineOf(aCell());

function resultsOf(...cells: MeasuredCell[]): Results {
  return {
    ...countsOnlyResults(),
    scenarios: [
      aScenarioResult({
        cells: cells.map((cell) => ({ ...cell, samples: [] })),
        sampling: { rounds: 0, warmup: 0, cells: cells.length, precision: null },
        controls: { floor: null, toolStart: null, nullControl: null },
      }),
    ],
  };
}

function baselineOf(...cells: MeasuredCell[]): Baseline {
  const update = updateBaseline(null, resultsOf(...cells), {
    file: 'baseline.json',
    ci: false,
    allowCi: false,
  });
  if (update.kind === 'refused') throw new Error(update.reasons.join('; '));
  return parseBaseline(formatBaseline(update.baseline), 'baseline.json');
}
