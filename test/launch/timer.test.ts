import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EnvironmentError, InterruptedError, LaunchError } from '../../src/errors.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import type { Timer } from '../../src/launch/timer.ts';
import { executable } from '../builders/executables.ts';
import { PATIENCE } from '../builders/patience.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aSpawn, aTimer, compiledHelper, isAlive, TIMER_KINDS } from '../builders/timers.ts';

/** Prints its arguments, NUL-terminated, as bytes. */
const PRINT_ARGUMENTS = ['/bin/sh', '-c', String.raw`printf '%s\0' "$@"`, 'sh'] as const;

describe.each(TIMER_KINDS)('timer %s', (kind) => {
  /** For all tests that leave it as it was; starting the one that is Node takes longer than what they do. */
  let timer: Timer;
  beforeAll(async () => {
    timer = await aTimer(kind, {}, afterAll);
  });

  it('tells exit statuses and signals apart', async () => {
    const ends = [
      await timer.spawn(aSpawn(['/bin/true'])),
      await timer.spawn(aSpawn(['/bin/sh', '-c', 'exit 7'])),
      await timer.spawn(aSpawn(['/bin/sh', '-c', 'kill -TERM $$'])),
    ].map(({ end }) => end);
    expect(ends).toEqual([
      { kind: 'exited', status: 0 },
      { kind: 'exited', status: 7 },
      { kind: 'signalled', signal: 'SIGTERM' },
    ]);
  });

  it('times on the clock of process.hrtime', async () => {
    const before = process.hrtime.bigint();
    const { startNs, endNs } = await timer.spawn(aSpawn(['/bin/sleep', '0.05']));
    const after = process.hrtime.bigint();
    expect(before < startNs && endNs < after).toBe(true);
    expect(Number(endNs - startNs) / 1e6).toBeGreaterThan(50);
  });

  it('tells what one child took, and not what the one before it took', async () => {
    const busy = await timer.spawn(
      aSpawn(['/bin/sh', '-c', 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done']),
    );
    const idle = await timer.spawn(aSpawn(['/bin/true']));
    expect(busy.usage?.userUs).toBeGreaterThan(20_000);
    expect(idle.usage?.userUs).toBeLessThan(busy.usage?.userUs ?? 0);
  });

  it('hands over arguments and variables byte by byte', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const every = String.fromCharCode(...Array.from({ length: 0x2ff }, (_, index) => index + 1));
    const args = [every, '', '-n', '\u{1f600}'];
    await timer.spawn(aSpawn([...PRINT_ARGUMENTS, ...args], { stdoutFile: out }));
    await timer.spawn(
      aSpawn(['/usr/bin/env', '-0'], { env: { A: every, EMPTY: '', B: 'x=y' }, stdoutFile: out }),
    );
    expect(readFileSync(out, 'utf8').split('\0')).toEqual([...args, `A=${every}`, 'EMPTY=', 'B=x=y', '']);
  });

  it('hands over an environment of a megabyte', async () => {
    const out = join(temporaryFolder(), 'out');
    const env = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`V${index}`, 'x'.repeat(1000)]),
    );
    await timer.spawn(aSpawn(['/usr/bin/env'], { env, stdoutFile: out }));
    expect(readFileSync(out, 'utf8').trimEnd().split('\n')).toHaveLength(1000);
  });

  it('refuses an argument with a NUL, which the kernel would cut', async () => {
    await expect(timer.spawn(aSpawn(['/bin/true', 'a\0b']))).rejects.toThrow(
      String.raw`"a\u0000b" holds a NUL byte`,
    );
    await expect(timer.spawn(aSpawn(['/bin/true']))).resolves.toMatchObject({ end: { status: 0 } });
  });

  it('gives the child its folder, its input, and appends its output to files', async () => {
    const folder = temporaryFolder();
    const [input, out, err] = ['input', 'out', 'err'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(input, 'from a file\n');
    const request = aSpawn(['/bin/sh', '-c', 'cat; pwd; echo oops >&2'], {
      cwd: folder,
      stdinFile: input,
      stdoutFile: out,
      stderrFile: err,
    });
    await timer.spawn(request);
    await timer.spawn(request);
    expect(readFileSync(out, 'utf8')).toBe(`from a file\n${folder}\n`.repeat(2));
    expect(readFileSync(err, 'utf8')).toBe('oops\noops\n');
  });

  it('gives the child an empty input when none is named', async () => {
    const out = join(temporaryFolder(), 'out');
    await timer.spawn(aSpawn(['/bin/sh', '-c', 'cat; echo end'], { stdoutFile: out }));
    expect(readFileSync(out, 'utf8')).toBe('end\n');
  });

  it('tells what cannot be executed from what failed', async () => {
    const folder = temporaryFolder();
    const text = join(folder, 'text');
    writeFileSync(text, 'no program\n');
    await expect(timer.spawn(aSpawn(['/no/such/tool']))).rejects.toThrow(EnvironmentError);
    await expect(timer.spawn(aSpawn(['/no/such/tool']))).rejects.toThrow(
      '"/no/such/tool": there is no such file',
    );
    await expect(timer.spawn(aSpawn([text]))).rejects.toThrow('it may not be executed');
    await expect(timer.spawn(aSpawn(['/bin/true'], { cwd: '/no/folder' }))).rejects.toThrow(LaunchError);
    await expect(timer.spawn(aSpawn(['/bin/true'], { stderrFile: '/no/folder/err' }))).rejects.toThrow(
      '"/no/folder/err" as the standard error',
    );
    // It can still be used.
    await expect(timer.spawn(aSpawn(['/bin/true']))).resolves.toMatchObject({ end: { status: 0 } });
  });

  it('ends a child that takes too long, with all that it started', async () => {
    const out = join(temporaryFolder(), 'out');
    const { end } = await timer.spawn(
      aSpawn(['/bin/sh', '-c', "trap '' TERM; sleep 60 & echo $!; wait"], {
        stdoutFile: out,
        timeoutMs: 1000,
      }),
    );
    expect(end).toEqual({ kind: 'timed-out', timeoutMs: 1000 });
    const grandchild = Number(readFileSync(out, 'utf8'));
    await expectGone([grandchild]);
  });

  it('starts children with default signal handling', async () => {
    const out = join(temporaryFolder(), 'out');
    await timer.spawn(aSpawn(['/bin/cat', '/proc/self/status'], { stdoutFile: out }));
    const status = readFileSync(out, 'utf8');
    expect(status).toMatch(/^SigBlk:\s*0+$/m);
    // From 32 on, glibc itself has posix_spawn ignore two signals of its own.
    expect(status).toMatch(/^SigIgn:\s*[\da-f]{8}[08]0{7}$/m);
  });

  it('passes on what a child is told while it runs, and times that child alone', async () => {
    const out = join(temporaryFolder(), 'out');
    const child = timer.converse(aSpawn(['/bin/cat'], { stdoutFile: out }));
    child.write(Buffer.from('first\n'));
    await vi.waitFor(() => {
      expect(readFileSync(out, 'utf8')).toBe('first\n');
    }, PATIENCE);
    // More than a pipe holds.
    const many = 'x'.repeat(1_000_000);
    child.write(Buffer.from(many));
    child.end();
    const { end, usage } = await child.ended;
    expect(end).toEqual({ kind: 'exited', status: 0 });
    expect(usage).not.toBeNull();
    expect(readFileSync(out, 'utf8')).toBe(`first\n${many}`);
  });

  it('drops what a child has no time to read, and goes on to the next one', async () => {
    for (const argv of [['/bin/true'], ['/bin/sh', '-c', 'exec <&-; exit 3']] as const) {
      const child = timer.converse(aSpawn(argv));
      child.write(Buffer.alloc(1_000_000));
      child.end();
      expect((await child.ended).end.kind).toBe('exited');
      child.write(Buffer.from('too late'));
    }
    await expect(timer.spawn(aSpawn(['/bin/true']))).resolves.toMatchObject({ end: { status: 0 } });
    await expect(timer.converse(aSpawn(['/no/such/tool'])).ended).rejects.toThrow(EnvironmentError);
    await expect(timer.spawn(aSpawn(['/bin/true']))).resolves.toMatchObject({ end: { status: 0 } });
  });

  it('tells the end of a child that ends while something is on its way to it', async () => {
    const out = join(temporaryFolder(), 'out');
    const child = timer.converse(aSpawn(['/bin/sh', '-c', 'echo $$; exec sleep 60'], { stdoutFile: out }));
    const pid = await pidIn(out);
    // Both are there when the timer looks again.
    process.kill(timer.pid, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => {
      expect(isAlive(pid)).toBe(false);
    }, PATIENCE);
    child.write(Buffer.from('too late'));
    process.kill(timer.pid, 'SIGCONT');
    expect((await child.ended).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    await expect(timer.spawn(aSpawn(['/bin/true']))).resolves.toMatchObject({ end: { status: 0 } });
  });

  it('ends a child that reads nothing of what it is told when its time is up', async () => {
    const child = timer.converse(aSpawn(['/bin/sleep', '600'], { timeoutMs: 300 }));
    child.write(Buffer.alloc(1_000_000));
    expect((await child.ended).end).toEqual({ kind: 'timed-out', timeoutMs: 300 });
    await expect(timer.spawn(aSpawn(['/bin/true']))).resolves.toMatchObject({ end: { status: 0 } });
  });

  it('ends its child when it is closed, and the call that waits for it', async () => {
    const out = join(temporaryFolder(), 'out');
    const timer = await aTimer(kind);
    const waiting = timer.spawn(aSpawn(['/bin/sh', '-c', 'echo $$; exec sleep 60'], { stdoutFile: out }));
    const outcome = waiting.catch((error: unknown) => error);
    const child = await pidIn(out);
    await timer.close();
    expect(await outcome).toBeInstanceOf(InterruptedError);
    expect(isAlive(timer.pid)).toBe(false);
    await expectGone([child]);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'leaves no child when whoever uses it dies of %s',
    async (signal) => {
      const out = join(temporaryFolder(), 'out');
      const { instrument, client } = await aTimerOfAnotherProcess(kind, out);
      const child = await pidIn(out);
      client.kill(signal);
      await client;
      await expectGone([instrument, child]);
    },
  );

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with its child on %s', async (signal) => {
    const out = join(temporaryFolder(), 'out');
    const timer = await aTimer(kind);
    const waiting = timer.spawn(aSpawn(['/bin/sh', '-c', 'echo $$; exec sleep 60'], { stdoutFile: out }));
    const outcome = waiting.catch((error: unknown) => error);
    const child = await pidIn(out);
    process.kill(timer.pid, signal);
    expect(await outcome).toBeInstanceOf(LaunchError);
    await expectGone([child]);
  });
});

