import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { LaunchError } from '../../src/errors.ts';
import { keeperOf } from '../../src/results/kept-variables.ts';
import { traceOf, type Trace } from '../../src/results/trace.ts';
import { type CommandTrace, traceCommand, type TraceRequest } from '../../src/trace/trace-command.ts';
import type { TracerKind } from '../../src/trace/tracer.ts';
import { CANNOT_START } from '../builders/failing-starts.ts';
import { processesWith } from '../builders/processes.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aTracer, TRACER_KINDS } from '../builders/tracers.ts';

/** Runs a line of a shell under a tracer, in an empty folder. */
function tracing(kind: TracerKind) {
  return async (line: string, changes: Partial<TraceRequest> = {}): Promise<CommandTrace> => {
    const request: TraceRequest = {
      argv: ['/bin/sh', '-c', line],
      cwd: changes.cwd ?? temporaryFolder(),
      env: { PATH: '/usr/bin:/bin' },
      stdio: 'ignore',
      timeoutMs: null,
      lingerMs: 60_000,
      limit: 10_000,
      ...changes,
    };
    const running = await traceCommand(await aTracer(kind), request);
    return running.done;
  };
}

describe.each(TRACER_KINDS)('a command that is traced by %s', (kind) => {
  const traced = tracing(kind);

  async function recorded(line: string, changes: Partial<TraceRequest> = {}): Promise<Trace> {
    const trace = await traced(line, changes);
    return traceOf(trace, { command: { argv: ['sh'], cwd: '/' }, tracer: { kind, version: '1' } });
  }

  it('is known by the programs that it started, each with its parent, folder and end', async () => {
    const { tree } = await recorded(
      'cd /usr && (cd bin; /bin/true; exec /bin/false); cd ..; sh -c "kill -9 \\$\\$"; :',
    );
    expect(
      tree.map(({ executable, startedBy, cwd, end }) => ({ executable, startedBy, cwd, end })).slice(1),
    ).toEqual([
      { executable: '/bin/true', startedBy: 0, cwd: '/usr/bin', end: { kind: 'exited', status: 0 } },
      { executable: '/bin/false', startedBy: 0, cwd: '/usr/bin', end: { kind: 'exited', status: 1 } },
      {
        executable: '/usr/bin/sh',
        startedBy: 0,
        cwd: '/',
        end: { kind: 'signalled', signal: 'SIGKILL' },
      },
    ]);
  });

  it('is counted without itself, by the name of the executable, forks apart', async () => {
    const { launches, forks } = await recorded('/bin/true; (:); (:); sh -c "exec sleep 0"; :');
    expect({ launches, forks }).toMatchObject({
      launches: { total: 3, byExecutable: { true: 1, sh: 1, sleep: 1 } },
      forks: 2,
    });
  });

  it('knows which program forked', async () => {
    const { tree } = await recorded("(:); (:); sh -c '(:); (/bin/true; (:); :); :'; :");
    expect(tree.map(({ argv, forks }) => [argv[0], forks])).toEqual([
      ['/bin/sh', 2],
      ['sh', 3],
      ['/bin/true', 0],
    ]);
  });

  it('names what was executed by a relative path in full', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'tool'), '#!/bin/sh\n');
    chmodSync(join(cwd, 'tool'), 0o755);
    const { tree } = await recorded('./tool; :', { cwd });
    expect(tree[1]?.executable).toBe(join(cwd, 'tool'));
  });

  it('has a script as one launch, and its interpreter beside it where the tracer tells', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'tool'), '#!/bin/sh -e\n/bin/true\n', { mode: 0o755 });
    const { launches, tree } = await recorded('./tool; :', { cwd });
    expect(launches).toEqual({
      total: 2,
      byExecutable: { tool: 1, true: 1 },
      ...(kind === 'strace' ? {} : { byInterpreter: { '/bin/sh -e': 1 } }),
    });
    expect(tree.map(({ interpreter }) => interpreter)).toEqual([
      undefined,
      kind === 'strace' ? undefined : '/bin/sh -e',
      undefined,
    ]);
  });

  it('may be given the longest times there are', async () => {
    const longest = { timeoutMs: Number.MAX_SAFE_INTEGER, lingerMs: Number.MAX_SAFE_INTEGER };
    const { leftBehind } = await traced('sleep 0.2 & sleep 0.1', longest);
    expect(leftBehind.size).toBe(0);
  });

  it('leaves no folder behind', async () => {
    const folder = temporaryFolder();
    const cwd = temporaryFolder();
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    try {
      await traced(':', { cwd });
      await expect(
        traced(':', { cwd, argv: ['/bin/sh', '-c', 'sleep 60'], timeoutMs: 50 }),
      ).rejects.toThrow();
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is saved with the variables that are asked for, those that were not set left out', async () => {
    const saved = { variables: ['A*', 'API_KEY', 'HOME'], secrets: false };
    const found = await traced('A1= A2="x y" API_KEY=abc B=3 /bin/true; :', {
      recording: { keepsVariable: keeperOf(saved.variables) },
    });
    const { tree } = traceOf(found, {
      command: { argv: ['sh'], cwd: '/' },
      tracer: { kind, version: '1' },
      saved,
    });
    expect(tree.map(({ env }) => env)).toEqual([{}, { A1: '', A2: 'x y', API_KEY: '***' }]);
  });

  it('holds secrets back', async () => {
    const { tree } = await recorded('/bin/true --token abc API_KEY=def; :');
    expect(tree[1]?.argv).toEqual(['/bin/true', '--token', '***', 'API_KEY=***']);
  });
});

