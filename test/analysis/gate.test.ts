import { describe, expect, it } from 'vitest';
import { FormatError, UsageError } from '../../src/errors.ts';
import type { Finding, Rule } from '../../src/analysis/finding.ts';
import { formatBaseline, parseBaseline } from '../../src/results/baseline.ts';
import type { Baseline } from '../../src/results/baseline.ts';
import { judge } from '../../src/analysis/gate.ts';
import type { GateRules, MaxRatio } from '../../src/analysis/gate.ts';
import type { Budget, MeasuredCell, Results } from '../../src/results/results.ts';
import { matchesGlob } from '../../src/analysis/rules/budget.ts';
import { updateBaseline } from '../../src/analysis/update-baseline.ts';
import {
  aLaunch,
  aMeasuredCell,
  aRun,
  aScenarioResult,
  countsOnlyResults,
  quickResults,
  someCounts,
  someLaunches,
  someResults,
  someSamples,
} from '../builders/some-results.ts';

const perDriver = aMeasuredCell({ strategy: 'per-driver', launches: 4 });
const batched = aMeasuredCell({ strategy: 'batched', launches: 2 });
const shell = aLaunch({ executable: '/bin/sh', argv: ['/bin/sh', '-c', 'true'], purpose: 'probe' });

describe('launches', () => {
  it.each([
    { now: 4, exact: false, outcome: 'passed', passed: true },
    { now: 5, exact: false, outcome: 'failed', passed: false },
    { now: 3, exact: false, outcome: 'passed', passed: true },
    { now: 3, exact: true, outcome: 'failed', passed: false },
    { now: 4, exact: true, outcome: 'passed', passed: true },
  ])('$now where the baseline has 4, exact: $exact → $outcome', ({ now, exact, outcome, passed }) => {
    const verdict = judge(resultsOf(aMeasuredCell({ launches: now })), baselineOf(perDriver), { exact });
    expect(verdict.passed).toBe(passed);
    expect(findingOf('launches', verdict.findings)).toMatchObject({ outcome });
  });

  it('a launch that came back is named, with the line that it breaks and the commands to see and accept it', () => {
    const now = withLaunches([...someLaunches(4), shell]);
    const verdict = judge(
      resultsOf(now),
      baselineOf(perDriver),
      {},
      { results: ['run 1.json'], baseline: 'b.json' },
    );
    expect(verdict.passed).toBe(false);
    expect(findingOf('launches', verdict.findings)).toEqual({
      rule: 'launches',
      level: 'error',
      outcome: 'failed',
      scenario: 'mesa-desktop',
      row: 'per-driver',
      tool: null,
      emulation: 'native',
      expected: 'at most 4',
      found: '5 (probe 0 → 1)',
      newLaunches: [{ executable: '/bin/sh', argv: ['/bin/sh', '-c', 'true'] }],
      reproduce: 'launchbench run mesa-desktop --counts-only --strategy per-driver --emulation native',
      accept: "launchbench gate 'run 1.json' --baseline b.json --update",
      location: { file: 'baseline.json', line: 9 },
    });
  });

  it('lists all launches of the kind that grew, since counts do not tell which one is new', () => {
    const verdict = judge(resultsOf(aMeasuredCell({ launches: 5 })), baselineOf(perDriver));
    const { newLaunches, found } = findingOf('launches', verdict.findings);
    expect(found).toBe('5 (driver 3 → 4)');
    expect(newLaunches).toHaveLength(4);
  });

  it('lists them by purpose where the baseline keeps no executables', () => {
    const committed = baselineOf(perDriver);
    const baseline = { ...committed, cells: committed.cells.map((cell) => ({ ...cell, executables: {} })) };
    const verdict = judge(resultsOf(withLaunches([...someLaunches(4), shell])), baseline);
    expect(findingOf('launches', verdict.findings).newLaunches).toEqual([
      { executable: '/bin/sh', argv: ['/bin/sh', '-c', 'true'] },
    ]);
  });

  it('lists all launches where it keeps neither executables nor purposes', () => {
    const committed = baselineOf(perDriver);
    const bare = { executables: {}, purposes: {} };
    const baseline = { ...committed, cells: committed.cells.map((cell) => ({ ...cell, ...bare })) };
    const verdict = judge(resultsOf(withLaunches([...someLaunches(4), shell])), baseline);
    expect(findingOf('launches', verdict.findings).newLaunches).toHaveLength(5);
  });

  it('points at the line of the count in the baseline', () => {
    const text = formatBaseline(baselineOf(perDriver));
    const { location } = findingOf('launches', judge(resultsOf(perDriver), baselineOf(perDriver)).findings);
    expect(text.split('\n')[(location?.line ?? 0) - 1]?.trim()).toMatch(/^"launches": 4/);
  });
});