describe('the choice of a timer', () => {
  it('falls back to Node where the helper does not run', async () => {
    const broken = join(temporaryFolder(), 'helper');
    writeFileSync(broken, 'built for another machine');
    chmodSync(broken, 0o755);
    const timer = await openTimer({ helperPath: broken, nodeTimerPath: executable('node-timer.cjs') });
    await timer.close();
    expect(timer.kind).toBe('node');
  });

  it('does not fall back when the helper was asked for', async () => {
    const options = { prefer: 'helper', nodeTimerPath: executable('node-timer.cjs') } as const;
    await expect(openTimer({ ...options, helperPath: null })).rejects.toThrow(EnvironmentError);
    await expect(openTimer({ ...options, helperPath: '/no/helper' })).rejects.toThrow(EnvironmentError);
  });

  it.skipIf(compiledHelper() === null)('takes the helper where it is there', async () => {
    const timer = await openTimer({
      helperPath: compiledHelper(),
      nodeTimerPath: executable('node-timer.cjs'),
    });
    await timer.close();
    expect(timer.kind).toBe('helper');
  });
});

describe.skipIf(compiledHelper() === null)('the timing helper', () => {
  it('refuses a text without #! line, which Node would give to a shell', async () => {
    const text = join(temporaryFolder(), 'text');
    writeFileSync(text, 'no program\n');
    chmodSync(text, 0o755);
    const timer = await aTimer('helper');
    await expect(timer.spawn(aSpawn([text]))).rejects.toThrow('not a program that this machine can run');
  });

  it('tells the memory of a child, whatever we hold ourselves', async () => {
    const held = Buffer.alloc(64 << 20, 1);
    const timer = await aTimer('helper');
    const { usage } = await timer.spawn(aSpawn(['/bin/true']));
    expect(held.length).toBe(64 << 20);
    expect(usage?.maxRssKib).toBeGreaterThan(500);
    expect(usage?.maxRssKib).toBeLessThan(10_000);
    expect(usage?.minorFaults).toBeGreaterThan(0);
  });
});

