import { describe, expect, it } from 'vitest';
import { EnvironmentError, InterruptedError, LaunchError } from '../../src/errors.ts';
import type { Bench } from '../../src/runner/bench.ts';
import { runRounds, type CollectOptions } from '../../src/runner/run-rounds.ts';
import type { SampleRecorder } from '../../src/runner/sample-recorder.ts';
import { aBench, type CellScript, collectOptions } from '../builders/a-bench.ts';

const perDriver: CellScript = { strategy: 'per-driver', launches: () => 3 };
const batched: CellScript = { strategy: 'batched', launches: () => 1 };
const dedup: CellScript = { strategy: 'batched-dedup', launches: () => 1 };

describe('rounds', () => {
  it('are rounded up to whole blocks, so that every cell stands in every position equally often', async () => {
    const { bench } = aBench([perDriver, batched, dedup]);
    const { cells, rounds } = await runRounds(bench, collectOptions({ rounds: 4 }));
    expect(rounds).toBe(6);
    for (const { samples } of cells) {
      const used = samples.rows().filter(({ warmup }) => !warmup);
      expect(used.map(({ position }) => position).toSorted()).toEqual([0, 0, 1, 1, 2, 2]);
    }
  });

  it('of a quick run are as many as were asked for', async () => {
    const { bench } = aBench([perDriver, batched]);
    const { cells } = await runRounds(bench, collectOptions({ mode: 'quick', rounds: 3 }));
    expect(cells.map(({ samples }) => samples.rows().map(({ round }) => round))).toEqual([
      [0, 0, 1, 2],
      [0, 0, 1, 2],
    ]);
  });

  it('end at the time limit, but never within a block', async () => {
    const { bench } = aBench([perDriver, batched]);
    const { rounds } = await runRounds(bench, collectOptions({ rounds: 1000, maxTimeMs: 1 }));
    expect(rounds).toBe(2);
  });

  it('go on until the intervals are as narrow as was asked for', async () => {
    const { bench } = aBench([perDriver, batched]);
    const { rounds } = await runRounds(bench, collectOptions({ rounds: 2, precision: 0.5 }));
    // Below six rounds there is no interval at 95 % that could be narrow.
    expect(rounds).toBe(6);
  });

  it('do not wait for a void cell to become precise', async () => {
    const failing: CellScript = {
      ...dedup,
      during: () => {
        throw new LaunchError('it is void');
      },
    };
    const { bench } = aBench([perDriver, batched, failing]);
    const { rounds } = await runRounds(
      bench,
      collectOptions({ rounds: 3, precision: 0.5, maxTimeMs: 10_000 }),
    );
    expect(rounds).toBe(6);
  });

  it('have the same order for the same seed', async () => {
    const [first, second] = [aBench([perDriver, batched, dedup]), aBench([perDriver, batched, dedup])];
    await runRounds(first.bench, collectOptions({ rounds: 6 }));
    await runRounds(second.bench, collectOptions({ rounds: 6 }));
    expect(first.log).toEqual(second.log);
  });
});

