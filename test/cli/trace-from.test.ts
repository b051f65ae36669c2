import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../src/results/trace-file.ts';
import { installed } from '../builders/needs.ts';
import { aFolderOf, type ResultsFolder } from '../builders/results-folder.ts';
import { outputOf, runProgram } from '../builders/programs.ts';

const strace = installed('strace');

/** A shell that starts four programs and forks once. */
const SCRIPT = '/bin/true; (:); ls . >/dev/null; KEPT="a b" env true --token abc';
const COUNTED = { total: 4, byExecutable: { true: 2, ls: 1, env: 1 } };

/** A folder with what strace wrote about that shell; without `-o` it is its standard error. */
function aLogOf(options: readonly string[]): ResultsFolder {
  const command = ['sh', '-c', SCRIPT];
  const env = { PATH: '/usr/bin:/bin' };
  if (!options.includes('-o')) {
    const { stderr } = runProgram('strace', [...options, ...command], { env });
    return aFolderOf({ log: stderr });
  }
  const folder = aFolderOf({});
  const words = options.map((word) => (word === 'log' ? join(folder.path, 'log') : word));
  outputOf('strace', [...words, ...command], { env });
  return folder;
}

const WRITTEN = ['-f', '-o', 'log'];

describe.skipIf(strace === null)('launchbench trace --from, of a log that strace wrote', () => {
  it.each([
    { options: ['-f'] },
    { options: ['-f', '-o', 'log'] },
    { options: ['-f', '-s', '4096', '-o', 'log'] },
    { options: ['-f', '-v', '-o', 'log'] },
    { options: ['-f', '-z', '-o', 'log'] },
    { options: ['-f', '-tt', '-o', 'log'] },
    { options: ['-f', '-ttt', '-T', '-y', '-o', 'log'] },
    { options: ['-ff', '-o', 'log'] },
    { options: ['-ff', '-tt', '-s', '8', '-o', 'log'] },
    { options: ['-f', '-e', 'trace=%process', '-o', 'log'] },
    { options: ['-f', '-tt', '-v', '-z', '-s', '4096', '-e', 'trace=%process,chdir,fchdir', '-o', 'log'] },
  ])('with $options counts the same', async ({ options }) => {
    const folder = aLogOf(options);
    const args = ['trace', '--from', 'log', '--json', '--max', '4', '--max-forks', '1'];
    const { status, stdout } = await folder.launchbench(args);
    expect(JSON.parse(stdout)).toMatchObject({ launches: COUNTED, forks: 1, budget: { passed: true } });
    expect(status).toBe(0);
  });

  it('says of it what it says of a trace, and what the log does not tell', async () => {
    const { status, stdout, stderr } = await aLogOf(WRITTEN).launchbench(['trace', '--from', 'log']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^4 launches and 1 fork of sh -c /);
    expect(stdout).toContain('The log has no times (strace -tt).');
    expect(stdout).toMatch(/^true +2 /m);
    expect(stdout).not.toContain('abc env');
  });

  it('fails a budget by it', async () => {
    const { status, stdout } = await aLogOf(WRITTEN).launchbench([
      'trace',
      '--from',
      'log',
      '--max',
      'true=1',
    ]);
    expect(status).toBe(1);
    expect(stdout).toContain('expected at most 1, found 2');
  });

  it('judges no budget, and shows no times, that the log does not tell', async () => {
    const folder = aLogOf(['-f', '-q', '-q', '-o', 'log']);
    const budget = await folder.launchbench(['trace', '--from', 'log', '--max', '9']);
    expect(budget.status).toBe(2);
    expect(budget.stderr).toContain('does not tell all that was launched, so no budget can be judged');
    const folded = await folder.launchbench(['trace', '--from', 'log', '--format', 'folded=out']);
    expect(folded.status).toBe(2);
    expect(folded.stderr).toContain('strace -f -tt writes a log that does');
    expect(readdirSync(folder.path)).toEqual(['log']);
  });

  it('makes a recording of it, with the variables that the log shows', async () => {
    const folder = aLogOf(['-f', '-tt', '-v', '-s', '4096', '-o', 'log']);
    const saving = ['trace', '-q', '--from', 'log', '--save', 'r.json', '--save-env', 'KEPT'];
    expect(await folder.launchbench(saving)).toMatchObject({ status: 0, stdout: '' });
    const { tree } = parseTrace(folder.read('r.json'), 'r.json');
    expect(tree.map(({ argv, env }) => [argv[0], env])).toEqual([
      ['sh', {}],
      ['/bin/true', {}],
      ['ls', {}],
      ['env', { KEPT: 'a b' }],
      ['true', { KEPT: 'a b' }],
    ]);
    // In a folder that the log does not tell, nothing can be made again.
    const { status, stderr } = await folder.launchbench(['replay', 'r.json', '--only', 'ls']);
    expect(status).toBe(2);
    expect(stderr).toContain('its working directory is not known');
  });

  it('refuses it cut at any of many places, or claims no total of it', { timeout: 120_000 }, async () => {
    const text = aLogOf(['-f', '-tt', '-e', 'trace=%process', '-o', 'log']).read('log');
    for (let part = 1; part < 20; part += 1) {
      const cut = text.slice(0, Math.floor((text.length * part) / 20));
      const { status, stdout, stderr } = await aFolderOf({ log: cut }).launchbench([
        ...['trace', '--from', 'log', '--json'],
      ]);
      expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
      expect(stderr).toMatch(/log(?::\d+)?: /);
    }
  });

  it('refuses one whose process files are not all there', async () => {
    const folder = aLogOf(['-ff', '-o', 'log']);
    const [, second = ''] = readdirSync(folder.path).sort();
    const files = Object.fromEntries(
      readdirSync(folder.path)
        .filter((name) => name !== second)
        .map((name) => [name, folder.read(name)]),
    );
    const { status } = await aFolderOf(files).launchbench(['trace', '--from', 'log']);
    expect(status).toBe(4);
  });
});

