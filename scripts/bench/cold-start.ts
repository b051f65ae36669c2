// Shows how quickly our programs start: CPU time of a short run of each as a ratio to that of `node -e 0`,
// taken in turns so that a busy machine slows all of them down alike.
//
//   npm run build && npm run bench -- cold-start
//   npx tsx scripts/bench/cold-start.ts [FOLDER OF THE EXECUTABLES] [ROUNDS]
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedHelper } from '../../src/launch/installed-helper.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import { pairedRatio } from '../../src/statistics/paired-ratio.ts';
import { createRandom, shuffled } from '../../src/statistics/random.ts';
import { countArgument } from './support/count-argument.ts';

/** What is started, and how many times the CPU time of an empty node it may take. Source: our design. */
const PROGRAMS = [
  { file: 'capture-libs.cjs', option: '--print-ld.so', limit: 1.15 },
  { file: 'launchbench.js', option: '--version', limit: 1.3 },
  { file: 'launchbench.js', option: '--help', limit: 2.5 },
] as const;
const CONFIDENCE = 0.95;

const root = fileURLToPath(new URL('../..', import.meta.url));
const [programs = 'dist/bin', wanted] = process.argv.slice(2);
const folder = resolve(root, programs);
const rounds = countArgument(wanted, 80);
const timer = await openTimer({
  prefer: 'helper',
  helperPath: installedHelper(root),
  nodeTimerPath: join(folder, 'node-timer.cjs'),
});
const empty = new Map<number, number>();
const runs = PROGRAMS.map((program) => ({ ...program, cpuMs: new Map<number, number>() }));
const random = createRandom(1);
try {
  for (let round = 0; round < rounds; round++) {
    const measurements = [
      async () => empty.set(round, await cpuMs(['-e', '0'])),
      ...runs.map(
        (run) => async () => run.cpuMs.set(round, await cpuMs([join(folder, run.file), run.option])),
      ),
    ];
    for (const measure of shuffled(measurements, random)) await measure();
  }
} finally {
  await timer.close();
}

for (const { file, option, limit, cpuMs } of runs) {
  const ratio = pairedRatio(cpuMs, empty, CONFIDENCE);
  if (ratio?.interval === undefined || ratio.interval === null)
    throw new Error(`${rounds} rounds are too few for an interval`);
  const { low, high } = ratio.interval;
  const verdict = high <= limit ? 'within' : low > limit ? 'over' : 'perhaps over';
  if (low > limit) process.exitCode = 1;
  console.log(
    `${`${file} ${option}`.padEnd(32)} ${ratio.estimate.toFixed(2)} × node -e 0 in CPU time ` +
      `[${low.toFixed(2)}, ${high.toFixed(2)}] n=${ratio.n}: ${verdict} the limit of ${limit}`,
  );
}

/** User and system time of one run of Node. */
async function cpuMs(args: readonly string[]): Promise<number> {
  const { end, usage } = await timer.spawn({
    argv: [process.execPath, ...args],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: '/',
    stdinFile: null,
    stdoutFile: null,
    stderrFile: null,
    timeoutMs: 10_000,
  });
  if (end.kind !== 'exited' || end.status !== 0 || usage === null) {
    throw new Error(`node ${args.join(' ')} ended badly: ${JSON.stringify(end)}`);
  }
  return (usage.userUs + usage.systemUs) / 1000;
}
