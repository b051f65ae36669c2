import { describe, expect, it } from 'vitest';
import { FormatError, UsageError } from '../../src/errors.ts';
import type { Finding, Rule } from '../../src/analysis/finding.ts';
import { formatBaseline, parseBaseline } from '../../src/results/baseline.ts';
import type { Baseline } from '../../src/results/baseline.ts';
import { judge } from '../../src/analysis/gate.ts';
import type { GateRules, MaxRatio } from '../../src/analysis/gate.ts';
import type { Budget, MeasuredCell, Results } from '../../src/results/results.ts';
import { matchesGlob } from '../../src/analysis/matches-glob.ts';
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
const shell = aLaunch({
  executable: '/bin/sh',
  argv: ['/bin/sh', '-c', 'true'],
  purpose: 'probe',
  arch: null,
});

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
      found: '5',
      newLaunches: [
        {
          label: 'sh -c true',
          found: 1,
          known: 0,
          launches: [{ executable: '/bin/sh', argv: ['/bin/sh', '-c', 'true'] }],
        },
      ],
      reproduce: 'launchbench run mesa-desktop --counts-only --strategy per-driver --emulation native',
      accept: "launchbench gate 'run 1.json' --baseline b.json --update",
      location: { file: 'baseline.json', line: 12 },
    });
  });

  it('are counted again with the tools and wrappers that the run had', () => {
    const argv = ['run', 'x', '--tool=a=./a', '--rounds', '3', '--tool', 'b=./b', '--wrapper', 'q=qemu -x'];
    const results = { ...resultsOf(aMeasuredCell({ launches: 5 })), run: aRun({ argv }) };
    expect(findingOf('launches', judge(results, baselineOf(perDriver)).findings).reproduce).toBe(
      "launchbench run mesa-desktop --tool=a=./a --tool b=./b --wrapper 'q=qemu -x' --counts-only --strategy per-driver --emulation native",
    );
  });

  it('names exactly the one that is new, of however many of its kind', () => {
    const verdict = judge(resultsOf(aMeasuredCell({ launches: 5 })), baselineOf(perDriver));
    const { newLaunches } = findingOf('launches', verdict.findings);
    expect(newLaunches.map(({ label }) => label)).toEqual(['driver dri driver-3.so x86_64']);
  });

  it('says how often where one of the same label came back', () => {
    const now = withLaunches([...someLaunches(4), ...someLaunches(2).slice(0, 1)]);
    const { newLaunches } = findingOf('launches', judge(resultsOf(now), baselineOf(perDriver)).findings);
    expect(newLaunches).toMatchObject([{ label: 'driver dri driver-0.so x86_64', found: 2, known: 1 }]);
  });

  it('a baseline of before there were labels is judged by its counts, and says that it can name nothing', () => {
    const committed = baselineOf(perDriver);
    const baseline = { ...committed, cells: committed.cells.map((cell) => ({ ...cell, labels: null })) };
    const verdict = judge(resultsOf(aMeasuredCell({ launches: 5 })), baseline);
    expect(findingOf('launches', verdict.findings)).toMatchObject({ outcome: 'failed', newLaunches: [] });
    expect(verdict.notes).toEqual([
      expect.stringContaining(
        'no cell says what its launches are for, so new ones are counted but not named',
      ),
    ]);
  });

  it('a baseline that contradicts itself is judged by its number of launches, and says so', () => {
    const committed = baselineOf(perDriver);
    const baseline = { ...committed, cells: committed.cells.map((cell) => ({ ...cell, launches: 9 })) };
    const verdict = judge(resultsOf(aMeasuredCell({ launches: 5 })), baseline);
    expect(findingOf('launches', verdict.findings).outcome).toBe('passed');
    expect(verdict.notes).toEqual([
      expect.stringMatching(/^baseline\.json:\d+: .*"launches" is not the sum of the labels/),
    ]);
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
      newLaunches: [{ label: 'sh -c true', found: 1, known: 0 }],
    });
  });

  it('fails the gate when it is an error', () => {
    const now = withLaunches([...someLaunches(4).slice(1), shell]);
    const rules: GateRules = { levels: { launchesByExecutable: 'error' } };
    expect(judge(resultsOf(now), baselineOf(perDriver), rules).passed).toBe(false);
  });

  it('is not fooled by executables named like parts of an object', () => {
    const odd = withLaunches(
      ['constructor', 'toString', 'hasOwnProperty', 'x'].map((executable) =>
        aLaunch({ executable, argv: [executable], arch: null }),
      ),
    );
    expect(judge(resultsOf(odd), baselineOf(odd)).passed).toBe(true);
    const { newLaunches } = findingOf(
      'launchesByExecutable',
      judge(resultsOf(odd), baselineOf(perDriver)).findings,
    );
    expect(newLaunches).toHaveLength(4);
  });

  it('is left out where the number of launches has failed: it would say the same again', () => {
    const verdict = judge(resultsOf(aMeasuredCell({ launches: 5 })), baselineOf(perDriver));
    expect(verdict.findings.map(({ rule }) => rule)).not.toContain('launchesByExecutable');
  });
});

