import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { LaunchRequest } from '../../src/core/overrides/server.ts';
import { EnvironmentError, InterruptedError, LaunchError } from '../../src/errors.ts';
import { createDirectLauncher } from '../../src/launch/direct-launcher.ts';
import { NATIVE, type WrapperEmulation } from '../../src/launch/emulations/emulations.ts';
import { createLauncher } from '../../src/launch/launcher.ts';
import { createLedger, totalUsage } from '../../src/launch/ledger.ts';
import { unopenedTimer } from '../../src/launch/open-timer.ts';
import { PATIENCE } from '../builders/patience.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { aSpawn, aTimer, isAlive } from '../builders/timers.ts';

function aRequest(argv: readonly [string, ...string[]], changes: Partial<LaunchRequest> = {}): LaunchRequest {
  return {
    argv,
    env: {},
    timeoutMs: 20_000,
    purpose: 'main',
    arch: 'x86_64-linux-gnu',
    executable: 'capture-libs',
    ...changes,
  };
}

/** A shell that fails after having written so many numbered lines. */
function failing(lines: number): readonly [string, ...string[]] {
  return ['/bin/sh', '-c', `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i" >&2; done; exit 3`];
}

const ignore = (): void => undefined;

const launchers = {
  'the plain launcher': () => Promise.resolve(createDirectLauncher()),
  'the timed launcher': async () =>
    createLauncher({
      timer: await aTimer('node'),
      emulation: NATIVE,
      ledger: createLedger(),
      logDir: temporaryFolder(),
    }),
};

describe.each(Object.entries(launchers))('%s', (_, open) => {
  it('tells how a child ended', async () => {
    const launcher = await open();
    expect(await launcher.launch(aRequest(['/bin/true']))).toEqual({
      end: { kind: 'exited', status: 0 },
      stderr: '',
    });
    expect(await launcher.launch(aRequest(['/bin/sh', '-c', 'kill -9 $$']))).toEqual({
      end: { kind: 'signalled', signal: 'SIGKILL' },
      stderr: '',
    });
  });

  it('keeps the last whole lines of what a failed child wrote to standard error, 4 KiB at most', async () => {
    const launcher = await open();
    expect((await launcher.launch(aRequest(failing(2)))).stderr).toBe('line 1\nline 2\n');
    const { stderr } = await launcher.launch(aRequest(failing(5000)));
    expect(stderr.length).toBeLessThanOrEqual(4096);
    expect(stderr).toMatch(/^line \d+\n(?:line \d+\n)*line 5000\n$/);
  });

  it('ends a child that takes too long, and keeps what it wrote before', async () => {
    const launcher = await open();
    let timeoutMs = 100;
    const launch = () => {
      timeoutMs *= 2;
      return launcher.launch(aRequest(['/bin/sh', '-c', 'echo waiting >&2; sleep 600; :'], { timeoutMs }));
    };
    // On a busy machine it takes a longer limit until it has written at all.
    let { end, stderr } = await launch();
    while (stderr === '') ({ end, stderr } = await launch());
    expect(end).toEqual({ kind: 'timed-out', timeoutMs });
    expect(stderr).toBe('waiting\n');
  });

  it('hears what a child that is talked to says, while it runs', async () => {
    const launcher = await open();
    // What others said before is not its own.
    await launcher.launch(aRequest(failing(3)));
    let heard = '';
    const child = launcher.converse(
      aRequest(['/bin/sh', '-c', 'while read -r line; do echo "heard $line" >&2; done; exit 3']),
      (piece) => (heard += piece.toString()),
    );
    for (const word of ['one', 'two']) {
      child.write(Buffer.from(`${word}\n`));
      await vi.waitFor(() => {
        expect(heard).toMatch(new RegExp(`heard ${word}\n$`));
      }, PATIENCE);
    }
    child.end();
    expect(await child.ended).toEqual({
      end: { kind: 'exited', status: 3 },
      stderr: 'heard one\nheard two\n',
    });
    expect(heard).toBe('heard one\nheard two\n');
  });

  it('names an executable that is missing', async () => {
    const launcher = await open();
    await expect(launcher.converse(aRequest(['/no/such/tool']), ignore).ended).rejects.toThrow(
      EnvironmentError,
    );
    await expect(launcher.launch(aRequest(['/no/such/tool']))).rejects.toThrow(EnvironmentError);
    await expect(launcher.launch(aRequest(['/no/such/tool']))).rejects.toThrow(
      'Cannot execute "/no/such/tool"',
    );
  });

  it.each([
    { given: 'is missing', cwd: '/no/folder', why: 'there is no such file or folder' },
    { given: 'is a file', cwd: '/etc/passwd', why: 'a part of the path is not a folder' },
  ])('names a working directory that $given, and launches what comes next', async ({ cwd, why }) => {
    const launcher = await open();
    await expect(launcher.launch(aRequest(['/bin/true'], { cwd }))).rejects.toThrow(
      new LaunchError(`Cannot open "${cwd}" as the working directory of a child: ${why}`),
    );
    expect(await launcher.launch(aRequest(['/bin/true']))).toMatchObject({ end: { status: 0 } });
  });

  it('says that arguments are too long, and launches what comes next', async () => {
    const launcher = await open();
    await expect(launcher.launch(aRequest(['/bin/true', 'x'.repeat(200_000)]))).rejects.toThrow(
      new LaunchError(
        'Cannot start "/bin/true": its arguments and environment are larger than the kernel allows',
      ),
    );
    expect(await launcher.launch(aRequest(['/bin/true']))).toMatchObject({ end: { status: 0 } });
  });
});