async function pidIn(file: string): Promise<number> {
  return vi.waitFor(() => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^\d+\n$/);
    return Number(text);
  }, PATIENCE);
}

async function expectGone(processes: readonly number[]): Promise<void> {
  await vi.waitFor(() => {
    expect(processes.filter(isAlive)).toEqual([]);
  }, PATIENCE);
}

/** A process that has a timer run a child which writes its number into `out`. */
async function aTimerOfAnotherProcess(kind: 'helper' | 'node', out: string) {
  const command =
    kind === 'helper' ? [compiledHelper() ?? ''] : [process.execPath, executable('node-timer.cjs')];
  const program = `
    const [out, executable, ...args] = process.argv.slice(1);
    const child = require('node:child_process').spawn(executable, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.once('data', (greeting) => {
      console.log(String(greeting).trim().split(' ').pop());
      const strings = ['/', '', out, '', '/bin/sh', '-c', 'echo $$; exec sleep 60'].join('\\0') + '\\0';
      child.stdin.write('spawn 60000 3 0 ' + strings.length + '\\n' + strings);
    });`;
  const client = execa(process.execPath, ['-e', program, out, ...command], {
    ...{ stdin: 'ignore', stderr: 'inherit', reject: false, timeout: PATIENCE.timeout },
  });
  const [line] = (await once(client.stdout, 'data')) as [Buffer];
  return { instrument: Number(String(line)), client };
}
