import { describe, expect, it } from 'vitest';
import { childCpuMs, usedSamples } from '../../src/results/sample-figures.ts';
import { median } from '../../src/statistics/order-statistics.ts';
import { analyse } from '../../src/analysis/analysis.ts';
import { ratioOf } from '../../src/analysis/cell-analysis.ts';
import type { CellAnalysis, RatioEstimate, ScenarioAnalysis, Verdict } from '../../src/analysis/analysis.ts';
import type { Metric } from '../../src/results/sample-figures.ts';
import type { MeasuredCell, Results } from '../../src/results/results.ts';
import {
  aModelledCell,
  aFingerprint,
  aMeasuredCell,
  aRun,
  aScenarioResult,
  countsOnlyResults,
  noSamples,
  quickResults,
  someCounts,
  someLaunches,
  someResults,
  someSamples,
  troubledResults,
} from '../builders/some-results.ts';

describe('analyse', () => {
  it('holds every strategy against the first one of its emulation, and against no other', () => {
    const { emulations } = only(
      resultsOf(
        aMeasuredCell({ strategy: 'per-driver', wallMs: 400 }),
        aMeasuredCell({ strategy: 'batched', wallMs: 100, position: 1 }),
        aMeasuredCell({ strategy: 'per-driver', emulation: 'qemu', wallMs: 4000, position: 2 }),
        aMeasuredCell({ strategy: 'batched', emulation: 'qemu', wallMs: 2000, position: 3 }),
      ),
    );
    expect(emulations.map(({ emulation, comparisons }) => [emulation, comparisons])).toEqual([
      ['native', 1],
      ['qemu', 1],
    ]);
    const ratios = emulations.map(({ cells }) => cells.map((cell) => ratioIn(cell, 'wall')?.estimate));
    expect(ratios[0]?.[0]).toBeUndefined();
    expect(ratios[0]?.[1]).toBeCloseTo(4, 1);
    expect(ratios[1]?.[1]).toBeCloseTo(2, 1);
  });

  it('holds a row against the same row of the first tool, and within its tool against the first row', () => {
    const cell = (strategy: string, tool: string | null, wallMs: number, position: number): MeasuredCell => ({
      ...aMeasuredCell({ strategy, wallMs, position }),
      tool,
    });
    const [native] = only(
      resultsOf(
        cell('per-driver', 'before', 400, 0),
        cell('batched', 'before', 100, 1),
        cell('in-process', null, 50, 2),
        cell('per-driver', 'after', 200, 3),
        cell('batched', 'after', 100, 4),
      ),
    ).emulations;
    const estimates = native?.cells.map(({ times }) => {
      const across = times?.cpu.acrossTools;
      return [times && ratioOf(times.cpu.against), across && ratioOf(across)].map((ratio) =>
        ratio ? Math.round(ratio.estimate) : null,
      );
    });
    expect(estimates).toEqual([
      [null, null],
      [4, null],
      [8, null],
      [null, 2],
      [2, 1],
    ]);
    // Three within a tool, two across.
    expect(native?.comparisons).toBe(5);
  });

  it('says what a launch costs by the strategies of the first tool alone', () => {
    const cell = (tool: string, launches: number, wallMs: number, position: number): MeasuredCell => ({
      ...aMeasuredCell({ strategy: `s${launches}`, launches, wallMs, position }),
      tool,
    });
    const [before] = only(resultsOf(cell('a', 1, 100, 0), cell('a', 11, 200, 1))).emulations;
    const [both] = only(
      resultsOf(cell('a', 1, 100, 0), cell('a', 11, 200, 1), cell('b', 1, 500, 2), cell('b', 11, 9000, 3)),
    ).emulations;
    expect(both?.costPerLaunch).toEqual(before?.costPerLaunch);
  });

  it('shares 5 % among the comparisons of one table', () => {
    const strategies = ['a', 'b', 'c', 'd', 'e'];
    const { emulations } = only(
      resultsOf(...strategies.map((strategy, position) => aMeasuredCell({ strategy, position }))),
    );
    expect(emulations[0]?.comparisons).toBe(4);
    expect(ratioIn(emulations[0]?.cells[1], 'cpu')?.confidence).toBeCloseTo(0.9875, 10);
  });

  it('counts CPU time of the children and of our own process, user and system', () => {
    const times = { childUserUs: 1000, childSystemUs: 200, ownUserUs: 30, ownSystemUs: 4 };
    const samples = someSamples({ rounds: 6, warmup: 0 }).map((sample) => ({ ...sample, ...times }));
    const [cell] = only(resultsOf(aMeasuredCell({ samples }))).emulations[0]?.cells ?? [];
    expect(cell?.times?.cpu.summary?.medianMs).toBe(1.234);
  });

  it('leaves warm-up samples out of everything', () => {
    const samples = someSamples({ warmup: 3 });
    const wild = samples.map((sample) =>
      sample.warmup ? { ...sample, wallNs: sample.wallNs * 50 } : sample,
    );
    const [cell] = only(resultsOf(aMeasuredCell({ samples: wild }))).emulations[0]?.cells ?? [];
    expect(usedSamples(samples)).toHaveLength(8);
    expect(cell?.times?.wall.values).toHaveLength(8);
    expect(cell?.times?.wall.summary?.maxMs).toBeLessThan(310);
    expect(cell?.times?.wall.outliers).toEqual([]);
  });

  it('treats what the timer could not tell as missing, not as nothing', () => {
    const samples = someSamples();
    const cpu = samples.map((sample) => ({ ...sample, childUserUs: null }));
    const { emulations } = only(resultsOf(aMeasuredCell(), aMeasuredCell({ strategy: 'b', samples: cpu })));
    const [, cell] = emulations[0]?.cells ?? [];
    expect(cell?.times?.cpu.summary).toBeNull();
    expect(cell?.times?.cpu.against).toEqual({
      kind: 'judged',
      ratio: null,
      verdict: { word: 'inconclusive', reason: 'no round has a usable value on both sides' },
    });
    expect(ratioIn(cell, 'wall')).not.toBeNull();
  });

  it('finds what a launch costs from the strategies of one emulation, round by round', () => {
    const cells = [40, 10, 0].map((launches, position) =>
      aMeasuredCell({
        strategy: `with ${launches}`,
        counts: { ledger: someLaunches(launches) },
        samples: someSamples({ medianMs: 100 + 5 * launches, position, spread: 0.001, seed: position + 1 }),
      }),
    );
    const cost = only(resultsOf(...cells)).emulations[0]?.costPerLaunch.wall;
    expect(cost?.ms).toBeCloseTo(5, 1);
    expect(cost?.low).toBeLessThanOrEqual(cost?.ms ?? NaN);
    expect(cost?.high).toBeGreaterThanOrEqual(cost?.ms ?? NaN);
  });

  it('never clamps that cost: a negative one tells of noise', () => {
    const cells = [
      aMeasuredCell({ launches: 5, wallMs: 100 }),
      aMeasuredCell({ strategy: 'b', launches: 1, wallMs: 500, position: 1 }),
    ];
    expect(only(resultsOf(...cells)).emulations[0]?.costPerLaunch.wall?.ms).toBeLessThan(0);
  });

  it('has no such cost when all strategies launch equally often', () => {
    const cells = [aMeasuredCell(), aMeasuredCell({ strategy: 'b', position: 1 })];
    expect(only(resultsOf(...cells)).emulations[0]?.costPerLaunch).toEqual({ cpu: null, wall: null });
  });

  it('claims as little of an emulation with rounds of its own as of a quick run, and all else as ever', () => {
    const scenario = aScenarioResult({
      ownRounds: [{ emulation: 'qemu', rounds: 3, native: [] }],
      cells: [
        aMeasuredCell(),
        aMeasuredCell({ strategy: 'batched', position: 1 }),
        aMeasuredCell({ emulation: 'qemu', rounds: 3 }),
        aMeasuredCell({ strategy: 'batched', emulation: 'qemu', rounds: 3, position: 1 }),
      ],
    });
    const { emulations } = only(someResults({ scenarios: [scenario] }));
    expect(emulations.map(({ emulation, kind }) => [emulation, kind])).toEqual([
      ['native', 'timed'],
      ['qemu', 'quick'],
    ]);
    expect(emulations.map(({ cells }) => cells[1]?.times?.cpu.against.kind)).toEqual(['judged', 'quick']);
  });

  it('compares an emulation with rounds of its own with what was measured natively in those', () => {
    const samples = someSamples({ rounds: 3, medianMs: 800 });
    const scenario = aScenarioResult({
      ownRounds: [{ emulation: 'qemu', rounds: 3, native: [{ row: 'per-driver', tool: null, samples }] }],
      cells: [aMeasuredCell({ wallMs: 400 }), aMeasuredCell({ emulation: 'qemu', rounds: 3, wallMs: 4000 })],
    });
    const [, qemu] = only(someResults({ scenarios: [scenario] })).emulations;
    expect(qemu?.cells[0]?.times?.wall.toNative).toBeCloseTo(5, 0);
  });

  it('says how many times longer every emulated row takes than natively, measured and modelled', () => {
    const { emulations, modelled } = only(
      someResults({
        scenarios: [
          aScenarioResult({
            cells: [
              aMeasuredCell({ strategy: 'per-driver', wallMs: 400 }),
              aMeasuredCell({ strategy: 'per-driver', emulation: 'qemu', wallMs: 4000, position: 1 }),
              aModelledCell({ strategy: 'per-driver' }),
            ],
          }),
        ],
      }),
    );
    const toNative = emulations.map(({ cells }) => cells.map(({ times }) => times?.wall.toNative ?? null));
    expect(toNative[0]).toEqual([null]);
    expect(toNative[1]?.[0]).toBeCloseTo(10, 0);
    const [cell] = modelled[0]?.cells ?? [];
    // CPU time of the children, of which our builder makes 0.855 of the wall time.
    expect(cell?.toNative?.cpu).toBeCloseTo((cell?.prediction?.cpu.ms ?? NaN) / 342, 0);
  });

  it('holds a model against the emulator that it is about, where both are there', () => {
    const qemu = (wallMs: number) => {
      const results = someResults({
        fingerprint: aFingerprint({
          tools: [],
          emulators: [
            { emulation: 'real', command: '/usr/bin/qemu-x86_64', version: '7.2', configuration: null },
          ],
        }),
        scenarios: [
          aScenarioResult({
            cells: [
              aMeasuredCell({ launches: 3, wallMs: 400 }),
              aMeasuredCell({ launches: 3, emulation: 'real', wallMs, position: 1 }),
              {
                ...aModelledCell({ emulation: 'model' }),
                model: { ...aModelledCell().model, preset: 'qemu-user' },
              },
            ],
            controls: { floor: null, toolStart: null, nullControl: null },
          }),
        ],
      });
      return only(results);
    };
    const { emulations, modelled, modelErrors } = qemu(2000);
    const samples = emulations[1]?.cells[0]?.cell.samples ?? [];
    const launched = usedSamples(samples).flatMap((sample) => childCpuMs(sample) ?? []);
    const predicted = modelled[0]?.cells[0]?.prediction?.cpu.ms ?? NaN;
    expect(modelErrors).toMatchObject([
      { modelled: 'model', measured: 'real', rows: [{ row: 'per-driver' }] },
    ]);
    expect(modelErrors[0]?.rows[0]?.error.cpu).toBeCloseTo(predicted / median(launched) - 1);
    // Who launches runs natively beside the emulator: that is in the measured CPU time, and in no prediction.
    expect(median(launched)).toBeLessThan(emulations[1]?.cells[0]?.times?.cpu.summary?.medianMs ?? NaN);
    // A prediction of FEX says nothing about qemu.
    expect(only(someResults()).modelErrors).toEqual([]);
  });

  it('says what one launch of something trivial takes', () => {
    expect(only(someResults()).floorLaunchMs).toBeCloseTo(1, 1);
    expect(only(countsOnlyResults()).floorLaunchMs).toBeNull();
  });

  it('is the same for the same results', () => {
    const two = someResults({ scenarios: [aScenarioResult(), aScenarioResult({ name: 'another' })] });
    expect(analyse(two)).toEqual(analyse(structuredClone(two)));
  });
});