describe('launchbench trace --from, of what is no whole log of strace', () => {
  const EXEC = 'execve("/bin/sh", ["sh"], 0x7ffe /* 3 vars */) = 0';

  it.each([
    { of: 'nothing', text: '', says: 'no launch is in this log' },
    {
      of: 'ltrace',
      text: '__libc_start_main(0x401136, 1, 0x7ffe, 0 <unfinished ...>\n',
      says: 'no launch is in this log',
    },
    {
      of: 'perf trace',
      text: '     0.000 ( 0.002 ms): sh/123 brk() = 0x55d\n',
      says: 'not a line of strace: "     0.000',
    },
    {
      of: 'execsnoop',
      text: 'PCOMM  PID    PPID   RET ARGS\nsh     10     9        0 /bin/sh\n',
      says: 'log:1: ',
    },
    {
      of: 'gdb',
      text: 'Starting program: /bin/sh\n[Inferior 1 (process 10) exited normally]\n',
      says: 'log:1: ',
    },
    {
      of: 'strace -c',
      text: '% time     seconds  usecs/call     calls    errors syscall\n',
      says: 'log:1: ',
    },
    {
      of: 'strace -p',
      text: 'strace: Process 10 attached\nread(0, "", 1) = 0\n+++ exited with 0 +++\n',
      says: 'first',
    },
    { of: 'a trace of ours', text: '{"schema":"launchbench.trace/1"}\n', says: 'log:1: ' },
    { of: 'binary', text: '\u0000\u0001ELF\u0002\n', says: 'log:1: ' },
    {
      of: 'an end that is missing',
      text: `10 ${EXEC}\n11 ${EXEC}\n11 +++ exited with 0 +++\n`,
      says: 'process 10',
    },
    { of: 'half a line', text: `${EXEC}\n+++ exited wi`, says: 'log:2: the last line is cut short' },
    {
      of: 'a detached process',
      text: `${EXEC}\nstrace: Process 10 detached\n`,
      says: 'log:2: strace let go',
    },
  ])('$of: says where and why, and counts nothing', async ({ text, says }) => {
    const { status, stdout, stderr } = await aFolderOf({ log: text }).launchbench(['trace', '--from', 'log']);
    expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toMatch(/strace -f|--?f\b/);
  });

  it.each([
    { args: ['--from', 'nowhere'], says: 'nowhere: there is no such log' },
    { args: ['--from', 'log', '--', 'true'], says: '--from LOG runs nothing, but a command is given' },
    { args: ['--from', 'log', '--repeat', '2'], says: '--from' },
    { args: ['--from', 'log', '--shim', 'git'], says: '--from' },
    { args: ['--from', 'log', '--output', 'log'], says: 'log' },
    { args: ['--from', 'log', '--save', 'log'], says: 'log' },
  ])('$args is bad usage', async ({ args, says }) => {
    const folder = aFolderOf({ log: `${EXEC}\n+++ exited with 0 +++\n` });
    const { status, stderr } = await folder.launchbench(['trace', ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(says);
    expect(folder.read('log')).toContain('+++ exited');
  });
});
