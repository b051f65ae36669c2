// What `launchbench bench` says of three programs that do 20, 21 and 22 ms of work: A against itself, a true 5 % and a
// true 10 %, on the machine as it is and beside other work; and what hyperfine says of them, where it is installed.
// Usage: tsx scripts/bench/a-against-a.ts [REPETITIONS]   (default 4, each of 40 rounds: some four minutes)
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../../src/statistics/order-statistics.ts';
import { countArgument } from './support/count-argument.ts';
import { openHelper, tally, timeLaunch } from './support/paired-run.ts';

const ROUNDS = 40;
const WORK_MS = [20, 21, 22] as const;
const PAIRS = [
  { name: 'A against A', other: 20 },
  { name: 'a true 5 %', other: 21 },
  { name: 'a true 10 %', other: 22 },
] as const;

const EXPLANATION = `Ratios of the time of another program to that of A, over all repetitions: their median, and from the least to the most.
Right is "same" for A against A, and "slower" for the others; "too-noisy" claims nothing. hyperfine has no verdicts: it
is counted how often its ratio lies further from 1 than its own ±, which is right for the others and wrong for A.`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const repetitions = countArgument(process.argv[2], 4);
const scratch = mkdtempSync(join(tmpdir(), 'launchbench-bench-'));
try {
  console.log(EXPLANATION);
  await compilePrograms();
  measure('the machine as it is');
  const others = Array.from({ length: 2 * availableParallelism() }, () =>
    spawn('sh', ['-c', 'while :; do :; done']),
  );
  try {
    measure(`beside ${others.length} busy loops`);
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Compiles the programs; how much work takes 20 ms is found out first, by the quietest of a few runs. */
async function compilePrograms(): Promise<void> {
  const trial = 20_000_000;
  compile('trial', trial);
  const timer = await openHelper();
  const times: number[] = [];
  for (let run = 0; run < 20; run += 1) times.push((await timeLaunch(timer, [join(scratch, 'trial')])).cpu);
  await timer.close();
  const perMs = trial / Math.min(...times);
  for (const ms of WORK_MS) compile(programOf(ms), Math.round(perMs * ms));
}

function compile(name: string, work: number): void {
  execFileSync('cc', [
    '-O1',
    `-DWORK=${work}UL`,
    '-o',
    join(scratch, name),
    join(root, 'scripts/bench/spin.c'),
  ]);
}

function programOf(ms: number): string {
  return `spin-${ms}ms`;
}

function measure(where: string): void {
  console.log(
    `\n${where}; load ${loadavg()[0]?.toFixed(1) ?? ''}, ${availableParallelism()} cores, ${ROUNDS} rounds`,
  );
  for (const { name, other } of PAIRS) {
    const commands = [programOf(20), programOf(other)] as const;
    const ours = repeat(() => launchbench(commands));
    for (const metric of ['cpu', 'wall'] as const) {
      show(
        `${name}, launchbench ${metric}`,
        ours.map((found) => found.ratio[metric]),
        tally(ours.map((found) => found.verdict[metric])),
      );
    }
    const theirs = repeat(() => hyperfine(commands)).flatMap((found) => found ?? []);
    if (theirs.length === 0) continue;
    const decided = theirs.filter(({ ratio, plusMinus }) => Math.abs(ratio - 1) > plusMinus).length;
    show(
      `${name}, hyperfine`,
      theirs.map(({ ratio }) => ratio),
      `a difference beyond its own ± in ${decided}`,
    );
  }
  console.log(`load at the end ${loadavg()[0]?.toFixed(1) ?? ''}`);
}

function repeat<Found>(run: () => Found): readonly Found[] {
  return Array.from({ length: repetitions }, run);
}

/** Ratios are times of the second by times of the first: 1.05 where it does 5 % more. */
function show(what: string, ratios: readonly number[], verdicts: string): void {
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(3));
  console.log(
    `  ${what.padEnd(30)} median ${median([...ratios]).toFixed(3)}, from ${low ?? ''} to ${high ?? ''}; ${verdicts}`,
  );
}

interface Comparison {
  readonly ratio: Record<'cpu' | 'wall', number>;
  readonly verdict: Record<
    'cpu' | 'wall',
    'faster' | 'slower' | 'same' | 'inconclusive' | 'too-noisy' | 'void'
  >;
}

function launchbench(commands: readonly string[]): Comparison {
  const lines = commands.map((name) => join(scratch, name));
  const { stdout } = spawnSync(
    process.execPath,
    [
      ...[join(root, 'dist/bin/launchbench.js'), 'bench', ...lines, '--json'],
      ...['--rounds', String(ROUNDS), '-o', join(scratch, `${process.hrtime.bigint()}.json`)],
    ],
    { encoding: 'utf8' },
  );
  const { comparisons } = JSON.parse(stdout) as { comparisons: readonly Comparison[] };
  const [found] = comparisons;
  if (found === undefined) throw new Error(`no comparison in ${stdout}`);
  return { ...found, ratio: { cpu: 1 / found.ratio.cpu, wall: 1 / found.ratio.wall } };
}

/** What its summary says: the ratio of the means, and its ±; null where it is not installed. */
function hyperfine(
  commands: readonly string[],
): { readonly ratio: number; readonly plusMinus: number } | null {
  const file = join(scratch, 'hyperfine.json');
  const run = spawnSync(
    'hyperfine',
    [
      '-N',
      '-w',
      '1',
      '-r',
      String(ROUNDS),
      '--export-json',
      file,
      ...commands.map((name) => join(scratch, name)),
    ],
    { stdio: 'ignore' },
  );
  if (run.status !== 0) return null;
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as {
    results: { mean: number; stddev: number }[];
  };
  const [first, second] = results;
  if (first === undefined || second === undefined) return null;
  const ratio = second.mean / first.mean;
  const plusMinus = ratio * Math.hypot(first.stddev / first.mean, second.stddev / second.mean);
  return { ratio, plusMinus };
}
