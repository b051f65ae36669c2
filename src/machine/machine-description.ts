import * as z from 'zod';
import { emulatorSchema } from '../launch/emulations/emulation-schemas.ts';
import type { Shape } from '../shape.ts';

export type { EmulatorIdentity } from '../launch/emulations/emulation-schemas.ts';

// Loaded only where a file is read or written: others take types from here, which cost nothing.

const text = z.string();
const textOrNull = text.nullable();
const count = z.number().int().nonnegative();

/** See `NoiseFinding`. */
export const noiseFindingSchema = z.looseObject({
  id: text,
  value: text,
  threshold: text,
  remedy: text,
  when: z.enum(['before', 'during', 'after']),
  disqualifies: z.array(z.enum(['cpu', 'wall'])).describe('the times that it takes verdicts from'),
});

/** Something about the machine that can move a time; it never touches a count. */
export type NoiseFinding = Shape<z.infer<typeof noiseFindingSchema>>;

const toolSchema = z.looseObject({
  arch: text,
  tool: text.min(1).nullable().default(null).describe('its name, where tools are named'),
  kind: z
    .enum(['native', 'node', 'own', 'external'])
    .describe(
      'our capture-libs as an executable (native) or with Node (node, in older files own), or a tool named with --tool (external)',
    ),
  name: text.describe('base name only: a path may name the user’s home'),
  version: textOrNull,
  sha256: textOrNull,
});

/** The capture tool that served an architecture. */
export type ToolIdentity = Shape<z.infer<typeof toolSchema>>;

/** See `Fingerprint`. */
export const fingerprintSchema = z.looseObject({
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
  tracer: z.looseObject({ kind: z.enum(['launch-tracer', 'strace']), version: text }).nullable(),
  tools: z.array(toolSchema),
  emulators: z.array(emulatorSchema),
  ci: z.looseObject({ name: text, job: textOrNull }).nullable(),
  environment: z
    .record(text, text)
    .describe(
      'variables from a fixed list that change what a launch costs: FEX_*, BOX64_*, QEMU_*, LD_LIBRARY_PATH',
    ),
});

/** What a comparison of two runs must know about where they were made. Our measurement specification, 7.5. */
export type Fingerprint = Shape<z.infer<typeof fingerprintSchema>>;
