import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countLabels, executableName, launchLabel } from '../../src/results/launch-label.ts';
import type { LabelledLaunch } from '../../src/results/launch-label.ts';
import { maskSecrets } from '../../src/results/mask-secrets.ts';

const path = (file: string) => `no-dependencies:even-if-older:if-exists:if-same-abi:path:${file}`;

describe('launchLabel of a capture', () => {
  it.each<{ purpose: string; dest: string; patterns: readonly string[]; label: string }>([
    {
      purpose: 'driver',
      dest: '{OVERRIDES}/lib/x86_64-linux-gnu/vulkan',
      patterns: [path('/usr/lib/x86_64-linux-gnu/libvulkan_intel.so')],
      label: 'driver vulkan libvulkan_intel.so x86_64',
    },
    {
      purpose: 'driver-numbered',
      dest: '{OVERRIDES}/lib/x86_64-linux-gnu/vulkan/12',
      patterns: [path('/usr/lib/i386-linux-gnu/libvulkan_intel.so')],
      label: 'driver vulkan libvulkan_intel.so x86_64',
    },
    {
      purpose: 'driver-soname',
      dest: '{OVERRIDES}/lib/x86_64-linux-gnu',
      patterns: ['no-dependencies:even-if-older:if-exists:if-same-abi:soname:libEGL_mesa.so.0'],
      label: 'driver libEGL_mesa.so.0 x86_64',
    },
    {
      purpose: 'driver-batch',
      dest: '{OVERRIDES}/lib/x86_64-linux-gnu/dri',
      patterns: [path('/usr/lib/dri/a.so'), path('/usr/lib/dri/b.so')],
      label: 'driver-batch dri x86_64',
    },
    {
      purpose: 's2tc',
      dest: '{OVERRIDES}/lib/x86_64-linux-gnu',
      patterns: ['path-match:/usr/lib/x86_64-linux-gnu/libtxc_dxtn.so'],
      label: 's2tc /usr/lib/x86_64-linux-gnu x86_64',
    },
    { purpose: 'main', dest: '{OVERRIDES}/lib/x86_64-linux-gnu', patterns: ['gl:'], label: 'main x86_64' },
    {
      purpose: 'libc-family',
      dest: '{OVERRIDES}/lib/x86_64-linux-gnu',
      patterns: ['if-exists:libidn2.so.0'],
      label: 'libc-family x86_64',
    },
  ])('$label', ({ purpose, dest, patterns, label }) => {
    expect(
      launchLabel({
        executable: 'capture-libs.cjs',
        argv: ['{node}', '{launchbench}/capture-libs.cjs', '--dest', dest, ...patterns],
        purpose,
        arch: 'x86_64-linux-gnu',
      }),
    ).toBe(label);
  });

  it('is the same whichever tool served it', () => {
    const capture = (executable: string): LabelledLaunch => ({
      executable,
      argv: [executable, '--dest', '/o/lib/i386-linux-gnu/dri', path('/x/r300_dri.so')],
      purpose: 'driver',
      arch: 'i386-linux-gnu',
    });
    expect(
      countLabels(['/usr/bin/i386-linux-gnu-capsule-capture-libs', 'capture-libs'].map(capture)),
    ).toEqual(new Map([['driver dri r300_dri.so i386', 2]]));
  });
});

describe('launchLabel of any command', () => {
  const command = (...argv: string[]): string =>
    launchLabel({ executable: argv[0] ?? '', argv, purpose: 'command', arch: null });

  it.each([
    { argv: ['/usr/bin/git', 'status', '--short'], label: 'git status --short' },
    { argv: ['/bin/sh', '-c', 'echo a b'], label: "sh -c 'echo a b'" },
    { argv: ['cc', '-o', '/tmp/cc-8Fj2k/a.o', 'a.c'], label: 'cc -o {TMP}/a.o a.c' },
    { argv: ['cat', '/proc/self/fd/17'], label: 'cat {FD}' },
    { argv: ['curl', '-H', 'Authorization: Bearer'], label: "curl -H 'Authorization: ***'" },
    { argv: ['x', '--token', 'a b'], label: "x --token '***'" },
    { argv: ['/x/dist/capture-libs.cjs', '--print-ld.so'], label: 'capture-libs --print-ld.so' },
  ])('$label', ({ argv, label }) => {
    expect(command(...argv)).toBe(label);
  });

  it('is cut where it is long, and still tells two launches apart', () => {
    const one = command('node', 'x'.repeat(300), '1');
    const two = command('node', 'x'.repeat(300), '2');
    expect(one.length).toBeLessThan(120);
    expect(one).not.toBe(two);
    expect(command('node', 'x'.repeat(300), '1')).toBe(one);
  });

  it('is a function of that launch alone', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.array(fc.string()), (argv, other) => {
        const alone = countLabels([launchOf(argv)]);
        const together = countLabels([launchOf(other), launchOf(argv)]);
        for (const label of alone.keys()) expect(together.has(label)).toBe(true);
      }),
    );
  });

  function launchOf(argv: readonly string[]): LabelledLaunch {
    return { executable: '/bin/x', argv: ['x', ...argv], purpose: 'command', arch: null };
  }
});

it.each([
  { executable: '{launchbench}/capture-libs.cjs', name: 'capture-libs' },
  { executable: '/opt/capture-libs', name: 'capture-libs' },
  { executable: '/usr/bin/git', name: 'git' },
])('$executable is called $name', ({ executable, name }) => {
  expect(executableName(executable)).toBe(name);
});

describe('maskSecrets', () => {
  it.each<readonly [argv: readonly string[], masked: readonly string[]]>([
    [['--token=abc 123'], ['--token=***']],
    [
      ['--token', 'abc 123', 'next'],
      ['--token', '***', 'next'],
    ],
    [
      ['--use-password', '--next'],
      ['--use-password', '--next'],
    ],
    [['GITHUB_TOKEN=ghp_0123456789abcdefABCDEF'], ['GITHUB_TOKEN=***']],
    [['Authorization: Bearer abc'], ['Authorization: ***']],
    [['x=ghp_0123456789abcdefABCDEF0'], ['x=***']],
    [['glpat-0123456789abcdefABCD'], ['***']],
    [['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc'], ['***']],
    [['3f0c9a52-7d1e-4b7a-9a51-0c7f6e2d8b14'], ['***']],
    [['https://me:secret@example.org/x'], ['https://***@example.org/x']],
  ])('%j → %j', (argv, masked) => {
    expect(maskSecrets(argv)).toEqual(masked);
  });

  it.each([
    'x86_64-linux-gnu-capsule-capture-libs',
    '/usr/lib/x86_64-linux-gnu/libVkLayer_MESA_device_select_and_more_1.so',
    '--no-token-check',
    '--dest={OVERRIDES}/lib',
    'libgallium-22.3.6-1+deb12u1.so',
    'no-dependencies:if-exists:path:/usr/lib/libsecret-1.so.0',
  ])('%s stays', (argument) => {
    expect(maskSecrets([argument])).toEqual([argument]);
  });
});
