import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { updateBaseline } from '../../src/analysis/update-baseline.ts';
import { reportersFor } from '../../src/reporters/reporters.ts';
import { formatBaseline } from '../../src/results/baseline.ts';
import type { Results } from '../../src/results/results.ts';
import { aFolderOf, type ResultsFolder } from '../builders/results-folder.ts';
import { aMeasuredCell, countsOnlyResults, someResults } from '../builders/some-results.ts';

/** Results of one cell with so many launches. */
function resultsWith(launches: number): Results {
  return countsOnlyResults({ cells: [aMeasuredCell({ launches, rounds: 0 })] });
}

/** What `gate --update` makes of three launches; that it does is the first test about accepting counts. */
function baselineOfThreeLaunches(): string {
  const update = updateBaseline(null, resultsWith(3), { file: 'baseline.json', ci: false, allowCi: false });
  if (update.kind === 'refused') throw new Error(update.reasons.join('\n'));
  return formatBaseline(update.baseline);
}

/** Results of one cell with so many launches, and the baseline that three launches make. */
function aFolderWith({ launches }: { readonly launches: number }): ResultsFolder {
  return aFolderOf({
    'accepted.json': resultsWith(3),
    'run.json': resultsWith(launches),
    'baseline.json': baselineOfThreeLaunches(),
  });
}

