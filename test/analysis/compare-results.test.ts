import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareResults } from '../../src/analysis/compare-results.ts';
import type { CellComparison, CompareOptions } from '../../src/analysis/compare-results.ts';
import type { NewLaunch } from '../../src/analysis/new-launches.ts';
import type { Fingerprint, LaunchRecord, Results } from '../../src/results/results.ts';
import {
  aFingerprint,
  aLaunch,
  aMeasuredCell,
  aModelledCell,
  aRun,
  aScenarioResult,
  someCounts,
  someLaunches,
  someResults,
  someSamples,
} from '../builders/some-results.ts';

describe('compareResults', () => {
  it.each([
    { before: 46, after: 5, verdict: 'fewer launches' },
    { before: 5, after: 46, verdict: 'more launches' },
    { before: 5, after: 5, verdict: 'same launches' },
  ])('$before → $after: $verdict', ({ before, after, verdict }) => {
    const [cell] = compare(
      of(aMeasuredCell({ launches: before })),
      of(aMeasuredCell({ launches: after })),
    ).cells;
    expect(cell).toMatchObject({ verdict, launches: { base: before, head: after } });
  });

  it('calls fewer drivers by name: with drivers missing, fewer launches are no success', () => {
    const had = (captured: number | null, launches: number) =>
      of(
        aMeasuredCell({
          launches,
          counts: { drivers: captured === null ? null : { captured, offered: 44 } },
        }),
      );
    const verdict = (base: Results, head: Results) => compare(base, head).cells[0]?.verdict;
    expect(verdict(had(44, 46), had(5, 7))).toBe('fewer drivers');
    expect(verdict(had(44, 46), had(44, 7))).toBe('fewer launches');
    expect(verdict(had(5, 7), had(44, 46))).toBe('more launches');
    expect(verdict(had(null, 46), had(5, 7))).toBe('fewer launches');
    expect(verdict(had(44, 46), had(null, 7))).toBe('fewer launches');
  });

  it('lists cells that only one side has', () => {
    const { cells } = compare(of(aMeasuredCell({ strategy: 'a' })), of(aMeasuredCell({ strategy: 'b' })));
    expect(cells.map(({ row, verdict, launches }) => [row, verdict, launches])).toEqual([
      ['b', 'new', { base: null, head: 3 }],
      ['a', 'gone', { base: 3, head: null }],
    ]);
  });

  it.each([
    { what: 'failed', cell: aMeasuredCell({ void: 'it failed' }) },
    { what: 'has counts that vary', cell: aMeasuredCell({ counts: { seen: [3, 4] } }) },
  ])('says nothing of a cell that $what', ({ cell }) => {
    const [compared] = compare(of(aMeasuredCell()), of(cell)).cells;
    expect(compared?.verdict).toBe('void');
    expect(compared?.times.cpu?.kind).toBe('refused');
  });
});

