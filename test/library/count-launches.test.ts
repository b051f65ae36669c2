import { describe, expect, it } from 'vitest';
import '../../src/vitest.ts';
import { CommandError, countLaunches, EnvironmentError, LaunchError, UsageError } from '../../src/index.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const strace = installed('strace');

describe.skipIf(strace === null)('countLaunches', () => {
  it('counts what a command launches, and says how it ended', async () => {
    const counted = await countLaunches(['sh', '-c', '/bin/true; (:); exit 3']);
    expect(counted).toMatchObject({
      status: 3,
      launches: { total: 1, byExecutable: { true: 1 } },
      forks: 1,
    });
    expect(counted.tree[1]).toMatchObject({ executable: '/bin/true', startedBy: 0 });
  });

  it('runs it in a folder and an environment of its own', async () => {
    const cwd = temporaryFolder();
    const counted = await countLaunches(['sh', '-c', 'test "$PWD" = "$EXPECTED"'], {
      cwd,
      env: { PATH: '/usr/bin:/bin', EXPECTED: cwd },
    });
    expect(counted).toMatchObject({ status: 0, command: { cwd } });
  });

  it('is rejected where nothing can be counted', async () => {
    await expect(countLaunches(['no-such-command'])).rejects.toThrow(CommandError);
    await expect(countLaunches(['sleep', '600'], { timeoutMs: 200 })).rejects.toThrow(LaunchError);
    await expect(countLaunches([])).rejects.toThrow(UsageError);
    // @ts-expect-error: what JavaScript may pass.
    await expect(countLaunches('git status')).rejects.toThrow('as in ["git", "status"]');
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(countLaunches(['true'], { signal: stopped })).rejects.toThrow('enough');
  });

  it('is rejected without a tracer', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = temporaryFolder();
    process.env['LAUNCHBENCH_TRACER'] = 'strace';
    try {
      await expect(countLaunches(['/bin/true'])).rejects.toThrow(EnvironmentError);
    } finally {
      process.env['PATH'] = path;
      delete process.env['LAUNCHBENCH_TRACER'];
    }
  });
});

describe.skipIf(strace === null)('the matchers of launchbench/vitest', () => {
  const counting = countLaunches(['sh', '-c', '/bin/true a; /bin/true b; (:); :']);

  it('pass within a limit', async () => {
    const counted = await counting;
    expect(counted).toLaunchAtMost(2);
    expect(counted).toLaunchAtMost({ true: 2, sh: 0 });
    expect(counted).toForkAtMost(1);
    expect(counted).not.toLaunchAtMost(1);
    expect(counted).not.toLaunchAtMost({ 't*': 1 });
    expect(counted).not.toForkAtMost(0);
    await expect(counting).resolves.toLaunchAtMost(2);
  });

  it('fail above it with the launches that are over', async () => {
    const counted = await counting;
    const parent = "started by sh -c '/bin/true a; /bin/true b; (:); :'";
    expect(() => {
      expect(counted).toLaunchAtMost(1);
    }).toThrow(`all launches: expected at most 1, found 2\n  - true b, ${parent}`);
    expect(() => {
      expect(counted).toLaunchAtMost({ sh: 0, true: 0 });
    }).toThrow(`true: expected at most 0, found 2\n  - true a, ${parent}\n  - true b, ${parent}`);
    expect(() => {
      expect(counted).toForkAtMost(0);
    }).toThrow(
      "all processes: expected at most 0, found 1\n  - 1 fork by sh -c '/bin/true a; /bin/true b; (:); :'",
    );
  });

  it('refuse what is no count, and what is no limit', async () => {
    expect(() => {
      expect(counting).toLaunchAtMost(1);
    }).toThrow('was it awaited?');
    const counted = await counting;
    for (const most of [-1, 1.5, NaN, {}, { git: '1' }, 'git']) {
      expect(() => {
        // @ts-expect-error: what JavaScript may pass.
        expect(counted).toLaunchAtMost(most);
      }).toThrow(TypeError);
    }
  });
});
