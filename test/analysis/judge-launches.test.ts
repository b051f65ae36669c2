import { describe, expect, it } from 'vitest';
import { judgeLaunches } from '../../src/analysis/judge-launches.ts';
import { limit, type LaunchBudget, type LaunchCount } from '../../src/scenario/launch-budget.ts';
import { aTraceDocument } from '../builders/some-traces.ts';

/** make starts a shell that launches `git describe` and `git status --porcelain`, and becomes `cc`; one fork. */
const { trace } = aTraceDocument();

const ALL: LaunchCount = { kind: 'launches' };
const FORKS: LaunchCount = { kind: 'forks' };
const named = (glob: string): LaunchCount => ({ kind: 'executable', glob });

function judged(counts: LaunchCount, max: number, known: LaunchBudget['known'] = null) {
  const verdict = judgeLaunches(
    trace,
    { limits: [limit(counts, max)], known },
    { reproduce: 'again', accept: null },
  );
  const [finding] = verdict.findings;
  return { passed: verdict.passed, named: finding?.newLaunches.map(({ label }) => label) ?? [] };
}

describe('a limit', () => {
  it.each([
    { counts: ALL, max: 4, passes: true },
    { counts: ALL, max: 3, passes: false },
    { counts: FORKS, max: 1, passes: true },
    { counts: FORKS, max: 0, passes: false },
    { counts: named('git'), max: 2, passes: true },
    { counts: named('git'), max: 1, passes: false },
    { counts: named('g*'), max: 1, passes: false },
    { counts: named('/usr/bin/*'), max: 3, passes: false },
    { counts: named('/bin/*'), max: 0, passes: true },
    { counts: named('make'), max: 0, passes: true },
  ])('of $max for $counts: $passes', ({ counts, max, passes }) => {
    expect(judged(counts, max).passed).toBe(passes);
  });

  it('names the launches that came when it was reached, with who started them', () => {
    expect(judged(named('git'), 1).named).toEqual([
      "git status --porcelain, started by sh -c 'git describe; git status; exec cc -c main.c'",
    ]);
  });

  it('names those that are new since the budget was made, wherever they came', () => {
    const known = new Map([
      ['git status --porcelain', 1],
      ['cc -c main.c', 1],
      ["sh -c 'git describe; git status; exec cc -c main.c'", 1],
    ]);
    expect(judged(ALL, 3, known).named).toEqual([
      "git describe, started by sh -c 'git describe; git status; exec cc -c main.c'",
    ]);
    // Nothing is new: the limit was lowered by hand.
    const all = new Map([...known, ['git describe', 1]]);
    expect(judged(ALL, 3, all).named).toEqual([
      "cc -c main.c, started by sh -c 'git describe; git status; exec cc -c main.c'",
    ]);
  });

  it('says why it is there', () => {
    const why = { ...limit(named('git'), 1), why: 'one for the version' };
    const { findings } = judgeLaunches(
      trace,
      { limits: [why], known: null },
      { reproduce: null, accept: null },
    );
    expect(findings[0]).toMatchObject({ expected: 'at most 1 (one for the version)', found: '2' });
  });

  it('is no limit for what was not counted', () => {
    const shim = { ...trace, forks: null };
    const { passed } = judgeLaunches(
      shim,
      { limits: [limit(FORKS, 100)], known: null },
      { reproduce: null, accept: null },
    );
    expect(passed).toBe(false);
  });
});

describe('repetitions', () => {
  it.each([
    { runs: [{ launches: 4, forks: 1 }], findings: 1, passed: true },
    { runs: Array.from({ length: 3 }, () => ({ launches: 4, forks: 1 })), findings: 2, passed: true },
    {
      runs: [
        { launches: 4, forks: 1 },
        { launches: 5, forks: 1 },
      ],
      findings: 2,
      passed: false,
    },
  ])('$runs: passed $passed', ({ runs, findings, passed }) => {
    const verdict = judgeLaunches(
      { ...trace, runs },
      { limits: [limit(ALL, 10)], known: null },
      { reproduce: null, accept: null },
    );
    expect({ passed: verdict.passed, findings: verdict.findings.length }).toEqual({ passed, findings });
  });
});
