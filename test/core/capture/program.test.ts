import { existsSync, mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { executable } from '../../builders/executables.ts';
import type { Ran } from '../../builders/launchbench.ts';
import { aTreeWith } from '../../builders/library-trees.ts';
import { PATIENCE } from '../../builders/patience.ts';
import { inThisProcess } from '../../builders/recorded-captures.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';
import { runProgram } from '../../builders/programs.ts';

describe('the command line', () => {
  it.each([
    { args: ['--print-ld.so'], output: '/lib64/ld-linux-x86-64.so.2\n' },
    { args: ['--arch=i386-linux-gnu', '--print-ld.so'], output: '/lib/ld-linux.so.2\n' },
    { args: ['--arch', 'aarch64-linux-gnu', '--print-ld.so'], output: '/lib/ld-linux-aarch64.so.1\n' },
    // What is asked for is answered where it stands.
    { args: ['--print-ld.so', '--nonsense'], output: '/lib64/ld-linux-x86-64.so.2\n' },
    { args: ['--print'], output: '/lib64/ld-linux-x86-64.so.2\n' },
  ])('$args', async ({ args, output }) => {
    expect(await run(['--arch=x86_64-linux-gnu', ...args])).toMatchObject({ status: 0, stdout: output });
  });

  it.each([
    {
      args: ['--l=x', 'libz.so.1'],
      message: 'option "--l" is ambiguous: --link-target, --library-knowledge, --level-prefix',
    },
    { args: ['--arc=x86_64-linux-gnu', 'libz.so.1'], message: 'unknown option "--arc"' },
    { args: ['--a', 'libz.so.1'], message: 'unknown option "--a"' },
    { args: ['--confine', 'libz.so.1'], message: 'unknown option "--confine"' },
    { args: ['--no-glibc=yes', 'libz.so.1'], message: 'option "--no-glibc" takes no value' },
    { args: ['-x', 'libz.so.1'], message: 'unknown option "-x"' },
    { args: ['--arch=mips', 'libz.so.1'], message: '"mips" is not one of x86_64-linux-gnu' },
    { args: ['--'], message: 'at least one pattern is needed' },
  ])('is refused with status 2 and the usage: $message', async ({ args, message }) => {
    const { status, stdout, stderr } = await run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('Usage: ');
  });

  it('takes --con for --container, of which our own --confined is no rival', async () => {
    expect(await run(['--con=/', '--confined', 'if-exists:libnone.so.1'])).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it.each(['--remap-link-prefix=/usr', '--remap-link-prefix==/x'])(
    'refuses %s with status 1',
    async (option) => {
      expect(await run([option, 'libz.so.1'])).toMatchObject({
        status: 1,
        stderr: 'capture-libs: error: --remap-link-prefix value must follow the FROM=TO pattern\n',
      });
    },
  );

  it.each([
    { program: 'i386-linux-gnu-capture-libs', args: [], directory: '/usr/i686-pc-linux-gnu/lib' },
    { program: 'capture-libs', args: ['--arch=aarch64-linux-gnu'], directory: '/lib/aarch64-linux-gnu' },
  ])(
    'names the fallback paths of its architecture in its help: $program $args',
    ({ program, args, directory }) => {
      const link = join(temporaryFolder(), program);
      symlinkSync(executable('capture-libs.cjs'), link);
      const { stdout } = runProgram(process.execPath, [link, ...args, '--help']);
      expect(stdout).toMatch(
        new RegExp(`--fallback-paths=DIR.*\\n *\\[[^\\]]*${directory}[^\\]]*:/usr/lib\\]`),
      );
    },
  );

  it('takes an option behind a pattern for a pattern when POSIXLY_CORRECT is set', () => {
    const { stderr } = runProcess(['if-exists:libnone.so.1', '--print-ld.so'], { POSIXLY_CORRECT: '' });
    expect(stderr).toContain('"--print-ld.so"');
  });

  it.each([
    { given: 'CAPSULE_DEBUG asks for them', env: { CAPSULE_DEBUG: 'search,tool' }, told: true },
    { given: 'CAPSULE_DEBUG asks for what there is not', env: { CAPSULE_DEBUG: 'nothing' }, told: false },
    { given: 'nobody asks', env: {}, told: false },
  ])('tells messages that help to debug: $told, when $given', ({ env, told }) => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libc.so.6': {} });
    const { status, stderr } = runProcess(
      ['--arch=x86_64-linux-gnu', `--provider=${provider}`, '--container=/nowhere', 'libc.so.6'],
      env,
    );
    expect(status).toBe(0);
    expect(stderr.includes('capture-libs.cjs: debug: ')).toBe(told);
  });

  it.each([
    { name: 'i386-linux-gnu-capture-libs', output: '/lib/ld-linux.so.2\n' },
    { name: 'aarch64-linux-gnu-capsule-capture-libs', output: '/lib/ld-linux-aarch64.so.1\n' },
  ])('is for the architecture that the name $name says', ({ name, output }) => {
    const program = join(temporaryFolder(), name);
    symlinkSync(executable('capture-libs.cjs'), program);
    const { stdout } = runProgram(process.execPath, [program, '--print-ld.so']);
    expect(stdout).toBe(output);
  });

  it('calls itself by that name in its messages', () => {
    const program = join(temporaryFolder(), 'armhf-linux-gnu-capture-libs');
    symlinkSync(executable('capture-libs.cjs'), program);
    const { status, stderr } = runProgram(process.execPath, [program, 'libz.so.1']);
    expect(stderr).toMatch(
      /^armhf-linux-gnu-capture-libs: error: code 22: .*armhf-linux-gnu, which is not one of/,
    );
    expect(status).toBe(1);
  });
});

describe('the dynamic linker of a tree', () => {
  it('is found although its links go round in circles: as an error', async () => {
    const tree = temporaryFolder();
    mkdirSync(join(tree, 'lib64'));
    symlinkSync('ld-linux-x86-64.so.2', join(tree, 'lib64/ld-linux-x86-64.so.2'));
    expect(await run(['--arch=x86_64-linux-gnu', `--resolve-ld.so=${tree}`])).toMatchObject({
      status: 1,
      stdout: '',
    });
  });

  it('has no place outside the tree', async () => {
    const { status, stderr } = await run([`--resolve-ld.so=${temporaryFolder()}/`]);
    expect(status).toBe(1);
    expect(stderr).toContain('code 18: ');
    expect(stderr).toContain('is not within prefix');
  });
});

describe('patterns on standard input', () => {
  it('are acted on line by line, as they come', async () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/liba.so.1': {}, '/usr/lib/libb.so.1': {} });
    const dest = temporaryFolder();
    const child = conversationWith(provider, dest);
    for (const name of ['liba.so.1', 'libb.so.1']) {
      child.stdin.write(`${name}\n`);
      await expect.poll(() => existsSync(join(dest, name)), PATIENCE).toBe(true);
    }
    child.stdin.end();
    expect(await child).toMatchObject({ exitCode: 0 });
  });

  it('are captured into the folder that was named, whatever it is called by now', async () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/liba.so.1': {}, '/usr/lib/libb.so.1': {} });
    const dest = join(temporaryFolder(), 'dest');
    const child = conversationWith(provider, dest);
    child.stdin.write('liba.so.1\n');
    await expect.poll(() => existsSync(join(dest, 'liba.so.1')), PATIENCE).toBe(true);
    renameSync(dest, `${dest}-moved`);
    child.stdin.end('libb.so.1\n');
    expect(await child).toMatchObject({ exitCode: 0 });
    expect(readdirSync(`${dest}-moved`)).toEqual(['liba.so.1', 'libb.so.1']);
  });
});

