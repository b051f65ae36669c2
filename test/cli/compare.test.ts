import { describe, expect, it } from 'vitest';
import { reportersFor } from '../../src/reporters/reporters.ts';
import { aFolderOf } from '../builders/results-folder.ts';
import { aMeasuredCell, countsOnlyResults } from '../builders/some-results.ts';

function twoRuns() {
  return aFolderOf({
    'before.json': countsOnlyResults({ cells: [aMeasuredCell({ launches: 3, rounds: 0 })] }),
    'after.json': countsOnlyResults({ cells: [aMeasuredCell({ launches: 4, rounds: 0 })] }),
  });
}

describe('compare', () => {
  it('says which launches are new, and leaves the judging to the gate', async () => {
    const { status, stdout } = await twoRuns().launchbenchProcess(['compare', 'before.json', 'after.json']);
    expect(status).toBe(0);
    expect(stdout).toContain('more launches');
    expect(stdout).toContain('before.json');
    expect(stdout).toContain('after.json');
  });

  it('shows it in every format', async () => {
    const folder = twoRuns();
    const formats = reportersFor('comparison');
    const places = formats.flatMap((format) => ['--format', `${format}=${format}`]);
    const compared = await folder.launchbench(['compare', 'before.json', 'after.json', ...places]);
    expect(compared).toMatchObject({ status: 0 });
    for (const format of formats) expect(folder.read(format), format).not.toBe('');
  });

  it('prints one JSON document with --json', async () => {
    const { stdout } = await twoRuns().launchbench(['compare', 'before.json', 'after.json', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: 'comparison',
      comparison: { cells: [{ launches: { base: 3, head: 4 }, verdict: 'more launches' }] },
    });
  });

  it.each([
    { args: ['compare'], says: 'BASE is missing' },
    { args: ['compare', 'before.json'], says: 'HEAD is missing' },
    {
      args: ['compare', 'before.json', 'after.json', 'third.json'],
      says: 'unexpected argument "third.json"',
    },
    { args: ['compare', 'before.json', 'nowhere.json'], says: 'nowhere.json' },
    { args: ['compare', 'before.json', 'after.json', '--format', 'bencher'], says: 'found "bencher"' },
  ])('$args is refused: $says', async ({ args, says }) => {
    const { status, stdout, stderr } = await twoRuns().launchbench(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});
