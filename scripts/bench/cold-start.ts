// Shows how quickly our programs start: CPU time of a short run of each, children included, as a ratio to that of
// `node -e 0`, taken in turns so that a busy machine slows all of them down alike.
//
//   npm run build && npm run bench -- cold-start
//   npx tsx scripts/bench/cold-start.ts [FOLDER OF THE EXECUTABLES] [ROUNDS]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedHelper } from '../../src/launch/installed-helper.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import { pairedRatio } from '../../src/statistics/paired-ratio.ts';
import { createRandom, shuffled } from '../../src/statistics/random.ts';
import { countArgument } from './support/count-argument.ts';
import { timeLaunch } from './support/paired-run.ts';

/** What is started, and how many times the CPU time of an empty node it may take. Source: our design. */
const PROGRAMS = [
  { file: 'capture-libs.cjs', args: ['--print-ld.so'], limit: 1.15 },
  { file: 'launchbench.js', args: ['--version'], limit: 1.3 },
  { file: 'launchbench.js', args: ['--help'], limit: 2.5 },
  { file: 'launchbench.js', args: ['plan'], limit: 4 },
  { file: 'launchbench.js', args: ['report', '{results}'], limit: 4 },
  { file: 'launchbench.js', args: ['run', '{scenario}', '--counts-only', '--output', '{new}'], limit: 6 },
] as const;
const CONFIDENCE = 0.95;
/** PATH alone: a variable that slows node itself down, such as NODE_EXTRA_CA_CERTS, would shrink every ratio. */
const bareEnvironment = { PATH: process.env['PATH'] ?? '' };

/** A run as small as can be: one driver, captured without a launch. */
const SCENARIO = `version: 1
name: small
provider: { synthetic: { drivers: { vulkan-icd: [{ manifest: a_icd.json, file: libvulkan_a.so }] } } }
strategies: [in-process]
`;

const root = fileURLToPath(new URL('../..', import.meta.url));
const [programs = 'dist/bin', wanted] = process.argv.slice(2);
const folder = resolve(root, programs);
const rounds = countArgument(wanted, 80);
const timer = await openTimer({
  prefer: 'helper',
  helperPath: installedHelper(root),
  nodeTimerPath: join(folder, 'node-timer.cjs'),
});
const work = mkdtempSync(join(tmpdir(), 'launchbench-cold-start-'));
const results = join(work, 'results.json');
const scenario = join(work, 'small.yaml');
writeFileSync(scenario, SCENARIO);
await cpuMs([join(folder, 'launchbench.js'), 'run', scenario, '--counts-only', '--output', results]);
/** The arguments of one call; results are never overwritten. */
const filledIn = (args: readonly string[], round: number): readonly string[] =>
  args.map((word) =>
    word
      .replace('{results}', results)
      .replace('{scenario}', scenario)
      .replace('{new}', join(work, `${round}.json`)),
  );
const empty = new Map<number, number>();
const runs = PROGRAMS.map((program) => ({ ...program, cpuMs: new Map<number, number>() }));
const random = createRandom(1);
try {
  for (let round = 0; round < rounds; round++) {
    const measurements = [
      async () => empty.set(round, await cpuMs(['-e', '0'])),
      ...runs.map(
        (run) => async () =>
          run.cpuMs.set(round, await cpuMs([join(folder, run.file), ...filledIn(run.args, round)])),
      ),
    ];
    for (const measure of shuffled(measurements, random)) await measure();
  }
} finally {
  await timer.close();
  rmSync(work, { recursive: true });
}

for (const { file, args, limit, cpuMs } of runs) {
  const ratio = pairedRatio(cpuMs, empty, CONFIDENCE);
  if (ratio?.interval === undefined || ratio.interval === null)
    throw new Error(`${rounds} rounds are too few for an interval`);
  const { low, high } = ratio.interval;
  const verdict = high <= limit ? 'within' : low > limit ? 'over' : 'perhaps over';
  if (low > limit) process.exitCode = 1;
  console.log(
    `${`${file} ${args[0]}`.padEnd(32)} ${ratio.estimate.toFixed(2)} × node -e 0 in CPU time ` +
      `[${low.toFixed(2)}, ${high.toFixed(2)}] n=${ratio.n}: ${verdict} the limit of ${limit}`,
  );
}

/** User and system time of one run of Node. */
async function cpuMs(args: readonly string[]): Promise<number> {
  return (await timeLaunch(timer, [process.execPath, ...args], bareEnvironment)).cpu;
}
