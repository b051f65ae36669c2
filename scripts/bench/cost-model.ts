// What launchbench itself costs, and how each cost grows: CPU time of whole commands, children included, on trees and
// results of growing size, taken in turns. Each line is a start and a slope through the medians; ARCHITECTURE.md
// has them. Nothing is claimed here that could fail: the limits are in the other benchmarks.
//
//   npm run build && npm run bench -- cost-model
//   npx tsx scripts/bench/cost-model.ts [FOLDER OF THE EXECUTABLES] [ROUNDS]
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provisionScenario } from '../../src/provision/provision.ts';
import { formatResults } from '../../src/results/format-results.ts';
import type { Results } from '../../src/results/results.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { median } from '../../src/statistics/order-statistics.ts';
import { createRandom, shuffled } from '../../src/statistics/random.ts';
import { theilSenSlope } from '../../src/statistics/theil-sen.ts';
import { asStack } from '../../test/builders/scenario.ts';
import { aMeasuredCell, aScenarioResult, someResults } from '../../test/builders/some-results.ts';
import { countArgument } from './support/count-argument.ts';
import { openHelper, timeLaunch } from './support/paired-run.ts';

/** One cost: a command line for each size. */
interface Cost {
  readonly name: string;
  readonly unit: string;
  readonly sizes: readonly number[];
  readonly args: (size: number, round: number) => readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const [programs = 'dist/bin', wanted] = process.argv.slice(2);
const launchbench = join(resolve(root, programs), 'launchbench.js');
const rounds = countArgument(wanted, 7);
const work = mkdtempSync(join(tmpdir(), 'launchbench-cost-model-'));
const timer = await openHelper();
const trees = new Map<number, Awaited<ReturnType<typeof provisionScenario>>>();
for (const drivers of [2, 10, 40, 100, 300]) trees.set(drivers, await treesWith(drivers));
try {
  await measure([
    { name: 'an empty node', unit: '', sizes: [0], args: () => ['-e', '0'] },
    { name: 'capture, in-process', unit: 'driver', sizes: [10, 100, 300], args: capture('in-process') },
    { name: 'capture, batched', unit: 'driver', sizes: [10, 100, 300], args: capture('batched') },
    {
      name: 'capture, per-driver',
      unit: 'driver and launch',
      sizes: [2, 10, 40],
      args: capture('per-driver'),
    },
    {
      name: 'report on samples',
      unit: 'round of 3 cells',
      sizes: [10, 1000, 10_000],
      args: report(samplesOf),
    },
    { name: 'report on launches', unit: 'launch', sizes: [10, 1000, 10_000], args: report(launchesOf) },
  ]);
} finally {
  await timer.close();
  rmSync(work, { recursive: true });
}

/** Takes all sizes of all costs in turns, and prints a line for each cost. */
async function measure(costs: readonly Cost[]): Promise<void> {
  const points = costs.flatMap((cost) => cost.sizes.map((size) => ({ cost, size, cpuMs: Array<number>() })));
  const random = createRandom(1);
  for (let round = 0; round < rounds; round++) {
    for (const { cost, size, cpuMs } of shuffled(points, random)) {
      const { cpu } = await timeLaunch(timer, [process.execPath, ...cost.args(size, round)]);
      cpuMs.push(cpu);
    }
  }
  for (const cost of costs) {
    const line = points
      .filter((point) => point.cost === cost)
      .map(({ size, cpuMs }) => ({ x: size, y: median(cpuMs) }));
    const slope = theilSenSlope(line) ?? 0;
    const start = median(line.map(({ x, y }) => y - slope * x));
    const growth = cost.unit === '' ? '' : ` + ${slope.toPrecision(2)} ms a ${cost.unit}`;
    const measured = line.map(({ x, y }) => `${x}: ${y.toFixed(0)}`).join(', ');
    console.log(`${cost.name.padEnd(22)} ${start.toFixed(0).padStart(4)} ms CPU${growth} (${measured})`);
  }
  console.log(
    `${rounds} rounds, load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
}

/** A provider of so many drivers, each with a library of its own beside one that all need, and a small container. */
async function treesWith(drivers: number): ReturnType<typeof provisionScenario> {
  const numbers = Array.from({ length: drivers }, (_, index) => index);
  const scenario = {
    version: 1,
    name: 'cost-model',
    architectures: ['x86_64-linux-gnu'],
    container: { synthetic: { glibc: '2.31' } },
    provider: {
      synthetic: {
        glibc: '2.36',
        libraries: {
          'libshared.so.1': ['libc.so.6'],
          'libGL.so.1': ['libc.so.6'],
          ...Object.fromEntries(numbers.map((number) => [`libown${number}.so.1`, ['libc.so.6']])),
        },
        drivers: {
          dri: numbers.map((number) => ({
            file: `driver${number}_dri.so`,
            needs: ['libshared.so.1', `libown${number}.so.1`, 'libc.so.6'],
          })),
        },
      },
    },
  };
  const workDir = mkdtempSync(join(work, 'trees-'));
  return provisionScenario(
    asStack(parseScenario(JSON.stringify(scenario), { source: 'cost-model', folder: work })),
    {
      workDir,
    },
  );
}

function capture(strategy: string): Cost['args'] {
  return (drivers, round) => {
    const { provider = '', container = '' } = trees.get(drivers) ?? {};
    const overrides = join(work, `overrides-${strategy}-${drivers}-${round}`);
    return [
      ...[launchbench, 'capture', '--json', '--strategy', strategy],
      ...['--provider', provider, '--container', container, '--overrides', overrides],
    ];
  };
}

function report(results: (size: number) => Results): Cost['args'] {
  return (size) => {
    const file = join(work, `${results.name}-${size}.json`);
    if (!existsSync(file)) writeFileSync(file, formatResults(results(size)));
    return [launchbench, 'report', file];
  };
}

function samplesOf(rounds: number): Results {
  return resultsOf(
    ['per-driver', 'batched', 'in-process'].map((strategy, position) =>
      aMeasuredCell({ strategy, position, rounds }),
    ),
    rounds,
  );
}

function launchesOf(launches: number): Results {
  return resultsOf([aMeasuredCell({ launches, rounds: 8 })], 8);
}

function resultsOf(cells: readonly ReturnType<typeof aMeasuredCell>[], rounds: number): Results {
  const sampling = { rounds, warmup: 1, cells: cells.length, precision: null };
  return someResults({ scenarios: [aScenarioResult({ cells, sampling })] });
}
