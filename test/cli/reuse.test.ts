import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createInspector } from '../../src/core/sysroot/inspector.ts';
import { executable } from '../builders/executables.ts';
import { aKeptStack, type KeptStack, readList } from '../builders/kept-overrides.ts';
import { launchbench, launchbenchProcess } from '../builders/launchbench.ts';
import { installed } from '../builders/needs.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { outputOf, runProgram } from '../builders/programs.ts';

const strace = installed('strace');
const HOME = { env: { HOME: '/home/user' } };

describe('launchbench capture --strategy reuse', () => {
  it('says in JSON whether overrides were used again, and why not', async () => {
    const stack = await aKeptStack(temporaryFolder());
    expect(await captured(stack)).toMatchObject({ reused: false, why: 'there were no overrides' });
    const again = await untilReused(stack);
    const { launches, captureCalls } = again;
    expect({ launches, calls: captureCalls.length > 0 }).toEqual({
      launches: { total: 0, byPurpose: {} },
      calls: true,
    });
    expect(await captured(stack, ['--fresh'])).toEqual({
      ...again,
      reused: false,
      why: 'a capture was asked for',
    });
  });

  it('says it in words', async () => {
    const stack = await aKeptStack(temporaryFolder());
    const first = await launchbench(argumentsFor(stack), HOME);
    expect(first.stdout).toMatch(/^Captured anew: there were no overrides$/m);
    await untilReused(stack);
    expect((await launchbench(argumentsFor(stack), HOME)).stdout).toMatch(/^Used again: nothing changed$/m);
  });

  it('takes --fresh for no other strategy', async () => {
    const stack = await aKeptStack(temporaryFolder());
    const { status, stderr } = await launchbench([...argumentsFor(stack, 'in-process'), '--fresh']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/--fresh: .* always captures/);
  });

  it.skipIf(strace === null)(
    'opens nothing of the trees and launches nothing when nothing changed',
    async () => {
      const stack = await aKeptStack(temporaryFolder());
      // Another program would be another one that asks.
      await untilReused(stack, launchbenchProcess);
      const calls = tracedCalls(stack, 'trace=openat,execve');
      expect(calls.filter((call) => call.includes('execve('))).toHaveLength(1);
      expect(
        calls.filter((call) => call.includes(`"${stack.provider}`) || call.includes(`"${stack.container}`)),
      ).toEqual([]);
      // It is its own list that tells, so the trace is not empty for another reason.
      expect(calls.filter((call) => call.includes('/list"'))).toHaveLength(1);
    },
  );

  it.skipIf(strace === null)(
    'keeps account of every place in the trees that the kernel was asked for',
    async () => {
      const stack = await aKeptStack(temporaryFolder());
      const asked = new Set(
        tracedCalls(stack, 'trace=%file').flatMap((call) => /"(\/[^"]*)"/.exec(call)?.[1] ?? []),
      );
      const inTrees = [...asked].filter(
        (path) => path.startsWith(`${stack.provider}/`) || path.startsWith(`${stack.container}/`),
      );
      expect(inTrees.length).toBeGreaterThan(100);
      const { places } = readList(stack);
      const known = new Map(
        places.flatMap((place, at) => (at % 2 === 0 ? [[place, places[at + 1] ?? '']] : [])),
      );
      const forgotten = new Set<string>();
      for (const path of inTrees) {
        const inspector = createInspector((place) => {
          // Of a folder whose names matter, nothing is missing unseen.
          const isMissing = lstatSync(place, { throwIfNoEntry: false }) === undefined;
          const folder = known.get(place.slice(0, place.lastIndexOf('/'))) ?? '';
          if (!known.has(place) && !(isMissing && folder.startsWith('D '))) forgotten.add(place);
        });
        inspector.walkerFor('')(path);
      }
      expect([...forgotten]).toEqual([]);
    },
  );
});

/** Whether mounts can be made where nobody else sees them. */
const canMount = runProgram('unshare', ['-rm', 'true']).status === 0;

describe.skipIf(!canMount)('a mount between two starts', () => {
  it('is seen, though the folder that it hides did not change and holds the same', async () => {
    const stack = await aKeptStack(temporaryFolder());
    const dri = join(stack.provider, 'usr/lib/x86_64-linux-gnu/dri');
    const other = join(stack.folder, 'other');
    const last = lastStart(stack, `cp -a ${dri} ${other} && mount --bind ${other} ${dri}`);
    expect(last).toMatchObject({ reused: false, why: expect.stringMatching(/\/dri\b.* changed$/) as string });
  });

  it('that puts an overlay over the tree is seen, and so is what is written to the overlay', async () => {
    const stack = await aKeptStack(temporaryFolder());
    const [upper, layers] = [join(stack.folder, 'upper'), join(stack.folder, 'work')];
    const over = [
      `mkdir -p ${upper} ${layers}`,
      `mount -t overlay -o lowerdir=${stack.provider},upperdir=${upper},workdir=${layers} overlay ${stack.provider}`,
    ].join(' && ');
    expect(lastStart(stack, over)).toMatchObject({ reused: false });
    const library = join(stack.provider, 'usr/lib/x86_64-linux-gnu/libdrm.so.2');
    // The file is copied to the upper layer, where it has another inode, with the same content and time.
    const last = lastStart(stack, `chmod 600 ${library}`, over);
    expect(last).toMatchObject({
      reused: false,
      why: expect.stringMatching(/libdrm\.so\.2 changed$/) as string,
    });
  });
});

/** What the last start says of those before and after some commands, which see mounts of their own. */
function lastStart(stack: KeptStack, between: string, before = 'true'): Captured {
  const words = [process.execPath, executable('launchbench.js'), ...argumentsFor(stack), '--json'];
  const start = words.map((word) => `'${word}'`).join(' ');
  const script = `${before} && until ${start} | grep -q '"reused": true'; do :; done && ${between} && ${start}`;
  const env = { PATH: process.env['PATH'], HOME: '/home/user' };
  const stdout = outputOf('unshare', ['-rm', 'sh', '-c', script], { env });
  return JSON.parse(stdout) as Captured;
}

function argumentsFor({ provider, container, overrides }: KeptStack, strategy = 'reuse'): readonly string[] {
  const trees = ['--provider', provider, '--container', container, '--overrides', overrides];
  return ['capture', '--strategy', strategy, ...trees, '--arch', 'x86_64-linux-gnu'];
}

interface Captured {
  readonly reused: boolean;
  readonly why: string | null;
  readonly launches: object;
  readonly captureCalls: readonly object[];
}

async function captured(
  stack: KeptStack,
  more: readonly string[] = [],
  run: typeof launchbench = launchbench,
): Promise<Captured> {
  const { stdout } = await run([...argumentsFor(stack), '--json', ...more], HOME);
  return JSON.parse(stdout) as Captured;
}

/** Trees that were just made are too young to be believed at first. */
async function untilReused(stack: KeptStack, run = launchbench): Promise<Captured> {
  for (;;) {
    const answer = await captured(stack, [], run);
    if (answer.reused) return answer;
  }
}

/** What a start asks the kernel for. */
function tracedCalls(stack: KeptStack, which: string): readonly string[] {
  const log = join(stack.folder, 'strace.log');
  const traced = [process.execPath, executable('launchbench.js'), ...argumentsFor(stack)];
  const env = { PATH: process.env['PATH'], HOME: '/home/user' };
  outputOf(strace ?? '', ['-f', '--seccomp-bpf', '-e', which, '-o', log, ...traced], { env });
  return readFileSync(log, 'utf8').split('\n');
}
