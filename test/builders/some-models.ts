import type { CalibrationFacts } from '../../src/launch/emulations/emulation-schemas.ts';
import { MODEL_FORMAT, type ModelFile } from '../../src/scenario/model-file.ts';

/** What a calibration of the native tool under qemu-x86_64 was made on: the machine of `aFingerprint`. */
export function someCalibrationFacts(changes: Partial<CalibrationFacts> = {}): CalibrationFacts {
  return {
    tool: {
      arch: 'x86_64-linux-gnu',
      kind: 'native',
      name: 'capture-libs',
      version: '0.1.0',
      sha256: 'b'.repeat(64),
    },
    emulator: { emulation: 'qemu', command: 'qemu-x86_64', version: 'qemu 7.2', configuration: null },
    cpu: 'AMD EPYC 7B13',
    kernel: '6.1.0-18-amd64',
    timer: 'helper',
    cache: 'warm',
    fileSystem: 'tmpfs',
    environment: {},
    startedAt: '2026-11-22T12:00:00.000Z',
    loadAverage: { before: 0.5, after: 1.25 },
    rounds: 12,
    ...changes,
  };
}

/** A model file with all that one has. */
export function aModelFile(changes: Partial<ModelFile['model']> = {}): ModelFile {
  const point = { call: 'start', launches: 1, libraries: 0, pages: 157, nativeMs: 1.4, emulatedMs: 29 };
  return {
    schema: MODEL_FORMAT,
    name: 'qemu-calibrated',
    model: {
      preset: null,
      launchMs: { value: 1.5, low: 0, high: 4 },
      cpuFactor: { value: 4.5, low: 4.25, high: 5 },
      perPageMs: { value: 0.125, low: 0.11, high: 0.15 },
      firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
      hostFactor: 1,
      caller: 'emulated',
      source: 'launchbench calibrate: 9 calls in 12 rounds',
      confidence: 'high for this tool, emulator and machine; unknown for others',
      calibratedOn: 'qemu 7.2, capture-libs 0.1.0 (native), AMD EPYC 7B13, 2026-11-22',
      fittedOn: 'own-tool',
      calibration: someCalibrationFacts(),
      ...changes,
    },
    fit: {
      rms: 0.02,
      max: 0.03,
      points: [{ ...point, predictedMs: 28.7, error: -0.01 }],
      holdOut: { ...point, call: 'batched-dedup', launches: 5, predictedMs: 30, error: 0.03 },
      choices: [
        { third: null, rms: 0.05, max: 0.09 },
        { third: 'perPageMs', rms: 0.02, max: 0.04 },
      ],
    },
  };
}
