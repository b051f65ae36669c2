import { readFileSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_IMPORTS } from '../../src/core/drivers/driver-classes.ts';
import { EDITIONS } from '../../src/core/editions/editions.ts';
import { createOverrides } from '../../src/core/overrides/overrides-tree.ts';
import type { Tuple } from '../../src/core/sysroot/architectures.ts';
import { LaunchError, SysrootError } from '../../src/errors.ts';
import { formatCaptureRequest, parseCaptureRequest } from '../../src/runner/capture-request.ts';
import { type FreshProcess, startFreshProcess } from '../../src/runner/fresh-process.ts';
import { type ScenarioSetUp, setUpScenario } from '../../src/runner/set-up-scenario.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { anyCharacter } from '../builders/any-character.ts';
import { executable } from '../builders/executables.ts';
import { installed } from '../builders/needs.ts';
import { asStack, EXAMPLE_ORIGIN } from '../builders/scenario.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';
import { isAlive } from '../builders/timers.ts';
import { outputOf } from '../builders/programs.ts';

const CAPTURE_ONCE = [process.execPath, executable('capture-once.cjs')] as const;

/** In a shell: what a process says that has discovered the drivers. */
const READY = `echo '{"ready":true}'`;

/** One driver, and what it needs. */
const SCENARIO = `
version: 1
name: example
architectures: [x86_64-linux-gnu]
provider:
  synthetic:
    glibc: '2.36'
    drivers: { dri: [{ file: iris_dri.so, needs: libgallium.so.1 }] }
    libraries: { libGL.so.1: libc.so.6, libgallium.so.1: libc.so.6 }
container: { synthetic: { glibc: '2.31' } }
`;