describe('what is not claimed', () => {
  it('nothing of a quick run: no interval, no verdict, no word but the label', () => {
    const { emulations, warnings } = only(quickResults());
    const compared = emulations.flatMap(({ cells }) => cells.filter(({ isReference }) => !isReference));
    expect(compared.map(({ claim }) => claim.kind)).toEqual(['quick', 'quick']);
    expect(compared.map((cell) => cell.times?.wall.against)).toMatchObject(
      compared.map(() => ({ kind: 'quick', ratio: { interval: null } })),
    );
    expect(warnings).toContainEqual({ kind: 'quick' });
  });

  it('no time of a counts-only run', () => {
    const cells = only(countsOnlyResults()).emulations.flatMap((emulation) => emulation.cells);
    expect(cells.map(({ claim, times }) => [claim.kind, times])).toEqual(cells.map(() => ['counted', null]));
  });

  it.each<{ of: string; cell: MeasuredCell; reason: string }>([
    {
      of: 'a cell that failed',
      cell: aMeasuredCell({ strategy: 'b', void: 'it failed' }),
      reason: 'it failed',
    },
    {
      of: 'a cell whose counts vary',
      cell: aMeasuredCell({ strategy: 'b', counts: { seen: [3, 4] } }),
      reason: 'launch counts differ between passes: 3, 4',
    },
    {
      of: 'a cell with a launch outside the emulation',
      cell: aMeasuredCell({ strategy: 'b', counts: { escaped: 2 } }),
      reason:
        '2 of its launches escaped the emulation and ran natively; FEX keeps them in it, and so does any emulator that is registered with binfmt_misc',
    },
  ])('nothing of $of, and the reader is told', ({ cell, reason }) => {
    const { emulations, warnings } = only(resultsOf(aMeasuredCell(), cell));
    expect(emulations[0]?.cells[1]).toMatchObject({ claim: { kind: 'void', reason }, times: null });
    expect(warnings).toContainEqual({
      kind: 'void',
      cell: { row: 'b', tool: null, emulation: 'native' },
      reason,
    });
  });

  it('nothing of a cell whose tool printed its whole help, and how it ended is told in one line', () => {
    const cell = aMeasuredCell({
      void: 'it failed\nerror: x\nUsage: y\n\nOptions:\n  -a\nIt was launched as: z',
    });
    expect(only(resultsOf(cell)).emulations[0]?.cells[0]?.claim).toMatchObject({
      reason: 'it failed / error: x / Usage: y / … / It was launched as: z',
    });
  });

  it('nothing against a reference that is void', () => {
    const { emulations } = only(
      resultsOf(aMeasuredCell({ void: 'it failed' }), aMeasuredCell({ strategy: 'b' })),
    );
    expect(verdictOf(emulations[0]?.cells[1], 'wall')).toEqual({
      word: 'void',
      reason: 'the reference per-driver is void',
    });
  });

  it('no null control of a reference that is void: its times are of work that was not done', () => {
    const results = someResults({
      scenarios: [
        aScenarioResult({
          cells: [aMeasuredCell({ void: 'it failed' }), aMeasuredCell({ strategy: 'b' })],
          controls: {
            floor: null,
            toolStart: null,
            nullControl: {
              row: 'per-driver',
              tool: null,
              emulation: 'native',
              samples: someSamples({ medianMs: 5200 }),
            },
          },
        }),
      ],
    });
    const { nullControl, warnings } = only(results);
    expect(nullControl).toBeNull();
    expect(warnings.map(({ kind }) => kind)).not.toContain('null-control-failed');
  });

  it('nothing when the overrides are not equivalent; the differences are listed', () => {
    const results = someResults({
      scenarios: [aScenarioResult({ equivalence: { equivalent: false, differences: ['dri/x_dri.so'] } })],
    });
    const { emulations, warnings } = only(results);
    expect(emulations[0]?.cells[1]?.claim).toMatchObject({ kind: 'void', cause: 'overrides-differ' });
    expect(warnings).toContainEqual(
      expect.objectContaining({ kind: 'overrides-differ', differences: ['dri/x_dri.so'] }),
    );
  });

  it('nothing when digests differ although the file says that the overrides are equivalent', () => {
    const cells = [
      aMeasuredCell({ counts: { links: 51 } }),
      aMeasuredCell({ strategy: 'b', counts: { links: 3, overridesDigest: 'f'.repeat(64) } }),
    ];
    const { emulations, warnings } = only(resultsOf(...cells));
    expect(emulations[0]?.cells.map(({ claim }) => claim.kind)).toEqual(['void', 'void']);
    expect(warnings[0]).toMatchObject({
      kind: 'overrides-differ',
      left: [
        { row: 'per-driver', links: 51 },
        { row: 'b', links: 3 },
      ],
    });
  });

  it('no wall time while processes wait for a core; CPU time and counts stand', () => {
    const { emulations, warnings } = only(noisyResults('cpu-pressure', '31 %', ['wall']));
    expect(verdictOf(emulations[0]?.cells[1], 'wall')).toEqual({
      word: 'too-noisy',
      reason: 'cpu-pressure 31 %',
    });
    expect(verdictOf(emulations[0]?.cells[1], 'cpu')?.word).toBe('faster');
    expect(warnings).toContainEqual(
      expect.objectContaining({ kind: 'noise', id: 'cpu-pressure', disqualifies: ['wall'] }),
    );
  });

  it('no time at all where a finding speaks of both', () => {
    const { emulations } = only(noisyResults('steal', 'some'));
    expect(verdictOf(emulations[0]?.cells[1], 'wall')?.word).toBe('too-noisy');
    expect(verdictOf(emulations[0]?.cells[1], 'cpu')?.word).toBe('too-noisy');
  });

  it('warnings: what disqualifies comes first, and what was found twice is said once', () => {
    const noise = (id: string, when: 'before' | 'during', disqualifies: readonly Metric[]) =>
      ({
        id,
        value: when === 'before' ? '25 %' : '31 %',
        threshold: 'at most 20 %',
        remedy: 'Wait.',
        when,
        disqualifies,
      }) as const;
    const { warnings } = only(
      someResults({
        scenarios: [
          aScenarioResult({
            noise: [
              noise('load', 'before', []),
              noise('cpu-pressure', 'before', []),
              noise('cpu-pressure', 'during', ['wall']),
            ],
          }),
        ],
      }),
    );
    expect(warnings).toMatchObject([
      {
        kind: 'noise',
        id: 'cpu-pressure',
        found: [
          { value: '25 %', when: 'before' },
          { value: '31 %', when: 'during' },
        ],
      },
      { kind: 'noise', id: 'load' },
    ]);
  });

  it('no time of the whole run when the null control failed in one scenario', () => {
    const control = (medianMs: number) => ({
      floor: null,
      toolStart: null,
      nullControl: {
        row: 'per-driver',
        tool: null,
        emulation: 'native',
        samples: someSamples({ medianMs, seed: 5 }),
      },
    });
    const analysis = analyse(
      someResults({
        scenarios: [
          aScenarioResult({ controls: control(4600) }),
          aScenarioResult({ name: 'another', controls: control(5200) }),
        ],
      }),
    );
    expect(analysis.scenarios.map(({ nullControl }) => nullControl?.passed)).toEqual([true, false]);
    for (const { emulations } of analysis.scenarios) {
      expect(verdictOf(emulations[0]?.cells[1], 'wall')).toEqual({
        word: 'too-noisy',
        reason: 'null control failed',
      });
    }
  });
});

