import { closeSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookUpProcessPath } from '../../src/trace/look-up-process-path.ts';
import { processPathsIn, replaceProcessPaths } from '../../src/trace/process-paths.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

describe('what leads elsewhere in every process', () => {
  it.each([
    ['--dest=/proc/self/fd/9/lib', ['/proc/self/fd/9']],
    ['path:/proc/12/root/usr:/dev/fd/3', ['/proc/12/root', '/dev/fd/3']],
    ['/proc/thread-self/fd/7', ['/proc/thread-self/fd/7']],
    ['/proc/self/exe', ['/proc/self/exe']],
    ['from:/dev/stdin', ['/dev/stdin']],
    ['/proc/self/fdinfo/3', []],
    ['/proc/cpuinfo', []],
    ['/dev/stdinn', []],
    ['/srv/root/dev/stdin', []],
    ['--root=/srv/a.b-c/proc/self/fd/9', []],
    ['-o/proc/self/fd/9', ['/proc/self/fd/9']],
    ['/usr/lib,//dev/fd/3:/a>/dev/stdout', ['/dev/fd/3', '/dev/stdout']],
  ])('of %s is %j', (word, paths) => {
    expect(processPathsIn(word)).toEqual(paths);
  });

  it('is replaced where it is known, in every place', () => {
    const targets = { '/proc/self/fd/9': '/o$&', '/dev/fd/3': '/p' };
    expect(replaceProcessPaths('/proc/self/fd/9/a:/proc/self/fd/9:/dev/fd/3:/dev/fd/4', targets)).toBe(
      '/o$&/a:/o$&:/p:/dev/fd/4',
    );
  });
});

describe('what a process has open', () => {
  function opened(file: string, test: (fd: number) => void): void {
    const fd = openSync(file, 'r');
    try {
      test(fd);
    } finally {
      closeSync(fd);
    }
  }

  it('is known by a path that leads there', () => {
    const folder = realpathSync(temporaryFolder());
    opened(folder, (fd) => {
      for (const path of [`/proc/self/fd/${fd}`, `/proc/thread-self/fd/${fd}`, `/dev/fd/${fd}`]) {
        expect(lookUpProcessPath(process.pid, path)).toBe(folder);
      }
    });
    expect(lookUpProcessPath(process.pid, '/proc/self/exe')).toBe(realpathSync(process.execPath));
    expect(lookUpProcessPath(process.pid, '/proc/self/cwd')).toBe(process.cwd());
  });

  it('is not known when it was deleted, or another file has its name now', () => {
    const file = join(realpathSync(temporaryFolder()), 'file');
    writeFileSync(file, 'old');
    opened(file, (fd) => {
      rmSync(file);
      expect(lookUpProcessPath(process.pid, `/proc/self/fd/${fd}`)).toBeNull();
      writeFileSync(`${file} (deleted)`, 'new');
      expect(lookUpProcessPath(process.pid, `/proc/self/fd/${fd}`)).toBeNull();
    });
  });

  it.each(['/proc/self/fd/12345', `/proc/${process.pid}/cwd`, '/proc/self/fd'])(
    '%s leads nowhere that is known',
    (path) => {
      expect(lookUpProcessPath(process.pid, path)).toBeNull();
    },
  );

  it('is not known of a process that there is not', () => {
    expect(lookUpProcessPath(2 ** 22 + 1, '/proc/self/cwd')).toBeNull();
  });
});
