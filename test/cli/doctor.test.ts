import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { launchbench, launchbenchProcess } from '../builders/launchbench.ts';
import { aFolderOf } from '../builders/results-folder.ts';
import { compiledTracer } from '../builders/tracers.ts';

const examination = z.object({
  ready: z.boolean(),
  parts: z.array(
    z.object({
      name: z.string(),
      found: z.string().nullable(),
      remedy: z.string().nullable(),
      needed: z.boolean(),
    }),
  ),
  noise: z.array(z.object({ id: z.string(), remedy: z.string() })),
});

/** A machine with nothing on its PATH but links to these programs, and without our own tracer. */
function aMachineWith(programs: Readonly<Record<string, string>>) {
  const { path } = aFolderOf({});
  for (const folder of ['bin', 'tmp']) mkdirSync(join(path, folder));
  for (const [name, target] of Object.entries(programs)) symlinkSync(target, join(path, 'bin', name));
  return {
    cwd: path,
    env: { PATH: join(path, 'bin'), TMPDIR: join(path, 'tmp'), LAUNCHBENCH_TRACER: 'strace' },
  };
}

async function examine(machine: ReturnType<typeof aMachineWith>) {
  const { status, stdout } = await launchbench(['doctor', '--json'], machine);
  const { ready, parts, noise } = examination.parse(JSON.parse(stdout));
  return { status, ready, noise, part: (name: string) => parts.find((part) => part.name === name) };
}

describe('launchbench doctor', () => {
  it('is content with a machine that has Node alone, and says how to get the rest', async () => {
    const { status, ready, part } = await examine(aMachineWith({}));
    expect({ status, ready }).toEqual({ status: 0, ready: true });
    expect(part('capture tool')?.found).toMatch(/^(native|Node), .*sha256 [0-9a-f]{12}/);
    expect(part('tracer')?.found).toBeNull();
    expect(part('tracer')?.remedy).toContain('apt-get install strace');
    expect(part('C compiler')).toMatchObject({ found: null, remedy: 'sudo apt-get install gcc libc6-dev' });
    expect(part('apt')).toMatchObject({ found: null, needed: false });
    expect(part('qemu-x86_64')).toMatchObject({ found: null, remedy: 'sudo apt-get install qemu-user' });
  });

  it('asks what is there for its version', async () => {
    const { path } = aFolderOf({});
    const { part } = await examine(aMachineWith({ valgrind: '/bin/echo', cc: join(path, 'nowhere') }));
    expect(part('valgrind')?.found).toMatch(/^echo /);
    expect(part('valgrind')?.remedy).toBeNull();
    expect(part('C compiler')).toMatchObject({ found: null });
  });

  it('does not take a strace that cannot trace for a tracer', async () => {
    const folder = aFolderOf({
      strace: '#!/bin/sh\n[ "$1" = --version ] && echo "strace -- version 6.9" || exit 1\n',
    });
    chmodSync(join(folder.path, 'strace'), 0o755);
    const { part } = await examine(aMachineWith({ strace: join(folder.path, 'strace') }));
    expect(part('tracer')?.found).toBeNull();
    expect(part('tracer')?.remedy).toContain('SYS_PTRACE');
  });

  it.skipIf(compiledTracer() === null)('prefers our own tracer to strace', async () => {
    const { cwd, env } = aMachineWith({ strace: '/bin/true' });
    const { part } = await examine({ cwd, env: { ...env, LAUNCHBENCH_TRACER: '' } });
    expect(part('tracer')).toMatchObject({ found: 'launch-tracer 1', remedy: null });
  });

  it('ends with status 3 where the main job cannot run', async () => {
    const machine = aMachineWith({});
    const { status, stdout } = await launchbenchProcess(['doctor'], {
      ...machine,
      env: { ...machine.env, TMPDIR: '/proc' },
    });
    expect(status).toBe(3);
    expect(stdout).toContain('launchbench run does not work here');
    expect(stdout).toMatch(/temporary folder\s+needed for trees and overrides of a run/);
  });
});