describe('a capture in a fresh process', () => {
  it('is measured by that process around the capture, and nowhere else', async () => {
    const { fresh } = await startedOn(await aSetUp());
    const beforeNs = process.hrtime.bigint();
    const { account: measured } = await fresh.capture();
    const askedNs = Number(process.hrtime.bigint() - beforeNs);
    expect(measured.wallNs).toBeGreaterThan(0);
    expect(measured.wallNs).toBeLessThanOrEqual(askedNs);
    expect((measured.ownUserUs ?? 0) + (measured.ownSystemUs ?? 0)).toBeGreaterThan(0);
    // Node itself is resident, whatever is captured.
    expect(measured.maxRssKib).toBeGreaterThan(20_000);
  });

  it('tells its own memory, whatever we hold ourselves', async () => {
    const held = Buffer.alloc(400 << 20, 1);
    const { fresh } = await startedOn(await aSetUp());
    expect((await fresh.capture()).account.maxRssKib).toBeLessThan(300_000);
    expect(held.length).toBe(400 << 20);
  });

  it('leaves what can be examined afterwards', async () => {
    const { fresh, overrides } = await startedOn(await aSetUp());
    await fresh.capture();
    const run = await fresh.examine();
    expect(run.patterns).toBeGreaterThan(0);
    const offers = run.entries.map(({ offer }) => offer).join('\n');
    expect(offers).toMatch(/^x86_64-linux-gnu dri iris_dri.so /m);
    expect(offers).toMatch(/^x86_64-linux-gnu library libgallium.so.1 /m);
    expect(outputOf('find', [overrides, '-name', 'iris_dri.so'])).not.toBe('');
  });

  it('that fails says why, as a capture in our own process would', async () => {
    const setUp = await aSetUp();
    const { fresh } = await startedOn(setUp);
    unlinkSync(join(setUp.provider.root, 'etc/ld.so.cache'));
    const failed = fresh.capture();
    await expect(failed).rejects.toThrow(SysrootError);
    await expect(failed).rejects.toThrow(/Cannot capture .*ld\.so\.cache/);
  });

  it('whose tree cannot be opened fails before it is timed', async () => {
    const setUp = await aSetUp();
    rmSync(setUp.provider.root, { recursive: true });
    await expect(startedOn(setUp)).rejects.toThrow(/in-process failed: .*expected a directory tree/s);
  });

  it('ends with the run that it belongs to', async () => {
    const interrupt = new AbortController();
    const pidFile = join(temporaryFolder(), 'pid');
    const script = `echo $$ > ${pidFile}; ${READY}; read word`;
    const { fresh } = await startedOn(await aSetUp(), {
      command: ['/bin/sh', '-c', script],
      signal: interrupt.signal,
    });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    interrupt.abort();
    await expect(fresh.capture()).rejects.toThrow();
    expect(isAlive(pid)).toBe(false);
  });

  const strace = installed('strace');
  it.skipIf(strace === null)('finds nothing read: discovery has looked at no library for it', async () => {
    const log = join(temporaryFolder(), 'strace.log');
    const prefix = [strace ?? '', '-f', '--seccomp-bpf', '-s', '100', '-e', 'trace=openat,write', '-o', log];
    const { fresh } = await startedOn(await aSetUp(), { command: [...prefix, ...CAPTURE_ONCE] });
    await fresh.capture();
    await fresh.end();
    const [before, after] = readFileSync(log, 'utf8').split('\\"ready\\":true');
    expect(before).not.toMatch(/openat\([^\n]*libgallium\.so\.1/);
    expect(after).toMatch(/openat\([^\n]*etc\/ld\.so\.cache[^\n]* = \d/);
    expect(after).toMatch(/openat\([^\n]*libgallium\.so\.1/);
  });
});

describe('an answer that is none voids the cell, with what was said', () => {
  it.each<{ process: string; says: string; limits?: { timeoutMs: number } }>([
    { process: 'echo hello', says: 'it answered "hello"' },
    { process: 'echo "{\\"ready\\": 1}"', says: 'it answered "{\\"ready\\": 1}"' },
    { process: 'echo no such luck >&2; exit 1', says: 'no such luck' },
    { process: 'exit 0', says: 'it said nothing' },
    { process: 'yes ready | tr -d "\\n"', says: 'it wrote a line of more than' },
    { process: 'sleep 600', says: 'it did not answer within 0.1 s', limits: { timeoutMs: 100 } },
    { process: `${READY}; read word; echo '{"wallNs":-1}'`, says: 'it answered "{\\"wallNs\\":-1}"' },
    { process: `${READY}; read word; echo no memory >&2`, says: 'no memory' },
    { process: `${READY}; read word; sleep 600`, says: 'did not answer', limits: { timeoutMs: 500 } },
  ])('$process', async ({ process: script, says, limits }) => {
    const outcome = startedOn(await aSetUp(), { command: ['/bin/sh', '-c', script], ...limits }).then(
      ({ fresh }) => fresh.capture(),
    );
    await expect(outcome).rejects.toThrow(LaunchError);
    await expect(outcome).rejects.toThrow(says);
  });
});

describe('a request', () => {
  it('is the same when it has been arguments', () => {
    const text = fc.string({ unit: anyCharacter }).map((any) => any.replaceAll('\0', ''));
    const tree = fc.record({ root: text, confined: fc.boolean() });
    const request = fc.record({
      strategy: fc.constantFrom('in-process', 'batched'),
      edition: fc.constantFrom(...Object.values(EDITIONS)),
      imports: fc.record({
        vulkanLayers: fc.boolean(),
        openxrLayers: fc.boolean(),
        openxrRuntimes: fc.boolean(),
      }),
      provider: tree,
      container: tree,
      providerInContainer: text,
      architectures: fc.subarray<Tuple>(['x86_64-linux-gnu', 'i386-linux-gnu']),
      overrides: text,
      env: fc.dictionary(
        text.filter((name) => name !== '' && !name.includes('=')),
        text,
        { noNullPrototype: true },
      ),
      cwd: text,
    });
    fc.assert(
      fc.property(request, (given) => {
        expect(parseCaptureRequest(formatCaptureRequest(given))).toEqual(given);
      }),
    );
  });
});

async function aSetUp(): Promise<ScenarioSetUp> {
  return setUpScenario(asStack(parseScenario(SCENARIO, EXAMPLE_ORIGIN)), {
    workDir: join(temporaryFolder(), 'work'),
    env: {},
    cwd: '/',
    confined: false,
    signal: new AbortController().signal,
    report: () => undefined,
  });
}

/** A process that is ready to capture the set-up in-process; it is ended with the test. */
async function startedOn(
  setUp: ScenarioSetUp,
  {
    command = CAPTURE_ONCE,
    timeoutMs = 60_000,
    signal = new AbortController().signal,
  }: { command?: readonly string[]; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<{ fresh: FreshProcess; overrides: string }> {
  const overrides = join(setUp.workDir, 'overrides');
  createOverrides(overrides, {
    architectures: setUp.architectures,
    edition: EDITIONS['2022'],
    imports: DEFAULT_IMPORTS,
  });
  const fresh = await startFreshProcess(
    { ...setUp, strategy: 'in-process', overrides },
    { command, timeoutMs, signal },
  );
  onTestFinished(() => fresh.end());
  return { fresh, overrides };
}
