import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nativeCaptureLibs } from '../builders/executables.ts';
import { aTreeWith } from '../builders/library-trees.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { runProgram } from '../builders/programs.ts';

const native = nativeCaptureLibs() ?? '';

describe.skipIf(native === '')('the native capture-libs', () => {
  it.each([
    { name: 'i386-linux-gnu-capsule-capture-libs', linker: '/lib/ld-linux.so.2' },
    { name: 'x86_64-linux-gnu-capsule-capture-libs', linker: '/lib64/ld-linux-x86-64.so.2' },
    { name: 'aarch64-linux-gnu-capture-libs', linker: '/lib/ld-linux-aarch64.so.1' },
  ])(
    'started as $name, is the tool of that architecture, as pressure-vessel starts it',
    ({ name, linker }) => {
      expect(run(linkTo(name), ['--print-ld.so'])).toEqual({ status: 0, stdout: `${linker}\n`, stderr: '' });
      expect(run(linkTo(name), ['libnone.so.1']).stderr).toMatch(
        new RegExp(`^${name}: error: code 2: "libnone.so.1"`),
      );
    },
  );

  it('keeps the bytes of arguments and variables that are not UTF-8', () => {
    const tree = aTreeWith(temporaryFolder(), { '/usr/lib/liba.so.1': {}, '/opt/liba.so.1': {} });
    const dest = temporaryFolder();
    const script = [
      `odd=$(printf '/opt/\\351')`,
      `mkdir -p "$1$odd"; mv "$1/opt/liba.so.1" "$1$odd/libodd.so.1"`,
      `LD_LIBRARY_PATH=$odd "$2" --provider="$1" --container=/nowhere --dest="$3" --link-target=/ libodd.so.1 "$odd/none"`,
    ].join('\n');
    const { stderr } = runProgram('sh', ['-c', script, 'sh', tree, native, dest], { encoding: 'latin1' });
    expect(stderr).toContain('/opt/\xe9/none');
    expect(readdirSync(dest)).toEqual(['libodd.so.1']);
  });

  it('ends with an error where memory runs out, whatever it was about to read', () => {
    const tree = temporaryFolder();
    mkdirSync(join(tree, 'etc'));
    writeFileSync(join(tree, 'etc/ld.so.cache'), Buffer.alloc(15 * 1024 * 1024));
    const script = `ulimit -v 8192; exec "$0" --provider="$1" --dest="$2" if-exists:libz.so.1`;
    expect(runProgram('sh', ['-c', script, native, tree, temporaryFolder()])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'capture-libs: error: code 12: out of memory\n',
    });
  });
});

function linkTo(name: string): string {
  const link = join(temporaryFolder(), name);
  symlinkSync(native, link);
  return link;
}

function run(program: string, args: readonly string[]) {
  const { status, stdout, stderr } = runProgram(program, args, { cwd: temporaryFolder() });
  return { status, stdout, stderr };
}
