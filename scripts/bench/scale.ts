// How our cost grows with the number of drivers: the commands as users start them, and their parts in this process
// beside a naive reference, at 100, 1,000 and 10,000 drivers. An exponent of 1 is a cost that grows as the drivers do.
//
//   npm run build && npm run bench -- scale
//   npx tsx scripts/bench/scale.ts [FOLDER OF THE EXECUTABLES] [ROUNDS]
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bench } from 'tinybench';
import { discoverDrivers } from '../../src/core/editions/discover-drivers.ts';
import { captureStack } from '../../src/core/overrides/capture-stack.ts';
import { STRATEGIES } from '../../src/core/overrides/strategies.ts';
import { createInspector } from '../../src/core/sysroot/inspector.ts';
import { openSysroot } from '../../src/core/sysroot/sysroot.ts';
import type { Timer } from '../../src/launch/timer.ts';
import type { DriverSet } from '../../src/provision/driver-set.ts';
import { synthesize } from '../../src/provision/synthesize.ts';
import type { TreeEntry } from '../../src/provision/tree-entry.ts';
import { writeTree } from '../../src/provision/write-tree.ts';
import { NOTHING_LAUNCHED } from '../../src/runner/stack-capture.ts';
import { median } from '../../src/statistics/order-statistics.ts';
import { aDriverSet, aLibrary, aSyntheticDriver } from '../../test/builders/scenario.ts';
import { countArgument } from './support/count-argument.ts';
import { openHelper } from './support/paired-run.ts';
import { writeTreeAwaiting } from './support/awaited-tree.ts';

const SIZES = [100, 1000, 10_000] as const;
const NAME_WIDTH = 40;
/** Bars at 10,000 drivers. Source: our design, "Speed and size". */
const LIMITS = { plan: { cpuMs: 1000, peakMb: 200 }, capture: { cpuMs: 2000, peakMb: 512 } };
const EXPONENT_LIMIT = 1.1;
/** How many times quicker trees are written than by one awaited call after the other. */
const QUICKER_LIMIT = 3;

const root = fileURLToPath(new URL('../..', import.meta.url));
const [programs = 'dist/bin', wanted] = process.argv.slice(2);
const launchbench = join(resolve(root, programs), 'launchbench.js');
const rounds = countArgument(wanted, 5);
const work = mkdtempSync(join(tmpdir(), 'launchbench-scale-'));
/** Folders that were made for what is being timed. */
const newFolders: string[] = [];
let folders = 0;

try {
  console.log(
    `${''.padEnd(NAME_WIDTH)}${SIZES.map((size) => `${size} drivers`.padStart(16)).join('')}   exponents`,
  );
  const trees = SIZES.map((size) => synthesize(driverSet(size), ['x86_64-linux-gnu']));
  await compareWriters(trees);
  const container = await written(synthesize(driverSet(0), ['x86_64-linux-gnu']));
  const providers: string[] = [];
  for (const entries of trees) providers.push(await written(entries));
  await measureParts(trees, providers, container);
  await measureCommands(providers, container);
  const load = loadavg().map((one) => one.toFixed(1));
  console.log(`${rounds} rounds, load ${load.join(' ')}`);
} finally {
  rmSync(work, { recursive: true });
}

/** Drivers that lie in one folder and share what they need. */
function driverSet(drivers: number): DriverSet {
  return aDriverSet({
    glibc: '2.36',
    libraries: [aLibrary({ soname: 'libshared.so.1' }), aLibrary({ soname: 'libGL.so.1' })],
    drivers: Array.from({ length: drivers }, (_, index) =>
      aSyntheticDriver({ file: `driver${index}_dri.so`, needs: ['libshared.so.1', 'libc.so.6'] }),
    ),
  });
}

async function compareWriters(trees: readonly (readonly TreeEntry[])[]): Promise<void> {
  const quick = await inThisProcess('tree written', (at) => writeTree(trees[at] ?? [], newFolder()), rounds);
  const naive = await inThisProcess(
    '  by one awaited call after the other',
    (at) => writeTreeAwaiting(trees[at] ?? [], newFolder()),
    rounds,
  );
  checkGrowth(quick);
  const times = (naive.at(-1) ?? NaN) / (quick.at(-1) ?? NaN);
  check(`  ${times.toFixed(1)} times quicker`, times >= QUICKER_LIMIT, `at least ${QUICKER_LIMIT}`);
}

/** Parts of the commands, and what no way of doing them can be without. */
async function measureParts(
  trees: readonly (readonly TreeEntry[])[],
  providers: readonly string[],
  container: string,
): Promise<void> {
  const discover = (at: number, inspector = createInspector()) => {
    const provider = openSysroot(providers[at] ?? '', { inspector });
    const drivers = discoverDrivers({ provider, architectures: ['x86_64-linux-gnu'], env: {}, cwd: '/' });
    return { provider, drivers };
  };
  const capture = async (at: number): Promise<void> => {
    const { provider, drivers } = discover(at);
    await captureStack({
      ...{ provider, drivers, container: openSysroot(container), overrides: newFolder() },
      ...{ env: {}, libraryPath: undefined, launching: NOTHING_LAUNCHED },
      ...{ strategy: STRATEGIES['in-process'], providerInContainer: '/run/gfx', overridesInContainer: '/o' },
    });
  };
  const lookInto = (at: number): void => {
    const bytes = Buffer.allocUnsafe(4096);
    for (const entry of trees[at] ?? []) {
      if (entry.kind !== 'file') continue;
      const fd = openSync(join(providers[at] ?? '', entry.path), 'r');
      for (let piece = 0; piece < 3; piece++) readSync(fd, bytes, 0, bytes.length, piece * bytes.length);
      closeSync(fd);
    }
  };
  await inThisProcess('naive: three reads of each file', lookInto, rounds);
  checkGrowth(await inThisProcess('discovery', (at) => discover(at), rounds));
  checkGrowth(await inThisProcess('discovery and capture, in-process', capture, rounds));
}