describe('an emulation with rounds of its own', () => {
  const slow = (cell: CellScript): CellScript => ({
    ...cell,
    emulation: { kind: 'wrapper', name: 'slow', command: {}, rounds: 3 },
  });

  it('is timed after the others, beside the native cells alone', async () => {
    const other: CellScript = { ...batched, emulation: { kind: 'wrapper', name: 'other', command: {} } };
    const { bench, log } = aBench([perDriver, batched, other, slow(batched)]);
    const { cells, rounds, ownRounds } = await runRounds(bench, collectOptions({ rounds: 3 }));
    expect(rounds).toBe(3);
    expect(ownRounds).toMatchObject([{ emulation: 'slow', rounds: 3 }]);
    for (const { samples } of cells) expect(roundsIn(samples)).toEqual([0, 1, 2]);
    const native = ownRounds[0]?.native ?? [];
    expect(native.map(({ plan }) => plan.row)).toEqual(['per-driver', 'batched']);
    for (const { samples } of native) expect(roundsIn(samples)).toEqual([0, 1, 2]);
    const timed = log
      .slice(log.indexOf('/bin/true × 3') + 1)
      .filter((entry) => !/^(?:discard|\/bin\/true)/.test(entry));
    expect(timed.slice(0, 9)).not.toContain('batched under slow');
    expect(timed.slice(9).toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'batched'),
      ...Array.from({ length: 3 }, () => 'batched under slow'),
      ...Array.from({ length: 3 }, () => 'per-driver'),
    ]);
  });

  it('has one sample in each position as often as its rounds allow', async () => {
    const { bench } = aBench([perDriver, batched, slow(batched)]);
    const { cells } = await runRounds(bench, collectOptions({ rounds: 2 }));
    const positions = cells[2]?.samples.rows().flatMap(({ warmup, position }) => (warmup ? [] : [position]));
    expect(positions?.toSorted()).toEqual([0, 1, 2]);
  });

  it('has those of the run where it is all there is', async () => {
    const { bench } = aBench([slow(perDriver), slow(batched)]);
    expect(await runRounds(bench, collectOptions({ rounds: 8 }))).toMatchObject({ rounds: 8, ownRounds: [] });
  });

  it('has no more of them than a quick run', async () => {
    const { bench } = aBench([perDriver, slow(batched)]);
    const { ownRounds } = await runRounds(bench, collectOptions({ mode: 'quick', rounds: 2 }));
    expect(ownRounds).toMatchObject([{ emulation: 'slow', rounds: 2 }]);
  });

  it('loses them all to an interrupt that falls into them, and no others', async () => {
    const interrupt = new AbortController();
    const { bench } = aBench([
      perDriver,
      slow({
        ...batched,
        during: (run) => {
          if (run === 2) interrupt.abort(new InterruptedError('stopped'));
        },
      }),
    ]);
    const result = await runRounds(bench, collectOptions({ rounds: 2, signal: interrupt.signal }));
    expect(result).toMatchObject({ complete: false, rounds: 2, ownRounds: [] });
    expect(result.cells.map(({ samples }) => roundsIn(samples))).toEqual([[0, 1], []]);
  });
});

describe('counts', () => {
  it('come from two passes when nothing is timed, and no sample is kept', async () => {
    const { bench, log } = aBench([perDriver, batched]);
    const { cells } = await runRounds(bench, collectOptions({ mode: 'counts-only' }));
    expect(cells.map(({ seen }) => seen)).toEqual([
      [3, 3],
      [1, 1],
    ]);
    expect(cells.map(({ samples }) => samples.rows().length)).toEqual([0, 0]);
    expect(log).not.toContain('/bin/true × 3');
  });

  it('are all kept when they differ from pass to pass', async () => {
    const { bench } = aBench([{ strategy: 'batched', launches: (run) => (run === 1 ? 2 : 1) }]);
    const [cell] = (await runRounds(bench, collectOptions({ rounds: 2 }))).cells;
    expect(cell?.seen).toEqual([1, 2, 1]);
  });
});

describe('a capture that fails', () => {
  const failing: CellScript = {
    ...batched,
    during: (run) => {
      if (run === 1) throw new LaunchError('the tool exited with status 1');
    },
  };

  it('voids its cell, is no sample, and is not tried again', async () => {
    const { bench, log } = aBench([perDriver, failing]);
    const [, cell] = (await runRounds(bench, collectOptions({ rounds: 4 }))).cells;
    expect(cell?.void).toBe('the tool exited with status 1');
    expect(cell?.samples.rows().map(({ warmup }) => warmup)).toEqual([true]);
    expect(log.filter((entry) => entry === 'batched')).toHaveLength(2);
  });

  it('leaves the other cells alone', async () => {
    const { bench } = aBench([perDriver, failing]);
    const [cell] = (await runRounds(bench, collectOptions({ rounds: 4 }))).cells;
    expect(cell?.void).toBeNull();
    expect(cell?.samples.rows().length).toBe(5);
  });

  it('has its overrides removed all the same', async () => {
    const { bench, log } = aBench([failing]);
    await runRounds(bench, collectOptions());
    expect(log.filter((entry) => entry === 'discard batched')).toHaveLength(2);
  });
});

