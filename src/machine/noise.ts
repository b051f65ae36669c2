import type { NoiseFinding } from './machine-description.ts';
import type { MachineFacts, NoiseReading } from './machine-facts.ts';

/** Above these, time verdicts become `too-noisy`. Source: our measurement specification, 7.3. */
const DISQUALIFYING = { cpuPressurePercent: 20, stealPercent: 2 } as const;

/** Waiting for a core makes a process late and costs it next to nothing; the others change how quickly it works. */
const WALL_TIME = ['wall'] as const;
const BOTH_TIMES = ['cpu', 'wall'] as const;

/** Above these, a finding is worth a line and no more. */
const NOTABLE = { iowaitPercent: 5, loadPerCore: 0.5, frequencyDropPercent: 10 } as const;

/** What should be instead of each finding, and what gets there; for load see `atStart`. */
const WANTED = {
  governor: ['performance', 'sudo cpupower frequency-set --governor performance'],
  boost: [
    'off',
    'echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost (Intel: echo 1 > …/intel_pstate/no_turbo)',
  ],
  battery: ['on mains', 'Connect the power supply.'],
  cores: ['at least 2', 'Measure where another core can do what else there is to do.'],
  smt: ['off', 'echo off | sudo tee /sys/devices/system/cpu/smt/control'],
  'virtual-machine': ['none', 'Measure on a machine of its own, or compare within one run only.'],
  emulated: [
    'a Node of this machine',
    'Everything called native is emulated here. Run launchbench natively, and measure the emulator with --wrapper.',
  ],
  'temporary-folder': [
    'a local file system, best tmpfs',
    'Set TMPDIR to a folder on tmpfs, such as /dev/shm.',
  ],
  watched: [
    'neither traced nor filtered',
    'Run outside of debuggers and, in a container, with --security-opt seccomp=unconfined.',
  ],
  'cpu-pressure': [
    `at most ${DISQUALIFYING.cpuPressurePercent} %`,
    'Processes wait for a core: end what else is running.',
  ],
  steal: [
    `at most ${DISQUALIFYING.stealPercent} %`,
    'Other virtual machines take this one’s time: measure at another hour or elsewhere.',
  ],
  iowait: [`at most ${NOTABLE.iowaitPercent} %`, 'Let other disk work end; put temporary files on tmpfs.'],
  swap: ['none', 'Free memory: end other programs.'],
  'thermal-throttling': ['never', 'Let the machine cool down; fix the frequency below the highest.'],
  'cgroup-throttling': ['never', 'Raise the CPU limit of the container or unit (cpu.max).'],
  frequency: [
    `within ${NOTABLE.frequencyDropPercent} %`,
    'Fix the frequency: governor performance, boost off.',
  ],
} as const satisfies Record<string, readonly [threshold: string, remedy: string]>;

/** What is known of a machine around a measurement. */
export interface NoiseRecord {
  readonly facts: MachineFacts;
  /** File system of the folder for temporary trees, where overrides are written. */
  readonly temporaryFileSystem: string | null;
  /** Readings in order: before the first sample, at the boundary of each block, after the last sample. */
  readonly readings: readonly NoiseReading[];
}

/**
 * Everything about the machine that may have moved the times, each with what would remove it. All of it are warnings;
 * those that disqualify take the verdict from wall time or from both times. Counts are never touched.
 */
export function findNoise({ facts, temporaryFileSystem, readings }: NoiseRecord): readonly NoiseFinding[] {
  const [before, ...later] = readings;
  return [
    ...standing(facts, temporaryFileSystem),
    ...(before === undefined ? [] : [...atStart(before, facts.cores), ...moved(before, later)]),
  ];
}