describe('the gate', () => {
  it('passes with 0 when the counts are those of the baseline', async () => {
    const folder = aFolderWith({ launches: 3 });
    const { status, stdout } = await folder.launchbenchProcess([
      'gate',
      'run.json',
      '--baseline',
      'baseline.json',
    ]);
    expect(status).toBe(0);
    expect(stdout).toContain('Gate passed');
  });

  it('fails with 1 when one launch came back, and says how to see and how to accept it', async () => {
    const folder = aFolderWith({ launches: 4 });
    const { status, stdout, stderr } = await folder.launchbench([
      'gate',
      'run.json',
      '--baseline',
      'baseline.json',
    ]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain('Gate failed');
    expect(stdout).toMatch(/expected at most 3, found 4/);
    expect(stdout).toContain('launchbench gate run.json --baseline baseline.json --update');
  });

  it('passes a count that went down, but not with --exact', async () => {
    const folder = aFolderWith({ launches: 2 });
    const gate = ['gate', 'run.json', '--baseline', 'baseline.json'];
    expect(await folder.launchbench(gate)).toMatchObject({ status: 0 });
    expect(await folder.launchbench([...gate, '--exact'])).toMatchObject({ status: 1 });
  });

  it('shows one launch more in every format, with status 1', async () => {
    const folder = aFolderWith({ launches: 4 });
    const formats = reportersFor('gate');
    const judge = (results: string, place: string) =>
      folder.launchbench([
        ...['gate', results, '--baseline', 'baseline.json'],
        ...formats.flatMap((format) => ['--format', `${format}=${place}/${format}`]),
      ]);
    expect(await judge('run.json', 'failed')).toMatchObject({ status: 1 });
    expect(await judge('accepted.json', 'passed')).toMatchObject({ status: 0 });
    for (const format of formats) {
      expect(folder.read(`passed/${format}`), format).not.toBe(folder.read(`failed/${format}`));
    }
  });

  it('writes every report that was asked for before it fails', async () => {
    const folder = aFolderWith({ launches: 4 });
    const { status, stdout } = await folder.launchbench([
      ...['gate', 'run.json', '--baseline', 'baseline.json', '--format', 'github'],
      ...['--format', 'junit=reports/gate.xml', '--format', 'json=reports/gate.json'],
    ]);
    expect(status).toBe(1);
    expect(stdout).toContain('::error file=baseline.json,line=');
    expect(folder.read('reports/gate.xml')).toContain('<failure');
    expect(JSON.parse(folder.read('reports/gate.json'))).toMatchObject({ verdict: { passed: false } });
  });

  it('adds to the step summary of GitHub Actions, behind what is there', async () => {
    const folder = aFolderWith({ launches: 4 });
    const env = { GITHUB_STEP_SUMMARY: join(folder.path, 'summary.md') };
    await folder.launchbench(['gate', 'run.json', '--baseline', 'baseline.json'], env);
    await folder.launchbench(['gate', 'accepted.json', '--baseline', 'baseline.json'], env);
    expect(folder.read('summary.md')).toMatch(/Gate failed[^]*Gate passed/);
  });

  it('prints one JSON document with --json', async () => {
    const folder = aFolderWith({ launches: 4 });
    const { stdout } = await folder.launchbench([
      'gate',
      'run.json',
      '--baseline',
      'baseline.json',
      '--json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'gate', verdict: { passed: false } });
  });
});

describe('a gate that cannot judge never passes', () => {
  it.each([
    { given: 'no baseline, budget or limit', args: ['gate', 'run.json'] },
    { given: 'a baseline that is not there', args: ['gate', 'run.json', '--baseline', 'missing.json'] },
    { given: 'a baseline that is cut short', args: ['gate', 'run.json', '--baseline', 'cut.json'] },
    { given: 'a baseline without cells', args: ['gate', 'run.json', '--baseline', 'empty.json'] },
    { given: 'results that are not there', args: ['gate', 'missing.json', '--baseline', 'baseline.json'] },
    { given: 'results that are cut short', args: ['gate', 'cut.json', '--baseline', 'baseline.json'] },
    { given: 'no results at all', args: ['gate', '--baseline', 'baseline.json'] },
    {
      given: 'the same results twice',
      args: ['gate', 'run.json', 'run.json', '--baseline', 'baseline.json'],
    },
    { given: 'a rule that there is not', args: ['gate', 'run.json', '--rule', 'launch=off'] },
    { given: 'a ratio that is none', args: ['gate', 'run.json', '--max-ratio', 'fast'] },
  ])('$given: status 2 and a reason', async ({ args }) => {
    const folder = aFolderWith({ launches: 3 });
    const more = aFolderOf({
      'run.json': folder.read('run.json'),
      'baseline.json': folder.read('baseline.json'),
      'cut.json': folder.read('run.json').slice(0, 400),
      'empty.json': '{ "schema": "launchbench.baseline/1", "scenarios": {} }',
    });
    const { status, stdout, stderr } = await more.launchbench(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^launchbench: \S/);
  });
});

it('says how a baseline that is not there yet is made', async () => {
  const folder = aFolderWith({ launches: 3 });
  const { stderr } = await folder.launchbench(['gate', 'run.json', '--baseline', 'first.json']);
  expect(stderr).toMatch(/first\.json: cannot read this baseline: .*\n.* with --update\./);
});

describe('accepting new counts', () => {
  const update = ['gate', 'run.json', '--baseline', 'baseline.json', '--update'];

  it('makes the baseline where there is none', async () => {
    const folder = aFolderOf({ 'run.json': resultsWith(3) });
    expect(await folder.launchbench(update)).toMatchObject({ status: 0, stderr: '' });
    expect(folder.read('baseline.json')).toBe(baselineOfThreeLaunches());
  });

  it('rewrites the baseline, in both directions, and shows what changed', async () => {
    const folder = aFolderWith({ launches: 2 });
    const { status, stdout } = await folder.launchbench(update);
    expect(status).toBe(0);
    expect(stdout).toMatch(/per-driver\s+native\s+3\s+2/);
    expect(
      await folder.launchbench(['gate', 'run.json', '--baseline', 'baseline.json', '--exact']),
    ).toMatchObject({
      status: 0,
    });
  });

  it('is refused in CI, unless it was said that it may', async () => {
    const folder = aFolderWith({ launches: 4 });
    const before = folder.read('baseline.json');
    const refused = await folder.launchbench(update, { CI: 'true' });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('--allow-ci');
    expect(folder.read('baseline.json')).toBe(before);
    expect(await folder.launchbench([...update, '--allow-ci'], { CI: 'true' })).toMatchObject({ status: 0 });
    expect(folder.read('baseline.json')).not.toBe(before);
  });

  it('is refused for counts that were not the same twice', async () => {
    const cell = aMeasuredCell({ launches: 4, rounds: 0 });
    const folder = aFolderOf({
      'run.json': countsOnlyResults({ cells: [{ ...cell, counts: { ...cell.counts, seen: [4, 5] } }] }),
    });
    expect(await folder.launchbench(update)).toMatchObject({ status: 1, stdout: '' });
    expect(existsSync(join(folder.path, 'baseline.json'))).toBe(false);
  });

  it('needs the name of the file to write', async () => {
    const folder = aFolderOf({ 'run.json': someResults() });
    expect(await folder.launchbench(['gate', 'run.json', '--update'])).toMatchObject({
      status: 2,
      stdout: '',
    });
  });
});
