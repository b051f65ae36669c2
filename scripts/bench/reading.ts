// Shows what reading our files costs: a results file of many samples and one of many launches, each as a ratio to
// `JSON.parse` of the same text, taken in turns; and `report`, `compare` and `gate` on 10,000 launches in every format,
// as processes of their own.
//
//   npm run build && npm run bench -- reading
//   npx tsx scripts/bench/reading.ts [FOLDER OF THE EXECUTABLES] [ROUNDS]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installedHelper } from '../../src/launch/installed-helper.ts';
import { openTimer } from '../../src/launch/open-timer.ts';
import type { Timer } from '../../src/launch/timer.ts';
import { reportersFor } from '../../src/reporters/reporters.ts';
import { baselineCellOf, formatBaseline } from '../../src/results/baseline.ts';
import { measuredCells } from '../../src/results/cells.ts';
import { formatResults } from '../../src/results/format-results.ts';
import { parseResults, type Results } from '../../src/results/results.ts';
import { pairedRatio } from '../../src/statistics/paired-ratio.ts';
import {
  aMeasuredCell,
  aScenarioResult,
  someLaunches,
  someResults,
} from '../../test/builders/some-results.ts';
import { countArgument } from './support/count-argument.ts';

/** How many times `JSON.parse` reading may take, and what a command may take. Source: our design. */
const LIMITS = { ratio: 4, seconds: 3, mib: 400 } as const;
const LAUNCHES = 10_000;
const SAMPLES = 40_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const [programs = 'dist/bin', wanted] = process.argv.slice(2);
const rounds = countArgument(wanted, 40);

const manySamples = ofCells(
  ['a', 'b', 'c', 'd'].map((strategy, position) =>
    aMeasuredCell({ strategy, position, rounds: SAMPLES / 4 }),
  ),
  SAMPLES / 4,
);
const manyLaunches = launching(LAUNCHES);
compareWithParse('40,000 samples', formatResults(manySamples));
compareWithParse('20,000 launches', formatResults(manyLaunches));

const folder = mkdtempSync(join(tmpdir(), 'launchbench-bench-'));
const timer = await openTimer({
  prefer: 'helper',
  helperPath: installedHelper(root),
  nodeTimerPath: join(resolve(root, programs), 'node-timer.cjs'),
});
try {
  const [base, head, baseline] = ['base.json', 'head.json', 'baseline.json'].map((name) =>
    join(folder, name),
  );
  if (base === undefined || head === undefined || baseline === undefined) throw new Error('no names');
  writeFileSync(base, formatResults(manyLaunches));
  writeFileSync(head, formatResults(launching(LAUNCHES + 1, 'another-tool')));
  const cells = manyLaunches.scenarios.flatMap((scenario) =>
    measuredCells(scenario).map((cell) => baselineCellOf(scenario.name, cell)),
  );
  writeFileSync(baseline, formatBaseline({ file: baseline, cells }));
  for (const format of reportersFor('results')) await time(timer, ['report', base, '--format', format]);
  for (const format of reportersFor('comparison')) {
    await time(timer, ['compare', base, head, '--format', format]);
  }
  for (const format of reportersFor('gate')) {
    await time(timer, ['gate', head, '--baseline', baseline, '--format', format]);
  }
} finally {
  await timer.close();
  rmSync(folder, { recursive: true });
}

function ofCells(cells: Results['scenarios'][number]['cells'], kept: number): Results {
  const sampling = { rounds: kept, warmup: 1, cells: cells.length, precision: null };
  return someResults({ scenarios: [aScenarioResult({ cells, sampling })] });
}

/** Two strategies that make so many launches each. Of another tool, all of them are new. */
function launching(launches: number, executable = 'capture-libs'): Results {
  return ofCells(
    ['per-driver', 'batched'].map((strategy, position) =>
      aMeasuredCell({
        strategy,
        position,
        counts: { ledger: someLaunches(launches).map((launch) => ({ ...launch, executable })) },
      }),
    ),
    8,
  );
}

function compareWithParse(what: string, text: string): void {
  const [reading, parsing] = [new Map<number, number>(), new Map<number, number>()];
  for (let round = 0; round < rounds; round += 1) {
    parsing.set(
      round,
      durationMs(() => JSON.parse(text)),
    );
    reading.set(
      round,
      durationMs(() => parseResults(text, 'bench.json')),
    );
  }
  const ratio = pairedRatio(reading, parsing, 0.95);
  if (!ratio?.interval) throw new Error(`${rounds} rounds are too few for an interval`);
  const { low, high } = ratio.interval;
  if (low > LIMITS.ratio) process.exitCode = 1;
  const verdict = high <= LIMITS.ratio ? 'within' : low > LIMITS.ratio ? 'over' : 'perhaps over';
  console.log(
    `${what}, ${(text.length / 2 ** 20).toFixed(1)} MiB: reading takes ${ratio.estimate.toFixed(1)} × JSON.parse ` +
      `[${low.toFixed(1)}, ${high.toFixed(1)}] n=${ratio.n}: ${verdict} the limit of ${LIMITS.ratio}`,
  );
}

function durationMs(act: () => unknown): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

async function time(through: Timer, words: readonly string[]): Promise<void> {
  const { end, usage } = await through.spawn({
    argv: [process.execPath, join(resolve(root, programs), 'launchbench.js'), ...words],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: folder,
    stdinFile: null,
    stdoutFile: null,
    stderrFile: null,
    timeoutMs: 120_000,
  });
  const shown = words.filter((word) => !word.startsWith('/')).join(' ');
  if (end.kind !== 'exited' || end.status > 1 || usage === null) {
    throw new Error(`${shown} ended badly: ${JSON.stringify(end)}`);
  }
  const seconds = (usage.userUs + usage.systemUs) / 1e6;
  const mib = (usage.maxRssKib ?? 0) / 1024;
  const isOver = seconds > LIMITS.seconds || mib > LIMITS.mib;
  if (isOver) process.exitCode = 1;
  console.log(
    `${shown.padEnd(60)} ${seconds.toFixed(2).padStart(6)} s of CPU ${mib.toFixed(0).padStart(5)} MiB${isOver ? '  over the limit' : ''}`,
  );
}
