import { z } from 'zod';
import { FormatError } from '../errors.ts';
import { TRACE_FORMAT } from './format-version.ts';
import { readJsonFile } from './json-file.ts';
import type { Trace } from './trace.ts';

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
  interpreter: z
    .string()
    .optional()
    .describe('of a script what stands behind its #!; left out: it is none, or the tracer does not tell'),
  env: z
    .record(z.string(), z.string())
    .nullish()
    .describe(
      'variables of its environment that were to be saved, with what looks like a token masked; null: not known; left out where none were to be',
    ),
  processPaths: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'what paths in its arguments led to that mean something in its process alone, such as /proc/self/fd/9; one that is not here could not be looked up',
    ),
  tried: words
    .optional()
    .describe('files of the same name that its process tried to execute before, as along PATH; at most 100'),
  startUs: count.nullable().describe('microseconds since the command began; null: not known'),
  durationUs: count.nullable().describe('until it ended or was replaced; null: not known'),
  end: endSchema,
  forks: count
    .nullable()
    .describe('processes that it created and that never executed a program; null: not known'),
});

/** What a trace file holds. */
export const traceSchema = z.looseObject({
  schema: z.literal(TRACE_FORMAT),
  command: z.looseObject({ argv: words, cwd: z.string().nullable() }).describe('what was traced'),
  startedAt: z.string().nullable().describe('time of day, ISO 8601; null: not known'),
  durationUs: count
    .nullable()
    .describe('until the command and everything it started had ended, under the tracer; null: not known'),
  status: count
    .nullable()
    .describe(
      'exit status as a shell tells it: 128 and the number of the signal that ended it; null: not known',
    ),
  tracer: z.looseObject({
    kind: z.enum(['launch-tracer', 'strace', 'shim']),
    version: z.string().nullable(),
    executables: words
      .nullable()
      .describe('names that were counted; null: every executable. A shim sees those alone, called by name'),
  }),
  launches: z.looseObject({
    total: count.nullable().describe('launches below the command, which is none itself; null: not known'),
    byExecutable: z.record(z.string(), count).describe('by the name of the file'),
    byInterpreter: z
      .record(z.string(), count)
      .optional()
      .describe('those that were scripts, by what stands behind #!; left out: the tracer does not tell'),
  }),
  forks: count.nullable().describe('processes that never executed a program; null: not known'),
  runs: z
    .array(z.looseObject({ launches: count.nullable(), forks: count.nullable() }))
    .describe('counts of each repetition, the one that is described here first'),
  notes: words.optional().describe('what is not known of it, in whole sentences'),
  leftBehind: z
    .array(z.looseObject({ pid: count, name: z.string() }))
    .describe('processes that outlived the command and were ended'),
  saved: z
    .looseObject({
      variables: words.describe('globs of the variables that are saved of every environment'),
      secrets: z.boolean().describe('whether what looks like a token was kept'),
    })
    .optional()
    .describe('what was kept so that launches can be made again; left out: nothing was'),
  budget: z
    .looseObject({ passed: z.boolean(), findings: z.array(z.looseObject({})) })
    .nullish()
    .describe('what the budget said, as in the report of a gate; null: there was none'),
  tree: z.array(launchSchema).min(1).describe('every program in order; the first is the command'),
}) satisfies z.ZodType<Trace>;

/**
 * Reads a trace.
 *
 * @param file - name for messages
 * @throws FormatError with file, line and column of what is wrong
 */
export function parseTrace(text: string, file: string): Trace {
  const { value, places } = readJsonFile(text, file, {
    what: 'trace',
    name: TRACE_FORMAT,
    schema: traceSchema,
    hint: 'Not a usable trace: `launchbench trace --output FILE -- CMD…` writes one.',
  });
  // Launches name each other by their place.
  const misplaced = value.tree.findIndex(
    ({ seq, startedBy }, index) => seq !== index || (startedBy ?? -1) >= index,
  );
  if (misplaced >= 0) {
    throw new FormatError(
      `${places().where(['tree', misplaced])}: expected launch ${misplaced}, started by one before it`,
    );
  }
  const { total } = value.launches;
  if (total !== null && total !== value.tree.length - 1) {
    throw new FormatError(
      `${places().where(['launches', 'total'])}: expected ${value.tree.length - 1}, as many launches as the tree has, found ${total}`,
      { hint: 'Something was taken out of this trace; record it again.' },
    );
  }
  return value;
}

/** A line of `--format jsonl`. */
export const traceLineSchema = z
  .union([traceSchema.omit({ tree: true, budget: true }), launchSchema])
  .describe(
    'the first line of the file says what was run and counted; every other one is a program, in order',
  );
