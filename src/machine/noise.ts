import type { NoiseFinding } from './machine-description.ts';
import type { MachineFacts, NoiseReading } from './machine-facts.ts';

/** Above these, time verdicts become `too-noisy`. Source: our measurement specification, 7.3. */
const DISQUALIFYING = { cpuPressurePercent: 20, stealPercent: 2 } as const;

/** Waiting for a core makes a process late and costs it next to nothing; the others change how quickly it works. */
const WALL_TIME = ['wall'] as const;
const BOTH_TIMES = ['cpu', 'wall'] as const;

/** Above these, a finding is worth a line and no more. */
const NOTABLE = { iowaitPercent: 5, loadPerCore: 0.5, frequencyDropPercent: 10 } as const;

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
  const [before] = readings;
  const after = readings.at(-1);
  return [
    ...standing(facts, temporaryFileSystem),
    ...(before === undefined ? [] : atStart(before, facts.cores)),
    ...(before === undefined || after === undefined || readings.length < 2
      ? []
      : moved(before, after, readings)),
  ];
}

/** What holds all the time. Source: our measurement specification, 7.2. */
function standing(facts: MachineFacts, temporaryFileSystem: string | null): readonly NoiseFinding[] {
  const { governor, boost, onBattery, cores, smt, hypervisor, emulator, watched } = facts;
  const found: NoiseFinding[] = [];
  const warn = (id: string, value: string, threshold: string, remedy: string): void => {
    found.push({ id, value, threshold, remedy, when: 'before', disqualifies: [] });
  };
  if (governor !== null && governor !== 'performance') {
    warn('governor', governor, 'performance', 'sudo cpupower frequency-set --governor performance');
  }
  if (boost === true) {
    warn(
      'boost',
      'on',
      'off',
      'echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost (Intel: echo 1 > …/intel_pstate/no_turbo)',
    );
  }
  if (onBattery === true) warn('battery', 'on battery', 'on mains', 'Connect the power supply.');
  if (cores < 2)
    warn('cores', String(cores), 'at least 2', 'Measure where another core can do what else there is to do.');
  if (smt === true) warn('smt', 'on', 'off', 'echo off | sudo tee /sys/devices/system/cpu/smt/control');
  if (hypervisor !== null)
    warn(
      'virtual-machine',
      hypervisor === 'unknown' ? 'one of unknown kind' : hypervisor,
      'none',
      'Measure on a machine of its own, or compare within one run only.',
    );
  if (emulator !== null)
    warn(
      'emulated',
      `launchbench itself runs under ${emulator}`,
      'a Node of this machine',
      'Everything called native is emulated here. Run launchbench natively, and measure the emulator with --wrapper.',
    );
  if (temporaryFileSystem !== null && SHARED_FILE_SYSTEMS.has(temporaryFileSystem)) {
    warn(
      'temporary-folder',
      temporaryFileSystem,
      'a local file system, best tmpfs',
      'Set TMPDIR to a folder on tmpfs, such as /dev/shm.',
    );
  }
  if (watched !== null) {
    warn(
      'watched',
      watched,
      'neither traced nor filtered',
      'Run outside of debuggers and, in a container, with --security-opt seccomp=unconfined.',
    );
  }
  return found;
}

/** File systems of which others, or further layers, decide how quick they are. */
const SHARED_FILE_SYSTEMS: ReadonlySet<string> = new Set(['nfs', 'cifs', 'smb2', 'fuse', '9p', 'overlayfs']);

function atStart({ loadAverage, cpuPressure }: NoiseReading, cores: number): readonly NoiseFinding[] {
  const found: NoiseFinding[] = [];
  const limit = NOTABLE.loadPerCore * cores;
  if (loadAverage !== null && loadAverage > limit) {
    found.push({
      id: 'load',
      value: loadAverage.toFixed(2),
      threshold: `at most ${limit.toFixed(1)} (${cores} cores)`,
      remedy: 'End what else is running, or wait.',
      when: 'before',
      disqualifies: [],
    });
  }
  if (cpuPressure !== null && cpuPressure > DISQUALIFYING.cpuPressurePercent) {
    found.push({ ...pressure(cpuPressure), when: 'before', disqualifies: [] });
  }
  return found;
}

