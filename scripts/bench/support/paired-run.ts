import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedHelper } from '../../../src/launch/installed-helper.ts';
import { openTimer } from '../../../src/launch/open-timer.ts';
import type { Timer } from '../../../src/launch/timer.ts';
import { pairedRatio } from '../../../src/statistics/paired-ratio.ts';
import { METRICS } from '../../../src/results/sample-figures.ts';
import type { Metric } from '../../../src/results/sample-figures.ts';
import { createRandom } from '../../../src/statistics/random.ts';
import { schedule } from '../../../src/runner/schedule.ts';
import { sharedConfidence } from '../../../src/statistics/order-statistics.ts';
import { DEFAULT_MARGIN, judgeRatio } from '../../../src/statistics/verdict.ts';
import type { VerdictWord } from '../../../src/statistics/verdict.ts';

/** A command line of one of the two cells. */
export type Argv = readonly [string, ...string[]];

/** Opens the timing helper, without which CPU time comes in steps that are too coarse for this. */
export async function openHelper(): Promise<Timer> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return openTimer({
    prefer: 'helper',
    helperPath: installedHelper(root),
    nodeTimerPath: join(root, 'dist/bin/node-timer.cjs'),
  });
}

/** CPU and wall time of one launch, milliseconds, and the most memory that it had. */
export async function timeLaunch(
  timer: Timer,
  argv: Argv,
  env: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin' },
): Promise<Record<Metric, number> & { readonly peakMib: number }> {
  const { end, usage, startNs, endNs } = await timer.spawn({
    argv,
    env,
    cwd: '/',
    stdinFile: null,
    stdoutFile: null,
    stderrFile: null,
    timeoutMs: 10_000,
  });
  if (end.kind !== 'exited' || end.status !== 0 || usage === null) {
    throw new Error(`${argv.join(' ')} ended badly: ${JSON.stringify(end)}`);
  }
  return {
    cpu: (usage.userUs + usage.systemUs) / 1e3,
    wall: Number(endNs - startNs) / 1e6,
    peakMib: (usage.maxRssKib ?? NaN) / 1024,
  };
}

/** Runs two command lines in interleaved rounds, after a warm-up round, and gives the verdicts on the second. */
export async function judgePair(
  timer: Timer,
  [first, second]: readonly [Argv, Argv],
  { rounds, launches, seed }: { readonly rounds: number; readonly launches: number; readonly seed: number },
): Promise<Record<Metric, VerdictWord>> {
  const figures = [newFigures(), newFigures()];
  const cells = [first, second];
  for (const argv of cells) await sampleOf(timer, argv, launches);
  const order = schedule(cells.length, createRandom(seed));
  for (let round = 0; round < rounds;) {
    for (const places of order.next().value) {
      for (const place of places) {
        const sample = await sampleOf(timer, cells[place] ?? first, launches);
        for (const metric of METRICS) figures[place]?.[metric].set(round, sample[metric]);
      }
      round += 1;
    }
  }
  const verdict = (metric: Metric): VerdictWord =>
    judgeRatio(
      pairedRatio(figures[0]?.[metric] ?? new Map(), figures[1]?.[metric] ?? new Map(), sharedConfidence(1)),
      { margin: DEFAULT_MARGIN, doubt: null },
    ).word;
  return { cpu: verdict('cpu'), wall: verdict('wall') };
}

/** `faster 1, same 3, inconclusive 16` */
export function tally(words: readonly VerdictWord[]): string {
  return [...new Set(words)]
    .map((word) => `${word} ${words.filter((other) => other === word).length}`)
    .join(', ');
}

async function sampleOf(timer: Timer, argv: Argv, launches: number): Promise<Record<Metric, number>> {
  const total = { cpu: 0, wall: 0 };
  for (let launch = 0; launch < launches; launch += 1) {
    const { cpu, wall } = await timeLaunch(timer, argv);
    total.cpu += cpu;
    total.wall += wall;
  }
  return total;
}

function newFigures(): Record<Metric, Map<number, number>> {
  return { cpu: new Map(), wall: new Map() };
}
