import { describe, expect, it } from 'vitest';
import { planReplay, type ReplayMachine } from '../../src/analysis/plan-replay.ts';
import type { TraceLaunch } from '../../src/results/trace.ts';
import { aTrace, aTraceLaunch } from '../builders/some-traces.ts';

const TOOL = '/usr/libexec/x86_64-linux-gnu-capsule-capture-libs';

/** A machine on which everything is there but what is named. */
function without(...missing: readonly string[]): ReplayMachine {
  return {
    isFolder: (path) => !missing.includes(path),
    isFile: (path) => !missing.includes(path),
    whyNotExecutable: (path) => (missing.includes(path) ? 'there is no such file' : null),
  };
}

function aCapture(words: readonly string[], changes: Partial<TraceLaunch> = {}): TraceLaunch {
  return aTraceLaunch({ seq: 1, startedBy: 0, executable: TOOL, argv: [TOOL, ...words], ...changes });
}

function replayed(launch: TraceLaunch, machine = without(), only: readonly string[] = []) {
  return planReplay(aTrace([aTraceLaunch(), launch]), only, machine);
}

describe('a capture', () => {
  it('is made again with its destination taken out, in whatever form it was written', () => {
    const { launches, refused } = replayed(
      aCapture([
        '--prov',
        '/p',
        'if-exists:soname:libGL.so.1',
        '--dest=out/../lib/',
        '--no-glibc',
        '--',
        '-x',
      ]),
    );
    expect(refused).toEqual([]);
    expect(launches).toEqual([
      {
        seq: 1,
        program: [TOOL],
        words: ['--provider', '/p', '--no-glibc', '--', 'if-exists:soname:libGL.so.1', '-x'],
        destination: '/home/user/project/lib',
        cwd: '/home/user/project',
        env: {},
        arch: 'x86_64-linux-gnu',
        status: 0,
        patterns: 2,
      },
    ]);
  });

  it('without a destination made its links in its working directory', () => {
    expect(replayed(aCapture(['x'])).launches[0]?.destination).toBe('/home/user/project');
  });

  it('that is only asked something has none', () => {
    expect(replayed(aCapture(['--print-ld.so'])).launches[0]?.destination).toBeNull();
  });

  it('is one of our own tool run with node, too, of the architecture that it is told', () => {
    const argv = ['node', '/opt/capture-libs.cjs', '--arch', 'i386-linux-gnu', 'x'];
    const { launches } = replayed(aCapture([], { executable: '/usr/bin/node', argv }));
    expect(launches[0]).toMatchObject({
      program: ['/usr/bin/node', '/opt/capture-libs.cjs'],
      arch: 'i386-linux-gnu',
    });
  });

  it.each([
    [['--nonsense'], 'its command line is not understood'],
    [['quiet:from:-'], 'it read patterns from its standard input, which is not recorded'],
    [['from:/gone'], 'the patterns that it read are not there: /gone'],
    [['--provider=/gone', 'x'], 'its --provider is not there: /gone'],
    [['--container', '/gone', 'x'], 'its --container is not there: /gone'],
    [['--resolve-ld.so=/gone'], 'its --resolve-ld.so is not there: /gone'],
    [['--library-knowledge=/gone', 'x'], 'its --library-knowledge is not there: /gone'],
    [
      ['--dest=/proc/self/fd/7', 'x'],
      'it was given /proc/self/fd/7, which was open in the recorded process alone; trace --save looks up what that is',
    ],
  ])('%j is refused', (words, why) => {
    const { launches, refused } = replayed(aCapture(words), without('/gone'));
    expect(launches).toEqual([]);
    expect(refused).toEqual([{ seq: 1, program: 'x86_64-linux-gnu-capsule-capture-libs', why }]);
  });
});

describe('what was open in a capture', () => {
  it('stands in its arguments as what it was', () => {
    const processPaths = { '/proc/self/fd/9': '/o', '/proc/self/fd/10': '/p' };
    const words = ['--dest=/proc/self/fd/9/lib', '--provider', '/proc/self/fd/10', '/proc/self/fd/10/x.so'];
    expect(replayed(aCapture(words, { processPaths })).launches).toMatchObject([
      { destination: '/o/lib', words: ['--provider', '/p', '--', '/p/x.so'] },
    ]);
  });

  it('may be the tool itself', () => {
    const exe = '/proc/self/exe';
    const tool = aCapture(['x'], { executable: exe, argv: [exe, 'x'], processPaths: { [exe]: TOOL } });
    expect(replayed(tool).launches).toMatchObject([{ program: [TOOL] }]);
  });

  it('of which one part is not known is refused, in a recording without advice to make one', () => {
    const trace = aTrace(
      [
        aTraceLaunch(),
        aCapture(['--dest=/proc/self/fd/9', '/dev/fd/3'], { processPaths: { '/dev/fd/3': '/p' } }),
      ],
      { saved: { variables: [], secrets: false } },
    );
    expect(planReplay(trace, [], without()).refused).toMatchObject([
      { why: 'it was given /proc/self/fd/9, which was open in the recorded process alone' },
    ]);
  });
});

