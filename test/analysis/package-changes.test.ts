import { describe, expect, it } from 'vitest';
import { compareResults } from '../../src/analysis/compare-results.ts';
import { judge } from '../../src/analysis/gate.ts';
import { packageChanges } from '../../src/analysis/package-changes.ts';
import { updateBaseline } from '../../src/analysis/update-baseline.ts';
import { warningWords } from '../../src/reporters/warning-words.ts';
import { formatBaseline, parseBaseline } from '../../src/results/baseline.ts';
import type { PackagesOfTrees, Results } from '../../src/results/results.ts';
import { aScenarioResult, someResults } from '../builders/some-results.ts';

const OLD: PackagesOfTrees = { provider: { 'libc6:i386': '2.36-9', 'mesa:i386': '22.3.6-1' } };
const NEW: PackagesOfTrees = { provider: { 'libc6:i386': '2.36-10', 'mesa:i386': '22.3.6-1' } };

const counted = (packages?: PackagesOfTrees): Results =>
  someResults({ scenarios: [aScenarioResult(packages === undefined ? {} : { packages })] });

const baselineOf = (results: Results) => {
  const update = updateBaseline(null, results, { file: 'base.json', ci: false, allowCi: false });
  if (update.kind === 'refused') throw new Error(update.reasons.join());
  return parseBaseline(formatBaseline(update.baseline), 'base.json');
};

describe('packageChanges', () => {
  it.each<{ case: string; before?: PackagesOfTrees; after?: PackagesOfTrees; changes: readonly string[] }>([
    { case: 'the same', before: OLD, after: OLD, changes: [] },
    { case: 'another version', before: OLD, after: NEW, changes: ['libc6:i386 2.36-9 → 2.36-10 (provider)'] },
    {
      case: 'one more and one less',
      before: { container: { 'a:amd64': '1' } },
      after: { container: { 'b:amd64': '2' } },
      changes: ['a:amd64 1 → absent (container)', 'b:amd64 absent → 2 (container)'],
    },
    { case: 'trees without packages before', after: NEW, changes: [] },
    { case: 'trees without packages after', before: OLD, changes: [] },
  ])('$case', ({ before, after, changes }) => {
    expect(packageChanges(before, after)).toEqual(changes);
  });
});

it('a comparison warns of packages that changed', () => {
  const between = (before: Results, after: Results) =>
    compareResults({ label: 'before', results: before }, { label: 'after', results: after }).warnings.filter(
      ({ kind }) => kind === 'packages-changed',
    );
  expect(between(counted(OLD), counted(NEW)).map((warning) => warningWords(warning))).toEqual([
    'The trees of mesa-desktop were made of other packages: libc6:i386 2.36-9 → 2.36-10 (provider).',
  ]);
  expect(between(counted(OLD), counted(OLD))).toEqual([]);
});

describe('a gate', () => {
  it('says when a count was taken with other packages than that of the baseline', () => {
    expect(judge(counted(NEW), baselineOf(counted(OLD))).notes).toEqual([
      'base.json: mesa-desktop was counted with other packages: libc6:i386 2.36-9 → 2.36-10 (provider); --update takes these over.',
    ]);
    expect(judge(counted(OLD), baselineOf(counted(OLD))).notes).toEqual([]);
  });

  it('is told of new packages by an update, which keeps those of other scenarios', () => {
    const other = someResults({ scenarios: [aScenarioResult({ name: 'other', packages: OLD })] });
    const update = updateBaseline(baselineOf(other), counted(NEW), {
      file: 'base.json',
      ci: false,
      allowCi: false,
    });
    expect(update).toMatchObject({ baseline: { packages: { other: OLD, 'mesa-desktop': NEW } } });
  });

  it('keeps a baseline without packages as it was', () => {
    expect(baselineOf(counted()).packages).toBeUndefined();
  });
});
