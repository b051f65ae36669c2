// What the first capture in a process costs, which is the one that a launcher waits for: discovery and capture of this
// machine's own stack, beside the least that any program would have to do (look into each file, make the links), taken
// in turns, each in a fresh process that measures itself; then the same again in that process, and with the system calls
// counted where strace is there. All of it once more without V8's optimising compiler, whose time is in the figures: it
// works on what a capture repeats, and most of that is never run again.
//
//   npm run bench -- first-capture
//   npx tsx scripts/bench/first-capture.ts [PROVIDER] [CONTAINER] [ROUNDS]
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { median } from '../../src/statistics/order-statistics.ts';
import { pairedRatio } from '../../src/statistics/paired-ratio.ts';
import { createRandom, shuffled } from '../../src/statistics/random.ts';
import { bundleProgram } from './support/bundle-program.ts';
import { countArgument } from './support/count-argument.ts';
import type { CaptureCost, CaptureOnce } from './support/capture-once.ts';

/** Discovery and first capture, in times of the floor. Source: our specification of the native tool, section 4. */
const LIMIT = 8;
/** The second capture in a process, in times of the first. */
const AGAIN_LIMIT = 0.5;
const SYSCALLS_A_DRIVER_LIMIT = 30;
const CONFIDENCE = 0.95;

const work = mkdtempSync(join(tmpdir(), 'launchbench-first-capture-'));
const [provider = '/', givenContainer, wanted] = process.argv.slice(2);
const rounds = countArgument(wanted, 25);
const program = join(work, 'capture-once.mjs');
const container = givenContainer === undefined ? emptyContainer() : resolve(givenContainer);
let folders = 0;

try {
  await bundleProgram('capture-once.ts', program);
  await measure();
} finally {
  rmSync(work, { recursive: true });
}

async function measure(): Promise<void> {
  const sample = newFolder();
  const { drivers, manifests } = await run(captureInto([sample]));
  const links = linksIn(sample);
  const files = filesOf(links, manifests);
  console.log(
    `${drivers} drivers, ${links.length} links, ${files.length} files; provider ${provider}, container ${givenContainer ?? 'with a dynamic linker alone'}`,
  );
  const floor = new Map<number, number>();
  const variants = { 'as it is': [], 'with --no-opt': ['--no-opt'] };
  const costs = Object.entries(variants).map(([name, options]) => ({ name, options, cost: newCost() }));
  const random = createRandom(1);
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => {
        const { parts } = await run(floorInto(newFolder(), sample, links, files));
        floor.set(round, parts[0]?.cpuMs ?? NaN);
      },
      ...costs.map(({ options, cost }) => async () => {
        const { parts } = await run(captureInto([newFolder(), newFolder()]), [process.execPath, ...options]);
        const [discovery = NaN, capture = NaN, ...second] = parts.map(({ cpuMs }) => cpuMs);
        cost.discovery.set(round, discovery);
        cost.capture.set(round, capture);
        cost.first.set(round, discovery + capture);
        cost.again.set(
          round,
          second.reduce((sum, part) => sum + part, 0),
        );
      }),
    ];
    for (const turn of shuffled(turns, random)) await turn();
  }
  console.log(`floor: ${inMs(floor)} of CPU time`);
  for (const { name, options, cost } of costs) {
    const { discovery, capture, first, again } = cost;
    console.log(
      `${name}: discovery ${inMs(discovery)} + first capture ${inMs(capture)}; again ${inMs(again)}`,
    );
    const isJudged = options.length === 0;
    judge('  first, in times of the floor', first, floor, LIMIT, isJudged);
    judge('  again, in times of the first', again, first, AGAIN_LIMIT, isJudged);
  }
  await countCalls(drivers);
  const load = loadavg().map((one) => one.toFixed(1));
  console.log(`${rounds} rounds, load ${load.join(' ')}`);
}

/** CPU time by round, milliseconds. */
type ByRound = Map<number, number>;

function newCost(): Readonly<Record<'discovery' | 'capture' | 'first' | 'again', ByRound>> {
  return { discovery: new Map(), capture: new Map(), first: new Map(), again: new Map() };
}

