import { createRandom } from '../../src/statistics/random.ts';
import type { Sample } from '../../src/results/sample.ts';
import { RESULTS_FORMAT } from '../../src/results/format-version.ts';
import type {
  Counts,
  Fingerprint,
  LaunchRecord,
  MeasuredCell,
  ModelledCell,
  Results,
  RunFacts,
  ScenarioResult,
} from '../../src/results/results.ts';

/** Some text that a terminal, a browser or a spreadsheet would act on if it were not escaped. */
export const HOSTILE_TEXT = '<script>alert(1)</script>\u001b[31mred\u001b[0m|=1+1"\'&\n::error::x';

/** A valid results file: one scenario, timed; a test names only what it is about. */
export function someResults(overrides: Partial<Results> = {}): Results {
  return {
    schema: RESULTS_FORMAT,
    run: aRun(),
    shard: null,
    fingerprint: aFingerprint(),
    scenarios: [aScenarioResult()],
    ...overrides,
  };
}

/** Facts of a timed, complete run. */
export function aRun(overrides: Partial<RunFacts> = {}): RunFacts {
  return {
    id: '3f0c9a52-7d1e-4b7a-9a51-0c7f6e2d8b14',
    startedAt: '2026-11-22T12:00:00.000Z',
    mode: 'timed',
    seed: 7,
    complete: true,
    droppedSamples: 0,
    argv: ['run', 'mesa-desktop'],
    cache: 'warm',
    ...overrides,
  };
}

/** A machine of two cores whose timer is the helper. */
export function aFingerprint(overrides: Partial<Fingerprint> = {}): Fingerprint {
  return {
    launchbench: { version: '0.1.0', commit: null },
    node: 'v20.20.2',
    os: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.1.0-18-amd64',
    libc: 'glibc 2.36',
    machine: 'x86_64',
    cpu: { model: 'AMD EPYC 7B13', coresOnline: 2, hypervisor: 'kvm' },
    clockSource: 'tsc',
    memoryKib: 8_388_608,
    governor: 'performance',
    boost: false,
    fileSystems: { temporary: 'tmpfs', provider: 'ext4' },
    cgroup: { cpuMax: null, memoryMax: null },
    timer: { kind: 'helper', version: '1' },
    tracer: null,
    tools: [
      {
        arch: 'x86_64-linux-gnu',
        tool: null,
        kind: 'own',
        name: 'capture-libs',
        version: '0.1.0',
        sha256: 'a'.repeat(64),
      },
    ],
    emulators: [],
    ci: null,
    environment: {},
    ...overrides,
  };
}

/** Three strategies natively, and as modelled under FEX; 8 rounds, whole blocks not insisted on. */
export function aScenarioResult(overrides: Partial<ScenarioResult> = {}): ScenarioResult {
  const cells = overrides.cells ?? [
    ...MESA_DESKTOP.map((strategy, position) => aMeasuredCell({ ...strategy, position })),
    ...MESA_DESKTOP.map(({ strategy }) => aModelledCell({ strategy })),
  ];
  return {
    name: 'mesa-desktop',
    description: 'A Debian 12 desktop with Mesa',
    digest: 'd'.repeat(64),
    source: 'bundled:mesa-desktop',
    budget: null,
    drivers: { dri: 12, 'va-api': 6, 'vulkan-icd': 7, 'egl-icd': 1 },
    architectures: ['x86_64-linux-gnu'],
    sampling: {
      rounds: 8,
      warmup: 1,
      cells: cells.filter(({ kind }) => kind === 'measured').length,
      precision: null,
    },
    ownRounds: [],
    cells,
    controls: {
      floor: { launches: 46, samples: someSamples({ medianMs: 46, seed: 91 }) },
      toolStart: { launches: 1, samples: someSamples({ medianMs: 90, seed: 92 }) },
      nullControl: null,
    },
    equivalence: { equivalent: true, differences: [] },
    noise: [],
    notes: [],
    ...overrides,
  };
}

/** Launches and times like those of the bundled scenario. */
const MESA_DESKTOP = [
  { strategy: 'per-driver', launches: 46, wallMs: 4600 },
  { strategy: 'batched', launches: 5, wallMs: 620 },
  { strategy: 'batched-dedup', launches: 5, wallMs: 590 },
] as const;