describe('a launch of which variables were saved', () => {
  const saved = { variables: ['API_*'], secrets: false };
  const plan = (env: TraceLaunch['env']) =>
    planReplay(aTrace([aTraceLaunch(), aCapture(['x'], { env })], { saved }), [], without());

  it('has them again', () => {
    expect(plan({ API_URL: 'x' }).launches).toMatchObject([{ env: { API_URL: 'x' } }]);
  });

  it.each([
    [null, 'its environment is not known'],
    [undefined, 'its environment is not known'],
    [{ API_URL: 'x', API_KEY: '***' }, 'what looks like a token was masked in its variable API_KEY'],
  ])('is refused with %j', (env, why) => {
    expect(plan(env).refused).toMatchObject([{ why }]);
  });
});

describe('any launch', () => {
  it.each<readonly [Partial<TraceLaunch>, string]>([
    [{ argvCut: true }, 'its arguments were shortened when it was recorded'],
    [{ argv: ['git', '--token=***'] }, 'what looks like a token was masked in its arguments'],
    [
      { argv: ['git', '/dev/fd/3'] },
      'it was given /dev/fd/3, which was open in the recorded process alone; trace --save looks up what that is',
    ],
    [
      { executable: '/proc/self/exe' },
      'it was given /proc/self/exe, which was open in the recorded process alone; trace --save looks up what that is',
    ],
    [
      { argv: ['git', '/dev/fd/3'], processPaths: { '/dev/fd/3': '/gone' } },
      'what was /dev/fd/3 in it is neither a folder nor a file any more: /gone',
    ],
    [{ cwd: null }, 'its working directory is not known'],
    [{ cwd: '/gone' }, 'its working directory is not there: /gone'],
    [{ executable: 'git' }, 'it is not known where its program lies'],
    [{ executable: '/gone' }, 'its program cannot be run, there is no such file: /gone'],
    [{ argv: ['-git'] }, 'its program was told another name than that of its file: -git'],
    [{ end: { kind: 'signalled', signal: 'SIGTERM' } }, 'it was ended by SIGTERM'],
  ])('that says %j is refused', (changes, why) => {
    const launch = aTraceLaunch({ seq: 1, startedBy: 0, executable: '/bin/git', argv: ['git'], ...changes });
    const { launches, refused } = replayed(launch, without('/gone'), ['*git', 'gone', 'exe']);
    expect(launches).toEqual([]);
    expect(refused.map((one) => one.why)).toEqual([why]);
  });

  it('is made again when a glob names it, and then captures are not', () => {
    const git = aTraceLaunch({ seq: 2, startedBy: 0, executable: '/bin/git', argv: ['git', 'log'] });
    const { launches } = planReplay(aTrace([aTraceLaunch(), aCapture(['x']), git]), ['g?t'], without());
    expect(launches.map(({ program, words }) => [program, words])).toEqual([[['/bin/git', 'log'], []]]);
  });

  it('is left to the one that starts it, when that is made again', () => {
    const shell = aTraceLaunch({ seq: 1, startedBy: 0, executable: '/bin/sh', argv: ['sh'] });
    const cat = aTraceLaunch({ seq: 2, startedBy: 1, executable: '/bin/cat', argv: ['cat'] });
    const git = aTraceLaunch({ seq: 3, startedBy: 2, executable: '/bin/git', argv: ['git'] });
    const { launches } = planReplay(aTrace([aTraceLaunch(), shell, cat, git]), ['sh', 'git'], without());
    expect(launches.map(({ seq }) => seq)).toEqual([1]);
  });

  it('that went on as another program has to end as that one did', () => {
    const env = aTraceLaunch({
      ...{ seq: 1, startedBy: 0, pid: 7, executable: '/bin/env', argv: ['env', 'x'] },
      end: { kind: 'replaced' },
    });
    const next = aTraceLaunch({ ...{ seq: 2, startedBy: 1, pid: 7 }, end: { kind: 'exited', status: 3 } });
    const { launches } = planReplay(aTrace([aTraceLaunch(), env, next]), ['env'], without());
    expect(launches[0]?.status).toBe(3);
  });

  it('of which the end is not known may end with any status', () => {
    const git = aTraceLaunch({ seq: 1, startedBy: 0, executable: '/bin/git', argv: ['git'], end: null });
    expect(planReplay(aTrace([aTraceLaunch(), git]), ['git'], without()).launches).toMatchObject([
      { status: null },
    ]);
  });

  it('that ran beside another one is counted as such', () => {
    const git = { startedBy: 0, executable: '/bin/git', argv: ['git'], durationUs: 10 };
    const beside = [0, 5, 15].map((startUs, index) => aTraceLaunch({ ...git, seq: index + 1, startUs }));
    expect(planReplay(aTrace([aTraceLaunch(), ...beside]), ['git'], without()).overlapping).toBe(1);
  });
});