describe('toolLaunches and forks', () => {
  const traced = (toolLaunches: number | null, forks: number | null) =>
    aMeasuredCell({ counts: { ledger: someLaunches(4), toolLaunches, forks } });

  it.each([
    { rule: 'toolLaunches', now: traced(0, 8), outcome: 'passed' },
    { rule: 'toolLaunches', now: traced(3, 8), outcome: 'failed' },
    { rule: 'forks', now: traced(0, 9), outcome: 'failed' },
  ] as const)('$rule above the baseline: $outcome', ({ rule, now, outcome }) => {
    const verdict = judge(resultsOf(now), baselineOf(traced(0, 8)));
    expect(verdict.passed).toBe(outcome === 'passed');
    expect(findingOf(rule, verdict.findings).outcome).toBe(outcome);
  });

  it('pass in part where the baseline has the numbers and no tracer ran, and not at all when that is not enough', () => {
    const judged = (strict: boolean) =>
      judge(resultsOf(traced(null, null)), baselineOf(traced(0, 8)), { strict });
    expect(judged(false)).toMatchObject({ passed: true, word: 'passed in part' });
    expect(judged(true)).toMatchObject({ passed: false, word: 'passed in part' });
  });

  it('are not asked for where the baseline has none', () => {
    const verdict = judge(resultsOf(traced(7, 7)), baselineOf(perDriver));
    expect(verdict).toMatchObject({ passed: true, word: 'passed' });
  });

  it('stay in a baseline that is made anew without a tracer', () => {
    const update = updateBaseline(baselineOf(traced(0, 8)), resultsOf(traced(null, null)), {
      file: 'b.json',
      ci: false,
      allowCi: false,
    });
    expect(update.kind === 'updated' ? update.baseline.cells : []).toMatchObject([
      { toolLaunches: 0, forks: 8 },
    ]);
  });
});