describe('times', () => {
  it('of one run are paired and judged', () => {
    const results = of(aMeasuredCell({ wallMs: 300 }));
    const time = wall(compare(results, of(aMeasuredCell({ wallMs: 200 })), {}, 'one run').cells);
    expect(time).toMatchObject({ kind: 'paired', ratio: { n: 8 }, verdict: { word: 'faster' } });
  });

  it('of one run decide nothing where its null control failed, on whichever side', () => {
    const nullControl = {
      ...{ row: 'per-driver', tool: null, emulation: 'native' },
      samples: someSamples({ medianMs: 400, seed: 5 }),
    };
    const controls = { floor: null, toolStart: null, nullControl };
    const failed = someResults({
      scenarios: [aScenarioResult({ cells: [aMeasuredCell({ wallMs: 300 })], controls })],
    });
    const other = of(aMeasuredCell({ wallMs: 200 }));
    for (const sides of [[failed, other] as const, [other, failed] as const]) {
      expect(wall(compare(...sides, {}, 'one run').cells)).toMatchObject({
        verdict: { word: 'too-noisy', reason: 'null control failed' },
      });
    }
  });

  it('of rounds that an emulation has of its own are quick: no interval, no verdict', () => {
    const ownRounds = [{ emulation: 'native', rounds: 8, native: [] }];
    const results = (wallMs: number) =>
      someResults({ scenarios: [aScenarioResult({ ownRounds, cells: [aMeasuredCell({ wallMs })] })] });
    expect(wall(compare(results(300), results(200), {}, 'one run').cells)).toMatchObject({
      kind: 'paired',
      ratio: { interval: null },
      verdict: { word: 'inconclusive', reason: 'quick, not for claims' },
    });
  });

  it('of two runs are a hint: the ratio of medians and a test, no verdict', () => {
    const comparison = compare(of(aMeasuredCell({ wallMs: 300 })), of(aMeasuredCell({ wallMs: 200 })));
    const time = wall(comparison.cells);
    expect(time).toMatchObject({ kind: 'unpaired' });
    expect(time?.kind === 'unpaired' ? time.ratioOfMedians : NaN).toBeCloseTo(1.5, 1);
    expect(time?.kind === 'unpaired' ? time.p : NaN).toBeLessThan(0.01);
    expect(comparison.warnings).toContainEqual({ kind: 'times-unpaired' });
  });

  it('of two runs are compared although each had trees of its own, as long as the links are the same', () => {
    const ownInodes = aMeasuredCell({ counts: someCounts({ overridesDigest: '9'.repeat(64) }) });
    expect(wall(compare(of(aMeasuredCell()), of(ownInodes)).cells)?.kind).toBe('unpaired');
    expect(wall(compare(of(aMeasuredCell()), of(ownInodes), {}, 'one run').cells)?.kind).toBe('refused');
  });

  const nativeTool = { tools: aFingerprint().tools.map((tool) => ({ ...tool, kind: 'native' as const })) };

  it.each<{ what: string; head: Partial<Fingerprint>; reason: string }>([
    { what: 'kernel', head: { kernel: '6.6.3' }, reason: 'kernel: 6.1.0-18-amd64 and 6.6.3' },
    { what: 'machine', head: { machine: 'aarch64' }, reason: 'machine: x86_64' },
    { what: 'governor', head: { governor: 'powersave' }, reason: 'governor: performance and powersave' },
    {
      what: 'CPU',
      head: { cpu: { model: 'Cortex-X1C', coresOnline: 8, hypervisor: null } },
      reason: 'CPU: AMD EPYC 7B13, 2 cores online and Cortex-X1C, 8 cores online',
    },
    {
      what: 'emulator',
      head: { emulators: [{ emulation: 'native', command: 'x', version: '2', configuration: null }] },
      reason: 'emulator: none and x 2',
    },
    {
      what: 'kind of capture tool',
      head: nativeTool,
      reason: 'kind of capture tool: x86_64-linux-gnu node and x86_64-linux-gnu native',
    },
  ])('of another $what are refused unless forced', ({ head, reason }) => {
    const other = someResults({ fingerprint: aFingerprint(head), scenarios: of(aMeasuredCell()).scenarios });
    const time = wall(compare(of(aMeasuredCell()), other).cells);
    expect(time?.kind === 'refused' ? time.reason : '').toContain(reason);
    const forced = compare(of(aMeasuredCell()), other, { force: true });
    expect(wall(forced.cells)?.kind).toBe('unpaired');
    expect(forced.warnings.map(({ kind }) => kind)).toContain('times-forced');
  });

  const nodeTimer = aFingerprint({ timer: { kind: 'node', version: '1' } });

  it.each<{ what: string; base: Results; head: Results; reason: RegExp }>([
    {
      what: 'with different timers',
      base: of(aMeasuredCell()),
      head: someResults({ fingerprint: nodeTimer, scenarios: of(aMeasuredCell()).scenarios }),
      reason: /different timers, helper and node/,
    },
    {
      what: 'of different work',
      base: of(aMeasuredCell()),
      head: of(aMeasuredCell({ counts: someCounts({ targetsDigest: '9'.repeat(64) }) })),
      reason: /different overrides/,
    },
    {
      what: 'with cold and warm caches',
      base: of(aMeasuredCell()),
      head: { ...of(aMeasuredCell()), run: aRun({ cache: 'cold' }) },
      reason: /cold file cache/,
    },
  ])('taken $what are refused even by force', ({ base, head, reason }) => {
    const time = wall(compare(base, head, { force: true }).cells);
    expect(time?.kind === 'refused' ? time.reason : '').toMatch(reason);
  });

  it.each<{ what: string; fingerprint: Fingerprint; refused: boolean }>([
    { what: 'another timer', fingerprint: nodeTimer, refused: false },
    { what: 'another kind of capture tool', fingerprint: aFingerprint(nativeTool), refused: false },
    { what: 'another kernel', fingerprint: aFingerprint({ kernel: '6.6.3' }), refused: true },
  ])('without any launch are refused where there is $what: $refused', ({ fingerprint, refused }) => {
    const inProcess = () => of(aMeasuredCell({ strategy: 'in-process', counts: { ledger: [] } }));
    const head = someResults({ fingerprint, scenarios: inProcess().scenarios });
    expect(wall(compare(inProcess(), head).cells)?.kind).toBe(refused ? 'refused' : 'unpaired');
  });

  it('of modelled cells are not repeated: they have no launches of their own', () => {
    const results = someResults({
      scenarios: [aScenarioResult({ cells: [aMeasuredCell(), aModelledCell()] })],
    });
    expect(compare(results, results).cells.map(({ emulation }) => emulation)).toEqual(['native']);
  });

  it('of too few samples have a ratio but no test', () => {
    const few = () => of(aMeasuredCell({ samples: someSamples({ rounds: 3 }) }));
    expect(wall(compare(few(), few()).cells)).toMatchObject({ kind: 'unpaired', p: null });
  });
});

