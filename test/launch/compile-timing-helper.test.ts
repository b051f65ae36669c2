import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { installedHelper } from '../../src/launch/installed-helper.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A package with nothing but what compiles the helper. */
function aPackage(): string {
  const folder = temporaryFolder();
  for (const file of ['scripts/install/compile-timing-helper.mjs', 'src/launch/timing-helper.c']) {
    cpSync(join(root, file), join(folder, file));
  }
  return folder;
}

function compile(
  folder: string,
  path = process.env['PATH'],
): { readonly status: number | null; readonly stdout: string } {
  const script = join(folder, 'scripts/install/compile-timing-helper.mjs');
  return spawnSync(process.execPath, [script], { encoding: 'utf8', env: { PATH: path } });
}

describe('installing without a C compiler', () => {
  it('succeeds, says what that means, and leaves no helper', () => {
    const folder = aPackage();
    const { status, stdout } = compile(folder, '/nowhere');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^timing helper: no C compiler here, launches are timed with Node.*\n$/);
    expect(installedHelper(folder)).toBeNull();
  });
});

describe.skipIf(installed('cc') === null)('installing with a C compiler', () => {
  it('compiles the helper once', () => {
    const folder = aPackage();
    expect(compile(folder)).toMatchObject({ status: 0, stdout: 'timing helper: compiled with cc\n' });
    expect(installedHelper(folder)).not.toBeNull();
    expect(compile(folder)).toMatchObject({ status: 0, stdout: '' });
  });

  it('does not take the helper of another source, and replaces it', () => {
    const folder = aPackage();
    compile(folder);
    const before = installedHelper(folder);
    appendFileSync(join(folder, 'src/launch/timing-helper.c'), '/* newer */\n');
    expect(installedHelper(folder)).toBeNull();
    compile(folder);
    expect(installedHelper(folder)).not.toBe(before);
    expect(readdirSync(join(folder, 'dist/native'))).toHaveLength(1);
  });

  it('survives a source that does not compile', () => {
    const folder = aPackage();
    appendFileSync(join(folder, 'src/launch/timing-helper.c'), 'not C\n');
    const { status, stdout } = compile(folder);
    expect(status).toBe(0);
    expect(stdout).toContain('could not compile it, launches are timed with Node');
    expect(installedHelper(folder)).toBeNull();
    expect(readdirSync(join(folder, 'dist/native'))).toEqual([]);
  });
});