describe('an interrupt', () => {
  it('drops the block that it falls into, and keeps those before it', async () => {
    const interrupt = new AbortController();
    const { bench } = aBench([
      perDriver,
      {
        ...batched,
        during: (run) => {
          // After the warm-up and the two rounds of the first block: in the middle of the second.
          if (run === 3) interrupt.abort(new InterruptedError('stopped'));
        },
      },
    ]);
    const result = await runRounds(bench, collectOptions({ rounds: 8, signal: interrupt.signal }));
    expect(result).toMatchObject({ complete: false, rounds: 2 });
    expect(result.droppedSamples).toBeGreaterThan(0);
    for (const { samples } of result.cells)
      expect(samples.rows().map(({ round }) => round)).toEqual([0, 0, 1]);
  });
});

describe('overrides', () => {
  it('that differ between cells stop the timing before it begins', async () => {
    const { bench, log } = aBench([perDriver, { ...batched, leaves: () => ['another'] }]);
    const { equivalence, rounds } = await runRounds(bench, collectOptions({ rounds: 4 }));
    expect(equivalence).toEqual({
      equivalent: false,
      differences: [
        'only batched (native): the words of another',
        'only per-driver (native), not batched (native): the words of the same',
      ],
    });
    expect(rounds).toBe(0);
    expect(log.filter((entry) => entry === 'batched')).toHaveLength(1);
  });

  it('may differ between rows where each is other work, but not between emulations', async () => {
    const wrapped = { kind: 'wrapper', name: 'wrapped', command: {} } as const;
    const ofBatched = { ...batched, leaves: () => ['another'] };
    const same = aBench([perDriver, ofBatched, { ...ofBatched, emulation: wrapped }]).bench;
    const inEachRow = { sameWork: 'in each row' } as const;
    const { equivalence } = await runRounds({ ...same, ...inEachRow }, collectOptions({ rounds: 3 }));
    expect(equivalence.equivalent).toBe(true);
    const other = aBench([perDriver, ofBatched, { ...batched, emulation: wrapped }]).bench;
    expect((await runRounds({ ...other, ...inEachRow }, collectOptions())).equivalence.differences).toEqual([
      'only batched (wrapped): the words of the same',
      'only batched (native), not batched (wrapped): the words of another',
    ]);
  });

  it('that differ in a later round void the cell', async () => {
    const { bench } = aBench([{ ...batched, leaves: (run) => [run === 0 ? 'before' : 'after'] }]);
    const [cell] = (await runRounds(bench, collectOptions())).cells;
    expect(cell?.void).toBe('a later round left other overrides than the first');
  });
});

