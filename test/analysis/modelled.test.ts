import { describe, expect, it } from 'vitest';
import { claimedCells } from '../../src/analysis/claim.ts';
import { analyseModelled } from '../../src/analysis/modelled.ts';
import type { Model } from '../../src/launch/emulations/emulation-schemas.ts';
import { modelOf } from '../../src/launch/emulations/presets.ts';
import type { MeasuredCell, ScenarioResult } from '../../src/results/results.ts';
import type { Sample } from '../../src/results/sample.ts';
import {
  aFingerprint,
  aMeasuredCell,
  aModelledCell,
  aScenarioResult,
  noSamples,
  someCounts,
  someSamples,
} from '../builders/some-results.ts';

const exactly = (value: number) => ({ value, low: value, high: value });

/** Ten milliseconds a launch, twice the CPU time. */
const model: Model = {
  ...modelOf('qemu-user'),
  launchMs: exactly(10),
  cpuFactor: exactly(2),
  firstLaunchExtraMs: exactly(0),
};

describe('a modelled cell', () => {
  it('is computed from the median CPU time of the native rounds, warm-up left out, and the shortest wait', () => {
    const [cell] = predicted(natively({ launches: 3, cpuMs: [4, 6, 8], wallMs: [10, 7, 14] }));
    expect(cell?.launches).toBe(3);
    expect(cell?.prediction?.cpu.ms).toBeCloseTo(3 * 10 + 2 * 6);
    expect(cell?.prediction?.wall.ms).toBeCloseTo(3 * 10 + 2 * 6 + 1);
    expect(cell?.label).toBeNull();
  });

  it('has the same times whatever else the machine has to do: who waits for a processor takes no longer', () => {
    const cpuMs = [6, 6, 6];
    const [quiet] = predicted(natively({ launches: 3, cpuMs, wallMs: [8, 8, 8] }));
    const [busy] = predicted(natively({ launches: 3, cpuMs, wallMs: [8, 600, 11_000] }));
    expect(busy?.prediction).toEqual(quiet?.prediction);
  });

  it('waits for nothing where children ran at the same time', () => {
    const [cell] = predicted(natively({ launches: 1, cpuMs: [9], wallMs: [7] }));
    expect(cell?.prediction?.wall).toEqual(cell?.prediction?.cpu);
  });

  it('has no prediction where nothing was timed', () => {
    const counted = aMeasuredCell({ samples: noSamples() });
    expect(predicted(counted)).toEqual([]);
    const [first, second] = predicted(natively({ launches: 1, cpuMs: [9], wallMs: [7] }), {
      ...counted,
      row: 'batched',
    });
    expect(first?.prediction).not.toBeNull();
    expect(second).toMatchObject({ prediction: null, ratio: null });
  });

  it('is not there for a native cell that is void', () => {
    expect(predicted({ ...natively({ launches: 1, cpuMs: [9], wallMs: [9] }), void: 'it failed' })).toEqual(
      [],
    );
  });

  it('without launches is what its process took, and says who runs that', () => {
    const cell = natively({ launches: 0, cpuMs: [0], wallMs: [30] });
    const samples = cell.samples.map((sample) => ({ ...sample, ownUserUs: 19_000, ownSystemUs: 1000 }));
    const [found] = predicted({ ...cell, samples });
    expect(found?.prediction?.cpu.ms).toBeCloseTo(2 * 20);
    expect(found?.prediction?.wall.ms).toBeCloseTo(2 * 20 + 10);
    expect(found?.label).toBe('the caller emulated');
  });

  it('of our own tool as a Node program stands for a native tool: its start-up is taken out, the C tool’s put in', () => {
    const native = natively({ launches: 2, cpuMs: [200, 200], wallMs: [200, 200] });
    const toolStart = { launches: 1, samples: samplesOf({ cpuMs: [90, 90], wallMs: [95, 95] }) };
    const [cell] = predictedBeside({ toolStart }, [native]);
    expect(cell?.label).toBe('as a native tool');
    // A launch of 100 ms, of which 90 ms are the start: 10 ms of work and 1.2 ms for starting a C program.
    expect(cell?.prediction?.cpu.ms).toBeCloseTo(2 * 10 + 2 * (2 * (10 + 1.2)));
  });

  it('of a command counts the command itself as a launch, which its count leaves out', () => {
    const commands = { start: ['./start'] };
    const native = natively({ row: 'start', launches: 2, cpuMs: [6], wallMs: [6] });
    const [cell] = predictedBeside({}, [native], { commands });
    expect(cell?.launches).toBe(2);
    expect(cell?.prediction?.cpu.ms).toBeCloseTo((2 + 1) * 10 + 2 * 6);
  });

  it('of a command that nobody counted predicts nothing', () => {
    const native = natively({ row: 'start', launches: 0, cpuMs: [6], wallMs: [6] });
    const uncounted = { ...native, counts: someCounts({ launches: null }) };
    expect(predictedBeside({}, [uncounted], { commands: { start: ['./start'] } })).toEqual([]);
  });

  it('is held against the first strategy under its model, CPU and wall time apart', () => {
    const [first, second] = predicted(
      natively({ row: 'per-driver', launches: 4, cpuMs: [20], wallMs: [20] }),
      natively({ row: 'batched', launches: 1, cpuMs: [5], wallMs: [15] }),
    );
    expect(first?.ratio).toBeNull();
    expect(second?.ratio?.cpu).toBeCloseTo(80 / 20);
    expect(second?.ratio?.wall).toBeCloseTo(80 / 30);
  });

  it('is held against nothing where the first strategy is void', () => {
    const row = (name: string) => natively({ row: name, launches: 1, cpuMs: [5], wallMs: [15] });
    const found = predicted(
      { ...row('per-driver'), void: 'it failed' },
      row('batched'),
      row('single-launch'),
    );
    expect(found.map(({ ratio }) => ratio)).toEqual([null, null]);
  });
});

