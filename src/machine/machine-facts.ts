import { readdirSync, readFileSync, readlinkSync, statfsSync } from 'node:fs';
import { cpus, version } from 'node:os';
import { join } from 'node:path';
import { emulatorAround } from './emulator-around.ts';

/** What does not change while we measure; null: this machine does not say. */
export interface MachineFacts {
  readonly cores: number;
  readonly cpuModel: string;
  readonly governor: string | null;
  readonly boost: boolean | null;
  readonly onBattery: boolean | null;
  /** Whether cores share an execution unit. */
  readonly smt: boolean | null;
  /** Who makes the virtual machine that we are in; null: none, as far as can be told. */
  readonly hypervisor: string | null;
  /** The emulator that runs us; null: none, as far as can be told. */
  readonly emulator: string | null;
  readonly clockSource: string | null;
  /** Whether a debugger or tracer is attached to us, or a seccomp filter stands around us. */
  readonly watched: 'traced' | 'seccomp' | null;
  readonly cgroup: { readonly cpuMax: string | null; readonly memoryMax: string | null };
}

/** What moves while we measure: counters since boot, and averages. Null: this machine does not say. */
export interface NoiseReading {
  readonly loadAverage: number | null;
  /** Percent of the last ten seconds in which some task waited for a core. Source: kernel, accounting/psi. */
  readonly cpuPressure: number | null;
  /** Clock ticks of all cores. Source: proc_stat(5). */
  readonly ticks: { readonly total: number; readonly steal: number; readonly iowait: number } | null;
  /** Pages swapped in and out. */
  readonly swappedPages: number | null;
  /** How often cores were slowed down because they were hot. */
  readonly thermalThrottles: number | null;
  /** How often the cgroup's share of time was used up. */
  readonly cgroupThrottles: number | null;
  /** Highest frequency of a core just now. */
  readonly frequencyKhz: number | null;
}