describe('launchesByExecutable', () => {
  it('warns of a new executable even when the number of launches did not grow', () => {
    const now = withLaunches([...someLaunches(4).slice(1), shell]);
    const verdict = judge(resultsOf(now), baselineOf(perDriver));
    expect(verdict.passed).toBe(true);
    expect(findingOf('launchesByExecutable', verdict.findings)).toMatchObject({
      level: 'warn',
      outcome: 'failed',
      expected: 'at most 0 of /bin/sh',
      found: '1 of /bin/sh',
      newLaunches: [{ executable: '/bin/sh' }],
    });
  });

  it('fails the gate when it is an error', () => {
    const now = withLaunches([...someLaunches(4).slice(1), shell]);
    const rules: GateRules = { levels: { launchesByExecutable: 'error' } };
    expect(judge(resultsOf(now), baselineOf(perDriver), rules).passed).toBe(false);
  });

  it('is not fooled by executables named like parts of an object', () => {
    const odd = withLaunches(
      ['constructor', 'toString', 'hasOwnProperty', 'x'].map((executable) => aLaunch({ executable })),
    );
    const verdict = judge(resultsOf(odd), baselineOf(odd));
    expect(findingOf('launchesByExecutable', verdict.findings).outcome).toBe('passed');
    expect(
      findingOf('launchesByExecutable', judge(resultsOf(odd), baselineOf(perDriver)).findings).outcome,
    ).toBe('failed');
  });
});

describe('coverage', () => {
  it('fails when a cell of the baseline was not measured', () => {
    const verdict = judge(resultsOf(perDriver), baselineOf(perDriver, batched));
    expect(verdict.passed).toBe(false);
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({ rule: 'coverage', outcome: 'failed', row: 'batched', found: 'none' }),
    );
  });

  it('warns of a cell that the baseline does not know: nobody judged it', () => {
    const verdict = judge(resultsOf(perDriver, batched), baselineOf(perDriver));
    expect(verdict.passed).toBe(true);
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({
        rule: 'coverage',
        outcome: 'inconclusive',
        level: 'warn',
        row: 'batched',
      }),
    );
  });
});

describe('cells that cannot be trusted', () => {
  it.each<{ given: string; cell: MeasuredCell; rule: Rule }>([
    { given: 'a void cell', cell: aMeasuredCell({ launches: 4, void: 'it timed out' }), rule: 'void' },
    {
      given: 'counts that vary',
      cell: aMeasuredCell({ counts: { ledger: someLaunches(4), seen: [4, 5] } }),
      rule: 'deterministic',
    },
    {
      given: 'a count that no second pass confirmed',
      cell: aMeasuredCell({ counts: { ledger: someLaunches(4), seen: [4] } }),
      rule: 'deterministic',
    },
    {
      given: 'a cell that an interrupted run never came to',
      cell: aMeasuredCell({ counts: { ledger: [], seen: [] } }),
      rule: 'deterministic',
    },
    {
      given: 'a launch that escaped its emulation',
      cell: aMeasuredCell({
        counts: { ledger: someLaunches(4), escaped: 1 },
      }),
      rule: 'void',
    },
  ])('fail the gate: $given', ({ cell, rule }) => {
    const verdict = judge(resultsOf(cell), baselineOf(perDriver));
    expect(verdict.passed).toBe(false);
    expect(findingOf(rule, verdict.findings)).toMatchObject({ outcome: 'failed', level: 'error' });
  });

  it('do not pass as fewer launches: varying counts are neither above nor below', () => {
    const cell = aMeasuredCell({ counts: { ledger: someLaunches(3), seen: [3, 4] } });
    expect(findingOf('launches', judge(resultsOf(cell), baselineOf(perDriver)).findings).outcome).toBe(
      'inconclusive',
    );
  });

  it('fail the gate when the overrides are not equivalent', () => {
    const results = someResults({
      scenarios: [
        aScenarioResult({
          cells: [perDriver, batched],
          equivalence: { equivalent: false, differences: ['only in batched: dri/x_dri.so', 'y', 'z'] },
        }),
      ],
    });
    const verdict = judge(results, baselineOf(perDriver, batched));
    expect(verdict.passed).toBe(false);
    expect(findingOf('void', verdict.findings).found).toBe(
      'the overrides are not equivalent; only in batched: dri/x_dri.so; and 2 more',
    );
  });
});