describe('the folder of the links', () => {
  it.each([
    { how: 'all is captured', pattern: 'liba.so.1', status: 0 },
    { how: 'something is not there', pattern: 'libnone.so.1', status: 1 },
  ])('is open no longer than a call takes: $how', async ({ pattern, status }) => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/liba.so.1': {} });
    const before = openFiles();
    const args = [`--provider=${provider}`, '--container=/nowhere', `--dest=${temporaryFolder()}`];
    expect(await run([...args, pattern])).toMatchObject({ status });
    expect(openFiles()).toBe(before);
  });
});

describe('a file of rules', () => {
  it.each([
    { what: 'a pipe', argument: '--library-knowledge=<(sleep 0.1; echo "[Library x"; sleep 0.1)' },
    { what: 'standard input', argument: '--library-knowledge=/dev/stdin <<< "[Library x"' },
  ])('may be $what', ({ argument }) => {
    const script = `exec "$0" "$1" ${argument.replace('=', ' ')} libz.so.1`;
    const { status, stderr } = runProgram(
      'bash',
      ['-c', script, process.execPath, executable('capture-libs.cjs')],
      { cwd: temporaryFolder() },
    );
    expect(stderr).toMatch(/^capture-libs\.cjs: error: code 22: .*:1: "\[Library x" should end with "\]"/);
    expect(status).toBe(1);
  });
});

