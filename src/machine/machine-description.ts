import type { EmulatorIdentity } from '../launch/emulations/emulations.ts';

export type { EmulatorIdentity } from '../launch/emulations/emulations.ts';

/** Something about the machine that can move a time; it never touches a count. */
export interface NoiseFinding {
  readonly id: string;
  readonly value: string;
  readonly threshold: string;
  readonly remedy: string;
  readonly when: 'before' | 'during' | 'after';
  /** True when it takes verdicts from times (analysis/doubt.ts says from which). */
  readonly disqualifies: boolean;
}

/** What a comparison of two runs must know about where they were made. Our measurement specification, 7.5. */
export interface Fingerprint {
  readonly launchbench: { readonly version: string; readonly commit: string | null };
  readonly node: string;
  readonly os: string;
  readonly kernel: string;
  readonly libc: string | null;
  readonly machine: string;
  readonly cpu: { readonly model: string; readonly coresOnline: number; readonly hypervisor: string | null };
  readonly clockSource: string | null;
  readonly memoryKib: number;
  readonly governor: string | null;
  readonly boost: boolean | null;
  readonly fileSystems: { readonly temporary: string | null; readonly provider: string | null };
  readonly cgroup: { readonly cpuMax: string | null; readonly memoryMax: string | null };
  readonly timer: { readonly kind: 'helper' | 'node'; readonly version: string };
  readonly tracer: { readonly kind: 'strace'; readonly version: string } | null;
  readonly tools: readonly ToolIdentity[];
  readonly emulators: readonly EmulatorIdentity[];
  readonly ci: { readonly name: string; readonly job: string | null } | null;
  /** Variables from a fixed list that change what a launch costs (`FEX_*`, `BOX64_*`, `QEMU_*`, LD_LIBRARY_PATH). */
  readonly environment: Readonly<Record<string, string>>;
}

/** The capture tool that served an architecture. */
export interface ToolIdentity {
  readonly arch: string;
  /** `own`: our capture-libs; `external`: named with --tool. */
  readonly kind: 'own' | 'external';
  /** Base name only: a home path is nobody's business. */
  readonly name: string;
  readonly version: string | null;
  readonly sha256: string | null;
}