async function measureCommands(providers: readonly string[], container: string): Promise<void> {
  const timer = await openHelper();
  try {
    for (const [name, limit] of Object.entries(LIMITS)) {
      const cpuMs: number[] = [];
      let peakMb = 0;
      for (const provider of providers) {
        const samples: number[] = [];
        for (let round = 0; round < rounds; round++) {
          const usage = await timeCommand(timer, [
            ...[launchbench, name, '--json', '--provider', provider, '--container', container],
            ...(name === 'capture' ? ['--overrides', newFolder()] : []),
          ]);
          samples.push(usage.cpuMs);
          peakMb = Math.max(peakMb, usage.peakMb);
        }
        cpuMs.push(median(samples));
      }
      printRow(`launchbench ${name}, CPU time`, cpuMs);
      checkGrowth(cpuMs);
      const [, , largest = NaN] = cpuMs;
      check(`  ${largest.toFixed(0)} ms`, largest <= limit.cpuMs, `${limit.cpuMs} ms`);
      check(`  ${peakMb.toFixed(0)} MB at most`, peakMb <= limit.peakMb, `${limit.peakMb} MB`);
    }
  } finally {
    await timer.close();
  }
}

async function timeCommand(
  timer: Timer,
  args: readonly string[],
): Promise<{ readonly cpuMs: number; readonly peakMb: number }> {
  const { end, usage } = await timer.spawn({
    argv: [process.execPath, ...args],
    env: { PATH: '/usr/bin:/bin', HOME: '/' },
    cwd: '/',
    ...{ stdinFile: null, stdoutFile: null, stderrFile: null },
    timeoutMs: 120_000,
  });
  if (end.kind !== 'exited' || end.status !== 0 || typeof usage?.maxRssKib !== 'number') {
    throw new Error(`launchbench ${args.slice(1).join(' ')} ended badly: ${JSON.stringify(end)}`);
  }
  return { cpuMs: (usage.userUs + usage.systemUs) / 1000, peakMb: usage.maxRssKib / 1024 };
}

/** Times a function of each size with tinybench, in CPU time, which other work moves less, and prints the medians. */
async function inThisProcess(
  name: string,
  run: (at: number) => unknown,
  iterations: number,
): Promise<readonly number[]> {
  const medians: number[] = [];
  for (const [at, size] of SIZES.entries()) {
    const bench = new Bench({ time: 0, iterations, warmupTime: 0, warmupIterations: 1, now: cpuTimeMs }).add(
      `${size}`,
      async () => {
        await run(at);
      },
    );
    const [task] = await bench.run();
    if (task?.result.state !== 'completed')
      throw new Error(`${name}, ${size}: ${task?.result.state ?? 'not run'}`);
    medians.push(task.result.latency.p50);
    // Thousands of folders are left otherwise.
    for (const folder of newFolders.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
  printRow(name, medians);
  return medians;
}

function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function printRow(name: string, times: readonly number[]): void {
  const cells = times.map((ms) => `${ms.toFixed(1)} ms`.padStart(16)).join('');
  const exponents = exponentsOf(times).map((exponent) => exponent.toFixed(2));
  console.log(`${name.padEnd(NAME_WIDTH)}${cells}   ${exponents.join(', ')}`);
}

/** Sizes grow tenfold, so the logarithm of what a time grew by is the exponent. */
function exponentsOf(times: readonly number[]): readonly number[] {
  return times.slice(1).map((ms, before) => Math.log10(ms / (times[before] ?? NaN)));
}

/** From the smallest to the largest: a step alone also shows when a compiler or a cache begins to matter. */
function checkGrowth(times: readonly number[]): void {
  const steps = exponentsOf(times);
  const overall = steps.reduce((sum, exponent) => sum + exponent, 0) / steps.length;
  check(
    `  grows with an exponent of ${overall.toFixed(2)}`,
    overall <= EXPONENT_LIMIT,
    String(EXPONENT_LIMIT),
  );
}

function check(what: string, holds: boolean, limit: string): void {
  if (holds) return;
  process.exitCode = 1;
  console.log(`${what}: not as claimed, which is ${limit}`);
}

function newFolder(): string {
  const folder = join(work, `${folders++}`);
  newFolders.push(folder);
  return folder;
}

async function written(entries: readonly TreeEntry[]): Promise<string> {
  const folder = join(work, `tree-${folders++}`);
  await writeTree(entries, folder);
  return folder;
}
