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
    expect(kindsOf(['sh script', { line: 'cc -c a.c', startedBy: 1 }])).toEqual([]);
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
  });
});
