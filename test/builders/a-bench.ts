import { NATIVE } from '../../src/launch/emulations/emulations.ts';
import type { LedgerEntry } from '../../src/launch/ledger.ts';
import { createLedger } from '../../src/launch/ledger.ts';
import type { Timer } from '../../src/launch/timer.ts';
import type { Bench } from '../../src/runner/bench.ts';
import type { CellRun } from '../../src/runner/cell-record.ts';
import type { MeasuredCellPlan } from '../../src/runner/plan-cells.ts';
import type { CollectOptions } from '../../src/runner/run-rounds.ts';
import { createRandom } from '../../src/statistics/random.ts';

/** What a cell of a bench without processes does when it is run. */
export interface CellScript {
  readonly strategy: string;
  /** Native unless told. */
  readonly emulation?: MeasuredCellPlan['emulation'];
  /** Launches of its nth run, from 0. */
  readonly launches: (run: number) => number;
  /** What its nth run leaves behind. */
  readonly leaves?: (run: number) => readonly string[];
  /** Called inside its nth run: throws, or interrupts. */
  readonly during?: (run: number) => void;
}

/** A bench whose cells do what they are told, and a log of what was asked of it. */
export function aBench(scripts: readonly CellScript[]): { readonly bench: Bench; readonly log: string[] } {
  const ledger = createLedger();
  const log: string[] = [];
  const runs = new Map<string, number>();
  const bench: Bench = {
    cells: scripts.map(({ strategy, emulation = NATIVE }) => ({ row: strategy, tool: null, emulation })),
    ledger,
    count: null,
    uncountedLaunches: 0,
    prepare(plan) {
      const { kind, name: emulation } = plan.emulation;
      const name = kind === 'native' ? plan.row : `${plan.row} under ${emulation}`;
      const script = scripts.find(
        (one) => one.strategy === plan.row && (one.emulation ?? NATIVE).name === emulation,
      );
      if (script === undefined) throw new Error(`no script for ${name}`);
      const run = runs.get(name) ?? 0;
      runs.set(name, run + 1);
      return Promise.resolve({
        run() {
          log.push(name);
          script.during?.(run);
          for (let launch = 0; launch < script.launches(run); launch += 1) ledger.add(aLaunch());
          return Promise.resolve({});
        },
        examine: () => Promise.resolve(aCellRun(script.leaves?.(run) ?? ['the same'])),
        discard() {
          log.push(`discard ${name}`);
          return Promise.resolve();
        },
      });
    },
    launchTrivial(argv, times) {
      log.push(`${argv.join(' ')} × ${times}`);
      return Promise.resolve({});
    },
    toolStart: null,
  };
  return { bench, log };
}

/** Options of a collection of one round and one warm-up round, on a clock that ticks a millisecond a reading. */
export function collectOptions(overrides: Partial<CollectOptions> = {}): CollectOptions {
  let now = 0n;
  return {
    mode: 'timed',
    rounds: 1,
    warmup: 1,
    precision: null,
    maxTimeMs: null,
    nullControl: false,
    random: createRandom(1),
    timer: aTimer(),
    clocks: {
      nowNs: () => (now += 1_000_000n),
      ownCpu: () => ({ user: 0, system: 0 }),
      stealTicks: () => null,
    },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    atBoundary: () => undefined,
    beforeSample: () => undefined,
    ...overrides,
  };
}

function aCellRun(entries: readonly string[]): CellRun {
  const drivers = { offered: 1, captured: 1 };
  return {
    patterns: 1,
    links: 1,
    drivers,
    overridesDigest: entries.join('\n'),
    entries: entries.map((entry) => ({ offer: entry, words: `the words of ${entry}` })),
    targetsDigest: '',
  };
}

/** A launch that took a millisecond of user time. */
export function aLaunch(overrides: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    pid: 1,
    executable: 'capture-libs',
    argv: ['/usr/bin/tool'],
    command: ['/usr/bin/tool'],
    purpose: 'driver',
    arch: 'x86_64-linux-gnu',
    startNs: 0n,
    endNs: 1_000_000n,
    end: { kind: 'exited', status: 0 },
    usage: {
      userUs: 1000,
      systemUs: 0,
      maxRssKib: 2048,
      minorFaults: 1,
      majorFaults: 0,
      voluntarySwitches: 1,
      involuntarySwitches: 0,
    },
    ...overrides,
  };
}

/** A timer that must not be used: the bench launches nothing. */
function aTimer(): Timer {
  return {
    kind: 'helper',
    version: 'test',
    pid: 1,
    spawn: () => Promise.reject(new Error('this timer launches nothing')),
    converse: () => {
      throw new Error('this timer launches nothing');
    },
    close: () => Promise.resolve(),
  };
}