/** What a test may say about a measured cell; everything else follows from it. */
export interface MeasuredCellWishes {
  readonly strategy?: string;
  readonly emulation?: string;
  readonly launches?: number;
  readonly wallMs?: number;
  readonly position?: number;
  readonly rounds?: number;
  readonly void?: string | null;
  readonly seed?: number;
  readonly counts?: Partial<Counts>;
  readonly samples?: readonly Sample[];
}

/** A cell that was really run. */
export function aMeasuredCell({
  strategy = 'per-driver',
  emulation = 'native',
  launches = 3,
  wallMs = 300,
  position = 0,
  rounds = 8,
  seed = position + 1,
  ...rest
}: MeasuredCellWishes = {}): MeasuredCell {
  return {
    kind: 'measured',
    row: strategy,
    tool: null,
    emulation,
    counts: someCounts({ launches, ...rest.counts }),
    void: rest.void ?? null,
    samples: rest.samples ?? someSamples({ medianMs: wallMs, position, rounds, seed }),
  };
}

/** A cell that was computed; 100 ms a launch, CPU time four times. */
export function aModelledCell({
  strategy = 'per-driver',
  emulation = 'fex-nocache',
}: {
  readonly strategy?: string;
  readonly emulation?: string;
} = {}): ModelledCell {
  return {
    kind: 'modelled',
    row: strategy,
    tool: null,
    emulation,
    model: {
      preset: 'fex-nocache',
      launchMs: { value: 120, low: 60, high: 180 },
      cpuFactor: { value: 4, low: 2, high: 8 },
      firstLaunchExtraMs: { value: 300, low: 0, high: 400 },
      hostFactor: 1,
      caller: 'emulated',
      source: 'estimate: published figures of 2022, scaled for later gains',
      confidence: 'low',
      calibratedOn: 'not calibrated',
    },
  };
}

/** Counts whose ledger holds so many launches of our own capture tool. */
export function someCounts({ launches = 3, ...overrides }: Partial<Counts> = {}): Counts {
  const ledger = overrides.ledger ?? someLaunches(launches ?? 0);
  return {
    launches: launches === null ? null : ledger.length,
    patterns: 134,
    links: 134,
    seen: launches === null ? [] : [ledger.length, ledger.length],
    drivers: null,
    foreseenLinks: null,
    toolLaunches: null,
    forks: null,
    escaped: null,
    hostExecs: null,
    overridesDigest: '0'.repeat(64),
    targetsDigest: '1'.repeat(64),
    ...overrides,
    ledger,
  };
}

/** So many launches of our own capture tool: the main call last, a driver before it each. */
export function someLaunches(count: number): LaunchRecord[] {
  return Array.from({ length: count }, (_, index) =>
    index === count - 1
      ? aLaunch({ purpose: 'main', argv: ['capture-libs', '--dest', '{WORK}/overrides/lib', 'gl:'] })
      : aLaunch({
          argv: [
            'capture-libs',
            '--dest',
            '{WORK}/overrides/lib/dri',
            `path:/usr/lib/dri/driver-${index}.so`,
          ],
        }),
  );
}

/** One launch of our own capture tool for one driver. */
export function aLaunch(overrides: Partial<LaunchRecord> = {}): LaunchRecord {
  return {
    executable: 'capture-libs',
    argv: ['capture-libs', '--dest', '{WORK}/overrides/lib/dri', 'path:/usr/lib/dri/radeonsi_dri.so'],
    purpose: 'driver',
    arch: 'x86_64-linux-gnu',
    ...overrides,
  };
}

/** What a test may say about a column of samples. */
export interface SampleWishes {
  /** Median wall time; CPU time is nine tenths of it. */
  readonly medianMs?: number;
  readonly rounds?: number;
  readonly warmup?: number;
  readonly position?: number;
  readonly seed?: number;
  /** Half the width of the noise, as a ratio. */
  readonly spread?: number;
}

