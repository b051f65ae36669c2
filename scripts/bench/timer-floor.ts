// Holds our timers against `hyperfine -N`, interleaved, on /bin/true: what does our timing add to a launch? And once
// more with 500 MB held by this process, which must change nothing.
// Usage: tsx scripts/bench/timer-floor.ts [ROUNDS]   (default 40 rounds of 10 launches)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedHelper } from '../../src/launch/installed-helper.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import type { SpawnRequest, Timer } from '../../src/launch/timer.ts';
import { bundle } from '../bundle.mjs';
import { countArgument } from './support/count-argument.ts';

const LAUNCHES = 10;
const BOUND_MS = 0.5;
const HELD_BYTES = 500e6;

interface Round {
  readonly hyperfineMs: number;
  /** By the instrument's own figure, and by our clock from the request to the answer. */
  readonly instrumentMs: number;
  readonly clockMs: number;
  readonly maxRssKib: number | null;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const rounds = countArgument(process.argv[2], 40);
const scratch = mkdtempSync(join(tmpdir(), 'launchbench-bench-'));
try {
  await bundle(scratch);
  let passed = true;
  for (const prefer of ['helper', 'node'] as const) {
    const timer = await openTimer({
      prefer,
      helperPath: installedHelper(root),
      nodeTimerPath: join(scratch, 'node-timer.cjs'),
    });
    const light = await measure(timer);
    const held = Buffer.alloc(HELD_BYTES, 1);
    const heavy = await measure(timer);
    await timer.close();
    const added = report(`${prefer}, small heap`, light);
    report(`${prefer}, ${held.length / 1e6} MB held`, heavy);
    // Only the helper promises anything; Node's own fork is the fallback.
    if (prefer === 'helper' && added > BOUND_MS) passed = false;
  }
  console.log(passed ? `within ${BOUND_MS} ms` : `NOT within ${BOUND_MS} ms`);
  process.exitCode = passed ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Interleaved rounds, after one that is dropped. */
async function measure(timer: Timer): Promise<readonly Round[]> {
  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    // Who goes first changes from round to round.
    const first = round % 2 === 0 ? hyperfine() : null;
    const ours = await launches(timer);
    measured.push({ hyperfineMs: first ?? hyperfine(), ...ours });
  }
  return measured.slice(1);
}

/** Median of a few launches as hyperfine tells it, milliseconds. */
function hyperfine(): number {
  const file = join(scratch, 'hyperfine.json');
  execFileSync('hyperfine', ['-N', '-w', '0', '-r', String(LAUNCHES), '--export-json', file, '/bin/true'], {
    stdio: 'ignore',
  });
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: { times: number[] }[] };
  return 1000 * median(results[0]?.times ?? []);
}

async function launches(timer: Timer): Promise<Omit<Round, 'hyperfineMs'>> {
  const request: SpawnRequest = {
    argv: ['/bin/true'],
    env: {},
    cwd: '/',
    stdinFile: null,
    stdoutFile: null,
    stderrFile: null,
    timeoutMs: 10_000,
  };
  const instrument: number[] = [];
  const clock: number[] = [];
  let maxRssKib: number | null = null;
  for (let launch = 0; launch < LAUNCHES; launch += 1) {
    const before = process.hrtime.bigint();
    const { startNs, endNs, usage } = await timer.spawn(request);
    clock.push(Number(process.hrtime.bigint() - before) / 1e6);
    instrument.push(Number(endNs - startNs) / 1e6);
    maxRssKib = usage?.maxRssKib ?? null;
  }
  return { instrumentMs: median(instrument), clockMs: median(clock), maxRssKib };
}

/** Prints a line; returns what our clock adds to hyperfine's figure, milliseconds. */
function report(title: string, measured: readonly Round[]): number {
  const of = (value: (round: Round) => number): number => median(measured.map(value));
  const added = of(({ clockMs, hyperfineMs }) => clockMs - hyperfineMs);
  const figures = {
    'hyperfine -N': of(({ hyperfineMs }) => hyperfineMs),
    instrument: of(({ instrumentMs }) => instrumentMs),
    'our clock': of(({ clockMs }) => clockMs),
    'paired difference, instrument': of(({ instrumentMs, hyperfineMs }) => instrumentMs - hyperfineMs),
    'paired difference, our clock': added,
  };
  const shown = Object.entries(figures).map(([name, ms]) => `${name} ${ms.toFixed(2)} ms`);
  const rss = measured.at(-1)?.maxRssKib ?? null;
  console.log(
    `${title}: ${shown.join('; ')}; largest resident set ${rss === null ? 'unknown' : `${rss} KiB`}`,
  );
  return added;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) /
    2
  );
}
