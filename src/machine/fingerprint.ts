import { readFileSync } from 'node:fs';
import { homedir, machine, release, totalmem } from 'node:os';
import { continuousIntegration } from './ci-service.ts';
import type { Fingerprint } from './machine-description.ts';
import { ifThere, type MachineFacts } from './machine-facts.ts';

/** What a fingerprint says about a run beyond the machine itself. */
export interface FingerprintInputs extends Pick<
  Fingerprint,
  'launchbench' | 'timer' | 'tracer' | 'tools' | 'emulators' | 'fileSystems'
> {
  readonly facts: MachineFacts;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Describes this machine for a results file. It holds no host name, no user name and no home path, and of the
 * environment only the variables of a fixed list.
 */
export function collectFingerprint({ facts, env, timer, tracer, ...given }: FingerprintInputs): Fingerprint {
  return {
    ...given,
    node: process.version,
    os: osName(),
    kernel: release(),
    libc: libcVersion(),
    machine: machine(),
    cpu: { model: facts.cpuModel, coresOnline: facts.cores, hypervisor: facts.hypervisor },
    clockSource: facts.clockSource,
    memoryKib: Math.round(totalmem() / 1024),
    governor: facts.governor,
    boost: facts.boost,
    cgroup: facts.cgroup,
    timer: { kind: timer.kind, version: timer.version },
    tracer: tracer === null ? null : { kind: tracer.kind, version: tracer.version },
    ci: continuousIntegration(env),
    environment: relevantEnvironment(env),
  };
}

/** Variables that change what a launch costs, sorted; a home path in them is written `~`. */
export function relevantEnvironment(
  env: FingerprintInputs['env'],
  home = homedir(),
): Fingerprint['environment'] {
  const found: [string, string][] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && RELEVANT.test(name))
      found.push([name, home.length > 1 ? value.replaceAll(home, '~') : value]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const RELEVANT = /^(?:FEX_\w+|BOX64_\w+|QEMU_\w+|FELIX86_\w+|LD_LIBRARY_PATH)$/;

function osName(): string {
  const text = ifThere(() => readFileSync('/etc/os-release', 'utf8')) ?? '';
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? process.platform;
}

/**
 * E.g. `glibc 2.36`; null where this process runs with another libc (musl). The library itself says so in a banner:
 * Node's own report takes four times as long to say it, and `getconf` a process. Source: glibc, `csu/version.c`.
 */
function libcVersion(): string | null {
  return ifThere(() => {
    const [library] = /\/\S*\/libc\.so\.6$/m.exec(readFileSync('/proc/self/maps', 'utf8')) ?? [];
    if (library === undefined) return null;
    const bytes = readFileSync(library);
    const start = bytes.indexOf('GNU C Library');
    const banner = start === -1 ? '' : bytes.toString('latin1', start, start + LONGEST_BANNER_BYTES);
    const version = /release version (\d+\.\d+)/.exec(banner)?.[1];
    return version === undefined ? null : `glibc ${version}`;
  });
}

const LONGEST_BANNER_BYTES = 200;
