import { z } from 'zod';
import type { Control, Counts, Equivalence, Fingerprint, Results, ScenarioResult } from './results-file.ts';
import { RESULTS_SCHEMA } from './results-file.ts';

// Loaded only when a file is read or the published schema is generated: zod alone takes a hundred
// milliseconds. Objects are loose throughout: a field that a later version adds is kept.

const text = z.string();
const textOrNull = text.nullable();
const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');

const samples = z.looseObject({
  round: z.array(count),
  position: z.array(count),
  warmup: z.array(z.boolean()),
  startNs: z.array(count),
  wallNs: z.array(count),
  childUserUs: z.array(amount.nullable()),
  childSystemUs: z.array(amount.nullable()),
  ownUserUs: z.array(amount),
  ownSystemUs: z.array(amount),
  maxRssKib: z.array(count.nullable()),
  minorFaults: z.array(count.nullable()),
  majorFaults: z.array(count.nullable()),
  voluntarySwitches: z.array(count.nullable()),
  involuntarySwitches: z.array(count.nullable()),
  exitStatus: z.array(z.number().int()),
  // Some hypervisors let the counter run backwards.
  stealTicks: z.array(z.number().int().nullable()),
});

const summary = z
  .looseObject({
    n: count,
    medianMs: amount,
    madMs: amount,
    minMs: amount,
    p25Ms: amount,
    p75Ms: amount,
    maxMs: amount,
  })
  .nullable();

const launch = z.looseObject({ executable: text, argv: z.array(text), purpose: text, arch: textOrNull });

const counts = z.looseObject({
  launches: count,
  patterns: count,
  links: count,
  seen: z.array(count),
  hostExecs: count.nullable(),
  ledger: z.array(launch),
  traced: z.looseObject({ launches: count, forks: count.nullable(), escaped: count }).nullable(),
  overridesDigest: text,
  targetsDigest: text,
}) satisfies z.ZodType<Counts>;

const range = z.looseObject({ value: amount, low: amount, high: amount });

const cell = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('measured'),
    strategy: text,
    emulation: text,
    counts,
    void: textOrNull,
    samples,
    summary: z.looseObject({ cpu: summary, wall: summary }).optional(),
  }),
  z.looseObject({
    kind: z.literal('modelled'),
    strategy: text,
    emulation: text,
    counts,
    model: z.looseObject({
      preset: textOrNull,
      launchMs: range,
      cpuFactor: range,
      firstLaunchExtraMs: range,
      hostFactor: amount,
      source: text,
      confidence: text,
      calibratedOn: text,
    }),
    inputs: z.looseObject({ launches: count, cpuMs: amount, wallMs: amount }),
    prediction: z.looseObject({ ms: amount, lowMs: amount, highMs: amount }).nullable(),
    label: textOrNull,
  }),
]);

const control = z.looseObject({ launches: count, samples }) satisfies z.ZodType<Control>;

const scenario = z.looseObject({
  name: text.min(1),
  description: textOrNull,
  digest,
  source: text,
  budget: z
    .looseObject({
      launches: z.record(text, count),
      executables: z.record(text, count),
      lines: z.record(text, count),
    })
    .nullable(),
  drivers: z.record(text, count),
  architectures: z.array(text),
  sampling: z.looseObject({
    rounds: count,
    warmup: count,
    cells: count,
    precision: amount.nullable(),
    seed: count.optional(),
  }),
  cells: z.array(cell),
  controls: z.looseObject({
    floor: control.nullable(),
    toolStart: control.nullable(),
    nullControl: z.looseObject({ strategy: text, emulation: text, samples }).nullable(),
  }),
  equivalence: z.looseObject({
    equivalent: z.boolean(),
    differences: z.array(text),
  }) satisfies z.ZodType<Equivalence>,
  noise: z.array(
    z.looseObject({
      id: text,
      value: text,
      threshold: text,
      remedy: text,
      when: z.enum(['before', 'during', 'after']),
      disqualifies: z.boolean(),
    }),
  ),
  notes: z.array(text),
}) satisfies z.ZodType<ScenarioResult>;

const fingerprint = z.looseObject({
  launchbench: z.looseObject({ version: text, commit: textOrNull }),
  node: text,
  os: text,
  kernel: text,
  libc: textOrNull,
  machine: text,
  cpu: z.looseObject({ model: text, coresOnline: count, hypervisor: textOrNull }),
  clockSource: textOrNull,
  memoryKib: count,
  governor: textOrNull,
  boost: z.boolean().nullable(),
  fileSystems: z.looseObject({ temporary: textOrNull, provider: textOrNull }),
  cgroup: z.looseObject({ cpuMax: textOrNull, memoryMax: textOrNull }),
  timer: z.looseObject({ kind: z.enum(['helper', 'node']), version: text }),
  tracer: z.looseObject({ kind: z.literal('strace'), version: text }).nullable(),
  tools: z.array(
    z.looseObject({
      arch: text,
      kind: z.enum(['own', 'external']),
      name: text,
      version: textOrNull,
      sha256: textOrNull,
    }),
  ),
  emulators: z.array(
    z.looseObject({ emulation: text, command: text, version: textOrNull, configuration: textOrNull }),
  ),
  ci: z.looseObject({ name: text, job: textOrNull }).nullable(),
  environment: z.record(text, text),
}) satisfies z.ZodType<Fingerprint>;

/** The shape of a results file; what it says beyond its shape is checked in parse-results.ts. */
export const resultsSchema = z.looseObject({
  schema: z.literal(RESULTS_SCHEMA),
  run: z.looseObject({
    id: text.min(1),
    startedAt: z.iso.datetime(),
    mode: z.enum(['timed', 'quick', 'counts-only']),
    seed: count,
    complete: z.boolean(),
    droppedSamples: count,
    argv: z.array(text),
    cache: z.enum(['warm', 'cold']),
  }),
  shard: z.looseObject({ index: count.min(1), count: count.min(1), run: text.min(1) }).nullable(),
  fingerprint,
  fingerprintOf: z.record(text, fingerprint).optional(),
  missingShards: z.array(count.min(1)).optional(),
  scenarios: z.array(scenario),
}) satisfies z.ZodType<Results>;