describe.each(TRACER_KINDS)('a command traced by %s that goes wrong', (kind) => {
  const traced = tracing(kind);

  it.each(CANNOT_START)('$given: a failed launch, of which nothing stays', async ({ changes, says }) => {
    const folder = temporaryFolder();
    await aTracer(kind);
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const before = readdirSync('/proc/self/fd').length;
    await expect(traced('', changes)).rejects.toThrow(new LaunchError(says));
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    {
      given: 'a name that is nowhere',
      argv: 'no-such-command',
      exitStatus: 127,
      says: 'no such command in PATH',
    },
    { given: 'a path that is nowhere', argv: './nowhere', exitStatus: 127, says: 'no such file' },
    { given: 'a folder', argv: '/usr', exitStatus: 126, says: 'it is a folder' },
    { given: 'a file that is no program', argv: '/etc/passwd', exitStatus: 126, says: 'may not be executed' },
  ] as const)('$given: $exitStatus', async ({ argv, exitStatus, says }) => {
    await expect(traced('', { argv: [argv] })).rejects.toMatchObject({
      name: 'CommandError',
      exitStatus,
      message: expect.stringContaining(says) as string,
    });
  });

  it.each([
    { given: 'text without #!', text: 'hello\n', exitStatus: 126, says: 'no program of this machine' },
    { given: 'a script without its interpreter', text: '#!/nowhere\n', exitStatus: 127, says: 'not there' },
  ])('$given: $exitStatus', async ({ text, exitStatus, says }) => {
    const path = join(temporaryFolder(), 'command');
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    await expect(traced('', { argv: [path] })).rejects.toMatchObject({
      exitStatus,
      message: expect.stringContaining(says) as string,
    });
  });

  it('is ended with daemons and all when its time is over', async () => {
    await expect(
      traced('setsid sleep 7001 & (sleep 7001 &) ; sleep 7001', { timeoutMs: 500 }),
    ).rejects.toMatchObject({ name: 'LaunchError', exitStatus: 4 });
    expect(processesWith('7001')).toEqual([]);
  });

  it('is ended when it forks without end', async () => {
    await expect(traced('b() { b 7002 | b 7002 & }; b', { limit: 300 })).rejects.toThrow(
      'started more than 300 processes, threads and programs',
    );
    expect(processesWith('b() { b 7002 | b 7002 & }; b')).toEqual([]);
  });

  it('leaves nothing running: what outlives it is ended after a while, and named', async () => {
    const { tree, leftBehind } = await traced('setsid sleep 7003 &', { lingerMs: 200 });
    expect([...leftBehind.values()]).toEqual(['sleep']);
    expect(tree.launches.at(-1)?.end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect(processesWith('7003')).toEqual([]);
  });

  it('is ended when it is interrupted', async () => {
    const interrupt = new AbortController();
    const running = traced('sleep 7004', { signal: interrupt.signal });
    const deadline = Date.now() + 60_000;
    while (processesWith('7004').length === 0 && Date.now() < deadline) await new Promise(setImmediate);
    interrupt.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(processesWith('7004')).toEqual([]);
  });
});