describe('drivers and links', () => {
  const captured = (drivers: number | null, links: number, foreseenLinks: number | null = null) =>
    aMeasuredCell({
      counts: {
        ledger: someLaunches(4),
        drivers: drivers === null ? null : { captured: drivers, offered: 16 },
        links,
        foreseenLinks,
      },
    });

  it.each([
    { now: captured(16, 38), failed: [] },
    { now: captured(20, 50), failed: [] },
    { now: captured(16, 37), failed: ['links'] },
    { now: captured(15, 38), failed: ['drivers'] },
    { now: captured(1, 5), failed: ['drivers'] },
    { now: captured(16, 38, 39), failed: ['links'] },
    { now: captured(1, 5, 38), failed: ['drivers', 'links'] },
  ])('$now.counts.drivers.captured drivers, $now.counts.links links: $failed', ({ now, failed }) => {
    const verdict = judge(resultsOf(now), baselineOf(captured(16, 38)));
    expect(verdict.findings.filter(({ outcome }) => outcome === 'failed').map(({ rule }) => rule)).toEqual(
      failed,
    );
    expect(verdict.passed).toBe(failed.length === 0);
  });

  it('pass in part where the results do not tell', () => {
    expect(judge(resultsOf(captured(null, 38)), baselineOf(captured(16, 38))).word).toBe('passed in part');
  });

  it('are judged against the same plan in-process without any baseline, but are no gate of their own', () => {
    const fewer = resultsOf(captured(16, 3, 38));
    expect(findingOf('links', judge(fewer, null).findings)).toMatchObject({
      outcome: 'failed',
      expected: 'at least 38 links, as the same plan in-process has',
      accept: null,
    });
    expect(() => judge(resultsOf(captured(16, 38, 38)), null)).toThrow(FormatError);
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

  it('fails for a cell that the baseline does not know: nobody would judge it', () => {
    const verdict = judge(resultsOf(perDriver, batched), baselineOf(perDriver));
    expect(verdict.passed).toBe(false);
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({ rule: 'uncovered', outcome: 'failed', level: 'error', row: 'batched' }),
    );
  });

  it.each([
    { launches: 4, rule: 'launches', outcome: 'passed' },
    { launches: 5, rule: 'launches', outcome: 'failed' },
  ])(
    'holds a cell under an emulator that the baseline does not know against the native one: $launches launches $outcome',
    ({ launches, rule, outcome }) => {
      const emulated = aMeasuredCell({ strategy: 'per-driver', emulation: 'qemu-x86_64', launches });
      const { findings } = judge(resultsOf(perDriver, emulated), baselineOf(perDriver));
      expect(findings).toContainEqual(expect.objectContaining({ rule, outcome, emulation: 'qemu-x86_64' }));
      expect(findings).not.toContainEqual(expect.objectContaining({ rule: 'uncovered', outcome: 'failed' }));
    },
  );

  it.each(['scenario', 'strategy'] as const)(
    'fails for a %s called __proto__, which no baseline can hold',
    (what) => {
      const odd = what === 'strategy' ? [perDriver, aMeasuredCell({ strategy: '__proto__' })] : [perDriver];
      const scenarios = [
        aScenarioResult({ cells: [perDriver] }),
        ...(what === 'scenario' ? [aScenarioResult({ name: '__proto__', cells: [perDriver] })] : []),
      ];
      const results = what === 'strategy' ? resultsOf(...odd) : someResults({ scenarios });
      expect(judge(results, baselineOf(perDriver)).passed).toBe(false);
      const update = updateBaseline(null, results, { file: 'b.json', ci: false, allowCi: false });
      expect(update).toMatchObject({ kind: 'refused' });
    },
  );

  it('passes in part when shards are missing, and says first which ones', () => {
    const baseline = baselineIn({ 'mesa-desktop': [perDriver], another: [perDriver] });
    const results = { ...resultsOf(perDriver), missingShards: [2, 3] };
    const verdict = judge(results, baseline);
    expect(verdict).toMatchObject({ passed: true, word: 'passed in part', missingShards: [2, 3] });
    expect(verdict.findings[0]).toMatchObject({
      outcome: 'inconclusive',
      found: 'shards that are missing: 2, 3',
    });
    expect(judge(results, baseline, { strict: true }).passed).toBe(false);
  });

  it('fails when a cell is missing of a scenario that is there, missing shards or not', () => {
    const results = { ...resultsOf(perDriver), missingShards: [2] };
    expect(judge(results, baselineOf(perDriver, batched)).passed).toBe(false);
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
    const { findings } = judge(resultsOf(cell), baselineOf(perDriver));
    expect(findings.map(({ rule }) => rule)).not.toContain('launches');
    const levels = { deterministic: 'off' } as const;
    expect(() => judge(resultsOf(cell), baselineOf(perDriver), { levels })).toThrow(FormatError);
  });

  it('fail the gate when digests differ although the file says that the overrides are equivalent', () => {
    const other = aMeasuredCell({
      strategy: 'batched',
      launches: 2,
      counts: { ledger: someLaunches(2), overridesDigest: 'f'.repeat(64), links: 3 },
    });
    const verdict = judge(resultsOf(perDriver, other), baselineOf(perDriver, batched));
    expect(verdict.passed).toBe(false);
    expect(findingOf('void', verdict.findings)).toMatchObject({
      found: 'the overrides are not equivalent; batched left 3 of 134 links',
      // One strategy alone would differ from nothing.
      reproduce: 'launchbench run mesa-desktop --counts-only --emulation native',
    });
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
      // What capture-* counts are the very launches of the bound before.
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
        newLaunches: [
          {
            label: 'sh -c true',
            found: 1,
            known: null,
            launches: [{ executable: '/bin/sh', argv: shell.argv }],
          },
        ],
        location: { file: 'a.yaml', line: 15 },
      }),
    );
  });

  it('warns of a bound that is about nothing, unless that is what it asks for', () => {
    const idle: Budget = {
      launches: { 'batched-typo': 1, '*': 10 },
      executables: { 'captur-*': 5, sh: 0 },
      lines: { 'executables.captur-*': 14 },
    };
    const verdict = judge(budgeted('a.yaml', idle, batched), null);
    const warnings = verdict.findings.filter(({ outcome }) => outcome === 'failed');
    expect(verdict).toMatchObject({ passed: true, word: 'passed' });
    expect(warnings.map(({ level, expected }) => [level, expected])).toEqual([
      ['warn', 'a strategy called batched-typo, because the budget bounds it'],
      ['warn', 'a launch of captur-*, because the budget bounds it'],
    ]);
    expect(warnings[1]?.location).toEqual({ file: 'a.yaml', line: 14 });
  });

  it('means our own tool by one name in either form', () => {
    expect(matchesGlob('{launchbench}/capture-libs.cjs', 'capture-libs')).toBe(true);
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

  it('leaves it to the rule "void" when the reference is void, and compares with no other one', () => {
    const cells = ['per-driver', 'batched', 'batched-dedup'].map((strategy, position) =>
      aMeasuredCell({ strategy, position, void: strategy === 'per-driver' ? 'it failed' : null }),
    );
    const controls = { floor: null, toolStart: null, nullControl: control };
    const results = someResults({ scenarios: [aScenarioResult({ cells, controls })] });
    const { word, findings } = judge(results, null, { maxRatios: [{ ...bound, strategy: null }] });
    expect({ word, rules: [...new Set(findings.map(({ rule }) => rule))] }).toEqual({
      word: 'failed',
      rules: ['void', 'deterministic'],
    });
  });

  it('does not pass when nothing can be bounded and the rule that says so is off', () => {
    const varying = (strategy: string) =>
      aMeasuredCell({ strategy, counts: { ledger: someLaunches(4), seen: [4, 5] } });
    const cells = [varying('per-driver'), varying('batched')];
    const controls = { floor: null, toolStart: null, nullControl: control };
    const results = someResults({ scenarios: [aScenarioResult({ cells, controls })] });
    expect(judge(results, null, { maxRatios: [bound] }).passed).toBe(false);
    const rules = { maxRatios: [bound], levels: { deterministic: 'off' } } as const;
    expect(() => judge(results, null, rules)).toThrow('no scenario has a cell and a reference');
  });

  it('is not about an emulation with rounds of its own, which has no intervals', () => {
    const both = ['native', 'qemu'].flatMap((emulation) =>
      ['per-driver', 'batched'].map((strategy, position) =>
        aMeasuredCell({ strategy, emulation, position, wallMs: 300 }),
      ),
    );
    const ownRounds = [{ emulation: 'qemu', rounds: 8, native: [] }];
    const controls = { floor: null, toolStart: null, nullControl: control };
    const results = someResults({ scenarios: [aScenarioResult({ cells: both, ownRounds, controls })] });
    const { findings } = judge(results, null, { maxRatios: [bound] });
    expect(findings.flatMap(({ rule, emulation }) => (rule === 'maxRatio' ? [emulation] : []))).toEqual([
      'native',
    ]);
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

  it('cannot judge a run without launches, and does not pass', () => {
    const cell = aMeasuredCell({ counts: { launches: 0, seen: [0, 0], ledger: [] } });
    expect(() => judge(resultsOf(cell), baselineOf(cell), { maxRssKib: 1 })).toThrow(FormatError);
  });

  it('leave it to the rule "void" when every cell failed', () => {
    const results = resultsOf(aMeasuredCell({ void: 'it failed' }));
    expect(judge(results, null, { maxRssKib: 1 })).toMatchObject({ word: 'failed' });
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
  return baselineIn({ 'mesa-desktop': cells });
}

function baselineIn(scenarios: Readonly<Record<string, readonly MeasuredCell[]>>): Baseline {
  const results = someResults({
    scenarios: Object.entries(scenarios).map(([name, cells]) => aScenarioResult({ name, cells })),
  });
  const update = updateBaseline(null, results, {
    file: 'baseline.json',
    ci: false,
    allowCi: false,
  });
  if (update.kind === 'refused') throw new Error(update.reasons.join('; '));
  return parseBaseline(formatBaseline(update.baseline), 'baseline.json');
}