describe('launches', () => {
  const driver = (name: string, more: Partial<LaunchRecord> = {}): LaunchRecord =>
    aLaunch({ argv: ['capture-libs', '--dest', '/o/lib/dri', `path:/usr/lib/${name}`], ...more });
  const launchesOf = (base: readonly LaunchRecord[], head: readonly LaunchRecord[]) => {
    const [cell] = compare(
      of(aMeasuredCell({ counts: { ledger: base } })),
      of(aMeasuredCell({ counts: { ledger: head } })),
    ).cells;
    const lines = (launches: readonly NewLaunch[] = []) =>
      launches.map(({ label, found, known }) => `${label} ${found} ${String(known)}`);
    return { new: lines(cell?.newLaunches), gone: lines(cell?.goneLaunches) };
  };

  it('are new or gone by what they are for, whatever their other arguments', () => {
    const main = (...patterns: string[]) => aLaunch({ purpose: 'main', argv: ['capture-libs', ...patterns] });
    expect(
      launchesOf(
        [driver('a.so'), main('gl:'), driver('b.so')],
        [driver('a.so'), main('gl:', 'x'), driver('c.so')],
      ),
    ).toEqual({ new: ['driver dri c.so x86_64 1 0'], gone: ['driver dri b.so x86_64 1 0'] });
  });

  it('of two tools are the same launches, and the tools are named once', () => {
    const other = { executable: '/opt/x86_64-linux-gnu-capsule-capture-libs' };
    const ledger = ['a.so', 'b.so'].map((name) => driver(name));
    const foreign = ['a.so', 'b.so'].map((name) => driver(name, other));
    expect(launchesOf(ledger, foreign)).toEqual({ new: [], gone: [] });
    const head = someResults({
      fingerprint: aFingerprint({
        tools: [
          {
            arch: 'x86_64-linux-gnu',
            tool: null,
            kind: 'external',
            name: 'capsule-capture-libs',
            version: null,
            sha256: null,
          },
        ],
      }),
    });
    expect(compare(someResults(), head).warnings.filter(({ kind }) => kind === 'tools-differ')).toHaveLength(
      1,
    );
  });

  it('are counted: a third one of two is new', () => {
    const two = [driver('a.so'), driver('a.so')];
    expect(launchesOf(two, [...two, driver('a.so')]).new).toEqual(['driver dri a.so x86_64 3 2']);
  });

  it('are the same in any order', () => {
    const ledger = someLaunches(6);
    fc.assert(
      fc.property(fc.shuffledSubarray(ledger, { minLength: 6 }), (shuffled) => {
        expect(launchesOf(ledger, shuffled)).toEqual({ new: [], gone: [] });
      }),
    );
  });
});

function of(...cells: ReturnType<typeof aMeasuredCell>[]): Results {
  return someResults({ scenarios: [aScenarioResult({ cells })] });
}

function compare(
  base: Results,
  head: Results,
  options: CompareOptions = {},
  runs: 'one run' | 'two runs' = 'two runs',
) {
  const other = { ...head, run: { ...head.run, id: runs === 'one run' ? base.run.id : 'another run' } };
  return compareResults({ label: 'before', results: base }, { label: 'after', results: other }, options);
}

function wall(cells: readonly CellComparison[]) {
  return cells[0]?.times.wall;
}
