import { plural } from '../../plural.ts';
import { formatCommandLine } from '../../shell-words.ts';
import type { Fingerprint, Results } from '../../results/results.ts';

/** `launchbench 0.1.0 (f78b478), timed run of 2026-11-22 13:03 UTC`. */
export function runLine({ fingerprint: { launchbench }, run }: Results): string {
  const commit = launchbench.commit === null ? '' : ` (${launchbench.commit.slice(0, 12)})`;
  return `launchbench ${launchbench.version}${commit}, ${MODES[run.mode]} run of ${formatInstant(run.startedAt)}`;
}

const MODES = { timed: 'timed', quick: 'quick', 'counts-only': 'counting' } as const;

/** `2026-11-22 12:00 UTC`; what is no ISO 8601 instant in UTC stays as it is. */
export function formatInstant(instant: string): string {
  return instant.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/u, '$1 $2 UTC');
}

/** The machine in one line. */
export function environmentLine(fingerprint: Fingerprint): string {
  const { cpu, kernel, node, timer, tools, governor, memoryKib } = fingerprint;
  return [
    `${cpu.model}, ${plural(cpu.coresOnline, 'core')}${machineKind(cpu.hypervisor)}`,
    `${(memoryKib / 1024 / 1024).toFixed(1)} GiB`,
    `Linux ${kernel}`,
    `node ${node}`,
    ...(governor === null ? [] : [`governor ${governor}`]),
    `timer ${timer.kind}`,
    ...(tools.length === 0 ? [] : [`tool ${toolWords(tools)}`]),
  ].join('; ');
}

/** Some hypervisors do not say which one they are. */
function machineKind(hypervisor: string | null): string {
  if (hypervisor === null) return '';
  return hypervisor === 'unknown' ? ' of a virtual machine' : ` of a virtual machine (${hypervisor})`;
}

/**
 * A limit of a control group. The kernel says `max` where there is none, in version 1 −1 or the most pages
 * that a long can count in bytes. Source: the kernel's admin-guide, cgroup-v1 and cgroup-v2.
 */
function limit(value: string | null): string {
  const none = value === null || value.startsWith('max') || value === '-1' || Number(value) >= 2 ** 62;
  return none ? 'not limited' : value;
}

/** The capture tools that ran: name, kind, and the beginning of the file's SHA-256. */
export function toolWords(tools: Fingerprint['tools']): string {
  const words = tools.map(({ tool, name, kind, sha256 }) => {
    const facts = [TOOL_KINDS[kind], ...(sha256 === null ? [] : [sha256.slice(0, 12)])].join(', ');
    return `${tool === null ? '' : `${tool}: `}${name} (${facts})`;
  });
  return [...new Set(words)].join('; ');
}

/** What kind of capture tool ran, in words. */
export const TOOL_KINDS = {
  native: 'our own, native',
  node: 'our own, with Node',
  own: 'our own, with Node',
  external: 'external',
} as const satisfies Record<Fingerprint['tools'][number]['kind'], string>;

type Fact = readonly [name: string, value: string];

/** Everything the results know about where they were made, as names and values. */
export function environmentFacts({ fingerprint, run }: Results): readonly Fact[] {
  const known = (value: string | boolean | null): string =>
    value === null ? 'unknown' : typeof value === 'boolean' ? (value ? 'on' : 'off') : value;
  const { launchbench, cpu, tracer, ci, cgroup, fileSystems } = fingerprint;
  return [
    ['launchbench', `${launchbench.version}, commit ${known(launchbench.commit)}`],
    ['command', formatCommandLine(['launchbench', ...run.argv])],
    ['run', `${run.id}, begun ${run.startedAt}, seed ${run.seed}, file cache ${run.cache}`],
    ['node', fingerprint.node],
    ['system', `${fingerprint.os}, kernel ${fingerprint.kernel}, libc ${known(fingerprint.libc)}`],
    [
      'processor',
      `${cpu.model}, ${cpu.coresOnline} cores online, ${fingerprint.machine}, ` +
        (cpu.hypervisor === null ? 'no hypervisor' : `hypervisor ${cpu.hypervisor}`),
    ],
    ['memory', `${(fingerprint.memoryKib / 1024 / 1024).toFixed(1)} GiB`],
    [
      'clocks',
      `governor ${known(fingerprint.governor)}, boost ${known(fingerprint.boost)}, clock source ${known(fingerprint.clockSource)}`,
    ],
    ['file systems', `temporary ${known(fileSystems.temporary)}, provider ${known(fileSystems.provider)}`],
    ['control group', `CPU ${limit(cgroup.cpuMax)}, memory ${limit(cgroup.memoryMax)}`],
    ['timer', `${fingerprint.timer.kind} ${fingerprint.timer.version}`],
    ['tracer', tracer === null ? 'not used' : `${tracer.kind} ${tracer.version}`],
    ...fingerprint.tools.map(({ arch, kind, name, version, sha256 }): Fact => [
      `capture tool, ${arch}`,
      `${name} ${version ?? ''} (${TOOL_KINDS[kind]}${sha256 === null ? '' : `, SHA-256 ${sha256.slice(0, 16)}…`})`,
    ]),
    ...fingerprint.emulators.map(({ emulation, command, version, configuration, rootFs }): Fact => [
      `emulator, ${emulation}`,
      `${command}, version ${known(version)}, configuration ${known(configuration)}${rootFs === undefined ? '' : `, RootFS: ${rootFs}`}`,
    ]),
    ...(ci === null ? [] : [['CI', ci.job === null ? ci.name : `${ci.name}, job ${ci.job}`] as const]),
    ...Object.entries(fingerprint.environment).map(([name, value]): Fact => [`$${name}`, value]),
  ];
}
