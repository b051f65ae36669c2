import { accessSync, constants, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examineMachine } from '../../src/machine/examine-machine.ts';
import { executable } from '../builders/executables.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const strace = installed('strace');

/** What is found with these programs on PATH, and nothing compiled at installation. */
async function examined(programs: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  for (const [name, target] of Object.entries(programs)) symlinkSync(target, join(folder, 'bin', name));
  const { parts } = await examineMachine({
    ownTool: { native: join(folder, 'nowhere'), node: executable('capture-libs.cjs') },
    timer: { helperPath: null, nodeTimerPath: executable('node-timer.cjs') },
    ownTracer: null,
    env: { PATH: join(folder, 'bin') },
    cwd: folder,
  });
  return (name: string) => parts.find((part) => part.name === name);
}

describe('where nothing was compiled at installation', () => {
  it('a compiler is to be installed first', async () => {
    const part = await examined({});
    expect(part('timer')?.found).toBe('Node, less exact');
    expect(part('timer')?.remedy).toMatch(
      /^sudo apt-get install gcc libc6-dev, then npm rebuild launchbench/u,
    );
    expect(part('capture tool')?.remedy).toBe(
      'sudo apt-get install gcc libc6-dev, then launchbench build-native',
    );
  });

  it.skipIf(strace === null)('but not where there is one', async () => {
    const part = await examined({ cc: '/bin/true', strace: strace ?? '' });
    expect(part('C compiler')).toMatchObject({ found: 'cc', remedy: null });
    expect(part('timer')?.remedy).toMatch(/^npm rebuild launchbench/u);
    expect(part('tracer')?.found).toContain('slower than our own tracer');
    expect(part('tracer')?.remedy).toMatch(/^npm rebuild launchbench/u);
    expect(part('capture tool')?.remedy).toBe('launchbench build-native');
  });
});

it('cold runs need the right to empty the file cache', async () => {
  const found = (await examined({}))('cold file cache')?.found;
  expect(found).toBe(mayWrite('/proc/sys/vm/drop_caches') ? 'can be emptied' : null);
});

it('Debian packages need apt and dpkg', async () => {
  expect((await examined({ 'apt-get': '/bin/true' }))('apt')?.found).toBeNull();
  const part = await examined({ 'apt-get': '/bin/true', 'dpkg-deb': '/bin/true' });
  expect(part('apt')).toMatchObject({ found: 'apt-get and dpkg-deb', remedy: null });
});

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
