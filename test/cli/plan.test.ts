import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { launchbench, launchbenchProcess } from '../builders/launchbench.ts';
import {
  recordedCase,
  recordedOutcome,
  RECORDED_STRATEGIES,
  type RecordedTrees,
  unpackTrees,
} from '../builders/recorded-stacks.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const Answer = z.object({
  modules: z.array(z.string()),
  strategies: z.array(
    z.object({
      strategy: z.string(),
      launches: z.number(),
      patterns: z.number(),
      captureCalls: z.array(
        z.object({ arch: z.string(), purpose: z.string(), dest: z.string(), patterns: z.array(z.string()) }),
      ),
    }),
  ),
});

describe('launchbench plan', () => {
  const recording = recordedCase('libc-newer');
  let trees: RecordedTrees;
  beforeAll(() => {
    trees = unpackTrees(recording);
  });
  afterAll(() => {
    trees.remove();
  });
  const plan = (...options: readonly string[]) =>
    launchbench(
      [
        ...['plan', '--edition', '2022', '--arch', 'x86_64-linux-gnu', '--provider', trees.provider],
        ...options,
      ],
      {
        env: { HOME: '/home/user' },
      },
    );

  it('foresees the very calls that a capture makes, later ones that follow from earlier ones too', async () => {
    const { stdout } = await plan('--container', trees.container, '--json');
    const { strategies } = Answer.parse(JSON.parse(stdout));
    for (const name of RECORDED_STRATEGIES) {
      const foreseen = strategies.find(({ strategy }) => strategy === name);
      const calls = foreseen?.captureCalls.map(({ arch, dest, patterns }) => ({ arch, dest, patterns }));
      expect(calls).toEqual(recordedOutcome(recording, name)?.captureCalls);
      expect(foreseen?.launches).toBe(calls?.length);
    }
    const launchesOf = (name: string) => strategies.find(({ strategy }) => strategy === name)?.launches;
    expect([launchesOf('single-launch'), launchesOf('in-process')]).toEqual([1, 0]);
  });

  it('puts all strategies side by side, and reads well', async () => {
    const { status, stdout, stderr } = await plan('--container', trees.container);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(
      stdout
        .split('\n')
        .slice(0, 7)
        .filter((_, index) => index !== 1) // the rule below the header
        .map((line) => line.split(/ +/u).slice(0, 4)),
    ).toEqual([
      ['strategy', 'launches', 'calls', 'patterns'],
      ['per-driver', '3', '3', expect.anything()],
      ['batched', '3', '3', expect.anything()],
      ['batched-dedup', '3', '3', expect.anything()],
      ['single-launch', '1', '3', expect.anything()],
      ['in-process', '0', '3', expect.anything()],
    ]);
    expect(stdout.split('\n').length).toBeLessThan(24);
    expect(stdout).not.toContain('soname:');
  });

  it('lists the calls of one strategy, those patterns in short that each main call begins with', async () => {
    const { stdout } = await plan('--container', trees.container, '--strategy', 'batched');
    expect(stdout).toContain('main of x86_64-linux-gnu into libdir\n');
    expect(stdout).toContain('(46 patterns that every main call begins with)');
  });

  it('keeps its table within 80 columns, and within a wider terminal shows more of it', async () => {
    const header = async (columns: string) => {
      const env = { HOME: '/home/user', COLUMNS: columns };
      const { stdout } = await launchbenchProcess(['plan', '--provider', trees.provider], { env });
      return stdout.split('\n')[0] ?? '';
    };
    expect((await header('50')).length).toBeLessThanOrEqual(50);
    expect(await header('120')).toContain('main');
  });

  it('shows one strategy alone, in full with --verbose', async () => {
    const { stdout } = await plan('--strategy', 'batched', '--verbose');
    expect(stdout).not.toContain('per-driver');
    expect(stdout).toContain('    if-exists:if-same-abi:soname:libvulkan.so.1\n');
  });

  it('shows hostile names without obeying them', async () => {
    const provider = temporaryFolder();
    const folder = join(provider, 'usr/share/vulkan/icd.d');
    mkdirSync(folder, { recursive: true });
    const icd = { library_path: '/usr/lib/\u001b[7mvk.so', api_version: '1' };
    writeFileSync(join(folder, 'good.json'), JSON.stringify({ file_format_version: '1.0.0', ICD: icd }));
    writeFileSync(join(folder, '\u001b[7mbad.json'), '{');
    mkdirSync(join(provider, 'etc'));
    copyFileSync(join(trees.provider, 'etc/ld.so.cache'), join(provider, 'etc/ld.so.cache'));
    const arch = ['--arch', 'x86_64-linux-gnu'];
    const ran = await launchbench(['plan', '--provider', provider, ...arch, '--verbose']);
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain(String.raw`\x1b[7mvk.so`);
    expect(ran.stderr).toContain(String.raw`\x1b[7mbad.json: passed over`);
    expect(ran.stdout + ran.stderr).not.toContain('\u001b');
  });

  it('needs no container', async () => {
    expect((await plan()).status).toBe(0);
  });
});