/** Samples with a little noise that is the same at every call. */
export function someSamples({
  medianMs = 300,
  rounds = 8,
  warmup = 1,
  position = 0,
  seed = 1,
  spread = 0.02,
}: SampleWishes = {}): readonly Sample[] {
  const random = createRandom(seed);
  return Array.from({ length: warmup + rounds }, (_, index) => {
    const factor = 1 + spread * (2 * random() - 1);
    const cpuUs = medianMs * 0.9e3 * factor;
    return {
      round: index < warmup ? index : index - warmup,
      position,
      warmup: index < warmup,
      startNs: Math.round(index * medianMs * 4e6 + position * medianMs * 1e6),
      wallNs: Math.round(medianMs * 1e6 * factor),
      childUserUs: Math.round(cpuUs * 0.7),
      childSystemUs: Math.round(cpuUs * 0.25),
      ownUserUs: Math.round(cpuUs * 0.04),
      ownSystemUs: Math.round(cpuUs * 0.01),
      maxRssKib: 48_000,
      minorFaults: 5_200,
      majorFaults: 0,
      voluntarySwitches: 12,
      involuntarySwitches: 3,
      exitStatus: 0,
      stealTicks: 0,
    };
  });
}

/** No samples at all: what a counts-only run has. */
export function noSamples(): readonly Sample[] {
  return someSamples({ rounds: 0, warmup: 0 });
}

/** A run of three rounds that claims nothing. */
export function quickResults(): Results {
  const cells = MESA_DESKTOP.map(({ wallMs, ...strategy }, position) =>
    aMeasuredCell({ ...strategy, wallMs, position, rounds: 3 }),
  );
  return someResults({
    run: aRun({ mode: 'quick', argv: ['run', 'mesa-desktop', '--quick'] }),
    scenarios: [
      aScenarioResult({
        cells,
        sampling: { rounds: 3, warmup: 1, cells: cells.length, precision: null },
        controls: {
          floor: { launches: 46, samples: someSamples({ medianMs: 46, rounds: 3 }) },
          toolStart: null,
          nullControl: null,
        },
      }),
    ],
  });
}

/** A run that timed nothing: what CI gates use. */
export function countsOnlyResults({ cells }: { readonly cells?: readonly MeasuredCell[] } = {}): Results {
  const counted =
    cells ??
    MESA_DESKTOP.map(({ strategy, launches }) => aMeasuredCell({ strategy, launches, samples: noSamples() }));
  return someResults({
    run: aRun({ mode: 'counts-only', argv: ['run', 'mesa-desktop', '--counts-only'] }),
    scenarios: [
      aScenarioResult({
        cells: counted.map((cell) => ({ ...cell, samples: noSamples() })),
        sampling: { rounds: 0, warmup: 0, cells: counted.length, precision: null },
        controls: { floor: null, toolStart: null, nullControl: null },
      }),
    ],
  });
}

/** A run with one void cell, disqualifying noise and a sample far from the others. */
export function troubledResults(): Results {
  const wild = someSamples({ medianMs: 620, position: 1, seed: 2 });
  return someResults({
    scenarios: [
      aScenarioResult({
        cells: [
          aMeasuredCell({ launches: 46, wallMs: 4600 }),
          aMeasuredCell({
            strategy: 'batched',
            launches: 5,
            samples: wild.map((sample, index) =>
              index === 4 ? { ...sample, wallNs: sample.wallNs * 5 } : sample,
            ),
          }),
          aMeasuredCell({
            strategy: 'single-launch',
            launches: 1,
            position: 2,
            samples: noSamples(),
            void: 'capture-libs ended with status 1: no such file',
          }),
        ],
        noise: [
          {
            id: 'cpu-pressure',
            value: '31 %',
            threshold: 'at most 20 %',
            remedy: 'End what else runs on this machine.',
            when: 'during',
            disqualifies: ['wall'],
          },
        ],
      }),
    ],
  });
}

/** Every text that comes from outside is hostile. */
export function hostileResults(): Results {
  return someResults({
    fingerprint: aFingerprint({
      cpu: { model: HOSTILE_TEXT, coresOnline: 2, hypervisor: null },
      environment: { LD_LIBRARY_PATH: HOSTILE_TEXT },
    }),
    scenarios: [
      aScenarioResult({
        name: HOSTILE_TEXT,
        description: HOSTILE_TEXT,
        source: HOSTILE_TEXT,
        cells: ['per-driver', 'batched'].map((strategy, position) =>
          aMeasuredCell({
            strategy,
            position,
            emulation: HOSTILE_TEXT,
            counts: {
              ledger: [aLaunch({ executable: HOSTILE_TEXT, argv: [HOSTILE_TEXT], purpose: HOSTILE_TEXT })],
            },
          }),
        ),
        notes: [HOSTILE_TEXT],
      }),
    ],
  });
}