describe('messages', () => {
  it('are one line, and a terminal obeys nothing that is in them', async () => {
    const provider = aTreeWith(temporaryFolder(), {});
    const { stderr } = await run([`--provider=${provider}`, 'lib\u001b[31m\n\u0007\u009b\u007fx.so']);
    expect(stderr).toContain(String.raw`lib\x1b[31m\n\x07\x9b\x7fx.so`);
    expect(stderr.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
  });
});

describe('a confined tree', () => {
  it('is not left, wherever its links lead', async () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    symlinkSync('/usr/lib', join(provider, 'opt'));
    const dest = temporaryFolder();
    const args = [`--provider=${provider}`, '--container=/nowhere', `--dest=${dest}`, '--link-target=/'];
    expect(await run([...args, '--confined', '/opt/libfoo.so.1'])).toMatchObject({ status: 0, stderr: '' });
    expect(readlinkSync(join(dest, 'libfoo.so.1'))).toBe('/usr/lib/libfoo.so.1');
    expect((await run([...args, '/opt/libfoo.so.1'])).status).toBe(1);
  });
});

describe('names that are not UTF-8', () => {
  it('come through the command line, the file system and the messages unharmed', () => {
    const provider = aTreeWith(temporaryFolder(), { '/usr/lib/libfoo.so.1': {} });
    const dest = temporaryFolder();
    const pattern = String.raw`/usr/lib/lib\351.so.1`;
    const script = [
      `p=$(printf '${pattern}')`,
      `cp "$1/usr/lib/libfoo.so.1" "$1$p"`,
      `"$2" "$3" --arch=x86_64-linux-gnu --provider="$1" --container=/nowhere --dest="$4" --link-target=/ "$p" "soname:$p-gone"`,
    ].join('\n');
    const { stderr } = runProgram(
      'sh',
      ['-c', script, 'sh', provider, process.execPath, executable('capture-libs.cjs'), dest],
      { encoding: 'latin1' },
    );
    const link = Buffer.from(`${dest}/lib\xe9.so.1`, 'latin1');
    expect(readlinkSync(link, 'buffer').toString('latin1')).toBe('/usr/lib/lib\xe9.so.1');
    expect(stderr).toContain('lib\xe9.so.1-gone');
  });
});

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

function conversationWith(provider: string, dest: string) {
  const places = [`--provider=${provider}`, `--container=${temporaryFolder()}`, `--dest=${dest}`];
  return execa(
    process.execPath,
    [executable('capture-libs.cjs'), '--arch=x86_64-linux-gnu', ...places, 'from:-'],
    { timeout: PATIENCE.timeout },
  );
}

/** Runs it in this process, which shows all but how it is started. */
async function run(args: readonly string[]): Promise<Ran> {
  const { exit, ...said } = await inThisProcess({ argv: args, env: {}, cwd: temporaryFolder(), stdin: '' });
  return { status: exit, ...said };
}

function runProcess(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  return runProgram(process.execPath, [executable('capture-libs.cjs'), ...args], {
    cwd: temporaryFolder(),
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
}