describe('budget', () => {
  const budget: Budget = {
    launches: { batched: 1, '*': 10 },
    executables: { 'capture-*': 5, sh: 0 },
    lines: { 'launches.batched': 12, 'executables.sh': 15 },
  };

  it('gates without any baseline; a strategy by name goes before all of them', () => {
    const verdict = judge(budgeted('scenarios/a.yaml', budget, perDriver, batched), null);
    const found = verdict.findings.filter(({ rule }) => rule === 'budget');
    expect(verdict.passed).toBe(false);
    expect(found.map(({ row, expected, outcome }) => [row, expected, outcome])).toEqual([
      ['per-driver', 'at most 10', 'passed'],
      ['per-driver', 'at most 5 of capture-*', 'passed'],
      ['per-driver', 'at most 0 of sh', 'passed'],
      ['batched', 'at most 1', 'failed'],
      ['batched', 'at most 5 of capture-*', 'passed'],
      ['batched', 'at most 0 of sh', 'passed'],
    ]);
    expect(found[3]?.location).toEqual({ file: 'scenarios/a.yaml', line: 12 });
  });

  it('bounds an executable wherever it lies', () => {
    const verdict = judge(budgeted('a.yaml', budget, withLaunches([aLaunch(), shell])), null);
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({
        expected: 'at most 0 of sh',
        found: '1 of sh',
        newLaunches: [{ executable: '/bin/sh', argv: shell.argv }],
        location: { file: 'a.yaml', line: 15 },
      }),
    );
  });

  it('points at no file for a bundled scenario', () => {
    const verdict = judge(budgeted('bundled:mesa-desktop', budget, batched), null);
    expect(verdict.findings.every(({ location }) => location === null)).toBe(true);
  });

  it.each([
    { executable: '/usr/bin/sh', pattern: 'sh', matches: true },
    { executable: '/usr/bin/bash', pattern: 'sh', matches: false },
    { executable: '/usr/bin/bash', pattern: '*sh', matches: true },
    { executable: '/usr/bin/bash', pattern: '/usr/*', matches: true },
    { executable: '/opt/bin/bash', pattern: '/usr/*', matches: false },
    { executable: 'x86_64-linux-gnu-capture-libs', pattern: '*-capture-lib?', matches: true },
    { executable: 'a.b', pattern: 'a?b', matches: true },
    { executable: 'a+b', pattern: 'a.b', matches: false },
    { executable: 'a(b', pattern: 'a(b', matches: true },
    { executable: 'anything at all', pattern: '*', matches: true },
    // An expression with that many ways to match would be tried for hours.
    { executable: 'a'.repeat(200), pattern: `${'*a'.repeat(14)}b`, matches: false },
  ])('$pattern means $executable: $matches', ({ executable, pattern, matches }) => {
    expect(matchesGlob(executable, pattern)).toBe(matches);
  });
});

describe('maxRatio', () => {
  const bound: MaxRatio = { ratio: 0.5, metric: 'wall', strategy: null, reference: null };
  const control = {
    row: 'per-driver',
    tool: null,
    emulation: 'native',
    samples: someSamples({ medianMs: 300, seed: 8 }),
  };

  it.each([
    { wallMs: 100, ratio: 0.5, outcome: 'passed' },
    { wallMs: 250, ratio: 0.5, outcome: 'failed' },
    { wallMs: 150, ratio: 0.5, outcome: 'inconclusive' },
  ])('$wallMs ms against 300 ms, at most $ratio → $outcome', ({ wallMs, ratio, outcome }) => {
    const verdict = judge(timed(wallMs), null, { maxRatios: [{ ...bound, ratio }] });
    expect(findingOf('maxRatio', verdict.findings)).toMatchObject({ row: 'batched', outcome });
    expect(verdict.passed).toBe(outcome !== 'failed');
  });

  it('says what it found with interval and number of rounds', () => {
    const { expected, found } = findingOf(
      'maxRatio',
      judge(timed(250), null, { maxRatios: [bound] }).findings,
    );
    expect(expected).toBe('at most 0.5 × the wall time of per-driver');
    expect(found).toMatch(/^0\.8\d × \[0\.\d\d, 0\.\d\d\] n=8$/);
  });

  it.each<{ given: string; results: Results; why: string }>([
    {
      given: 'the null control failed',
      results: timed(250, { ...control, samples: someSamples({ medianMs: 400 }) }),
      why: 'null control failed',
    },
    {
      given: 'the run was interrupted',
      results: { ...timed(250), run: aRun({ complete: false }) },
      why: 'the run was interrupted',
    },
  ])('only warns when $given', ({ results, why }) => {
    const verdict = judge(results, null, { maxRatios: [bound] });
    expect(findingOf('maxRatio', verdict.findings)).toMatchObject({ outcome: 'inconclusive', level: 'warn' });
    expect(findingOf('maxRatio', verdict.findings).found).toContain(why);
    expect(verdict.passed).toBe(true);
  });

  it.each([
    { given: 'a counts-only run', results: countsOnlyResults() },
    { given: 'a quick run', results: quickResults() },
    { given: 'a run without a null control', results: timed(100, null) },
    { given: 'a run of one strategy', results: resultsOf(perDriver) },
  ])('cannot judge $given, and does not pass', ({ results }) => {
    expect(() => judge(results, baselineOf(perDriver), { maxRatios: [bound] })).toThrow(FormatError);
  });

  it('refuses a ratio that is none', () => {
    expect(() => judge(timed(100), null, { maxRatios: [{ ...bound, ratio: 0 }] })).toThrow(UsageError);
  });

  function timed(
    wallMs: number,
    nullControl: Results['scenarios'][number]['controls']['nullControl'] = control,
  ): Results {
    return someResults({
      scenarios: [
        aScenarioResult({
          cells: [
            aMeasuredCell({ wallMs: 300 }),
            aMeasuredCell({ strategy: 'batched', wallMs, position: 1 }),
          ],
          controls: { floor: null, toolStart: null, nullControl },
        }),
      ],
    });
  }
});

