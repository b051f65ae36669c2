import { readFileSync } from 'node:fs';
import { cpus, homedir, machine, release, totalmem } from 'node:os';
import type { Timer } from '../launch/timer.ts';
import { continuousIntegration } from './ci-service.ts';
import type { EmulatorIdentity, Fingerprint, ToolIdentity } from './machine-description.ts';
import { readMachineFacts } from './machine-facts.ts';

/** What a fingerprint says about a run beyond the machine itself. */
export interface FingerprintInputs {
  readonly launchbench: Fingerprint['launchbench'];
  readonly timer: Pick<Timer, 'kind' | 'version'>;
  readonly tracer: Fingerprint['tracer'];
  readonly tools: readonly ToolIdentity[];
  readonly emulators: readonly EmulatorIdentity[];
  /** What the folder for overrides lies on, and what the providers lie on. */
  readonly fileSystems: Fingerprint['fileSystems'];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Describes this machine for a results file. It holds no host name, no user name and no home path, and of the
 * environment only the variables of a fixed list.
 */
export function collectFingerprint(inputs: FingerprintInputs): Fingerprint {
  const { launchbench, timer, tracer, tools, emulators, fileSystems, env } = inputs;
  const facts = readMachineFacts();
  const processors = cpus();
  return {
    launchbench,
    node: process.version,
    os: osName(),
    kernel: release(),
    libc: libcVersion(),
    machine: machine(),
    cpu: {
      model: processors[0]?.model.trim() ?? 'unknown',
      coresOnline: processors.length,
      hypervisor: facts.hypervisor,
    },
    clockSource: facts.clockSource,
    memoryKib: Math.round(totalmem() / 1024),
    governor: facts.governor,
    boost: facts.boost,
    fileSystems,
    cgroup: facts.cgroup,
    timer: { kind: timer.kind, version: timer.version },
    tracer: tracer === null ? null : { kind: tracer.kind, version: tracer.version },
    tools,
    emulators,
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
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

/**
 * E.g. `glibc 2.36`; null where this process runs with another libc (musl). The library itself says so in a banner:
 * Node's own report takes four times as long to say it, and `getconf` a process. Source: glibc, `csu/version.c`.
 */
function libcVersion(): string | null {
  try {
    const [library] = /\/\S*\/libc\.so\.6$/m.exec(readFileSync('/proc/self/maps', 'utf8')) ?? [];
    if (library === undefined) return null;
    const bytes = readFileSync(library);
    const start = bytes.indexOf('GNU C Library');
    const banner = start === -1 ? '' : bytes.toString('latin1', start, start + LONGEST_BANNER_BYTES);
    const version = /release version (\d+\.\d+)/.exec(banner)?.[1];
    return version === undefined ? null : `glibc ${version}`;
  } catch {
    return null;
  }
}

const LONGEST_BANNER_BYTES = 200;
