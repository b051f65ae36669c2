import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, type CalibrationPoint } from '../../src/analysis/calibrate.ts';
import { median } from '../../src/statistics/order-statistics.ts';
import { createRandom } from '../../src/statistics/random.ts';

/** What calls did natively: CPU time in milliseconds, libraries and pages. The first is a bare start. */
const CALLS = [
  { nativeMs: 1.4, libraries: 0, pages: 157 },
  { nativeMs: 4, libraries: 1, pages: 245 },
  { nativeMs: 4.7, libraries: 12, pages: 249 },
  { nativeMs: 6.3, libraries: 4, pages: 271 },
  { nativeMs: 9.1, libraries: 44, pages: 289 },
  { nativeMs: 9, libraries: 22, pages: 296 },
  { nativeMs: 9.4, libraries: 52, pages: 301 },
  { nativeMs: 10, libraries: 31, pages: 311 },
  { nativeMs: 16, libraries: 75, pages: 402 },
] as const;

/** A strategy of five launches. */
const STRATEGY = { nativeMs: 35, libraries: 110, pages: 1366 } as const;

interface Emulator {
  readonly launchMs: number;
  readonly cpuFactor: number;
  readonly perLibraryMs?: number;
  readonly perPageMs?: number;
  /** Every figure is off by up to this, as a ratio. */
  readonly noise?: number;
}

/** So much work under an emulator, in 12 rounds. */
function pointUnder(
  { launchMs, cpuFactor, perLibraryMs = 0, perPageMs = 0, noise = 0 }: Emulator,
  { nativeMs, libraries, pages }: (typeof CALLS)[number] | typeof STRATEGY,
  { launches = 1, seed = 1 } = {},
): CalibrationPoint {
  const random = createRandom(seed);
  const noisy = (ms: number): readonly number[] =>
    Array.from({ length: 12 }, () => ms * (1 + noise * (2 * random() - 1)));
  const emulatedMs =
    launches * launchMs + cpuFactor * nativeMs + perLibraryMs * libraries + perPageMs * pages;
  return {
    ...{ call: `${libraries} libraries`, launches, libraries, pages },
    ...{ nativeMs: noisy(nativeMs), emulatedMs: noisy(emulatedMs) },
  };
}

function calibrated(emulator: Emulator, { seed = 1, calls = 9, slower = 1 } = {}) {
  const points = CALLS.slice(0, calls).map((call, at) => pointUnder(emulator, call, { seed: seed + at }));
  const holdOut = pointUnder(emulator, STRATEGY, { launches: 5, seed: seed - 1 });
  const slowed = holdOut.emulatedMs.map((ms) => ms * slower);
  return calibrate(points, { ...holdOut, emulatedMs: slowed }, { seed });
}

