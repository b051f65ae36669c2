import { z } from 'zod';
import type { CommandTrace } from '../trace/trace-command.ts';
import type { TracedLaunch } from '../trace/process-tree.ts';
import { signalNumber } from '../launch/signals.ts';
import type { Shape } from '../shape.ts';
import { TRACE_FORMAT } from './format-version.ts';
import { executableName } from './launch-label.ts';
import { maskSecrets } from './mask-secrets.ts';

// Objects are loose throughout: a field that a later version adds is kept.

const count = z.number().int().nonnegative();
const words = z.array(z.string());

const endSchema = z
  .discriminatedUnion('kind', [
    z.looseObject({ kind: z.literal('exited'), status: count }),
    z.looseObject({ kind: z.literal('signalled'), signal: z.string() }),
    z.looseObject({ kind: z.literal('replaced') }).describe('the process went on as another program'),
  ])
  .nullable()
  .describe('how the program ended; null: not known');

const launchSchema = z.looseObject({
  seq: count.describe('place in the order in which programs were executed; 0 is the command itself'),
  startedBy: count
    .nullable()
    .describe('seq of the program that created the process, or that was replaced in it; null: not known'),
  pid: count.nullable(),
  parentPid: count.nullable(),
  executable: z
    .string()
    .describe('absolute path where the working directory is known; links are not resolved'),
  argv: words.describe('with what looks like a token masked'),
  argvCut: z.boolean().optional().describe('whether arguments were shortened to save memory'),
  cwd: z.string().nullable(),
  startUs: count.describe('microseconds since the command began'),
  durationUs: count.nullable().describe('until it ended or was replaced; null: not known'),
  end: endSchema,
});

/** One program that was executed, as a trace keeps it. */
export type TraceLaunch = Shape<z.infer<typeof launchSchema>>;

const traceSchema = z.looseObject({
  schema: z.literal(TRACE_FORMAT),
  command: z.looseObject({ argv: words, cwd: z.string() }).describe('what was traced'),
  startedAt: z.string().describe('time of day, ISO 8601'),
  durationUs: count.describe('until the command and everything it started had ended, under the tracer'),
  status: count.describe('exit status as a shell tells it: 128 and the number of the signal that ended it'),
  tracer: z.looseObject({
    kind: z.enum(['strace', 'shim']),
    version: z.string().nullable(),
    executables: words
      .nullable()
      .describe('names that were counted; null: every executable. A shim sees those alone, called by name'),
  }),
  launches: z.looseObject({
    total: count.nullable().describe('launches below the command, which is none itself; null: not known'),
    byExecutable: z.record(z.string(), count).describe('by the name of the file'),
  }),
  forks: count.nullable().describe('processes that never executed a program; null: not known'),
  runs: z
    .array(z.looseObject({ launches: count.nullable(), forks: count.nullable() }))
    .describe('counts of each repetition, the one that is described here first'),
  leftBehind: z
    .array(z.looseObject({ pid: count, name: z.string() }))
    .describe('processes that outlived the command and were ended'),
  tree: z.array(launchSchema).min(1).describe('every program in order; the first is the command'),
});

/** What one command launched, and how it ran. */
export type Trace = Shape<z.infer<typeof traceSchema>>;

/** The JSON Schema of traces. */
export function traceJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(traceSchema, { io: 'input', target: 'draft-7', reused: 'ref' }) };
}

/** Makes the record of a command that strace has watched. */
export function traceOf(
  { tree, end, leftBehind }: CommandTrace,
  { command, version }: { readonly command: Trace['command']; readonly version: string },
): Trace {
  const [root] = tree.launches;
  const launches = tree.launches.map((launch, seq) => toLaunch(launch, seq, root));
  const counts = countsIn(launches);
  return {
    schema: TRACE_FORMAT,
    command: { ...command, argv: maskSecrets(command.argv) },
    startedAt: new Date(root.startS * 1000).toISOString(),
    durationUs: launches.reduce(
      (last, { startUs, durationUs }) => Math.max(last, startUs + (durationUs ?? 0)),
      0,
    ),
    status: statusOf(end),
    tracer: { kind: 'strace', version, executables: null },
    launches: counts,
    forks: tree.forks,
    runs: [{ launches: counts.total, forks: tree.forks }],
    leftBehind: [...leftBehind].map(([pid, name]) => ({ pid, name })),
    tree: launches,
  };
}

/** What is counted: everything but the command itself. */
export function launchesIn({ tree }: Pick<Trace, 'tree'>): readonly TraceLaunch[] {
  return tree.slice(1);
}

/** The name by which an executable is counted, wherever it lies. */
export function nameIn({ executable }: Pick<TraceLaunch, 'executable'>): string {
  return executableName(executable);
}

/** The counts of a tree, by name of the executable. */
export function countsIn(tree: readonly TraceLaunch[]): {
  readonly total: number;
  readonly byExecutable: Readonly<Record<string, number>>;
} {
  const counts = new Map<string, number>();
  const launches = launchesIn({ tree });
  for (const launch of launches) counts.set(nameIn(launch), (counts.get(nameIn(launch)) ?? 0) + 1);
  return { total: launches.length, byExecutable: Object.fromEntries(counts) };
}

function toLaunch(launch: TracedLaunch, seq: number, root: TracedLaunch): TraceLaunch {
  const { startedBy, pid, parentPid, path, argv, isCut, cwd, startS, endS, end } = launch;
  return {
    seq,
    startedBy,
    pid,
    parentPid,
    executable: path.startsWith('/') || cwd === null ? path : `${cwd}/${path.replace(/^(?:\.\/)+/, '')}`,
    argv: maskSecrets(argv),
    ...(isCut ? { argvCut: true } : {}),
    cwd,
    startUs: microseconds(startS - root.startS),
    durationUs: microseconds(endS - startS),
    end: end.kind === 'timed-out' ? null : end,
  };
}

function microseconds(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1e6));
}

function statusOf(end: CommandTrace['end']): number {
  switch (end.kind) {
    case 'exited':
      return end.status;
    case 'signalled':
      return 128 + signalNumber(end.signal);
    case 'timed-out':
      return 128;
  }
}
