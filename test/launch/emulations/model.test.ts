import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../../../src/errors.ts';
import { type Model, predict, predictionLabel } from '../../../src/launch/emulations/model.ts';
import { isPresetName, modelOf, PRESETS } from '../../../src/launch/emulations/presets.ts';

function exactly(value: number): Model['launchMs'] {
  return { value, low: value, high: value };
}

function aModel(changes: Partial<Model> = {}): Model {
  return {
    preset: null,
    launchMs: exactly(100),
    cpuFactor: exactly(4),
    firstLaunchExtraMs: exactly(300),
    hostFactor: 1,
    source: 'a test',
    confidence: 'none',
    calibratedOn: 'nothing',
    ...changes,
  };
}

/** A tool that is not ours: nothing is taken out of its CPU time. */
const cTool = { ownToolStartMs: null };

describe('the time that a model predicts', () => {
  it('is E + n·F + k·C + wait', () => {
    const inputs = { launches: 7, cpuMs: 230, wallMs: 238, ...cTool };
    expect(predict(aModel(), inputs).ms).toBe(300 + 7 * 100 + 4 * 230 + 8);
  });

  it('takes no wait for granted where CPU time exceeds wall time', () => {
    expect(predict(aModel(), { launches: 1, cpuMs: 50, wallMs: 40, ...cTool }).ms).toBe(300 + 100 + 4 * 50);
  });

  it('pays for the first launch once', () => {
    expect(predict(aModel(), { launches: 7, cpuMs: 0, wallMs: 0, ...cTool }).ms).toBe(300 + 7 * 100);
  });

  it('scales work by how quick the emulator’s host is', () => {
    const inputs = { launches: 1, cpuMs: 10, wallMs: 10, ...cTool };
    expect(predict(aModel({ hostFactor: 2 }), inputs).ms).toBe(300 + 100 + 4 * 2 * 10);
  });

  it('spans the ranges of all parameters at once', () => {
    const model = aModel({
      launchMs: { value: 100, low: 60, high: 180 },
      cpuFactor: { value: 4, low: 2, high: 8 },
    });
    expect(predict(model, { launches: 2, cpuMs: 10, wallMs: 10, ...cTool })).toEqual({
      ms: 300 + 200 + 40,
      lowMs: 300 + 120 + 20,
      highMs: 300 + 360 + 80,
    });
  });

  it('gives the recorded series of the C tool what our emulation specification says, section 4', () => {
    const series = [
      { launches: 48, cpuMs: 350, wallMs: 382 },
      { launches: 7, cpuMs: 230, wallMs: 238 },
      { launches: 7, cpuMs: 121, wallMs: 135 },
    ];
    const withoutExtra = { ...modelOf('fex-nocache'), firstLaunchExtraMs: exactly(0) };
    const seconds = series.map((inputs) =>
      (predict(withoutExtra, { ...inputs, ...cTool }).ms / 1000).toFixed(1),
    );
    expect(seconds).toEqual(['7.2', '1.8', '1.3']);
    const warm = modelOf('fex-codecache-warm');
    const warmSeconds = series.map((inputs) => (predict(warm, { ...inputs, ...cTool }).ms / 1000).toFixed(1));
    expect(warmSeconds).toEqual(['1.5', '0.6', '0.4']);
  });

  it('lies within its range, and more launches never cost less', () => {
    const inputs = fc.record({
      launches: fc.integer({ min: 0, max: 1000 }),
      cpuMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      wallMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      ownToolStartMs: fc.constant(null),
    });
    fc.assert(
      fc.property(inputs, fc.constantFrom(modelOf('fex-nocache'), modelOf('qemu-user')), (given, model) => {
        const { ms, lowMs, highMs } = predict(model, given);
        expect(lowMs).toBeLessThanOrEqual(ms);
        expect(ms).toBeLessThanOrEqual(highMs);
        expect(predict(model, { ...given, launches: given.launches + 1 }).ms).toBeGreaterThan(ms);
      }),
    );
  });
});

describe('our own tool under a model of the C tool', () => {
  const ours = { launches: 10, cpuMs: 1000, wallMs: 1000, ownToolStartMs: 90 };

  it('has its start-up replaced by the C tool’s', () => {
    expect(predict(aModel(), ours).ms).toBeCloseTo(300 + 10 * 100 + 4 * 10 * (100 - 90 + 1.2));
    expect(predictionLabel(aModel(), ours)).toBe('as a native tool');
  });

  it('never costs less than the C tool’s start', () => {
    expect(predict(aModel(), { ...ours, ownToolStartMs: 200 }).ms).toBeCloseTo(300 + 10 * 100 + 4 * 10 * 1.2);
  });

  it('is taken as it is under a model that was fitted on it', () => {
    const fitted = aModel({ fittedOn: 'own-tool' });
    expect(predict(fitted, ours).ms).toBe(300 + 10 * 100 + 4 * 1000);
    expect(predictionLabel(fitted, ours)).toBeNull();
  });
});

describe('a capture in the caller’s own process', () => {
  const inProcess = { launches: 0, cpuMs: 20, wallMs: 25, ownToolStartMs: 90 };

  it('costs its work and no launch, and says whose work that is', () => {
    expect(predict(aModel(), inProcess).ms).toBe(4 * 20 + 5);
    expect(predictionLabel(aModel(), inProcess)).toBe('the caller emulated');
  });
});

describe('presets', () => {
  it.each(Object.entries(PRESETS))('%s says where its figures come from', (name, preset) => {
    expect(isPresetName(name)).toBe(true);
    expect(preset.source).not.toBe('');
    expect(preset.calibratedOn).not.toBe('');
    const ranges = [preset.launchMs, preset.cpuFactor, preset.firstLaunchExtraMs].filter(
      (range) => range !== null,
    );
    for (const { value, low, high } of ranges) expect(low <= value && value <= high).toBe(true);
  });

  it('leave open what nobody has published, and say so', () => {
    expect(() => modelOf('valgrind-none')).toThrow(ScenarioError);
    expect(() => modelOf('valgrind-none')).toThrow('leaves cpuFactor open');
    expect(modelOf('valgrind-none', { cpuFactor: exactly(30) }).cpuFactor).toEqual(exactly(30));
    expect(() => modelOf('fex-codecache-cold')).toThrow('leaves firstLaunchExtraMs open');
  });

  it('can be changed, and keep their name', () => {
    expect(modelOf('qemu-user', { hostFactor: 2, source: 'mine' })).toMatchObject({
      preset: 'qemu-user',
      hostFactor: 2,
      source: 'mine',
      confidence: PRESETS['qemu-user'].confidence,
    });
  });

  it('are not confused with what every object has', () => {
    expect(isPresetName('toString')).toBe(false);
  });
});
