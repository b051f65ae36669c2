import { existsSync, lstatSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/canonical-json.ts';
import { renderJson } from '../../src/reporters/json.ts';
import { reportersFor } from '../../src/reporters/reporters.ts';
import { formatBaseline } from '../../src/results/baseline.ts';
import { formatModelFile } from '../../src/scenario/model-file.ts';
import { executable } from '../builders/executables.ts';
import { aFolderOf } from '../builders/results-folder.ts';
import { aModelFile } from '../builders/some-models.ts';
import { aBuildTrace, aTraceDocument } from '../builders/some-traces.ts';
import { aRun, aScenarioResult, someResults } from '../builders/some-results.ts';
import { outputOf, runProgram } from '../builders/programs.ts';

describe('report', () => {
  it('reads results from a pipe, and writes a report into one', () => {
    const folder = aFolderOf({ 'run.json': someResults() });
    const line = `cat run.json | '${process.execPath}' '${executable('launchbench.js')}' report /dev/stdin --format csv=/dev/stdout | cat`;
    expect(outputOf('sh', ['-c', line], { cwd: folder.path })).toContain('mesa-desktop');
  });

  it('writes onto a device, and through a link', async () => {
    const folder = aFolderOf({ 'run.json': someResults(), 'real.csv': 'old' });
    symlinkSync('real.csv', join(folder.path, 'link.csv'));
    const places = ['csv=/dev/null', 'csv=link.csv'];
    const { status } = await folder.launchbench([
      ...['report', 'run.json'],
      ...places.flatMap((place) => ['--format', place]),
    ]);
    expect(status).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(lstatSync(join(folder.path, 'link.csv')).isSymbolicLink()).toBe(true);
    expect(folder.read('real.csv')).toContain('mesa-desktop');
  });

  it.each([
    { given: 'the results themselves', place: 'run.json' },
    { given: 'the results by another name', place: './folder/../linked.json' },
    { given: 'older results', place: 'older.json' },
    { given: 'a baseline', place: 'baseline.json' },
    { given: 'a model', place: 'model.json' },
    { given: 'a trace', place: 'trace.json' },
    { given: 'a trace with sorted keys', place: 'sorted.json' },
  ])('is never written over $given', async ({ place }) => {
    const baseline = formatBaseline({ file: 'b', cells: [] });
    const folder = aFolderOf({
      'run.json': someResults(),
      'older.json': someResults({ run: aRun({ seed: 3 }) }),
      'baseline.json': baseline,
      'model.json': formatModelFile(aModelFile()),
      'trace.json': renderJson(aTraceDocument()),
      'sorted.json': canonicalJson(aBuildTrace()),
      'folder/file': '',
    });
    symlinkSync('run.json', join(folder.path, 'linked.json'));
    const before = folder.read(place);
    const { status, stderr } = await folder.launchbench(['report', 'run.json', '--format', `json=${place}`]);
    expect(status).toBe(2);
    expect(stderr).toContain(`${place} would be overwritten`);
    expect(folder.read(place)).toBe(before);
  });

  it('says with status 3 what the machine has too little of', async () => {
    const folder = aFolderOf({ 'run.json': someResults() });
    const full = await folder.launchbench(['report', 'run.json', '--format', 'csv=/dev/full']);
    expect(full).toMatchObject({ status: 3 });
    expect(full.stderr).toContain('Cannot write /dev/full: the file system is full');
    const run = (line: string) =>
      runProgram(
        'bash',
        [
          '-c',
          `${line}; exec '${process.execPath}' '${executable('launchbench.js')}' report run.json --format html=report.html`,
        ],
        {
          cwd: folder.path,
        },
      );
    expect(run('ulimit -f 4')).toMatchObject({ status: 3 });
    expect(run('ulimit -f 4').stderr).toContain('ulimit -f');
    expect(existsSync(join(folder.path, 'report.html'))).toBe(false);
    expect(run('exec >/dev/full')).toMatchObject({ status: 3 });
  });

  it('shows results in every format, on standard output or in a file', async () => {
    const folder = aFolderOf({ 'run.json': someResults() });
    const formats = reportersFor('results');
    const places = formats.flatMap((format) => ['--format', `${format}=out/${format}`]);
    await folder.launchbench(['report', 'run.json', ...places]);
    for (const format of formats) {
      const shown = await folder.launchbench(['report', 'run.json', '--format', format], { COLUMNS: '1000' });
      expect(shown, format).toMatchObject({ status: 0, stderr: '' });
      expect(folder.read(`out/${format}`), format).toBe(shown.stdout);
      expect(shown.stdout, format).toMatch(/^$|\n$/);
    }
  });

  it('shows the table as well when all formats went to files', async () => {
    const folder = aFolderOf({ 'run.json': someResults() });
    const { stdout } = await folder.launchbench([
      'report',
      'run.json',
      '--format',
      'csv=a.csv',
      '--format',
      'json=a.json',
    ]);
    expect(stdout).toContain('mesa-desktop');
    expect(folder.read('a.csv')).toContain('mesa-desktop');
    expect(JSON.parse(folder.read('a.json'))).toMatchObject({ kind: 'results' });
  });

  it('prints one JSON document with --json', async () => {
    const folder = aFolderOf({ 'run.json': someResults() });
    const { stdout, stderr } = await folder.launchbench(['report', 'run.json', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'results' });
    expect(stderr).toBe('');
  });

  it('merges the shards of one run into what the whole run would have shown', async () => {
    const run = aRun();
    const scenarios = ['first', 'second'].map((name) => aScenarioResult({ name }));
    const shard = (index: number) => ({ index, count: 2, run: run.id });
    const folder = aFolderOf({
      'whole.json': someResults({ scenarios }),
      '1.json': someResults({ scenarios: scenarios.slice(0, 1), shard: shard(1) }),
      '2.json': someResults({ scenarios: scenarios.slice(1), shard: shard(2) }),
    });
    const whole = await folder.launchbench(['report', 'whole.json', '--format', 'csv']);
    expect(await folder.launchbench(['report', '2.json', '1.json', '--format', 'csv'])).toEqual(whole);

    const missing = await folder.launchbench(['report', '1.json']);
    expect(missing).toMatchObject({ status: 2, stdout: '' });
    expect(missing.stderr).toContain('--partial');
    const partial = await folder.launchbench(['report', '1.json', '--partial']);
    expect(partial.status).toBe(0);
    expect(partial.stdout).toMatch(/shard 2\s+is\s+missing/);
  });

  it('shows the trend over a folder of runs, oldest first, other files left alone', async () => {
    const folder = aFolderOf({
      'results/b.json': someResults({ run: aRun({ id: 'b', startedAt: '2026-01-02T00:00:00.000Z' }) }),
      'results/a.json': someResults({ run: aRun({ id: 'a', startedAt: '2026-03-04T00:00:00.000Z' }) }),
      'results/notes.json': '{}',
    });
    const { status, stdout } = await folder.launchbench(['report', '--history', 'results', '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ entries: [{ label: 'b.json' }, { label: 'a.json' }] });
  });

  it.each([
    { args: ['report'], says: 'either RESULTS or --history' },
    { args: ['report', 'run.json', '--history', '.'], says: 'either RESULTS or --history' },
    { args: ['report', 'missing.json'], says: 'missing.json' },
    { args: ['report', 'cut.json'], says: 'cut.json' },
    { args: ['report', '--history', '.'], says: 'cut.json' },
    { args: ['report', '--history', 'missing'], says: 'missing' },
    { args: ['report', 'run.json', '--format', 'htm'], says: 'found "htm"; did you mean "html"?' },
    {
      args: ['report', 'run.json', '--format', 'csv', '--format', 'json'],
      says: 'two reports would go to standard output',
    },
    {
      args: ['report', 'run.json', '--format', 'csv=a', '--format', 'json=a'],
      says: 'two reports would go to a',
    },
    { args: ['report', 'run.json', '--format', 'csv='], says: 'the name of the file is missing' },
    {
      args: ['report', 'run.json', '--json', '--format', 'csv'],
      says: 'only one of them can write to standard output',
    },
    {
      args: ['report', 'run.json', '--margin', '2'],
      says: '--margin: expected a number from 0 to 1, found "2"',
    },
  ])('$args is refused: $says', async ({ args, says }) => {
    const folder = aFolderOf({
      'run.json': someResults(),
      'cut.json': '{ "schema": "launchbench.results/1", ',
    });
    const { status, stdout, stderr } = await folder.launchbench(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

describe('colours', () => {
  const escape = '\u001b[';

  it.each([
    { env: {}, args: [], colored: false, because: 'nobody looks at a pipe in colour' },
    { env: { FORCE_COLOR: '1' }, args: [], colored: true, because: 'FORCE_COLOR insists' },
    { env: { FORCE_COLOR: '0' }, args: [], colored: false, because: 'FORCE_COLOR=0 insists otherwise' },
    { env: { FORCE_COLOR: '1', NO_COLOR: '1' }, args: [], colored: false, because: 'NO_COLOR wins' },
    { env: { FORCE_COLOR: '1' }, args: ['--no-color'], colored: false, because: '--no-color wins' },
  ])('$because', async ({ env, args, colored }) => {
    const folder = aFolderOf({ 'run.json': someResults() });
    const { stdout } = await folder.launchbench(['report', 'run.json', ...args], env);
    expect(stdout.includes(escape)).toBe(colored);
  });

  it('never reach a file', async () => {
    const folder = aFolderOf({ 'run.json': someResults() });
    await folder.launchbench(['report', 'run.json', '--format', 'table=report.txt'], { FORCE_COLOR: '1' });
    expect(folder.read('report.txt')).not.toContain(escape);
  });
});
