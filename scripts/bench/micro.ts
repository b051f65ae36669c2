// How long our own pure code takes: reading a large ld.so.cache, planning ten thousand drivers, analysing a
// results file. tinybench runs one task after the other, which is fine for functions of this process and
// would not be for launches.
//
//   npx tsx scripts/bench/micro.ts
import { Bench } from 'tinybench';
import { EDITIONS } from '../../src/core/editions/editions.ts';
import type { Driver } from '../../src/core/drivers/driver.ts';
import { batched } from '../../src/core/planning/batched.ts';
import { perDriver } from '../../src/core/planning/per-driver.ts';
import type { CaptureOutcome, Plan } from '../../src/core/planning/plan.ts';
import { parseLdSoCache } from '../../src/core/sysroot/ld-so-cache.ts';
import { writeLdSoCache } from '../../src/provision/ld-so-cache-writer.ts';
import { analyse } from '../../src/analysis/analysis.ts';
import { formatResults } from '../../src/results/format-results.ts';
import { parseResults } from '../../src/results/results.ts';
import { aMeasuredCell, aScenarioResult, someResults } from '../../test/builders/some-results.ts';

/** "Speed and size" of our design: 10,000 drivers are planned in under a second. */
const LONGEST_PLAN_MS = 1000;

const cache = writeLdSoCache(
  Array.from({ length: 5000 }, (_, index) => ({
    soname: `libexample-${index}.so.${index % 7}`,
    path: `/usr/lib/x86_64-linux-gnu/libexample-${index}.so.${index % 7}`,
    tuple: 'x86_64-linux-gnu' as const,
  })),
);
const drivers = Array.from({ length: 10_000 }, (_, index): Driver => ({
  driverClass: 'dri',
  index,
  library: { kind: 'absolute', path: `/usr/lib/x86_64-linux-gnu/dri/driver-${index}_dri.so` },
  manifest: null,
}));
const results = someResults({
  scenarios: [
    aScenarioResult({
      cells: ['per-driver', 'batched', 'batched-dedup', 'single-launch', 'in-process'].map(
        (strategy, position) => aMeasuredCell({ strategy, position, rounds: 40, launches: 50 }),
      ),
      sampling: { rounds: 40, warmup: 1, cells: 5, precision: null },
    }),
  ],
});
const text = formatResults(results);

const bench = new Bench({ time: 500, warmupTime: 100 })
  .add('parse an ld.so.cache of 5,000 libraries', () => {
    parseLdSoCache(cache);
  })
  .add('plan 10,000 drivers, per-driver', () => {
    drive(perDriver);
  })
  .add('plan 10,000 drivers, batched', () => {
    drive(batched);
  })
  .add('read a results file of 5 cells × 40 rounds', () => {
    parseResults(text, 'run.json');
  })
  .add('analyse it', () => {
    analyse(results);
  });
await bench.run();

for (const { name, result } of bench.tasks) {
  if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
  const { p50, mad, samplesCount } = result.latency;
  console.log(
    `${name.padEnd(44)} median ${p50.toFixed(2).padStart(8)} ms, MAD ${mad.toFixed(2)} ms, n=${samplesCount}`,
  );
  if (name.startsWith('plan') && p50 > LONGEST_PLAN_MS) process.exitCode = 1;
}

/** Drives a plan to its end, answering that every link was made. */
function drive(plan: Plan): void {
  const calls = plan(
    'x86_64-linux-gnu',
    drivers,
    { fileIdentity: (path) => path, s2tcLibdirs: [], nvidiaVersion: null },
    EDITIONS['2022'],
  );
  let step = calls.next();
  while (!step.done) {
    const links = new Map(
      step.value.patterns.map((pattern) => [pattern.slice(pattern.lastIndexOf('/') + 1), pattern]),
    );
    const outcome: CaptureOutcome = { links };
    step = calls.next(outcome);
  }
}
