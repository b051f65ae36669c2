import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { EnvironmentError, UsageError } from '../../src/errors.ts';
import { readText } from '../../src/results/read-text.ts';
import { isSameFile, prepareNewFile, writeFile } from '../../src/results/write-file.ts';
import { executable } from '../builders/executables.ts';
import { PATIENCE } from '../builders/patience.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf } from '../builders/programs.ts';

describe('writeFile', () => {
  it('replaces a file, keeps its permissions, and leaves nothing else behind', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'report.html');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    await writeFile(path, 'new', { over: 'file' });
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['report.html']);
  });

  it('makes missing folders', async () => {
    const path = join(temporaryFolder(), 'a', 'b', 'report.html');
    await writeFile(path, 'text', { over: 'nothing' });
    expect(readFileSync(path, 'utf8')).toBe('text');
  });

  it('writes a device instead of replacing it', async () => {
    await writeFile('/dev/null', 'text', { over: 'file' });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it.each([
    { given: 'a link to a file', target: 'real.html' },
    { given: 'a link to a file that is not there yet', target: 'folder/real.html' },
  ])('follows $given, which stays a link', async ({ target }) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'real.html'), 'old');
    symlinkSync(target, join(folder, 'link.html'));
    await writeFile(join(folder, 'link.html'), 'new', { over: 'file' });
    expect(lstatSync(join(folder, 'link.html')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, target), 'utf8')).toBe('new');
  });

  it('writes to whoever reads a FIFO', async () => {
    const path = join(temporaryFolder(), 'fifo');
    outputOf('mkfifo', [path]);
    const reader = execa('cat', [path], { timeout: PATIENCE.timeout });
    const long = 'x'.repeat(1_000_000);
    // The reader may not have opened it yet.
    await expect
      .poll(() =>
        writeFile(path, long, { over: 'file' }).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect((await reader).stdout).toHaveLength(long.length);
    expect(statSync(path).isFIFO()).toBe(true);
  });

  it.each([
    {
      given: 'a FIFO that nobody reads',
      make: (path: string) => outputOf('mkfifo', [path]),
      why: /no process reads/,
    },
    {
      given: 'a folder',
      make: (path: string) => {
        mkdirSync(path);
      },
      why: /it is a folder/,
    },
    {
      given: 'a link in a circle',
      make: (path: string) => {
        symlinkSync(path, path);
      },
      why: /lead in circles/,
    },
  ])('says of $given why it cannot be written, with status 3, at once', async ({ make, why }) => {
    const path = join(temporaryFolder(), 'place');
    make(path);
    const failed = await writeFile(path, 'text', { over: 'file' }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(EnvironmentError);
    expect(String(failed)).toMatch(why);
  });

  it('says that a device is full', async () => {
    await expect(writeFile('/dev/full', 'text', { over: 'file' })).rejects.toThrow(
      'Cannot write /dev/full: the file system is full',
    );
  });

  it('does not replace a file where a new one is wanted', async () => {
    const path = join(temporaryFolder(), 'run.json');
    writeFileSync(path, 'precious');
    await expect(writeFile(path, 'new', { over: 'nothing' })).rejects.toThrow(UsageError);
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });
});

describe('prepareNewFile', () => {
  it('refuses what is there, by whatever name, but for a device', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'run.json'), '');
    symlinkSync('run.json', join(folder, 'link.json'));
    await expect(prepareNewFile(join(folder, 'run.json'))).rejects.toThrow(UsageError);
    await expect(prepareNewFile(join(folder, 'link.json'))).rejects.toThrow(UsageError);
    await expect(prepareNewFile('/dev/null')).resolves.toBeUndefined();
  });
});

it.each([
  { written: '', says: 'it is a folder' },
  { written: 'file/x', says: 'a part of the path is not a folder' },
])('isSameFile refuses what cannot be written: it is "$written" in a folder', async ({ written, says }) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), 'x');
  await expect(isSameFile(join(folder, written), join(folder, 'other'))).rejects.toThrow(says);
});

it('isSameFile sees through links, dots and folders that are not there', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  symlinkSync('real', join(folder, 'linked'));
  symlinkSync('real/a.json', join(folder, 'a.json'));
  const same = (a: string, b: string) => isSameFile(join(folder, a), join(folder, b));
  expect(await same('real/a.json', 'linked/../real/./a.json')).toBe(true);
  expect(await same('real/a.json', 'a.json')).toBe(true);
  expect(await same('not/there', 'not/there')).toBe(true);
  expect(await same('real/a.json', 'real/b.json')).toBe(false);
});

describe('readText', () => {
  it.each([
    { given: 'a device without an end', path: '/dev/zero', why: 'it is neither a file nor a pipe' },
    { given: 'a folder', path: '/tmp', why: 'it is a folder' },
  ])('refuses $given', async ({ path, why }) => {
    await expect(readText(path, 'results file')).rejects.toThrow(
      `${path}: cannot read this results file: ${why}`,
    );
  });

  it('reads a file of 64 MiB, and not one that is a byte larger', async () => {
    const path = join(temporaryFolder(), 'large.json');
    writeFileSync(path, '');
    truncateSync(path, 64 * 1024 ** 2);
    expect((await readText(path, 'results file')).length).toBe(64 * 1024 ** 2);
    truncateSync(path, 64 * 1024 ** 2 + 1);
    await expect(readText(path, 'results file')).rejects.toThrow('67108865 bytes are more than the 67108864');
  });

  it('reads a pipe no further than that', async () => {
    const { failed, stdout } = await execa(
      'bash',
      [
        '-c',
        `'${process.execPath}' '${executable('launchbench.js')}' report <(head -c 70000000 /dev/zero) 2>&1`,
      ],
      { reject: false },
    );
    expect(failed).toBe(true);
    expect(stdout).toContain('more than 67108864 bytes');
  });
});