describe('maxRss and maxFaults', () => {
  it.each<{ rules: GateRules; rule: Rule; outcome: string }>([
    { rules: { maxRssKib: 48_000 }, rule: 'maxRss', outcome: 'passed' },
    { rules: { maxRssKib: 47_999 }, rule: 'maxRss', outcome: 'failed' },
    { rules: { maxFaults: 5_200 }, rule: 'maxFaults', outcome: 'passed' },
    { rules: { maxFaults: 5_199 }, rule: 'maxFaults', outcome: 'failed' },
  ])('$rule with $rules → $outcome', ({ rules, rule, outcome }) => {
    expect(findingOf(rule, judge(resultsOf(perDriver), null, rules).findings)).toMatchObject({ outcome });
  });

  it('cannot judge what the timer did not measure, and does not pass', () => {
    const samples = someSamples();
    const cell = aMeasuredCell({ samples: samples.map((sample) => ({ ...sample, maxRssKib: null })) });
    expect(() => judge(resultsOf(cell), baselineOf(cell), { maxRssKib: 1 })).toThrow(FormatError);
  });
});

describe('a gate that could not judge never passes', () => {
  it.each([
    {
      given: 'results without a scenario',
      results: someResults({ scenarios: [] }),
      baseline: baselineOf(perDriver),
    },
    { given: 'results without a cell', results: resultsOf(), baseline: baselineOf(perDriver) },
    { given: 'neither baseline nor budget nor limit', results: resultsOf(perDriver), baseline: null },
    {
      given: 'the baseline of another scenario',
      results: someResults({ scenarios: [aScenarioResult({ name: 'another', cells: [perDriver] })] }),
      baseline: baselineOf(perDriver),
    },
  ])('$given', ({ results, baseline }) => {
    expect(() => judge(results, baseline)).toThrow(FormatError);
  });

  it('a void cell cannot be waved through', () => {
    const results = resultsOf(aMeasuredCell({ void: 'it failed' }), batched);
    expect(() => judge(results, baselineOf(batched), { levels: { void: 'warn' } })).toThrow(UsageError);
  });

  it('not even with all rules off', () => {
    const levels = { launches: 'off', launchesByExecutable: 'off' } as const;
    expect(() => judge(resultsOf(perDriver), baselineOf(perDriver), { levels })).toThrow(FormatError);
  });
});

function findingOf(rule: Rule, findings: readonly Finding[]): Finding {
  const found = findings.find((finding) => finding.rule === rule);
  if (!found)
    throw new Error(`no finding of ${rule} among ${findings.map((finding) => finding.rule).join(', ')}`);
  return found;
}

function resultsOf(...cells: MeasuredCell[]): Results {
  return someResults({ scenarios: [aScenarioResult({ cells })] });
}

function budgeted(source: string, budget: Budget, ...cells: MeasuredCell[]): Results {
  return someResults({ scenarios: [aScenarioResult({ source, budget, cells })] });
}

function withLaunches(ledger: ReturnType<typeof someLaunches>): MeasuredCell {
  return aMeasuredCell({ counts: someCounts({ ledger }) });
}

/** The committed baseline that these cells make, read back from its text. */
function baselineOf(...cells: MeasuredCell[]): Baseline {
  const update = updateBaseline(null, resultsOf(...cells), {
    file: 'baseline.json',
    ci: false,
    allowCi: false,
  });
  if (update.kind === 'refused') throw new Error(update.reasons.join('; '));
  return parseBaseline(formatBaseline(update.baseline), 'baseline.json');
}
