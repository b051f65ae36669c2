import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../../../src/errors.ts';
import type { Model } from '../../../src/launch/emulations/emulation-schemas.ts';
import { type ModelInputs, predict, predictionLabel } from '../../../src/launch/emulations/model.ts';
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
    caller: 'emulated',
    source: 'a test',
    confidence: 'none',
    calibratedOn: 'nothing',
    ...changes,
  };
}

/** What is predicted where everything that the model counts is known. */
function predicted(model: Model, inputs: ModelInputs) {
  const prediction = predict(model, inputs);
  if (prediction === null) throw new Error('nothing is predicted');
  return prediction;
}

/** Nobody counted what launches did. */
const uncounted = { work: { libraries: null, pages: null } };

/** A tool that is not our Node program: nothing is taken out of its CPU time. */
const cTool = { ...uncounted, nodeToolStartMs: null };

describe('what a model predicts', () => {
  it('is E + n·F + k·C of CPU time, and that and the wait of wall time', () => {
    const { cpu, wall } = predicted(aModel(), { launches: 7, cpuMs: 230, waitMs: 8, ...cTool });
    expect(cpu.ms).toBe(300 + 7 * 100 + 4 * 230);
    expect(wall.ms).toBe(cpu.ms + 8);
  });

  it('pays for the first launch once', () => {
    expect(predicted(aModel(), { launches: 7, cpuMs: 0, waitMs: 0, ...cTool }).cpu.ms).toBe(300 + 7 * 100);
  });

  it('scales work by how quick the emulator’s host is', () => {
    const inputs = { launches: 1, cpuMs: 10, waitMs: 0, ...cTool };
    expect(predicted(aModel({ hostFactor: 2 }), inputs).cpu.ms).toBe(300 + 100 + 4 * 2 * 10);
  });

  it('spans the ranges of all parameters at once, and the wait has none', () => {
    const model = aModel({
      launchMs: { value: 100, low: 60, high: 180 },
      cpuFactor: { value: 4, low: 2, high: 8 },
    });
    expect(predicted(model, { launches: 2, cpuMs: 10, waitMs: 5, ...cTool })).toEqual({
      cpu: { ms: 300 + 200 + 40, lowMs: 300 + 120 + 20, highMs: 300 + 360 + 80 },
      wall: { ms: 300 + 200 + 45, lowMs: 300 + 120 + 25, highMs: 300 + 360 + 85 },
    });
  });

  it('gives the recorded series of the C tool what our emulation specification says, section 4', () => {
    const series = [
      { launches: 48, cpuMs: 350, waitMs: 32 },
      { launches: 7, cpuMs: 230, waitMs: 8 },
      { launches: 7, cpuMs: 121, waitMs: 14 },
    ];
    const seconds = (model: Model) =>
      series.map((inputs) => (predicted(model, { ...inputs, ...cTool }).wall.ms / 1000).toFixed(1));
    expect(seconds({ ...modelOf('fex-nocache'), firstLaunchExtraMs: exactly(0) })).toEqual([
      '7.2',
      '1.8',
      '1.3',
    ]);
    expect(seconds(modelOf('fex-codecache-warm'))).toEqual(['1.5', '0.6', '0.4']);
  });

  it('lies within its range, and more launches never cost less', () => {
    const inputs = fc.record({
      launches: fc.integer({ min: 1, max: 1000 }),
      cpuMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      waitMs: fc.double({ min: 0, max: 1e5, noNaN: true }),
      work: fc.constant(uncounted.work),
      nodeToolStartMs: fc.constant(null),
    });
    fc.assert(
      fc.property(inputs, fc.constantFrom(modelOf('fex-nocache'), modelOf('qemu-user')), (given, model) => {
        const { cpu, wall } = predicted(model, given);
        for (const { ms, lowMs, highMs } of [cpu, wall]) {
          expect(lowMs).toBeLessThanOrEqual(ms);
          expect(ms).toBeLessThanOrEqual(highMs);
        }
        const more = predicted(model, { ...given, launches: given.launches + 1 });
        expect(more.cpu.ms).toBeGreaterThan(cpu.ms);
      }),
    );
  });
});

describe('our own tool as a Node program, under a model of the C tool', () => {
  const ours = { ...uncounted, launches: 10, cpuMs: 1000, waitMs: 0, nodeToolStartMs: 90 };

  it('has its start-up replaced by the C tool’s', () => {
    expect(predicted(aModel(), ours).cpu.ms).toBeCloseTo(300 + 10 * 100 + 4 * 10 * (100 - 90 + 1.2));
    expect(predictionLabel(aModel(), ours)).toBe('as a native tool');
  });

  it('never costs less than the C tool’s start', () => {
    const { cpu } = predicted(aModel(), { ...ours, nodeToolStartMs: 200 });
    expect(cpu.ms).toBeCloseTo(300 + 10 * 100 + 4 * 10 * 1.2);
  });

  it('is taken as it is under a model that was fitted on it, and so is any other tool', () => {
    const fitted = aModel({ fittedOn: 'own-tool' });
    expect(predicted(fitted, ours).cpu.ms).toBe(300 + 10 * 100 + 4 * 1000);
    expect(predictionLabel(fitted, ours)).toBeNull();
    expect(predictionLabel(aModel(), { ...ours, ...cTool })).toBeNull();
  });
});

describe('a third parameter', () => {
  const inputs = { launches: 2, cpuMs: 10, waitMs: 0, nodeToolStartMs: null };

  it.each([
    { parameter: { perLibraryMs: exactly(0.5) }, more: 0.5 * 30 },
    { parameter: { perPageMs: exactly(0.1) }, more: 0.1 * 500 },
  ])('is paid for what launches did: $parameter', ({ parameter, more }) => {
    const { cpu } = predicted(aModel(parameter), { ...inputs, work: { libraries: 30, pages: 500 } });
    expect(cpu.ms).toBeCloseTo(300 + 2 * 100 + 4 * 10 + more);
  });

  it('predicts nothing where that is not known', () => {
    const work = { libraries: 30, pages: null };
    expect(predict(aModel({ perPageMs: exactly(0.1) }), { ...inputs, work })).toBeNull();
    expect(predict(aModel({ perLibraryMs: exactly(0.1) }), { ...inputs, work })).not.toBeNull();
  });

  it('is about launches: what the caller does in its own process is none', () => {
    const model = aModel({ perPageMs: exactly(0.1) });
    const inProcess = { ...inputs, launches: 0, work: { libraries: 30, pages: 500 } };
    expect(predicted(model, inProcess).cpu.ms).toBe(4 * 10);
  });
});

describe('a capture without launches', () => {
  const inProcess = { ...uncounted, launches: 0, cpuMs: 20, waitMs: 5, nodeToolStartMs: 90 };

  it('costs its work and no launch where the emulator runs the caller, and says so', () => {
    const { cpu, wall } = predicted(aModel(), inProcess);
    expect([cpu.ms, wall.ms]).toEqual([4 * 20, 4 * 20 + 5]);
    expect(predictionLabel(aModel(), inProcess)).toBe('the caller emulated');
  });

  it('costs what it costs natively where the caller is a program of the host, and says so', () => {
    const model = aModel({ caller: 'native', hostFactor: 2 });
    expect(predicted(model, inProcess).cpu).toEqual({ ms: 2 * 20, lowMs: 2 * 20, highMs: 2 * 20 });
    expect(predictionLabel(model, inProcess)).toBe('the caller native');
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