describe('warnings', () => {
  it('say when CPU and wall time disagree, and which one leads', () => {
    const samples = someSamples({ medianMs: 300, seed: 2 });
    const contradictory = samples.map((sample) => ({
      ...sample,
      wallNs: sample.wallNs * 2,
      childUserUs: (sample.childUserUs ?? 0) / 2,
      childSystemUs: (sample.childSystemUs ?? 0) / 2,
    }));
    const { warnings } = only(
      resultsOf(aMeasuredCell(), aMeasuredCell({ strategy: 'b', samples: contradictory })),
    );
    expect(warnings).toContainEqual({
      kind: 'metrics-disagree',
      cell: { row: 'b', tool: null, emulation: 'native' },
      words: { cpu: 'faster', wall: 'slower' },
    });
  });

  it('name samples far from the median, with their round, switches and steal, and keep them', () => {
    const { emulations, warnings } = only(troubledResults());
    const wall = emulations[0]?.cells[1]?.times?.wall;
    expect(wall?.outliers).toMatchObject([{ round: 3, involuntarySwitches: 3, stealTicks: 0 }]);
    expect(wall?.summary?.n).toBe(8);
    expect(warnings).toContainEqual({
      kind: 'outliers',
      cell: { row: 'batched', tool: null, emulation: 'native' },
      metric: 'wall',
      outliers: wall?.outliers,
    });
  });

  it('do not call a step of the clock an outlier', () => {
    const userMs = [100, 100, 100, 110, 100, 90, 100, 100, 100];
    const ticks = someSamples({ rounds: 9, warmup: 0 }).map((sample, index) => ({
      ...sample,
      childUserUs: (userMs[index] ?? NaN) * 1000,
    }));
    const results = someResults({
      fingerprint: aFingerprint({ timer: { kind: 'node', version: '1' } }),
      scenarios: [aScenarioResult({ cells: [aMeasuredCell({ samples: ticks })] })],
    });
    expect(only(results).emulations[0]?.cells[0]?.times?.cpu.outliers).toEqual([]);
  });

  it('say when a strategy launches differently often under different emulations', () => {
    const { warnings } = only(
      resultsOf(aMeasuredCell({ launches: 3 }), aMeasuredCell({ emulation: 'qemu', launches: 4 })),
    );
    expect(warnings).toContainEqual({
      kind: 'counts-differ',
      row: 'per-driver',
      launches: [
        { emulation: 'native', launches: 3 },
        { emulation: 'qemu', launches: 4 },
      ],
    });
  });

  it.each([
    {
      of: 'an interrupted run',
      results: someResults({ run: aRun({ complete: false, droppedSamples: 2 }) }),
      warning: { kind: 'interrupted', rounds: 8, droppedSamples: 2 },
    },
    {
      of: 'the timer without the helper',
      results: someResults({ fingerprint: aFingerprint({ timer: { kind: 'node', version: '1' } }) }),
      warning: { kind: 'timed-without-helper' },
    },
  ])('tell of $of', ({ results, warning }) => {
    expect(only(results).warnings).toContainEqual(warning);
  });

  it('are none when there is nothing to say', () => {
    expect(only(someResults()).warnings).toEqual([]);
  });
});

