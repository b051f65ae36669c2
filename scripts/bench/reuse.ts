// What a start costs whose overrides were kept and are used again, beside the first capture in a process of this machine's
// own stack: discovery and capture, or the proof that neither is needed. Taken in turns, each in a fresh process that
// measures itself; then with the system calls counted, where strace is there, in times of the files that are depended on.
//
//   npm run bench -- reuse
//   npx tsx scripts/bench/reuse.ts [PROVIDER] [CONTAINER] [ROUNDS]
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { median } from '../../src/statistics/order-statistics.ts';
import { pairedRatio } from '../../src/statistics/paired-ratio.ts';
import { createRandom, shuffled } from '../../src/statistics/random.ts';
import { bundleProgram } from './support/bundle-program.ts';
import { countArgument } from './support/count-argument.ts';
import type { StartCost, StartOnce } from './support/start-once.ts';

/** CPU time, in times of discovery and first capture. */
const LIMIT = 0.25;
/** System calls, in times of the regular files that are depended on. */
const SYSCALLS_A_FILE_LIMIT = 4;
const CONFIDENCE = 0.95;

const work = mkdtempSync(join(tmpdir(), 'launchbench-reuse-'));
const [provider = '/', givenContainer, wanted] = process.argv.slice(2);
const rounds = countArgument(wanted, 25);
const program = join(work, 'start-once.mjs');
const container = givenContainer === undefined ? join(work, 'container') : resolve(givenContainer);
const again: NonNullable<StartOnce> = {
  strategy: 'reuse',
  provider,
  container,
  overrides: join(work, 'kept'),
};
let folders = 0;

try {
  mkdirSync(join(work, 'container/etc'), { recursive: true });
  await bundleProgram('start-once.ts', program);
  await measure();
} finally {
  rmSync(work, { recursive: true });
}

async function measure(): Promise<void> {
  // What was just made is not believed by the next start.
  while (!(await run(again)).reused);
  const { places, drivers } = await run(again);
  const { f: files = 0, l: links = 0, d: passed = 0, D: listed = 0, '-': missing = 0 } = places;
  console.log(
    `${drivers} drivers, ${files} files, ${links} links, ${listed} folders whose names matter, ${passed} on the way, ${missing} places where nothing is`,
  );
  const [captures, starts] = [new Map<number, number>(), new Map<number, number>()];
  const random = createRandom(1);
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => {
        const overrides = join(work, `overrides-${folders++}`);
        captures.set(round, (await run({ ...again, strategy: 'in-process', overrides })).cpuMs);
      },
      async () => {
        const { cpuMs, reused } = await run(again);
        if (!reused) throw new Error('the overrides were not used again');
        starts.set(round, cpuMs);
      },
    ];
    for (const turn of shuffled(turns, random)) await turn();
  }
  console.log(
    `first capture ${median([...captures.values()]).toFixed(1)} ms of CPU time, used again ${median([...starts.values()]).toFixed(1)} ms`,
  );
  const ratio = pairedRatio(starts, captures, CONFIDENCE);
  if (ratio?.interval === undefined || ratio.interval === null) {
    throw new Error(`${rounds} rounds are too few`);
  }
  const { low, high } = ratio.interval;
  if (low > LIMIT) process.exitCode = 1;
  const verdict = high <= LIMIT ? 'within' : low > LIMIT ? 'over' : 'perhaps over';
  console.log(
    `  in times of the first capture: ${ratio.estimate.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]: ${verdict} the limit of ${LIMIT}`,
  );
  await countCalls(files);
  const load = loadavg().map((one) => one.toFixed(1));
  console.log(`${rounds} rounds, load ${load.join(' ')}`);
}

/** System calls about files, without those of a process that does nothing. */
async function countCalls(files: number): Promise<void> {
  if ((await execa('strace', ['-V'], { reject: false })).exitCode !== 0) {
    console.log('system calls: strace is not there');
    return;
  }
  const [all = NaN, none = NaN] = await Promise.all(
    [again, null].map(async (order, index) => {
      const log = join(work, `calls-${index}`);
      const tracer = ['strace', '-f', '-c', '-e', 'trace=%file,%desc', '-o', log];
      await run(order, [...tracer, process.execPath]);
      return Number(/^ *100\.00 +\S+ +\S* +(\d+)/m.exec(readFileSync(log, 'utf8'))?.[1]);
    }),
  );
  const each = (all - none) / files;
  if (each >= SYSCALLS_A_FILE_LIMIT) process.exitCode = 1;
  console.log(
    `system calls: ${all - none}, ${each.toFixed(1)} a file: ${each < SYSCALLS_A_FILE_LIMIT ? 'within' : 'over'} the limit of ${SYSCALLS_A_FILE_LIMIT}`,
  );
}

async function run(
  order: StartOnce,
  [command, ...options]: readonly string[] = [process.execPath],
): Promise<StartCost> {
  const { PATH, HOME } = process.env;
  const args = [...options, program, JSON.stringify(order)];
  const { stdout } = await execa(command ?? '', args, { env: { PATH, HOME }, extendEnv: false });
  return JSON.parse(stdout) as StartCost;
}
