import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advise } from '../../src/analysis/advise.ts';
import { aTrace, aTraceLaunch } from '../builders/some-traces.ts';

/** A recording of these command lines, started by the command one after the other unless told. */
function recordingOf(lines: readonly (string | { readonly line: string; readonly startedBy: number })[]) {
  return aTrace([
    aTraceLaunch(),
    ...lines.map((given, index) => {
      const { line, startedBy } = typeof given === 'string' ? { line: given, startedBy: 0 } : given;
      const argv = line.split(' ');
      return aTraceLaunch({
        seq: index + 1,
        startedBy,
        executable: `/usr/bin/${argv[0] ?? ''}`,
        argv,
        durationUs: 2_000,
      });
    }),
  ]);
}

const capture = (dest: string, ...patterns: readonly string[]) =>
  `x86_64-linux-gnu-capsule-capture-libs --container=/c --provider /p --dest=${dest} ${patterns.join(' ')}`;
const driver = (path: string) => `no-dependencies:if-exists:path:${path}`;
const kindsOf = (...args: Parameters<typeof recordingOf>) =>
  advise(recordingOf(...args)).map(({ kind, launchesSaved }) => [kind, launchesSaved]);

describe('advise', () => {
  it('finds nothing where every launch is another', () => {
    expect(kindsOf(['git status', 'git describe', 'cc -c a.c'])).toEqual([]);
  });

  it('finds the batched form of captures that were made per driver', () => {
    expect(
      kindsOf([
        capture('/o/vulkan', driver('/a/libvulkan_a.so')),
        capture('/o/vulkan', driver('/a/libvulkan_b.so')),
        capture('/o/vulkan', driver('/a/libvulkan_c.so')),
        capture('/o/dri', driver('/a/dri/iris_dri.so')),
        capture('/o/dri', driver('/a/dri/zink_dri.so')),
        capture('/o', 'no-dependencies:soname:libEGL_mesa.so.0'),
        capture('/o', 'gl:', 'if-exists:soname:libdrm.so.2', 'soname-match:libEGL.so.*'),
      ]),
    ).toEqual([
      ['batch-captures', 2],
      ['batch-captures', 1],
      ['soname-in-main-call', 1],
    ]);
  });

  it('leaves captures apart that would make one link twice, and says which', () => {
    const [advice, ...others] = advise(
      recordingOf([
        capture('/o/vulkan', driver('/a/libvulkan_x.so')),
        capture('/o/vulkan', driver('/b/libvulkan_x.so')),
        capture('/o/vulkan', driver('/b/libvulkan_y.so')),
      ]),
    );
    expect(others).toEqual([]);
    expect(advice).toMatchObject({ kind: 'batch-captures', launchesSaved: 1, launches: [1, 3] });
    expect(advice?.caution).toContain('libvulkan_x.so would be a link twice');
  });

  it.each([
    { of: 'other trees', other: capture('/o/vulkan', driver('/a/b.so')).replace('/p', '/q') },
    { of: 'another folder', other: capture('/o/dri', driver('/a/b.so')) },
    {
      of: 'another architecture',
      other: `i386-linux-gnu${capture('/o/vulkan', driver('/a/b.so')).slice(16)}`,
    },
    { of: 'what cannot be understood', other: `${capture('/o/vulkan', driver('/a/b.so'))} --unknown-option` },
  ])('does not make one capture of captures of $of', ({ other }) => {
    expect(kindsOf([capture('/o/vulkan', driver('/a/a.so')), other])).toEqual([]);
  });

  it('finds what a collision has put into numbered folders, and what can be one call all the same', () => {
    const [advice, ...others] = advise(
      recordingOf([
        capture('/o/vulkan/0', driver('/a/libvulkan_x.so')),
        capture('/o/vulkan/1', driver('/b/libvulkan_x.so')),
        capture('/o/vulkan/2', driver('/b/libvulkan_y.so')),
        capture('/o/vulkan', driver('/b/libvulkan_z.so')),
      ]),
    );
    expect(others).toEqual([]);
    expect(advice).toMatchObject({ kind: 'collision', launchesSaved: 2, launches: [1, 3, 4] });
    expect(advice?.what).toContain('4 calls capture drivers into numbered folders below /o/vulkan');
    expect(advice?.caution).toContain('libvulkan_x.so would be a link twice');
  });

  it('finds names of one file, also where their launches are merged anyway', () => {
    const files = { identityOf: (path: string) => (path.startsWith('/p/dri/') ? 'mesa' : path) };
    const lines = [
      capture('/o/dri', driver('/dri/iris.so')),
      capture('/o/dri', driver('/dri/zink.so')),
      capture('/o/dri', driver('/other.so')),
      capture('/o', driver('/dri/iris.so')),
    ];
    expect(
      advise(recordingOf(lines), files).map(({ kind, launchesSaved, launches }) => [
        kind,
        launchesSaved,
        launches,
      ]),
    ).toEqual([
      ['batch-captures', 2, [1, 2, 3]],
      ['same-file', 1, [1, 2, 4]],
    ]);
    expect(advise(recordingOf(lines)).map(({ kind }) => kind)).toEqual(['batch-captures']);
  });

  it('finds programs that are looked for along PATH', () => {
    const { tree, ...recording } = recordingOf(['git status', 'git log', 'cc -c a.c']);
    const tried = [[], ['/a/git', '/b/git'], ['/a/git'], ['/a/cc']];
    const [advice, ...others] = advise({
      ...recording,
      tree: tree.map((launch, seq) => ({ ...launch, tried: tried[seq] })),
    });
    expect(others).toEqual([]);
    expect(advice).toMatchObject({
      kind: 'path-search',
      launchesSaved: 0,
      attemptsSaved: 4,
      savedMs: null,
      launches: [1, 2, 3],
    });
    expect(advice?.what).toContain('3 launches of git and 1 other program took 4 failed execs along PATH');
    expect(advice?.what).toContain('most often in /a;');
  });

  it('counts what a launch starts with it', () => {
    const twice = [
      'make x',
      { line: 'cc -c a.c', startedBy: 1 },
      'make x',
      { line: 'cc -c a.c', startedBy: 3 },
    ];
    expect(advise(recordingOf(twice))).toMatchObject([
      { kind: 'repeated-launch', launchesSaved: 2, launches: [1, 3, 4], savedMs: 2 },
    ]);
  });

  it('lets one of several stay when the one that would have stayed goes with what started it', () => {
    const below = { line: 'cc -c a.c', startedBy: 2 };
    expect(
      advise(recordingOf(['make x', 'make x', below, 'cc -c a.c', 'cc -c a.c'])).map(
        ({ launchesSaved, launches }) => [launchesSaved, launches],
      ),
    ).toEqual([
      [2, [1, 2, 3]],
      [1, [4, 5]],
    ]);
  });

  it('finds what is captured twice, and the same question asked twice', () => {
    const question = 'x86_64-linux-gnu-capsule-capture-libs --print-ld.so';
    const twice = capture('/o', driver('/a/a.so'));
    expect(kindsOf([question, twice, question, twice])).toEqual([
      ['enumerated-twice', 1],
      ['captured-twice', 1],
    ]);
  });

  it('finds programs that are asked again what they are, and any command line again', () => {
    expect(kindsOf(['git --version', 'git --version', 'git --version', 'ls -l', 'ls -l'])).toEqual([
      ['version-probe', 2],
      ['repeated-launch', 1],
    ]);
  });

  it('finds a shell that only starts one other program', () => {
    expect(kindsOf(['sh -c x', { line: 'cc -c a.c', startedBy: 1 }])).toEqual([['shell-between', 1]]);
    expect(
      kindsOf(['sh -c x', { line: 'cc -c a.c', startedBy: 1 }, { line: 'cc -c b.c', startedBy: 1 }]),
    ).toEqual([]);
    const { tree, ...recording } = recordingOf(['sh -c x', { line: 'cc -c a.c', startedBy: 1 }]);
    const replaced = tree.map((one) =>
      one.seq === 1 ? { ...one, end: { kind: 'replaced' } as const } : one,
    );
    expect(advise({ ...recording, tree: replaced })).toMatchObject([
      { kind: 'shell-between', what: 'sh -c only becomes cc; a launch without the shell saves its start' },
    ]);
    expect(kindsOf(['sh script', { line: 'cc -c a.c', startedBy: 1 }])).toEqual([]);
  });

  it('takes the time of what a shell waits for for no time of the shell', () => {
    const { tree, ...recording } = recordingOf(['sh -c x', { line: 'cc -c a.c', startedBy: 1 }]);
    const waiting = tree.map((one) => (one.seq === 1 ? { ...one, durationUs: 2_500 } : one));
    expect(advise({ ...recording, tree: waiting })[0]?.savedMs).toBe(0.5);
  });

  it('adds up what the saved launches took, and knows nothing where one is not known', () => {
    const recording = recordingOf(['ls', 'ls', 'ls']);
    expect(advise(recording)[0]?.savedMs).toBe(4);
    const unknown = { ...recording, tree: recording.tree.map((one) => ({ ...one, durationUs: null })) };
    expect(advise(unknown)[0]?.savedMs).toBeNull();
  });

  it('never saves a launch twice, nor all that were recorded', () => {
    const words = fc.constantFrom(
      'git --version',
      'ls',
      'sh -c x',
      capture('/o', driver('/a/a.so')),
      capture('/o', driver('/a/b.so')),
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 20 }), (lines) => {
        const saved = advise(recordingOf(lines)).reduce((sum, { launchesSaved }) => sum + launchesSaved, 0);
        expect(saved).toBeLessThanOrEqual(Math.max(0, lines.length - new Set(lines).size + 1));
      }),
    );
    const below = fc.record({ line: words, startedBy: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(below, { minLength: 1, maxLength: 20 }), (given) => {
        const lines = given.map(({ line, startedBy }, index) => ({
          line,
          startedBy: startedBy % (index + 1),
        }));
        const saved = advise(recordingOf(lines)).reduce((sum, { launchesSaved }) => sum + launchesSaved, 0);
        expect(saved).toBeLessThan(lines.length);
      }),
    );
  });
});