/** What holds all the time. Source: our measurement specification, 7.2. */
function* standing(facts: MachineFacts, temporaryFileSystem: string | null): Generator<NoiseFinding> {
  const { governor, boost, onBattery, cores, smt, hypervisor, emulator, watched } = facts;
  if (governor !== null && governor !== 'performance') yield finding('governor', governor);
  if (boost === true) yield finding('boost', 'on');
  if (onBattery === true) yield finding('battery', 'on battery');
  if (cores < 2) yield finding('cores', String(cores));
  if (smt === true) yield finding('smt', 'on');
  if (hypervisor !== null) {
    yield finding('virtual-machine', hypervisor === 'unknown' ? 'one of unknown kind' : hypervisor);
  }
  if (emulator !== null) yield finding('emulated', `launchbench itself runs under ${emulator}`);
  if (temporaryFileSystem !== null && SHARED_FILE_SYSTEMS.has(temporaryFileSystem)) {
    yield finding('temporary-folder', temporaryFileSystem);
  }
  if (watched !== null) yield finding('watched', watched);
}

/** File systems of which others, or further layers, decide how quick they are. */
const SHARED_FILE_SYSTEMS: ReadonlySet<string> = new Set(['nfs', 'cifs', 'smb2', 'fuse', '9p', 'overlayfs']);

function* atStart({ loadAverage, cpuPressure }: NoiseReading, cores: number): Generator<NoiseFinding> {
  const limit = NOTABLE.loadPerCore * cores;
  if (loadAverage !== null && loadAverage > limit) {
    yield {
      id: 'load',
      value: loadAverage.toFixed(2),
      threshold: `at most ${limit.toFixed(1)} (${cores} cores)`,
      remedy: 'End what else is running, or wait.',
      when: 'before',
      disqualifies: [],
    };
  }
  if (cpuPressure !== null && cpuPressure > DISQUALIFYING.cpuPressurePercent) {
    yield finding('cpu-pressure', percent(cpuPressure));
  }
}

/** What happened between the first reading and the last. */
function* moved(before: NoiseReading, later: readonly NoiseReading[]): Generator<NoiseFinding> {
  const after = later.at(-1);
  if (after === undefined) return;
  // Each average reaches ten seconds back, so those taken after the first look at the timed part.
  const highest = Math.max(...later.map(({ cpuPressure }) => cpuPressure ?? 0));
  if (highest > DISQUALIFYING.cpuPressurePercent) {
    const when = after.cpuPressure === highest ? 'after' : 'during';
    yield finding('cpu-pressure', percent(highest), when, WALL_TIME);
  }

  const total = grown(before.ticks?.total, after.ticks?.total);
  const percentOf = (ticks: number): number => (total <= 0 ? 0 : (100 * ticks) / total);
  const steal = percentOf(grown(before.ticks?.steal, after.ticks?.steal));
  if (steal > DISQUALIFYING.stealPercent) yield finding('steal', percent(steal), 'during', BOTH_TIMES);
  const iowait = percentOf(grown(before.ticks?.iowait, after.ticks?.iowait));
  if (iowait > NOTABLE.iowaitPercent) yield finding('iowait', percent(iowait), 'during');

  const swapped = grown(before.swappedPages, after.swappedPages);
  if (swapped > 0) yield finding('swap', `${swapped} pages`, 'during', BOTH_TIMES);
  const hot = grown(before.thermalThrottles, after.thermalThrottles);
  if (hot > 0) yield finding('thermal-throttling', `${hot} times`, 'during', BOTH_TIMES);
  const held = grown(before.cgroupThrottles, after.cgroupThrottles);
  if (held > 0) yield finding('cgroup-throttling', `${held} times`, 'during', BOTH_TIMES);

  const frequencies = [before, ...later].flatMap(({ frequencyKhz }) => frequencyKhz ?? []);
  const fastest = Math.max(...frequencies);
  // NaN, which is above nothing, where this machine does not say.
  const drop = 100 * (1 - Math.min(...frequencies) / fastest);
  if (drop > NOTABLE.frequencyDropPercent) {
    const value = `${percent(drop)} below ${Math.round(fastest / 1000)} MHz at times`;
    yield finding('frequency', value, 'during');
  }
}

function finding(
  id: keyof typeof WANTED,
  value: string,
  when: NoiseFinding['when'] = 'before',
  disqualifies: NoiseFinding['disqualifies'] = [],
): NoiseFinding {
  const [threshold, remedy] = WANTED[id];
  return { id, value, threshold, remedy, when, disqualifies };
}

/** By how much a counter grew; 0 where this machine does not say. */
function grown(before: number | null = null, after: number | null = null): number {
  return before === null || after === null ? 0 : after - before;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