describe('a calibration', () => {
  it('finds F and k, and keeps to them where they say it all', () => {
    const { parameters, holdOut, usable } = calibrated({ launchMs: 24, cpuFactor: 7.5 });
    expect(parameters).toMatchObject({ launchMs: { value: 24 }, cpuFactor: { value: 7.5 } });
    expect(Object.keys(parameters)).toHaveLength(2);
    expect(holdOut.error).toBeCloseTo(0);
    expect(usable).toBe(true);
  });

  it.each([
    { third: 'perPageMs', emulator: { launchMs: 2, cpuFactor: 4.5, perPageMs: 0.15 } },
    { third: 'perLibraryMs', emulator: { launchMs: 20, cpuFactor: 2, perLibraryMs: 1.5 } },
  ] as const)('takes $third along where two parameters do not do', ({ third, emulator }) => {
    const { parameters, choices } = calibrated(emulator);
    expect(parameters[third]?.value).toBeCloseTo({ perPageMs: 0.15, perLibraryMs: 1.5 }[third], 2);
    expect(choices.map((choice) => choice.third)).toEqual([null, 'perLibraryMs', 'perPageMs']);
    expect(choices.find((choice) => choice.third === third)?.rms).toBeCloseTo(0);
  });

  it('fits two parameters alone to fewer than a start and eight calls', () => {
    const { parameters, choices } = calibrated(
      { launchMs: 2, cpuFactor: 4.5, perPageMs: 0.15 },
      { calls: 8 },
    );
    expect(Object.keys(parameters)).toEqual(['launchMs', 'cpuFactor']);
    expect(choices).toHaveLength(1);
  });

  it('leaves out a cost for pages where nobody counted them', () => {
    const points = CALLS.map((call) => ({
      ...pointUnder({ launchMs: 2, cpuFactor: 4, perPageMs: 0.15 }, call),
      pages: null,
    }));
    const holdOut = { ...pointUnder({ launchMs: 2, cpuFactor: 4 }, STRATEGY, { launches: 5 }), pages: null };
    expect(calibrate(points, holdOut, { seed: 1 }).choices.map(({ third }) => third)).not.toContain(
      'perPageMs',
    );
  });

  it('predicts what was held out within the noise of its samples, with no parameter below zero', () => {
    const emulators = fc.record({
      launchMs: fc.double({ min: 0, max: 300, noNaN: true }),
      cpuFactor: fc.double({ min: 0.5, max: 40, noNaN: true }),
      perPageMs: fc.constantFrom(0, 0.1, 0.3),
      noise: fc.constant(0.05),
    });
    fc.assert(
      fc.property(emulators, fc.integer({ min: 1, max: 1e6 }), (emulator, seed) => {
        const { parameters, holdOut } = calibrated(emulator, { seed });
        for (const { value, low, high } of [parameters.launchMs, parameters.cpuFactor]) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(value);
          expect(value).toBeLessThanOrEqual(high);
        }
        expect(Math.abs(holdOut.error)).toBeLessThan(0.15);
      }),
      { numRuns: 10 },
    );
  });

  it('gives each parameter a range, wider where samples scatter more', () => {
    const width = (noise: number): number => {
      const { low, high } = calibrated({ launchMs: 24, cpuFactor: 7.5, noise }).parameters.cpuFactor;
      return high - low;
    };
    expect(width(0)).toBe(0);
    expect(width(0.2)).toBeGreaterThan(width(0.02));
  });

  it('chooses by points that were left out of the fit, the start apart: they are missed by more than when it knows them', () => {
    const emulator = { launchMs: 24, cpuFactor: 7.5 };
    const points = CALLS.map((call, at) =>
      pointUnder(at === CALLS.length - 1 ? { ...emulator, launchMs: 100 } : emulator, call),
    );
    const holdOut = pointUnder(emulator, STRATEGY, { launches: 5 });
    const { choices, max } = calibrate(points.slice(-7), holdOut, { seed: 1 });
    expect(choices[0]?.max).toBeGreaterThan(1.1 * max);
  });

  it('says how far each point is missed', () => {
    const { points, rms, max } = calibrated({ launchMs: 24, cpuFactor: 7.5, noise: 0.1 });
    for (const { predictedMs, emulatedMs, error } of points)
      expect(error).toBeCloseTo(predictedMs / emulatedMs - 1);
    expect(max).toBe(Math.max(...points.map(({ error }) => Math.abs(error))));
    expect(rms).toBeLessThanOrEqual(max);
  });

  it.each([
    { slower: 1.4, error: 1 / 1.4 - 1, usable: true },
    { slower: 1.5, error: 1 / 1.5 - 1, usable: false },
    { slower: 0.78, error: 1 / 0.78 - 1, usable: true },
    { slower: 0.75, error: 1 / 0.75 - 1, usable: false },
  ])('with a hold-out that takes $slower times as long is usable: $usable', ({ slower, error, usable }) => {
    const found = calibrated({ launchMs: 24, cpuFactor: 7.5 }, { slower });
    expect(found.holdOut.error).toBeCloseTo(error);
    expect(found.usable).toBe(usable);
  });

  it('fits nothing to what is held out', () => {
    const { parameters } = calibrated({ launchMs: 24, cpuFactor: 7.5 }, { slower: 3 });
    expect(parameters.launchMs.value).toBeCloseTo(24);
    expect(median([parameters.cpuFactor.low, parameters.cpuFactor.high])).toBeCloseTo(7.5);
  });
});