describe('the plain launcher, interrupted', () => {
  it('ends the child and all that it started, and launches no more', async () => {
    const folder = temporaryFolder();
    const interruption = new AbortController();
    const launcher = createDirectLauncher({ signal: interruption.signal });
    const running = launcher.launch(
      aRequest(['/bin/sh', '-c', 'sleep 60 & echo $! > pid; wait'], { cwd: folder }),
    );
    const outcome = running.catch((error: unknown) => error);
    const grandchild = await vi.waitFor(() => {
      const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
      expect(pid).toBeGreaterThan(0);
      return pid;
    }, PATIENCE);
    interruption.abort();
    expect(await outcome).toBeInstanceOf(InterruptedError);
    await vi.waitFor(() => {
      expect(isAlive(grandchild)).toBe(false);
    }, PATIENCE);
    await expect(launcher.launch(aRequest(['/bin/true']))).rejects.toThrow(InterruptedError);
    expect(() => launcher.converse(aRequest(['/bin/true']), ignore)).toThrow(InterruptedError);
  });

  it('does not wait for whoever a child left behind', async () => {
    const folder = temporaryFolder();
    const { end } = await createDirectLauncher().launch(
      aRequest(['/bin/sh', '-c', 'sleep 600 & echo $! > pid; exit 5'], { cwd: folder }),
    );
    const left = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    onTestFinished(() => {
      process.kill(left);
    });
    expect(end).toEqual({ kind: 'exited', status: 5 });
    expect(isAlive(left)).toBe(true);
  });
});

describe('a timer that is not opened', () => {
  it.each([
    { kind: 'helper', helperPath: '/helper' },
    { kind: 'node', helperPath: null },
  ])('is of the kind that would be opened, $kind, and launches nothing', ({ kind, helperPath }) => {
    const timer = unopenedTimer({ helperPath, nodeTimerPath: '/timer.cjs' });
    expect(timer.kind).toBe(kind);
    expect(() => timer.spawn(aSpawn(['/bin/true']))).toThrow();
    expect(() => timer.converse(aSpawn(['/bin/true']))).toThrow();
  });

  it('cannot stand for a helper that is asked for and not there', () => {
    expect(() => unopenedTimer({ prefer: 'helper', helperPath: null, nodeTimerPath: '/timer.cjs' })).toThrow(
      EnvironmentError,
    );
  });
});

describe('the ledger', () => {
  it('holds every launch in order, under the guest’s name, with what was really executed', async () => {
    const ledger = createLedger();
    const wrapper: WrapperEmulation = {
      kind: 'wrapper',
      name: 'env',
      command: { 'x86_64-linux-gnu': ['/usr/bin/env', 'A=b'] },
    };
    const launcher = createLauncher({
      timer: await aTimer('node'),
      emulation: wrapper,
      ledger,
      logDir: temporaryFolder(),
    });
    await launcher.launch(aRequest(['/bin/true', '1'], { purpose: 'driver' }));
    await launcher.launch(aRequest(['/bin/false', '2']));
    await launcher.launch(aRequest(['/bin/true', '3']));
    expect(ledger.entries).toMatchObject([
      {
        purpose: 'driver',
        argv: ['/bin/true', '1'],
        command: ['/usr/bin/env', 'A=b', '/bin/true', '1'],
      },
      { purpose: 'main', argv: ['/bin/false', '2'], end: { kind: 'exited', status: 1 } },
      { purpose: 'main', executable: 'capture-libs', arch: 'x86_64-linux-gnu' },
    ]);
  });

  it('holds no launch that did not happen', async () => {
    const ledger = createLedger();
    const logDir = temporaryFolder();
    mkdirSync(join(logDir, 'folder'));
    const launcher = createLauncher({ timer: await aTimer('node'), emulation: NATIVE, ledger, logDir });
    await expect(launcher.launch(aRequest(['/no/such/tool']))).rejects.toThrow(EnvironmentError);
    expect(ledger.entries).toEqual([]);
  });

  it('adds times up and takes the largest resident set; what is not known stays unknown', () => {
    const usage = {
      userUs: 10,
      systemUs: 5,
      maxRssKib: 100,
      minorFaults: 1,
      majorFaults: null,
      voluntarySwitches: 2,
      involuntarySwitches: 0,
    };
    expect(totalUsage([{ usage }, { usage: { ...usage, maxRssKib: 70 } }])).toEqual({
      userUs: 20,
      systemUs: 10,
      maxRssKib: 100,
      minorFaults: 2,
      majorFaults: null,
      voluntarySwitches: 4,
      involuntarySwitches: 0,
    });
    expect(totalUsage([{ usage }, { usage: null }])).toBeNull();
  });
});
