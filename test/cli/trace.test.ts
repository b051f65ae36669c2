import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { executable } from '../builders/executables.ts';
import { launchbench, launchbenchProcess } from '../builders/launchbench.ts';
import { processesWith } from '../builders/processes.ts';
import { installed } from '../builders/needs.ts';
import { parseTrace } from '../../src/results/trace-file.ts';
import { PATIENCE } from '../builders/patience.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { compiledTracer } from '../builders/tracers.ts';

const strace = installed('strace');

function trace(...args: readonly string[]) {
  return launchbenchProcess(['trace', ...args]);
}

/** Traces a command that prints nothing, in this process: it would print to the output of the tests. */
function traceSilent(...args: readonly string[]) {
  return launchbench(['trace', ...args]);
}

describe.skipIf(strace === null)('launchbench trace', () => {
  it('passes input, output and status through, and says on standard error what was launched', async () => {
    const { status, stdout, stderr } = await launchbenchProcess(
      ['trace', '--', 'sh', '-c', 'cat; echo "to stderr" >&2; true; /bin/true; exit 7'],
      { stdin: 'from stdin\0\x80', env: { LC_ALL: 'C.UTF-8' } },
    );
    expect({ status, stdout }).toEqual({ status: 7, stdout: 'from stdin\0\x80' });
    expect(stderr).toContain('to stderr\n');
    expect(stderr).toMatch(/^2 launches and 0 forks in /m);
    expect(stderr).toMatch(/^true +1 /m);
  });

  it('counts what a shell does by itself as nothing', async () => {
    const { stderr } = await traceSilent('--', 'sh', '-c', 'cd /; :');
    expect(stderr).toMatch(/^0 launches and 0 forks in /);
  });

  it('shows who started whom with --tree', async () => {
    const { stderr } = await traceSilent('--tree', '--', 'sh', '-c', 'sh -c "/bin/true; :"; :');
    const lines = stderr.slice(stderr.indexOf('Who started whom')).split('\n');
    expect(lines.slice(3).map((line) => line.replace(/^.*?s +\S+ m?s {2}/u, ''))).toEqual([
      `sh -c 'sh -c "/bin/true; :"; :'`,
      `  sh -c '/bin/true; :'`,
      '    true',
      '',
    ]);
  });

  it.skipIf(compiledTracer() === null)('tells which interpreters scripts have', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'tool'), '#!/usr/bin/env sh\n', { mode: 0o755 });
    const { stderr } = await launchbench(['trace', '--', 'sh', '-c', './tool; ./tool; :'], { cwd: folder });
    expect(stderr).toContain('Scripts among them: 2 by /usr/bin/env sh.');
  });

  it('lists the most launched executables, and counts the rest', async () => {
    const { stderr } = await traceSilent(
      '--top',
      '1',
      '--',
      'sh',
      '-c',
      'true; /bin/true; /bin/true; /bin/false; :',
    );
    expect(stderr).toMatch(/^true +2 /m);
    expect(stderr).not.toMatch(/^false/m);
    expect(stderr).toContain('and 1 launch of 1 other executable; --top 2 shows all');
  });

  it('with --json writes one line behind the output of the command', async () => {
    const { status, stdout, stderr } = await trace(
      '--json',
      '--',
      'sh',
      '-c',
      'echo hello; /bin/true; (:); :',
    );
    const [first, last = '', end] = stdout.split('\n');
    expect({ status, stderr, first, end }).toEqual({ status: 0, stderr: '', first: 'hello', end: '' });
    expect(JSON.parse(last)).toMatchObject({
      schema: 'launchbench.trace/1',
      status: 0,
      launches: { total: 1, byExecutable: { true: 1 } },
      forks: 1,
      tree: [{ seq: 0 }, { seq: 1, startedBy: 0, argv: ['/bin/true'], executable: '/bin/true' }],
    });
  });

  it('with --output keeps it in a file, and standard output as it is', async () => {
    const file = join(temporaryFolder(), 'trace.json');
    const { stdout } = await trace('--output', file, '--', 'echo', 'hello');
    expect(stdout).toBe('hello\n');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ launches: { total: 0 } });
  });

  it('is quiet with --quiet', async () => {
    expect(await trace('-q', '--', 'echo', 'hello')).toEqual({ status: 0, stdout: 'hello\n', stderr: '' });
  });

  it('takes words of the command for its own, whatever they look like', async () => {
    const { stdout } = await trace('-q', '--', 'echo', '--json', '-q', '--', '--help', '-n');
    expect(stdout).toBe('--json -q -- --help -n\n');
  });

  it.each([
    { given: 'a command that dies by a signal', line: 'kill -TERM $$', status: 143 },
    { given: 'a command that dies by SIGKILL', line: 'kill -KILL $$', status: 137 },
  ])('$given: $status', async ({ line, status }) => {
    expect(await traceSilent('-q', '--', 'sh', '-c', line)).toMatchObject({ status });
  });

  it('prints binary as it came', async () => {
    const { stdout } = await execa(
      process.execPath,
      [executable('launchbench.js'), 'trace', '-q', '--', 'printf', String.raw`\000\377\n\033[31m`],
      { encoding: 'buffer', timeout: PATIENCE.timeout },
    );
    expect([...stdout]).toEqual([0, 0xff, 10, 27, ...Buffer.from('[31m')]);
  });

  it('goes on counting when the command has closed its output', async () => {
    const { status, stdout } = await trace('--json', '--', 'sh', '-c', 'exec >&- 2>&-; /bin/true; :');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ launches: { total: 1 } });
  });

  it('passes signals on, and goes by what the command makes of them', async () => {
    const line = 'trap "echo got it; exit 5" TERM; echo ready; while :; do sleep 0.05; done';
    const child = execa(
      process.execPath,
      [executable('launchbench.js'), 'trace', '-q', '--', 'sh', '-c', line],
      { reject: false, timeout: PATIENCE.timeout },
    );
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await child).toMatchObject({ exitCode: 5, stdout: 'ready\ngot it' });
  });

  it('finds out with --repeat that a count is not the same each time', async () => {
    const cwd = temporaryFolder();
    const line = '[ -e been-here ] && /bin/true; : >been-here';
    const varying = await launchbench(['trace', '--repeat', '3', '--', 'sh', '-c', line], { cwd });
    expect(varying.status).toBe(1);
    expect(varying.stderr).toContain('The count varies: 0 launches and 0 forks; 1 launches and 0 forks; 1');
    const same = await launchbench(['trace', '--repeat', '3', '--json', '--', 'sh', '-c', line], { cwd });
    expect(same.status).toBe(0);
    expect(JSON.parse(same.stdout)).toMatchObject({ runs: Array(3).fill({ launches: 1, forks: 0 }) });
  });

  it.each([
    { given: 'no command', args: [], status: 2, says: 'COMMAND is missing' },
    { given: 'a command that is not there', args: ['--', 'nowhere'], status: 127, says: 'no such command' },
    {
      given: 'a file that is no program',
      args: ['--', '/etc/passwd'],
      status: 126,
      says: 'may not be executed',
    },
    {
      given: 'a time that is over',
      args: ['--timeout', '0.2', '--', 'sleep', '600'],
      status: 4,
      says: 'not over after 0.2 s',
    },
  ])('$given: status $status', async ({ args, status, says }) => {
    const ran = await traceSilent(...args);
    expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status, stdout: '' });
    expect(ran.stderr).toContain(says);
  });

  it('runs nothing when a file cannot be written over', async () => {
    const results = join(temporaryFolder(), 'run.json');
    writeFileSync(results, '{\n  "schema": "launchbench.results/2"\n}\n');
    const { status, stdout } = await traceSilent('--output', results, '--', 'echo', 'hello');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe.skipIf(strace === null)('a recording of launchbench trace', () => {
  /** What --save and --output keep of a shell that passes on a variable and a token. */
  async function saved(...options: readonly string[]) {
    const folder = temporaryFolder();
    const files = ['--save', join(folder, 'r.json'), '--output', join(folder, 't.json')];
    const line = 'cd /; GREETING="hello you" SESSION_TOKEN=abc env true --token abc; :';
    const { status, stderr } = await traceSilent('-q', ...files, ...options, '--', 'sh', '-c', line);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const read = (name: string) => parseTrace(readFileSync(join(folder, name), 'utf8'), name);
    const mode = (name: string) => statSync(join(folder, name)).mode & 0o777;
    return { recording: read('r.json'), trace: read('t.json'), mode };
  }

  it('has the variables that are named, masked, and so has nothing else', async () => {
    const { recording, trace: plain } = await saved(
      '--save-env',
      'GREET*,SESSION_TOKEN',
      '--save-env',
      'NONE',
    );
    expect(recording.saved).toEqual({ variables: ['GREET*', 'SESSION_TOKEN', 'NONE'], secrets: false });
    expect(recording.tree.map(({ env }) => env)).toEqual([
      {},
      { GREETING: 'hello you', SESSION_TOKEN: '***' },
      { GREETING: 'hello you', SESSION_TOKEN: '***' },
    ]);
    expect(recording.tree[2]).toMatchObject({ argv: ['true', '--token', '***'], cwd: '/' });
    expect(plain.saved).toBeUndefined();
    expect(JSON.stringify(plain)).not.toContain('hello you"');
  });

  it('has no environment unless told', async () => {
    const { recording } = await saved();
    expect(recording.saved).toEqual({ variables: [], secrets: false });
    expect(recording.tree.some((launch) => 'env' in launch)).toBe(false);
  });

  it('keeps what looks like a token when that is asked for, and the trace does not', async () => {
    const { recording, trace: plain, mode } = await saved('--keep-secrets', '--save-env', '*TOKEN');
    expect(mode('r.json')).toBe(0o600);
    expect(mode('t.json')).not.toBe(0o600);
    expect(recording.tree[2]).toMatchObject({
      argv: ['true', '--token', 'abc'],
      env: { SESSION_TOKEN: 'abc' },
    });
    expect(plain.tree[2]?.argv).toEqual(['true', '--token', '***']);
    expect(plain.command.argv.join(' ')).not.toContain('abc env');
  });

  it.each([
    { options: ['--save-env', 'PATH'], says: '--save' },
    { options: ['--keep-secrets'], says: '--save' },
    { options: ['--save', 'r.json', '--save-env', 'PATH=/bin'], says: 'expected names of variables' },
    { options: ['--save', 'r.json', '--save-env', 'A,,B'], says: 'expected names of variables' },
    { options: ['--save', 'r.json', '--output', 'r.json'], says: 'r.json' },
  ])('$options is refused before anything is run', async ({ options, says }) => {
    const { status, stdout, stderr } = await launchbench(['trace', ...options, '--', 'echo', 'hello'], {
      cwd: temporaryFolder(),
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('is replaced by the next one, and by nothing else that is made of it', async () => {
    const folder = temporaryFolder();
    const traced = (...options: readonly string[]) =>
      launchbench(['trace', '-q', ...options, '--', 'true'], { cwd: folder });
    for (const option of ['--save=a', '--save=a', '--output=a', '--format=json=a', '--format=jsonl=a']) {
      expect(await traced(option)).toMatchObject({ status: 0, stderr: '' });
    }
    expect(await traced('--format=html=a')).toMatchObject({ status: 2 });
    expect(readFileSync(join(folder, 'a'), 'utf8')).toMatch(/^\{"schema":"launchbench.trace/u);
  });

  it('cannot be replayed where what was open is no file, and says so', async () => {
    const file = join(temporaryFolder(), 'r.json');
    const { status, stderr } = await traceSilent('--save', file, '--', 'sh', '-c', ': | cat /dev/stdin; :');
    expect(status).toBe(0);
    expect(stderr).toContain('What was open in 1 launch is not known');
  });
});

describe.skipIf(strace === null)('a budget of launchbench trace', () => {
  const SILENT = '/bin/true a; /bin/true b; (:); :';
  const LINE = `echo out; ${SILENT}`;

  it.each([
    {
      limits: ['--max', '2', '--max-forks', '1', '--max', 'true=2'],
      status: 0,
      says: 'Within budget: 3 limits',
    },
    { limits: ['--max', '1'], status: 1, says: '  - true b, started by sh -c' },
    { limits: ['--max', 't*e=1'], status: 1, says: 'expected at most 1, found 2' },
    { limits: ['--max-forks', '0'], status: 1, says: 'expected at most 0, found 1' },
    { limits: ['-q', '--max', '1'], status: 1, says: 'Over budget: 1 of 1 limit' },
  ])('$limits: status $status', async ({ limits, status, says }) => {
    const ran = await trace(...limits, '--', 'sh', '-c', LINE);
    expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status, stdout: 'out\n' });
    expect(ran.stderr).toContain(says);
  });

  it('gives way to a failure of the command itself, and is told all the same', async () => {
    const { status, stdout, stderr } = await trace(
      '--json',
      '--max',
      '0',
      '--',
      'sh',
      '-c',
      '/bin/true; exit 9',
    );
    expect(status).toBe(9);
    expect(stderr).toContain('Over budget: 1 of 1 limit');
    expect(JSON.parse(stdout)).toMatchObject({ status: 9, budget: { passed: false } });
  });

  it('is written by --update, then holds, then names what is new', async () => {
    const cwd = temporaryFolder();
    const run = (line: string, ...args: readonly string[]) =>
      launchbench(['trace', '-q', '--budget', 'b.yaml', ...args, '--', 'sh', '-c', line], { cwd });
    expect(await run(SILENT)).toMatchObject({ status: 2, stdout: '' });
    expect(await run(SILENT, '--update')).toMatchObject({ status: 0 });
    expect(await run(SILENT)).toMatchObject({ status: 0, stderr: '' });
    const grown = await run(`/bin/true c; ${SILENT}`);
    expect(grown.status).toBe(1);
    expect(grown.stderr).toContain('  - true c, started by sh -c');
    expect(grown.stderr).not.toContain('true a,');
    expect(await run('exit 3', '--update')).toMatchObject({ status: 3 });
    const inCi = await launchbench(['trace', '--budget', 'b.yaml', '--update', '--', 'true'], {
      cwd,
      env: { CI: 'true' },
    });
    expect(inCi.status).toBe(1);
    expect(inCi.stderr).toContain('b.yaml is left as it is: CI is set');
  });

  it.each(['table', 'markdown', 'json', 'junit', 'github', 'gitlab'])('is told by %s', async (format) => {
    const file = join(temporaryFolder(), 'report');
    const { status } = await traceSilent(
      '--max',
      '1',
      '--format',
      `${format}=${file}`,
      '--',
      'sh',
      '-c',
      SILENT,
    );
    expect(status).toBe(1);
    expect(readFileSync(file, 'utf8')).toMatch(/true b/);
    expect(readFileSync(file, 'utf8')).toMatch(/at most 1/);
  });

  it.each(['many', 'git=', '=3', '-1', 'git=1.5'])('--max %s is refused', async (max) => {
    const { status, stderr } = await traceSilent(`--max=${max}`, '--', 'true');
    expect(status).toBe(2);
    expect(stderr).toContain('--max: expected a whole number');
  });
});

describe.skipIf(strace === null)('launchbench compare of two traces', () => {
  it('says what came and what went, in every format', async () => {
    const cwd = temporaryFolder();
    const keep = (name: string, line: string) =>
      launchbench(['trace', '-q', '-o', name, '--', 'sh', '-c', line], { cwd });
    await keep('old.json', '/bin/true a; /bin/true b; :');
    await keep('new.json', '/bin/true b; /bin/true c; /bin/true c; :');
    const { status, stdout } = await launchbench(
      [
        'compare',
        'old.json',
        'new.json',
        '--format',
        'table',
        '--format',
        'json=out.json',
        '--format',
        'html=out.html',
      ],
      { cwd },
    );
    expect(status).toBe(0);
    expect(stdout).toContain('2 launches came, 1 went: from old.json to new.json');
    expect(stdout).toMatch(/^ {2}- true c \(2 times\), started by sh$/m);
    expect(stdout).toMatch(/^true +sh +2 +3 +\+1$/m);
    expect(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))).toMatchObject({
      schema: 'launchbench.trace-comparison/1',
      base: { launches: 2 },
      head: { launches: 3 },
    });
    expect(readFileSync(join(cwd, 'out.html'), 'utf8')).toContain('Two traces compared');
    const same = await launchbench(['compare', 'old.json', 'old.json'], { cwd });
    expect(same.stdout).toContain('The same launches: old.json and old.json');
  });

  it('refuses a trace beside something else', async () => {
    const cwd = temporaryFolder();
    await launchbench(['trace', '-q', '-o', 'trace.json', '--', 'true'], { cwd });
    writeFileSync(join(cwd, 'other.json'), '{"schema": "launchbench.trace/9"}');
    const { status, stderr } = await launchbench(['compare', 'trace.json', 'other.json'], { cwd });
    expect(status).toBe(2);
    expect(stderr).toContain('written by a newer launchbench');
  });
});

describe('launchbench trace without a tracer', () => {
  const STRACE_ONLY = { LAUNCHBENCH_TRACER: 'strace' };

  it('runs nothing, and says what to install', async () => {
    const folder = temporaryFolder();
    const { status, stdout, stderr } = await launchbench(['trace', '--', '/bin/echo', 'hello'], {
      env: { PATH: folder, ...STRACE_ONLY },
    });
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('apt-get install strace');
    expect(stderr).toContain('--shim git,node');
  });

  /** A PATH that has these programs and no strace. */
  function pathOf(...names: readonly string[]): string {
    const folder = temporaryFolder();
    for (const name of names) symlinkSync(`/usr/bin/${name}`, join(folder, name));
    return folder;
  }

  it('counts the named executables by shims, and says that it saw nothing else', async () => {
    const env = { PATH: pathOf('sh', 'sleep', 'env'), ...STRACE_ONLY };
    const line = 'cd /; sleep 0 "a\nb" ""; env sleep 0; /usr/bin/sleep 0; echo out; exit 3';
    const { status, stdout, stderr } = await launchbenchProcess(
      ['trace', '--json', '--shim', 'sleep,env', '--max', 'sleep=1', '--', 'sh', '-c', line],
      { env },
    );
    const [out, last = ''] = stdout.split('\n');
    expect({ status, out }).toEqual({ status: 3, out: 'out' });
    expect(stderr).toContain('Counted by shims, so only sleep, env, and only where called by name');
    expect(JSON.parse(last)).toMatchObject({
      tracer: { kind: 'shim', executables: ['sleep', 'env'] },
      launches: { total: null, byExecutable: { sleep: 2, env: 1 } },
      forks: null,
      budget: { passed: false },
      tree: [
        { seq: 0, argv: ['sh', '-c', line] },
        { argv: ['sleep', '0', 'a\nb', ''], cwd: '/', startedBy: 0 },
        { argv: ['env', 'sleep', '0'], startedBy: 0 },
        { argv: ['sleep', '0'], startedBy: 2 },
      ],
    });
  });

  it.each([
    { limit: ['--max', '3'], says: 'the limit of 3 launches cannot be judged' },
    { limit: ['--max-forks', '3'], says: 'the limit of 3 forks cannot be judged' },
    { limit: ['--max', 'git=3'], says: 'the limit of 3 for git cannot be judged' },
  ])('refuses $limit, which shims cannot judge', async ({ limit, says }) => {
    const env = { PATH: pathOf('sh', 'sleep'), ...STRACE_ONLY };
    const { status, stdout, stderr } = await launchbench(
      ['trace', '--shim', 'sleep', ...limit, '--', 'sh', '-c', 'echo out'],
      { env },
    );
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain(says);
  });

  it('saves no recording, for which shims tell too little', async () => {
    const { status, stdout, stderr } = await launchbench(
      ['trace', '--shim', 'sleep', '--save', 'r.json', '--', 'sh', '-c', 'echo out'],
      { env: { PATH: pathOf('sh', 'sleep'), ...STRACE_ONLY }, cwd: temporaryFolder() },
    );
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('--save: shims do not tell what launches were given');
  });

  it('ends what it started when its time is over, daemons as well', async () => {
    const env = { PATH: pathOf('sh', 'sleep', 'setsid'), ...STRACE_ONLY };
    const args = ['trace', '--timeout', '0.5', '--shim', 'sleep', '--', 'sh', '-c'];
    const { status } = await launchbench([...args, 'setsid sleep 7005 & sleep 7005'], { env });
    expect(status).toBe(4);
    // A signal takes effect in its own time; a tracer would tell when.
    await expect.poll(() => processesWith('7005'), PATIENCE).toEqual([]);
  });

  it('knows a name that is no program', async () => {
    const env = { PATH: pathOf('sh'), ...STRACE_ONLY };
    const { status, stderr } = await launchbench(['trace', '--shim', 'slep', '--', 'sh', '-c', ':'], { env });
    expect(status).toBe(2);
    expect(stderr).toContain('--shim: "slep" is no program in PATH');
  });
});