/** Looks at what does not change. */
export function readMachineFacts(): MachineFacts {
  const processors = cpus();
  const smt = line('/sys/devices/system/cpu/smt/active');
  const status = text('/proc/self/status') ?? '';
  return {
    cores: processors.length,
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    governor: line('/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'),
    boost: readBoost(),
    onBattery: readOnBattery(),
    smt: smt === null ? null : smt === '1',
    hypervisor: readHypervisor(),
    emulator: emulatorAround({
      threadExecutable: ifThere(() => readlinkSync('/proc/thread-self/exe')),
      kernelText: text('/proc/version'),
      kernelVersion: version(),
    }),
    clockSource: line('/sys/devices/system/clocksource/clocksource0/current_clocksource'),
    watched: /^TracerPid:\s*[1-9]/m.test(status)
      ? 'traced'
      : /^Seccomp:\s*[12]/m.test(status)
        ? 'seccomp'
        : null,
    cgroup: {
      cpuMax: cgroupFile('cpu.max') ?? line('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
      memoryMax: cgroupFile('memory.max') ?? line('/sys/fs/cgroup/memory/memory.limit_in_bytes'),
    },
  };
}

/** Looks at what moves. A few small reads; never to be done inside a sample. */
export function readNoise(): NoiseReading {
  return {
    loadAverage: number(/^(\S+)/.exec(text('/proc/loadavg') ?? '')?.[1]),
    cpuPressure: number(/^some avg10=([\d.]+)/m.exec(text('/proc/pressure/cpu') ?? '')?.[1]),
    ticks: readTicks(),
    swappedPages: readSwappedPages(),
    thermalThrottles: sumOverCores('thermal_throttle/core_throttle_count'),
    cgroupThrottles: number(/^nr_throttled (\d+)/m.exec(cgroupFile('cpu.stat') ?? '')?.[1]),
    frequencyKhz: readFrequency(),
  };
}

/** Steal time of all cores since boot, clock ticks; null where the kernel does not tell. */
export function readStealTicks(): number | null {
  return readTicks()?.steal ?? null;
}

/** Name of the file system that a folder lies on, e.g. `tmpfs`; its number where it has no name here. */
export function fileSystemOf(folder: string): string | null {
  return ifThere(() => {
    const { type } = statfsSync(folder);
    return FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`;
  });
}

/** Source: linux/magic.h and statfs(2). */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlayfs',
  0x9123683e: 'btrfs',
  0x58465342: 'xfs',
  0x6969: 'nfs',
  0xff534d42: 'cifs',
  0xfe534d42: 'smb2',
  0x65735546: 'fuse',
  0x01021997: '9p',
  0x2fc12fc1: 'zfs',
  0x73717368: 'squashfs',
  0xe0f5e1e2: 'erofs',
  0xf2f52010: 'f2fs',
  0x858458f6: 'ramfs',
};

function readBoost(): boolean | null {
  const boost = line('/sys/devices/system/cpu/cpufreq/boost');
  if (boost !== null) return boost === '1';
  const noTurbo = line('/sys/devices/system/cpu/intel_pstate/no_turbo');
  return noTurbo === null ? null : noTurbo === '0';
}

function readOnBattery(): boolean | null {
  const supplies = list('/sys/class/power_supply').map((name) => join('/sys/class/power_supply', name));
  const mains = supplies.filter((supply) => line(join(supply, 'type')) === 'Mains');
  return mains.length === 0 ? null : mains.every((supply) => line(join(supply, 'online')) === '0');
}

function readHypervisor(): string | null {
  if (!/^flags\s*:.*\bhypervisor\b/m.test(text('/proc/cpuinfo') ?? '')) return line('/sys/hypervisor/type');
  return line('/sys/class/dmi/id/sys_vendor') ?? 'unknown';
}

function readTicks(): NoiseReading['ticks'] {
  const fields = /^cpu +(.*)$/m
    .exec(text('/proc/stat') ?? '')?.[1]
    ?.split(' ')
    .map(Number);
  // user nice system idle iowait irq softirq steal; guest time, behind them, is part of user.
  const steal = fields?.[7];
  const iowait = fields?.[4];
  if (fields === undefined || steal === undefined || iowait === undefined) return null;
  return { total: fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0), steal, iowait };
}

function readSwappedPages(): number | null {
  const vmstat = text('/proc/vmstat') ?? '';
  const swapIn = number(/^pswpin (\d+)/m.exec(vmstat)?.[1]);
  const swapOut = number(/^pswpout (\d+)/m.exec(vmstat)?.[1]);
  return swapIn === null || swapOut === null ? null : swapIn + swapOut;
}

function readFrequency(): number | null {
  const frequencies = overCores('cpufreq/scaling_cur_freq');
  return frequencies.length === 0 ? null : Math.max(...frequencies);
}

function sumOverCores(file: string): number | null {
  const values = overCores(file);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

function overCores(file: string): readonly number[] {
  const cores = list('/sys/devices/system/cpu').filter((name) => /^cpu\d+$/.test(name));
  return cores
    .map((core) => number(line(join('/sys/devices/system/cpu', core, file))))
    .filter((value) => value !== null);
}

/** A file of our own cgroup, version 2. */
function cgroupFile(name: string): string | null {
  const group = /^0::(.*)$/m.exec(text('/proc/self/cgroup') ?? '')?.[1];
  return group === undefined ? null : (text(join('/sys/fs/cgroup', group, name))?.trim() ?? null);
}

function number(digits: string | null = null): number | null {
  const value = digits === null || digits === '' ? NaN : Number(digits);
  return Number.isNaN(value) ? null : value;
}

function line(path: string): string | null {
  return text(path)?.trim() ?? null;
}

/** Small files of the kernel. */
function text(path: string): string | null {
  return ifThere(() => readFileSync(path, 'utf8'));
}

function list(folder: string): readonly string[] {
  return ifThere(() => readdirSync(folder)) ?? [];
}

/** What a look at the system finds; null: it is not there, or not for us to see. */
export function ifThere<Found>(look: () => Found): Found | null {
  try {
    return look();
  } catch {
    return null;
  }
}
