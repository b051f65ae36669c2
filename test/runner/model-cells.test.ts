import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/launch/emulations/model.ts';
import { modelOf } from '../../src/launch/emulations/presets.ts';
import { modelCell } from '../../src/runner/model-cells.ts';
import type { Sample } from '../../src/results/sample.ts';
import { noSamples } from '../builders/some-results.ts';

const exactly = (value: number) => ({ value, low: value, high: value });

/** Ten milliseconds a launch, twice the CPU time. */
const model: Model = {
  ...modelOf('qemu-user'),
  launchMs: exactly(10),
  cpuFactor: exactly(2),
  firstLaunchExtraMs: exactly(0),
};

describe('a modelled cell', () => {
  it('is computed from the medians of the native rounds, warm-up left out', () => {
    const samples = samplesOf({ cpuMs: [4, 6, 8], wallMs: [10, 12, 14] });
    const { inputs, prediction, label } = modelCell(model, { launches: 3, samples }, null);
    expect(inputs).toEqual({ launches: 3, cpuMs: 6, wallMs: 12 });
    // 3 launches of 10 ms, 6 ms of CPU time twice, 6 ms of waiting as they are.
    expect(prediction?.ms).toBeCloseTo(3 * 10 + 2 * 6 + 6);
    expect(label).toBeNull();
  });

  it('has no prediction when nothing was timed', () => {
    expect(modelCell(model, { launches: 3, samples: noSamples() }, null).prediction).toBeNull();
  });

  it('of our own tool stands for a native tool: its start-up is taken out, the C tool’s put in', () => {
    const native = { launches: 2, samples: samplesOf({ cpuMs: [200, 200], wallMs: [200, 200] }) };
    const toolStart = { launches: 1, samples: samplesOf({ cpuMs: [90, 90], wallMs: [95, 95] }) };
    const { prediction, label } = modelCell(model, native, toolStart);
    expect(label).toBe('as a native tool');
    // A launch of 100 ms, of which 90 ms are the start: 10 ms of work and 1.2 ms for starting a C program.
    expect(prediction?.ms).toBeCloseTo(2 * 10 + 2 * (2 * (10 + 1.2)));
  });
});

/** One sample a round, after a warm-up round that is far off. */
function samplesOf({
  cpuMs,
  wallMs,
}: Readonly<Record<'cpuMs' | 'wallMs', readonly number[]>>): readonly Sample[] {
  const rounds = cpuMs.map((cpu, round) => ({ round, warmup: false, cpu, wall: wallMs[round] ?? NaN }));
  return [{ round: 0, warmup: true, cpu: 9999, wall: 9999 }, ...rounds].map(
    ({ round, warmup, cpu, wall }) => ({
      round,
      warmup,
      position: 0,
      startNs: 0,
      wallNs: wall * 1e6,
      childUserUs: cpu * 750,
      childSystemUs: cpu * 250,
      ownUserUs: 1,
      ownSystemUs: 1,
      maxRssKib: 1,
      minorFaults: 1,
      majorFaults: 0,
      voluntarySwitches: 0,
      involuntarySwitches: 0,
      exitStatus: 0,
      stealTicks: 0,
    }),
  );
}