describe('overall', () => {
  it('is the geometric mean of the ratios over all scenarios, with a bootstrap interval', () => {
    const scenario = (name: string, wallMs: number) =>
      aScenarioResult({
        name,
        cells: [aMeasuredCell({ wallMs: 800 }), aMeasuredCell({ strategy: 'batched', wallMs, position: 1 })],
      });
    const { overall } = analyse(someResults({ scenarios: [scenario('a', 400), scenario('b', 100)] }));
    const wall = overall.find(({ metric }) => metric === 'wall');
    // √(2 × 8)
    expect(wall).toMatchObject({ row: 'batched', emulation: 'native', scenarios: 2 });
    expect(wall?.estimate).toBeCloseTo(4, 0);
    expect(wall?.interval?.low).toBeLessThan(wall?.estimate ?? NaN);
    expect(wall?.interval?.high).toBeGreaterThan(wall?.estimate ?? NaN);
  });

  it('leaves out a strategy that one of the scenarios lacks or voids', () => {
    const whole = aScenarioResult();
    const partly = aScenarioResult({
      name: 'another',
      cells: [
        aMeasuredCell({ strategy: 'per-driver' }),
        aMeasuredCell({ strategy: 'batched', samples: noSamples(), void: 'it failed', counts: someCounts() }),
      ],
    });
    expect(analyse(someResults({ scenarios: [whole, partly] })).overall).toEqual([]);
  });

  it('compares with nothing else where the first strategy is void', () => {
    const scenario = (name: string) =>
      aScenarioResult({
        name,
        cells: ['per-driver', 'batched', 'batched-dedup'].map((strategy, position) =>
          aMeasuredCell({ strategy, position, void: strategy === 'per-driver' ? 'it failed' : null }),
        ),
      });
    expect(analyse(someResults({ scenarios: [scenario('a'), scenario('b')] })).overall).toEqual([]);
  });

  it('leaves out a strategy that is held against another one in one of the scenarios', () => {
    const scenario = (name: string, reference: string) =>
      aScenarioResult({
        name,
        cells: [
          aMeasuredCell({ strategy: reference, wallMs: 800 }),
          aMeasuredCell({ strategy: 'batched', wallMs: 100, position: 1 }),
        ],
      });
    const results = someResults({ scenarios: [scenario('a', 'per-driver'), scenario('b', 'single-launch')] });
    expect(analyse(results).overall).toEqual([]);
  });
});

function ratioIn(cell: CellAnalysis | undefined, metric: Metric): RatioEstimate | null {
  return cell?.times ? ratioOf(cell.times[metric].against) : null;
}

function verdictOf(cell: CellAnalysis | undefined, metric: Metric): Verdict | null {
  const against = cell?.times?.[metric].against;
  return against?.kind === 'judged' ? against.verdict : null;
}

/** Two cells of which one is faster, on a machine where one finding disqualifies. */
function noisyResults(id: string, value: string, disqualifies: readonly Metric[] = ['cpu', 'wall']): Results {
  return someResults({
    scenarios: [
      aScenarioResult({
        cells: [aMeasuredCell({ wallMs: 400 }), aMeasuredCell({ strategy: 'b', wallMs: 100, position: 1 })],
        noise: [{ id, value, threshold: 'less', remedy: 'Wait.', when: 'during', disqualifies }],
      }),
    ],
  });
}

function only(results: Results): ScenarioAnalysis {
  const [scenario] = analyse(results).scenarios;
  if (!scenario) throw new Error('no scenario was analysed');
  return scenario;
}

function resultsOf(...cells: MeasuredCell[]): Results {
  return someResults({ scenarios: [aScenarioResult({ cells })] });
}
