import { z } from 'zod';
import type { Shape } from '../shape.ts';

const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

/** The figures of a sample and what they are. The one list of them: all types and translations follow from it. */
const COLUMNS = {
  round: z.array(count).describe('counted from 0; warm-up rounds have numbers of their own, from 0 as well'),
  position: z.array(count).describe('position of the cell in its round, from 0'),
  warmup: z.array(z.boolean()).describe('true for samples of warm-up rounds: kept, never used'),
  startNs: z.array(count).describe('nanoseconds since the start of the run'),
  wallNs: z
    .array(count)
    .describe('from just before the first launch to just after the last child was reaped'),
  childUserUs: z.array(amount.nullable()).describe('CPU time of the children, summed'),
  childSystemUs: z.array(amount.nullable()),
  ownUserUs: z.array(amount).describe('CPU time of our own process'),
  ownSystemUs: z.array(amount),
  maxRssKib: z.array(count.nullable()).describe('largest resident set of one child'),
  minorFaults: z.array(count.nullable()),
  majorFaults: z.array(count.nullable()),
  voluntarySwitches: z.array(count.nullable()),
  involuntarySwitches: z.array(count.nullable()),
  exitStatus: z.array(z.number().int()).describe('of the last child; 0 where there was none'),
  // Some hypervisors let the counter run backwards.
  stealTicks: z.array(z.number().int().nullable()).describe('steal time of the machine during the sample'),
};
const COLUMN_NAMES: readonly string[] = Object.keys(COLUMNS);

const columnsSchema = z
  .looseObject(COLUMNS)
  .describe('samples in the order in which they were taken; null: the timer in use cannot give the figure')
  .superRefine((columns, context) => {
    const expected = columns.round.length;
    for (const [name, values] of Object.entries(columns)) {
      if (Array.isArray(values) && values.length === expected) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: `a column of ${expected} samples, as "round" is: all columns are of one length`,
      });
    }
  });

type SampleColumns = Shape<z.infer<typeof columnsSchema>>;

/** One timed run of a cell. A figure that the timer in use cannot give is `null`, never 0. */
export type Sample = { readonly [Column in keyof SampleColumns]: SampleColumns[Column][number] };

/** Samples: columns in a file, rows in memory. */
export const samplesSchema = columnsSchema.transform(toRows);

/** What a file holds in the place of a member of an object in memory: columns where that has rows of samples. */
export function inFile(key: string, member: unknown): unknown {
  return key === 'samples' && isSamples(member) ? toColumns(member) : member;
}

/** Turns rows into columns, in the same order; a column that only a later version knows is kept. */
function toColumns(rows: readonly Row[]): Readonly<Record<string, readonly unknown[]>> {
  const names = new Set([...COLUMN_NAMES, ...Object.keys(rows[0] ?? {})]);
  return Object.fromEntries([...names].map((name) => [name, rows.map((row) => row[name])]));
}

type Row = Readonly<Record<string, unknown>>;

function isSamples(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object');
}

function toRows(columns: z.output<typeof columnsSchema>): readonly Sample[] {
  const entries = Object.entries(columns).map(([name, values]): readonly [string, readonly unknown[]] => [
    name,
    Array.isArray(values) ? values : [],
  ]);
  const rows = columns.round.map((_, index) => {
    const row: Record<string, unknown> = {};
    for (const [name, values] of entries) row[name] = values[index];
    return row;
  });
  return rows.filter(isWhole);
}

function isWhole(row: Row): row is Sample {
  return COLUMN_NAMES.every((name) => row[name] !== undefined);
}