describe('controls', () => {
  it('do without the floor where nothing trivial can be launched: a note, not the end', async () => {
    const { bench } = aBench([perDriver, batched]);
    const launchTrivial = () => Promise.reject(new EnvironmentError('Cannot execute "/bin/true"'));
    const { controls, cells, rounds } = await runRounds(
      { ...bench, launchTrivial },
      collectOptions({ rounds: 2 }),
    );
    expect(rounds).toBe(2);
    expect(controls.floor).toBeNull();
    expect(controls.whyNoFloor).toBe('Cannot execute "/bin/true"');
    expect(cells.map((cell) => cell.void)).toEqual([null, null]);
  });

  it('launch /bin/true as often as the reference launches, once a round', async () => {
    const { bench, log } = aBench([perDriver, batched]);
    const { controls } = await runRounds(bench, collectOptions({ rounds: 2 }));
    expect(log.filter((entry) => entry === '/bin/true × 3')).toHaveLength(2);
    expect(controls.floor?.samples.rows().map(({ round }) => round)).toEqual([0, 1]);
  });

  it('run the reference against itself when asked to', async () => {
    const { bench } = aBench([perDriver, batched]);
    const { controls } = await runRounds(bench, collectOptions({ rounds: 2, nullControl: true }));
    expect(controls.nullControl?.plan.row).toBe('per-driver');
    expect(controls.nullControl?.samples.rows().map(({ warmup }) => warmup)).toEqual([true, false, false]);
  });

  it('start from the same state as cells: the file cache is dropped before each of them too', async () => {
    const { bench, log } = aBench([perDriver]);
    const beforeSample = () => void log.push('drop');
    await runRounds(bench, collectOptions({ nullControl: true, beforeSample }));
    const samples = log.filter((entry) => !entry.startsWith('discard'));
    expect(samples).toEqual([
      ...['drop', 'per-driver', 'drop', 'per-driver'],
      ...['drop', '/bin/true × 3', 'drop', 'per-driver', 'drop', 'per-driver'],
    ]);
  });

  it('and so do cells: what makes them ready has warmed nothing for the sample', async () => {
    const { bench, log } = aBench([perDriver]);
    const prepare: Bench['prepare'] = (plan) => {
      log.push('prepare');
      return bench.prepare(plan);
    };
    await runRounds({ ...bench, prepare }, collectOptions({ beforeSample: () => void log.push('drop') }));
    expect(log.slice(0, 3)).toEqual(['prepare', 'drop', 'per-driver']);
  });

  it('that fail as the reference void the reference, and the rest of the run goes on', async () => {
    const { bench } = aBench([
      {
        ...perDriver,
        during: (run) => {
          // In the warm-up the null control is run 0 and the cell run 1; then the null control comes again.
          if (run === 2) throw new LaunchError('the tool exited with status 1');
        },
      },
      batched,
    ]);
    const { cells } = await runRounds(bench, collectOptions({ rounds: 2, nullControl: true }));
    expect(cells.map((cell) => cell.void)).toEqual(['the tool exited with status 1', null]);
    expect(cells[1]?.samples.rows().length).toBe(3);
  });
});

describe('what is told while it runs', () => {
  it('counts in whole blocks: no round is ever beyond their number', async () => {
    const { bench } = aBench([perDriver, batched, dedup]);
    const told: string[] = [];
    await runRounds(
      bench,
      collectOptions({
        rounds: 4,
        onProgress: ({ phase, round, rounds }) => told.push(`${phase} ${round} of ${rounds}`),
      }),
    );
    expect([...new Set(told)]).toEqual([
      'warm-up 1 of 1',
      ...[1, 2, 3, 4, 5, 6].map((round) => `round ${round} of 6`),
    ]);
  });

  it('has less time left with every round, those of an emulation with its own included', async () => {
    const slow = { kind: 'wrapper', name: 'slow', command: {}, rounds: 3 } as const;
    const { bench } = aBench([perDriver, { ...batched, emulation: slow }]);
    const left: (number | null)[] = [];
    const onProgress: CollectOptions['onProgress'] = ({ phase, leftMs }) => {
      if (phase === 'round' && left.at(-1) !== leftMs) left.push(leftMs);
    };
    await runRounds(bench, collectOptions({ rounds: 2, onProgress }));
    // From its first reading of the clock to its last, each run takes three ticks of a millisecond.
    expect(left).toEqual([2 * 3 + 3 * 6, 3 + 3 * 6, 3 * 6, 2 * 6, 6]);
  });

  it('goes beyond the planned rounds by whole blocks when a precision asks for more', async () => {
    const { bench } = aBench([perDriver, batched]);
    const told: string[] = [];
    await runRounds(
      bench,
      collectOptions({
        rounds: 2,
        precision: 0.5,
        onProgress: ({ phase, round, rounds }) => told.push(`${phase} ${round} of ${rounds}`),
      }),
    );
    expect(told.at(-1)).toBe('round 6 of 6');
  });
});

/** The rounds of used samples. */
function roundsIn(samples: SampleRecorder): readonly number[] {
  return samples.rows().flatMap(({ warmup, round }) => (warmup ? [] : [round]));
}
