import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { bundleNative } from '../../scripts/bundle.mjs';
import { buildNative } from '../../scripts/install/build-native.mjs';
import { nativeCaptureLibs } from '../builders/executables.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { runProgram } from '../builders/programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'test/native/probe.ts');

describe.skipIf(nativeCaptureLibs() === null)('the modules in place of those of Node', () => {
  const probe = join(inject('bin'), '../native/probe');

  beforeAll(async () => {
    await bundleNative(source, `${probe}.js`);
    await buildNative(root, { program: `${probe}.js`, executable: probe });
  }, 60_000);

  it.each([1, 2, 3])('do what those do, and say what those say (seed %i)', (seed) => {
    const native = run([probe], seed);
    const node = run([process.execPath, '--import', 'tsx', source], seed);
    expect({ status: node.status, stderr: node.stderr }).toEqual({ status: 3, stderr: '' });
    expect(native.stdout.split('\n')).toEqual(node.stdout.split('\n'));
    expect(native).toEqual(node);
  });
});

function run([program, ...args]: readonly [string, ...string[]], seed: number) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'work'));
  writeFileSync(join(folder, 'work/file'), 'content of a file\n');
  const { status, stdout, stderr } = runProgram(
    program,
    [...args, join(folder, 'work'), String(seed), 'é', ''],
    {
      encoding: 'latin1',
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', PROBE: 'set=so' },
    },
  );
  return { status, stdout: stdout.replaceAll(folder, '{FOLDER}'), stderr };
}