function inMs(cost: ByRound): string {
  return `${median([...cost.values()]).toFixed(1)} ms`;
}

function judge(what: string, cost: ByRound, reference: ByRound, limit: number, isJudged: boolean): void {
  const ratio = pairedRatio(cost, reference, CONFIDENCE);
  if (ratio?.interval === undefined || ratio.interval === null)
    throw new Error(`${rounds} rounds are too few`);
  const { low, high } = ratio.interval;
  if (isJudged && low > limit) process.exitCode = 1;
  const verdict = high <= limit ? 'within' : low > limit ? 'over' : 'perhaps over';
  console.log(
    `${what}: ${ratio.estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]: ${verdict} the limit of ${limit}`,
  );
}

/**
 * System calls of discovery and capture that are about files: those of the process, without those of one that captures
 * nothing. V8's own, about memory and threads, are as many as it likes.
 */
async function countCalls(drivers: number): Promise<void> {
  if ((await execa('strace', ['-V'], { reject: false })).exitCode !== 0) {
    console.log('system calls: strace is not there');
    return;
  }
  const orders: readonly (readonly string[])[] = [[newFolder()], []];
  const [all = NaN, none = NaN] = await Promise.all(
    orders.map(async (overrides, index) => {
      const log = join(work, `calls-${index}`);
      const tracer = ['strace', '-f', '-c', '-e', 'trace=%file,%desc', '-o', log];
      await run(captureInto(overrides), [...tracer, process.execPath]);
      return Number(/^ *100\.00 +\S+ +\S* +(\d+)/m.exec(readFileSync(log, 'utf8'))?.[1]);
    }),
  );
  const each = (all - none) / drivers;
  if (each > SYSCALLS_A_DRIVER_LIMIT) process.exitCode = 1;
  console.log(
    `system calls: ${all - none}, ${each.toFixed(1)} a driver: ${each > SYSCALLS_A_DRIVER_LIMIT ? 'over' : 'within'} the limit of ${SYSCALLS_A_DRIVER_LIMIT}`,
  );
}

async function run(
  order: CaptureOnce,
  [command, ...options]: readonly string[] = [process.execPath],
): Promise<CaptureCost> {
  const { PATH, HOME } = process.env;
  const args = [...options, program, JSON.stringify(order)];
  const { stdout } = await execa(command ?? '', args, { env: { PATH, HOME }, extendEnv: false });
  return JSON.parse(stdout) as CaptureCost;
}

function captureInto(overrides: readonly string[]): CaptureOnce {
  return { kind: 'capture', provider, container, overrides };
}

/** The links of a capture, and the folders for them, made elsewhere. */
function floorInto(
  folder: string,
  captured: string,
  links: readonly Link[],
  files: readonly string[],
): CaptureOnce {
  const into = (path: string): string => folder + path.slice(captured.length);
  return {
    kind: 'floor',
    files,
    folders: [folder, ...foldersIn(captured).map(into)],
    links: links.map(([path, target]) => [into(path), target]),
  };
}

type Link = readonly [path: string, target: string];

function linksIn(folder: string): readonly Link[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry): Link => {
      const path = join(entry.parentPath, entry.name);
      return [path, readlinkSync(path)];
    });
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What the capture rests on: libraries of both trees, manifests, the cache. */
function filesOf(links: readonly Link[], manifests: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const add = (path: string): void => {
    try {
      seen.add(realpathSync(path));
    } catch {
      // The container lacks it.
    }
  };
  for (const [, target] of links) {
    if (!target.startsWith('/run/host/')) continue;
    const path = target.slice('/run/host'.length);
    add(join(provider, path));
    add(join(container, path));
  }
  for (const path of [...manifests, '/etc/ld.so.cache']) add(join(provider, path));
  return [...seen];
}

function newFolder(): string {
  return join(work, `overrides-${folders++}`);
}

function emptyContainer(): string {
  const folder = join(work, 'container');
  mkdirSync(join(folder, 'etc'), { recursive: true });
  return folder;
}