/** What happened between the first reading and the last. */
function moved(
  before: NoiseReading,
  after: NoiseReading,
  readings: readonly NoiseReading[],
): readonly NoiseFinding[] {
  const found: NoiseFinding[] = [];
  // Each average reaches ten seconds back, so those taken after the first look at the timed part.
  const highest = Math.max(...readings.slice(1).map(({ cpuPressure }) => cpuPressure ?? 0));
  if (highest > DISQUALIFYING.cpuPressurePercent) {
    const when = after.cpuPressure === highest ? 'after' : 'during';
    found.push({ ...pressure(highest), when, disqualifies: WALL_TIME });
  }

  const total = difference(before.ticks?.total, after.ticks?.total) ?? 0;
  const percentOf = (ticks: number | null): number =>
    ticks === null || total <= 0 ? 0 : (100 * ticks) / total;
  const steal = percentOf(difference(before.ticks?.steal, after.ticks?.steal));
  if (steal > DISQUALIFYING.stealPercent) {
    found.push(
      during(
        'steal',
        percent(steal),
        `at most ${DISQUALIFYING.stealPercent} %`,
        'Other virtual machines take this one’s time: measure at another hour or elsewhere.',
        BOTH_TIMES,
      ),
    );
  }
  const iowait = percentOf(difference(before.ticks?.iowait, after.ticks?.iowait));
  if (iowait > NOTABLE.iowaitPercent) {
    found.push(
      during(
        'iowait',
        percent(iowait),
        `at most ${NOTABLE.iowaitPercent} %`,
        'Let other disk work end; put temporary files on tmpfs.',
        [],
      ),
    );
  }

  const swapped = difference(before.swappedPages, after.swappedPages) ?? 0;
  if (swapped > 0)
    found.push(during('swap', `${swapped} pages`, 'none', 'Free memory: end other programs.', BOTH_TIMES));
  const hot = difference(before.thermalThrottles, after.thermalThrottles) ?? 0;
  if (hot > 0)
    found.push(
      during(
        'thermal-throttling',
        `${hot} times`,
        'never',
        'Let the machine cool down; fix the frequency below the highest.',
        BOTH_TIMES,
      ),
    );
  const held = difference(before.cgroupThrottles, after.cgroupThrottles) ?? 0;
  if (held > 0)
    found.push(
      during(
        'cgroup-throttling',
        `${held} times`,
        'never',
        'Raise the CPU limit of the container or unit (cpu.max).',
        BOTH_TIMES,
      ),
    );

  const frequencies = readings.map(({ frequencyKhz }) => frequencyKhz).filter((khz) => khz !== null);
  const fastest = Math.max(...frequencies);
  const drop = frequencies.length === 0 ? 0 : 100 * (1 - Math.min(...frequencies) / fastest);
  if (drop > NOTABLE.frequencyDropPercent) {
    found.push(
      during(
        'frequency',
        `${percent(drop)} below ${Math.round(fastest / 1000)} MHz at times`,
        `within ${NOTABLE.frequencyDropPercent} %`,
        'Fix the frequency: governor performance, boost off.',
        [],
      ),
    );
  }
  return found;
}

function pressure(found: number): Pick<NoiseFinding, 'id' | 'value' | 'threshold' | 'remedy'> {
  return {
    id: 'cpu-pressure',
    value: percent(found),
    threshold: `at most ${DISQUALIFYING.cpuPressurePercent} %`,
    remedy: 'Processes wait for a core: end what else is running.',
  };
}

function during(
  id: string,
  value: string,
  threshold: string,
  remedy: string,
  disqualifies: NoiseFinding['disqualifies'],
): NoiseFinding {
  return { id, value, threshold, remedy, when: 'during', disqualifies };
}

function difference(before: number | null | undefined, after: number | null | undefined): number | null {
  return typeof before === 'number' && typeof after === 'number' ? after - before : null;
}

function percent(value: number): string {
  return `${value.toFixed(1)} %`;
}
