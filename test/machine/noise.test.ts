import { describe, expect, it } from 'vitest';
import type { MachineFacts, NoiseReading } from '../../src/machine/machine-facts.ts';
import { fileSystemOf, readMachineFacts, readNoise } from '../../src/machine/machine-facts.ts';
import { findNoise } from '../../src/machine/noise.ts';

const quietMachine: MachineFacts = {
  cores: 4,
  cpuModel: 'a processor',
  governor: 'performance',
  boost: false,
  onBattery: false,
  smt: false,
  hypervisor: null,
  emulator: null,
  clockSource: 'tsc',
  watched: null,
  cgroup: { cpuMax: 'max 100000', memoryMax: 'max' },
};

const quiet: NoiseReading = {
  loadAverage: 0.1,
  cpuPressure: 0,
  ticks: { total: 1000, steal: 0, iowait: 0 },
  swappedPages: 50,
  thermalThrottles: 3,
  cgroupThrottles: 2,
  frequencyKhz: 3_000_000,
};

interface Situation {
  readonly facts?: Partial<MachineFacts>;
  readonly temporaryFileSystem?: string | null;
  readonly readings?: readonly Partial<NoiseReading>[];
}

function found({ facts = {}, temporaryFileSystem = 'tmpfs', readings = [{}, {}] }: Situation) {
  return findNoise({
    facts: { ...quietMachine, ...facts },
    temporaryFileSystem,
    readings: readings.map((reading) => ({ ...quiet, ...reading })),
  }).map(({ id, when, disqualifies }) => [`${id} ${when}`, ...disqualifies].join(', '));
}

describe('noise', () => {
  it('is not found on a quiet machine, nor where a machine tells nothing', () => {
    expect(found({})).toEqual([]);
    const nothing: NoiseReading = {
      loadAverage: null,
      cpuPressure: null,
      ticks: null,
      swappedPages: null,
      thermalThrottles: null,
      cgroupThrottles: null,
      frequencyKhz: null,
    };
    expect(
      found({
        facts: { governor: null, boost: null, smt: null, onBattery: null },
        temporaryFileSystem: null,
        readings: [nothing, nothing],
      }),
    ).toEqual([]);
  });

  it.each<{ what: string; facts?: Partial<MachineFacts>; temporaryFileSystem?: string; id: string }>([
    { what: 'a governor that saves power', facts: { governor: 'powersave' }, id: 'governor' },
    { what: 'boost', facts: { boost: true }, id: 'boost' },
    { what: 'a battery', facts: { onBattery: true }, id: 'battery' },
    { what: 'a single core', facts: { cores: 1 }, id: 'cores' },
    { what: 'cores that share an execution unit', facts: { smt: true }, id: 'smt' },
    { what: 'a virtual machine', facts: { hypervisor: 'QEMU' }, id: 'virtual-machine' },
    { what: 'an emulator around ourselves', facts: { emulator: 'FEX' }, id: 'emulated' },
    { what: 'temporary trees on a network', temporaryFileSystem: 'nfs', id: 'temporary-folder' },
    { what: 'temporary trees on an overlay', temporaryFileSystem: 'overlayfs', id: 'temporary-folder' },
    { what: 'a debugger', facts: { watched: 'traced' }, id: 'watched' },
  ])('from $what is a warning', ({ id, ...situation }) => {
    expect(found(situation)).toEqual([`${id} before`]);
  });

  it.each<{ what: string; readings: readonly Partial<NoiseReading>[]; expected: readonly string[] }>([
    { what: 'load before', readings: [{ loadAverage: 2.1 }, {}], expected: ['load before'] },
    { what: 'our own load after', readings: [{}, { loadAverage: 3 }], expected: [] },
    { what: 'pressure of 20 %', readings: [{}, { cpuPressure: 20 }], expected: [] },
    {
      what: 'pressure before, gone since',
      readings: [{ cpuPressure: 30 }, {}],
      expected: ['cpu-pressure before'],
    },
    {
      what: 'pressure between blocks',
      readings: [{}, { cpuPressure: 21 }, {}],
      expected: ['cpu-pressure during, wall'],
    },
    {
      what: 'pressure at the end',
      readings: [{}, {}, { cpuPressure: 21 }],
      expected: ['cpu-pressure after, wall'],
    },
    {
      what: '2 % of steal time',
      readings: [{}, { ticks: { total: 2000, steal: 20, iowait: 0 } }],
      expected: [],
    },
    {
      what: 'more steal time',
      readings: [{}, { ticks: { total: 2000, steal: 21, iowait: 0 } }],
      expected: ['steal during, cpu, wall'],
    },
    {
      what: 'waiting for disks',
      readings: [{}, { ticks: { total: 2000, steal: 0, iowait: 60 } }],
      expected: ['iowait during'],
    },
    { what: 'swapping', readings: [{}, { swappedPages: 51 }], expected: ['swap during, cpu, wall'] },
    {
      what: 'a hot core',
      readings: [{}, { thermalThrottles: 4 }],
      expected: ['thermal-throttling during, cpu, wall'],
    },
    {
      what: 'a used-up share of time',
      readings: [{}, { cgroupThrottles: 3 }],
      expected: ['cgroup-throttling during, cpu, wall'],
    },
    {
      what: 'a changing frequency',
      readings: [{}, { frequencyKhz: 2_600_000 }, {}],
      expected: ['frequency during'],
    },
  ])('$what: $expected', ({ readings, expected }) => {
    expect(found({ readings })).toEqual(expected);
  });

  it('says what was found, what would be right, and what to do', () => {
    const [finding] = findNoise({
      facts: { ...quietMachine, governor: 'powersave' },
      temporaryFileSystem: 'tmpfs',
      readings: [],
    });
    expect(finding).toMatchObject({ value: 'powersave', threshold: 'performance' });
    expect(finding?.remedy).toContain('cpupower');
  });

  it('says which load would be right for so many cores', () => {
    const [finding] = findNoise({
      facts: quietMachine,
      temporaryFileSystem: 'tmpfs',
      readings: [{ ...quiet, loadAverage: 2.1 }],
    });
    expect(finding).toEqual({
      ...{ id: 'load', value: '2.10', threshold: 'at most 2.0 (4 cores)' },
      ...{ remedy: 'End what else is running, or wait.', when: 'before', disqualifies: [] },
    });
  });
});

describe('this machine', () => {
  it('can be read', () => {
    expect(readMachineFacts().cores).toBeGreaterThan(0);
    expect(readNoise().loadAverage).toBeGreaterThanOrEqual(0);
    expect(readNoise().ticks?.total).toBeGreaterThan(0);
  });

  it('knows the file system of a folder, and of none that is not there', () => {
    expect(fileSystemOf('/')).toMatch(/^\w+$/);
    expect(fileSystemOf('/no/such/folder')).toBeNull();
  });
});