function predicted(...native: readonly MeasuredCell[]) {
  return predictedBeside({}, native);
}

/** What the model says about native cells. */
function predictedBeside(
  controls: Partial<ScenarioResult['controls']>,
  native: readonly MeasuredCell[],
  about: Partial<ScenarioResult> = {},
) {
  const modelled = native.map(({ row }) => ({ ...aModelledCell({ strategy: row }), model }));
  const { tools } = aFingerprint();
  const scenario = aScenarioResult({
    ...about,
    cells: [...native, ...modelled],
    controls: { floor: null, toolStart: null, nullControl: null, ...controls },
  });
  const claimed = { scenario, cells: claimedCells(scenario, { mode: 'timed' }) };
  return analyseModelled(claimed, { mode: 'timed' }, tools).flatMap(({ cells }) => cells);
}

function natively({
  row = 'per-driver',
  launches,
  ...times
}: {
  readonly row?: string;
  readonly launches: number;
} & Readonly<Record<'cpuMs' | 'wallMs', readonly number[]>>): MeasuredCell {
  return { ...aMeasuredCell(), row, counts: someCounts({ launches }), samples: samplesOf(times) };
}

/** One sample a round, after a warm-up round that is far off. */
function samplesOf({
  cpuMs,
  wallMs,
}: Readonly<Record<'cpuMs' | 'wallMs', readonly number[]>>): readonly Sample[] {
  const samples = someSamples({ rounds: cpuMs.length, warmup: 1 });
  return samples.map((sample, index) => ({
    ...sample,
    wallNs: (index === 0 ? 9999 : (wallMs[index - 1] ?? NaN)) * 1e6,
    childUserUs: (index === 0 ? 9999 : (cpuMs[index - 1] ?? NaN)) * 750,
    childSystemUs: (index === 0 ? 9999 : (cpuMs[index - 1] ?? NaN)) * 250,
  }));
}
