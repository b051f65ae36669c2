import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analysis.ts';
import type { CalibrationFacts } from '../../src/launch/emulations/emulation-schemas.ts';
import { warningWords } from '../../src/reporters/warning-words.ts';
import type { Fingerprint } from '../../src/results/results.ts';
import { aModelFile, someCalibrationFacts } from '../builders/some-models.ts';
import {
  aFingerprint,
  aMeasuredCell,
  aModelledCell,
  aScenarioResult,
  someResults,
} from '../builders/some-results.ts';

const { tool: NATIVE_TOOL, emulator: QEMU } = someCalibrationFacts();
const HERE = aFingerprint({
  tools: [{ ...NATIVE_TOOL, tool: null }],
  emulators: [{ ...QEMU, emulation: 'measured' }],
});

/** A run that uses a calibrated model, on a machine that is the same but for what a test says. */
function analysed(machine: Partial<Fingerprint> = {}, calibration: Partial<CalibrationFacts> = {}) {
  const { name, model } = aModelFile({ calibration: someCalibrationFacts(calibration) });
  const cells = [
    aMeasuredCell(),
    aMeasuredCell({ emulation: 'measured', position: 1 }),
    { ...aModelledCell(), emulation: name, model },
  ];
  const { scenarios } = analyse(
    someResults({ fingerprint: { ...HERE, ...machine }, scenarios: [aScenarioResult({ cells })] }),
  );
  const [scenario] = scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  return scenario;
}

function said(...given: Parameters<typeof analysed>): readonly string[] {
  return analysed(...given)
    .warnings.filter(({ kind }) => kind === 'calibrate-again')
    .map(warningWords);
}

describe('a calibrated model', () => {
  it('is used without a word where nothing has changed', () => {
    expect(said()).toEqual([]);
  });

  it.each<{ what: string; here: Partial<Fingerprint>; words: string }>([
    {
      what: 'another build of the tool',
      here: { tools: [{ ...NATIVE_TOOL, tool: null, sha256: 'c'.repeat(64) }] },
      words: 'tool capture-libs 0.1.0 native (bbbbbbbbbbbb), here capture-libs 0.1.0 native (cccccccccccc)',
    },
    {
      what: 'another version of the emulator',
      here: { emulators: [{ ...QEMU, version: 'qemu 9.0' }] },
      words: 'emulator qemu 7.2, here qemu 9.0',
    },
    {
      what: 'a variable that steers it',
      here: { environment: { QEMU_CPU: 'max' } },
      words: 'environment none, here QEMU_CPU=max',
    },
    {
      what: 'another configuration or state of its code cache',
      here: { emulators: [{ ...QEMU, configuration: 'sha256:1 (code cache: 2 files)' }] },
      words: 'environment none, here sha256:1 (code cache: 2 files)',
    },
    {
      what: 'another processor',
      here: { cpu: { model: 'Other', coresOnline: 2, hypervisor: null } },
      words: 'processor AMD EPYC 7B13, here Other',
    },
    {
      what: 'links made elsewhere',
      here: { fileSystems: { temporary: 'ext4', provider: 'ext4' } },
      words: 'file system tmpfs, here ext4',
    },
  ])('with $what says that it has to be calibrated again', ({ here, words }) => {
    expect(said(here)).toEqual([
      `The model qemu-calibrated was calibrated on something else than ran here, so calibrate again: ${words}.`,
    ]);
  });

  it('knows nothing of an emulator that did not run here', () => {
    expect(said({ emulators: [], environment: { QEMU_CPU: 'max' } })).toEqual([]);
  });

  it('is held against the emulator of its command, also among those of other architectures', () => {
    const both = {
      ...QEMU,
      emulation: 'measured',
      command: 'qemu-x86_64, qemu-i386',
      version: 'qemu 7.2, qemu 7.3',
    };
    expect(analysed({ emulators: [both] }).modelErrors).toMatchObject([
      { modelled: 'qemu-calibrated', measured: 'measured' },
    ]);
    expect(said({ emulators: [both] })).toEqual([]);
    expect(analysed({ emulators: [{ ...both, command: 'FEX' }] }).modelErrors).toEqual([]);
  });

  it('predicts nothing of a Node program where it was fitted to none, and says why', () => {
    const node = { ...NATIVE_TOOL, tool: null, kind: 'node' } as const;
    expect(analysed().modelled).toHaveLength(1);
    expect(analysed({ tools: [node] }).modelled).toEqual([]);
    expect(said({ tools: [node] })[0]).toContain('so calibrate again: tool capture-libs 0.1.0 native');
  });
});
