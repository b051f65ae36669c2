// Shows what a launch of the native capture-libs costs: CPU time in turns with /bin/true and with the same tool under
// Node, on this machine's own drivers; under qemu-x86_64, too, where that is installed.
//
//   npm run build && npm run bench -- native
//   npx tsx scripts/bench/native.ts [ROUNDS]
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureGraphics } from '../../src/launch/capture-graphics.ts';
import { findExecutable } from '../../src/launch/find-executable.ts';
import { type Interval, median, signInterval } from '../../src/statistics/order-statistics.ts';
import { pairedRatio } from '../../src/statistics/paired-ratio.ts';
import { createRandom, shuffled } from '../../src/statistics/random.ts';
import { countArgument } from './support/count-argument.ts';
import { type Argv, openHelper, timeLaunch } from './support/paired-run.ts';

const CONFIDENCE = 0.95;

const root = fileURLToPath(new URL('../..', import.meta.url));
const native = join(root, 'dist/native/capture-libs');
if (!existsSync(native)) {
  console.error('There is no native capture-libs; npm run build says why.');
  process.exit(2);
}
const rounds = countArgument(process.argv[2], 40);
const work = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'launchbench-native-'));
const destination = join(work, 'dest');
const timer = await openHelper();
try {
  const commands = await commandsOfThisMachine();
  const figures = await launchInTurns(commands);
  for (const [name, { cpuMs, peakMib }] of figures) {
    const cpu = median([...cpuMs.values()])
      .toFixed(2)
      .padStart(7);
    console.log(`${name.padEnd(20)} ${cpu} ms, peak ${peakMib.toFixed(1)} MiB`);
  }
  console.log('');
  const of = (name: string) => figures.get(name) ?? { cpuMs: new Map<number, number>(), peakMib: NaN };
  const times = (name: string, other: string) =>
    pairedRatio(of(name).cpuMs, of(other).cpuMs, CONFIDENCE)?.interval ?? null;
  const over = (name: string, other: string) =>
    signInterval(
      [...of(name).cpuMs].map(([round, ms]) => ms - (of(other).cpuMs.get(round) ?? NaN)),
      CONFIDENCE,
    );
  const { peakMib } = of('main call');
  judge('--print-ld.so', over('--print-ld.so', '/bin/true'), 3, 'ms over /bin/true');
  judge('one driver', times('one driver', '/bin/true'), 8, '× /bin/true');
  judge('main call', times('main call', 'main call, Node'), 1 / 3, '× the same with Node');
  judge('main call', { low: peakMib, high: peakMib }, 20, 'MiB');
  if (figures.has('qemu: /bin/true')) {
    judge('qemu: --print-ld.so', times('qemu: --print-ld.so', 'qemu: /bin/true'), 3, '× /bin/true under it');
  } else {
    console.log('qemu-x86_64 is not there, so nothing was launched under it.');
  }
  console.log(`\nn=${rounds}, CPU time, load ${(loadavg()[0] ?? NaN).toFixed(1)}`);
} finally {
  await timer.close();
  rmSync(work, { recursive: true });
}

/** What is launched, by name: calls that a capture of this machine's drivers makes, as pressure-vessel did in 2022. */
async function commandsOfThisMachine(): Promise<Readonly<Record<string, Argv>>> {
  const container = join(work, 'container');
  // Empty but for the dynamic linker, as that of the scenario "host".
  mkdirSync(join(container, 'lib64'), { recursive: true });
  writeFileSync(join(container, 'lib64/ld-linux-x86-64.so.2'), '');
  const overrides = join(work, 'overrides');
  const { captureCalls } = await captureGraphics({ container, overrides, edition: '2022' });
  const patternsOf = (purpose: string) =>
    captureCalls.find((call) => call.purpose === purpose)?.patterns ?? [];
  const [driver] = patternsOf('driver-batch');
  if (driver === undefined) throw new Error('no folder of this machine has two drivers; install Mesa');
  const capture = ['--container', container, '--provider', '/', '--dest', destination];
  const main = [...capture, ...patternsOf('main')];
  const node = join(root, 'dist/bin/capture-libs.cjs');
  const qemu = findExecutable('qemu-x86_64', process.env['PATH'], '/');
  return {
    '/bin/true': ['/bin/true'],
    '--print-ld.so': [native, '--print-ld.so'],
    'one driver': [native, ...capture, driver],
    'main call': [native, ...main],
    'main call, Node': [process.execPath, node, ...main],
    ...(qemu !== null && {
      'qemu: /bin/true': [qemu, '/bin/true'],
      'qemu: --print-ld.so': [qemu, native, '--print-ld.so'],
      'qemu: one driver': [qemu, native, ...capture, driver],
      'qemu: main call': [qemu, native, ...main],
    }),
  };
}

interface Figures {
  readonly cpuMs: Map<number, number>;
  peakMib: number;
}

/** Launches each command once a round, in random order, after a round that only warms the file cache. */
async function launchInTurns(
  commands: Readonly<Record<string, Argv>>,
): Promise<ReadonlyMap<string, Figures>> {
  const random = createRandom(1);
  const figures = new Map<string, Figures>();
  for (let round = -1; round < rounds; round++) {
    for (const [name, argv] of shuffled(Object.entries(commands), random)) {
      rmSync(destination, { recursive: true, force: true });
      mkdirSync(destination);
      const { cpu, peakMib } = await timeLaunch(timer, argv);
      if (round < 0) continue;
      const known = figures.get(name) ?? { cpuMs: new Map<number, number>(), peakMib: 0 };
      figures.set(name, known);
      known.cpuMs.set(round, cpu);
      known.peakMib = Math.max(known.peakMib, peakMib);
    }
  }
  return new Map(
    Object.keys(commands).flatMap((name) => {
      const found = figures.get(name);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
}

function judge(name: string, interval: Interval | null, limit: number, unit: string): void {
  if (interval === null) throw new Error(`${rounds} rounds are too few for an interval`);
  const { low, high } = interval;
  const verdict = high <= limit ? 'within' : low > limit ? 'over' : 'perhaps over';
  if (verdict === 'over') process.exitCode = 1;
  console.log(
    `${name.padEnd(20)} [${low.toFixed(2)}, ${high.toFixed(2)}] ${unit}: ${verdict} the limit of ${limit.toFixed(2)}`,
  );
}
