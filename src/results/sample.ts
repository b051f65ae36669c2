import * as z from 'zod';
import type { Shape } from '../shape.ts';
import { COLUMN_NAMES } from './column-names.ts';

const counts = column<number>({ type: 'integer', minimum: 0 }, 'a whole number from 0');
const amounts = column<number>({ type: 'number', minimum: 0 }, 'a number from 0');
const integers = column<number>({ type: 'integer' }, 'a whole number');
const flags = column<boolean>({ type: 'boolean' }, 'true or false');

/** The figures of a sample and what they are: all types follow from this. */
const COLUMNS = {
  round: counts.all('counted from 0; warm-up rounds have numbers of their own, from 0 as well'),
  position: counts.all('position of the cell in its round, from 0'),
  warmup: flags.all('true for samples of warm-up rounds: kept, never used'),
  startNs: counts.all('nanoseconds since the start of the run'),
  wallNs: counts.all('from just before the first launch to just after the last child was reaped'),
  childUserUs: amounts.orNull('CPU time of the children, summed'),
  childSystemUs: amounts.orNull('CPU time of the children in the kernel, summed'),
  ownUserUs: amounts.all('CPU time of our own process'),
  ownSystemUs: amounts.all('CPU time of our own process in the kernel'),
  maxRssKib: counts.orNull('largest resident set of one child'),
  minorFaults: counts.orNull('page faults of the children that needed no disk'),
  majorFaults: counts.orNull('page faults of the children that needed a disk'),
  voluntarySwitches: counts.orNull('context switches of children that waited'),
  involuntarySwitches: counts.orNull('context switches of children that were interrupted'),
  exitStatus: integers.all('of the last child; 0 where there was none'),
  // Some hypervisors let the counter run backwards.
  stealTicks: integers.orNull('steal time of the machine during the sample'),
} satisfies Record<(typeof COLUMN_NAMES)[number], unknown>;

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

type Row = Readonly<Record<string, unknown>>;

function toRows(columns: z.output<typeof columnsSchema>): readonly Sample[] {
  const entries = Object.entries(columns).map(([name, values]): readonly [string, readonly unknown[]] => [
    name,
    Array.isArray(values) ? values : [],
  ]);
  // Rows that are copied have their final shape from the start; grown by one figure after the other, they take twice as long.
  const empty: Row = Object.fromEntries(entries.map(([name]) => [name, null]));
  const rows = columns.round.map((): Record<string, unknown> => ({ ...empty }));
  for (const [name, values] of entries) {
    rows.forEach((row, index) => {
      row[name] = values[index];
    });
  }
  return areSamples(rows) ? rows : [];
}

/** All columns are of one length, so what one row has all of them have. */
function areSamples(rows: readonly Row[]): rows is readonly Sample[] {
  const last = rows.at(-1);
  return last === undefined || COLUMN_NAMES.every((name) => last[name] !== undefined);
}

/** What a column holds, in the words of JSON Schema. */
interface ItemKind {
  readonly type: 'integer' | 'number' | 'boolean';
  readonly minimum?: number;
}

/**
 * The schemas of columns of one kind. A file may have a million figures, and zod takes thirty times as long for one as
 * it takes to look at it, so a column is checked in one go.
 */
function column<Value extends number | boolean>(kind: ItemKind, wanted: string) {
  return {
    all: (description: string) =>
      columnOf<Value>(kind, false, wanted).meta({ type: 'array', items: kind, description }),
    orNull: (description: string) =>
      columnOf<Value | null>(kind, true, `${wanted}, or null`).meta({
        type: 'array',
        items: { ...kind, type: [kind.type, 'null'] },
        description,
      }),
  };
}

function columnOf<Value>(kind: ItemKind, orNull: boolean, message: string) {
  return z
    .custom<readonly Value[]>((value) => Array.isArray(value), 'a list')
    .superRefine((values, context) => {
      const wrong = firstWrong(values, kind, orNull);
      if (wrong !== -1) context.addIssue({ code: 'custom', path: [wrong], message });
    });
}

function firstWrong(
  values: readonly unknown[],
  { type, minimum = -Infinity }: ItemKind,
  orNull: boolean,
): number {
  const plain = type === 'boolean' ? 'boolean' : 'number';
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value === 'number' && plain === 'number') {
      if (value < minimum || !(type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value))) {
        return index;
      }
    } else if (typeof value !== plain && !(orNull && value === null)) return index;
  }
  return -1;
}
