import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError, UsageError } from '../../src/errors.ts';
import { formatResults } from '../../src/results/format-results.ts';
import {
  readBaseline,
  readResults,
  resultsFileName,
  writeBaseline,
  writeResults,
  writeResultsTo,
} from '../../src/results/store.ts';
import { aFingerprint, aRun, aScenarioResult, someResults } from '../builders/some-results.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

describe('writeResults', () => {
  it('writes a file that is read back, in a folder that need not be there, and leaves nothing else', async () => {
    const folder = join(temporaryFolder(), 'deep', 'er');
    const path = await writeResults(folder, someResults());
    expect(formatResults(await readResults(path))).toBe(readFileSync(path, 'utf8'));
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([path]);
  });

  it('never overwrites: the same results a second time are refused and the first file stays', async () => {
    const folder = temporaryFolder();
    const path = await writeResults(folder, someResults());
    const { mtimeMs } = statSync(path);
    await expect(writeResults(folder, someResults())).rejects.toThrow(UsageError);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

describe('writeResultsTo', () => {
  it('does not overwrite a file that the user named', async () => {
    const path = join(temporaryFolder(), 'run.json');
    writeFileSync(path, 'precious');
    await expect(writeResultsTo(path, someResults())).rejects.toThrow(/run\.json: exists already/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('lets one of two writers win, and the file is whole', async () => {
    const path = join(temporaryFolder(), 'run.json');
    const writers = [1, 2].map((seed) => writeResultsTo(path, someResults({ run: aRun({ seed }) })));
    const outcomes = (await Promise.allSettled(writers)).map(({ status }) => status);
    expect(outcomes.toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await readResults(path)).scenarios).toHaveLength(1);
  });
});

describe('resultsFileName', () => {
  const digest = '1f2e3d4c5b6a';

  it('tells time, scenario, digest and platform', () => {
    expect(resultsFileName(someResults(), digest)).toBe(
      '20261122T120000Z-mesa-desktop-1f2e3d4c-Debian-GNU-Linux-12-bookworm-x86_64.json',
    );
  });

  it('tells shards and platforms apart, so that none overwrites another', () => {
    const shard = (index: number) => ({ index, count: 2, run: aRun().id });
    const names = [
      someResults({ shard: shard(1) }),
      someResults({ shard: shard(2) }),
      someResults(),
      someResults({ fingerprint: aFingerprint({ machine: 'aarch64' }) }),
      someResults({ scenarios: [aScenarioResult(), aScenarioResult({ name: 'b' })] }),
    ].map((results) => resultsFileName(results, digest));
    expect(new Set(names).size).toBe(names.length);
  });

  it('cannot leave its folder, whatever a scenario is called', () => {
    const name = resultsFileName(
      someResults({ scenarios: [aScenarioResult({ name: '../../etc/x y\n' })] }),
      digest,
    );
    expect(name).toMatch(/^[\w.+-]+$/);
    expect(name).not.toContain('/');
  });
});

describe('readResults', () => {
  it('says of a file that is not there, or no file, which one it is', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder.json'));
    for (const name of ['missing.json', 'folder.json']) {
      await expect(readResults(join(folder, name))).rejects.toThrow(FormatError);
      await expect(readResults(join(folder, name))).rejects.toThrow(`${name}: cannot read this results file`);
    }
  });

  it('does not wait for somebody to write to a FIFO', async () => {
    const path = join(temporaryFolder(), 'results.json');
    outputOf('mkfifo', [path]);
    await expect(readResults(path)).rejects.toThrow('cannot read this results file: it is a FIFO');
  });

  it('does not take what is far too large into memory', async () => {
    const path = join(temporaryFolder(), 'results.json');
    writeFileSync(path, '');
    truncateSync(path, 2 ** 30);
    await expect(readResults(path)).rejects.toThrow('1073741824 bytes are more than');
  });
});

describe('writeBaseline', () => {
  it('replaces the old one, which is under version control', async () => {
    const file = join(temporaryFolder(), 'baselines', 'desktop.json');
    const cell = {
      scenario: 's',
      row: 'batched',
      tool: null,
      emulation: 'native',
      drivers: null,
      links: null,
      forks: null,
      toolLaunches: null,
      labels: null,
      line: null,
    };
    await writeBaseline(file, { file, cells: [{ ...cell, launches: 5 }] });
    await writeBaseline(file, { file, cells: [{ ...cell, launches: 4 }] });
    expect((await readBaseline(file)).cells).toMatchObject([{ launches: 4 }]);
  });
});
