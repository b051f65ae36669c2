import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { nativeCaptureLibs } from '../builders/executables.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { runProgram } from '../builders/programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('where it cannot be built', () => {
  it.each([
    { lack: 'no C compiler', env: { PATH: '/nowhere' }, says: 'cc is not there' },
    { lack: 'no wish for it', env: { LAUNCHBENCH_NATIVE: '0' }, says: 'LAUNCHBENCH_NATIVE is 0' },
  ])('with $lack, it says so in one line and leaves nothing', ({ env, says }) => {
    const folder = aPackage();
    const { status, stdout } = build(folder, env);
    expect(stdout).toMatch(
      new RegExp(`^capture-libs: no native executable, the Node program serves: .*${says}.*\n$`),
    );
    expect(status).toBe(1);
    expect(leftIn(folder)).toEqual([]);
  });

  it.skipIf(installed('cc') === null)('takes no other package for the engine', () => {
    const folder = aPackage();
    // What npm would have fetched is something else.
    const npm = `#!/bin/sh
while [ "$1" != --pack-destination ]; do shift; done
echo evil >"$2/qjsc-0.3.0.tgz"
echo qjsc-0.3.0.tgz
`;
    const [programs, cache] = [join(folder, 'programs'), join(folder, 'cache')];
    mkdirSync(programs);
    writeFileSync(join(programs, 'npm'), npm);
    chmodSync(join(programs, 'npm'), 0o755);
    const { status, stdout } = build(folder, {
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      XDG_CACHE_HOME: cache,
    });
    expect(stdout).toContain('qjsc@0.3.0 is not what it was: its sha512 is ');
    expect(status).toBe(1);
    expect(leftIn(folder)).toEqual([]);
    expect(readdirSync(join(cache, 'launchbench'))).toEqual([]);
  });
});

describe.skipIf(nativeCaptureLibs() === null)('where it can be built', () => {
  it('is built once, and stays although the compiler is gone by then', () => {
    const folder = aPackage();
    const first = build(folder);
    expect(first.stdout).toMatch(/^capture-libs: native executable built in \d+\.\d s \(QuickJS .*\)\n$/);
    expect(first.status).toBe(0);
    expect(build(folder, { PATH: '/nowhere' })).toMatchObject({
      status: 0,
      stdout: 'capture-libs: the native executable is up to date\n',
    });
    expect(leftIn(folder)).toEqual(['capture-libs', 'capture-libs.digest']);
  });

  it('is not kept when its sources have changed and do not compile', () => {
    const folder = aPackage();
    build(folder);
    appendFileSync(join(folder, 'src/native/host.c'), 'not C\n');
    const { status, stdout } = build(folder);
    expect(stdout).toMatch(/^capture-libs: no native executable, .*: .*host\.c:\d+:\d+: error: .*\n$/);
    expect(status).toBe(1);
    expect(leftIn(folder)).toEqual([]);
  });
});

/** A package with nothing but what the executable is built of. */
function aPackage(): string {
  const folder = temporaryFolder();
  for (const file of ['scripts/install/build-native.mjs', 'src/native/host.c']) {
    cpSync(join(root, file), join(folder, file));
  }
  cpSync(join(inject('bin'), 'capture-libs.native.js'), join(folder, 'dist/bin/capture-libs.native.js'));
  return folder;
}

function build(folder: string, env: Readonly<Record<string, string>> = {}) {
  const script = join(folder, 'scripts/install/build-native.mjs');
  const { status, stdout } = runProgram(process.execPath, [script], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
  });
  return { status, stdout };
}

function leftIn(folder: string): readonly string[] {
  const built = join(folder, 'dist/native');
  return existsSync(built) ? readdirSync(built).sort() : [];
}
