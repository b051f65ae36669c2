import { appendFileSync, cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { installedHelper, installedTracer } from '../../src/launch/installed-helper.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { runProgram } from '../builders/programs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const SOURCES = ['src/launch/timing-helper.c', 'src/trace/launch-tracer.c'] as const;

/** A package with nothing but what compiles the helpers; unless told, these are the shortest programs that there are. */
function aPackage(sources: 'our own' | 'short' = 'short'): string {
  const folder = temporaryFolder();
  for (const file of ['scripts/install/compile-helpers.mjs', ...SOURCES]) {
    cpSync(join(root, file), join(folder, file));
  }
  if (sources === 'short') {
    for (const file of SOURCES)
      writeFileSync(join(folder, file), `int main(void) { return 0; } /* ${file} */\n`);
  }
  return folder;
}

function compile(
  folder: string,
  path = process.env['PATH'],
): { readonly status: number | null; readonly stdout: string } {
  const script = join(folder, 'scripts/install/compile-helpers.mjs');
  return runProgram(process.execPath, [script], { env: { PATH: path } });
}

describe('installing without a C compiler', () => {
  it('succeeds, says what that means, and leaves no helper', () => {
    const folder = aPackage();
    const { status, stdout } = compile(folder, '/nowhere');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^timing helper: no C compiler here, launches are timed with Node.*\nlaunch tracer: .*, launches are counted with strace.*\n$/,
    );
    expect([installedHelper(folder), installedTracer(folder, {})]).toEqual([null, null]);
  });
});

describe.skipIf(installed('cc') === null)('installing with a C compiler', () => {
  it('compiles each helper once', () => {
    const folder = aPackage('our own');
    expect(compile(folder)).toMatchObject({
      status: 0,
      stdout: 'timing helper: compiled with cc\nlaunch tracer: compiled with cc\n',
    });
    expect([installedHelper(folder), installedTracer(folder, {})]).not.toContain(null);
    expect(compile(folder)).toMatchObject({ status: 0, stdout: '' });
  });

  it.each([
    { source: SOURCES[0], find: installedHelper },
    { source: SOURCES[1], find: (folder: string) => installedTracer(folder, {}) },
  ])('does not take what another $source gave, and replaces it', ({ source, find }) => {
    const folder = aPackage();
    compile(folder);
    const before = find(folder);
    appendFileSync(join(folder, source), '/* newer */\n');
    expect(find(folder)).toBeNull();
    compile(folder);
    expect(find(folder)).not.toBe(before);
    expect(readdirSync(join(folder, 'dist/native'))).toHaveLength(SOURCES.length);
  });

  it('survives a source that does not compile', () => {
    const folder = aPackage();
    appendFileSync(join(folder, SOURCES[0]), 'not C\n');
    const { status, stdout } = compile(folder);
    expect(status).toBe(0);
    expect(stdout).toContain('could not compile it, launches are timed with Node');
    expect(installedHelper(folder)).toBeNull();
    expect(installedTracer(folder, {})).not.toBeNull();
    expect(readdirSync(join(folder, 'dist/native'))).toHaveLength(1);
  });
});
