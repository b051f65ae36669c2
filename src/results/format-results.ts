import { canonicalJson } from '../canonical-json.ts';
import { COLUMN_NAMES } from './column-names.ts';
import type { Results } from './results.ts';

/**
 * The text of a results file: the same content gives the same bytes. Apart from the schema, because a run that only
 * writes its results would wait for that to be put together.
 */
export function formatResults(results: Results): string {
  return canonicalJson(results, inFile);
}

/** What a file holds in the place of a member of an object in memory: columns where that has rows of samples. */
function inFile(key: string, member: unknown): unknown {
  return key === 'samples' && isSamples(member) ? toColumns(member) : member;
}

type Row = Readonly<Record<string, unknown>>;

function isSamples(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object');
}

/** Turns rows into columns, in the same order; a column that only a later version knows is kept. */
function toColumns(rows: readonly Row[]): Readonly<Record<string, readonly unknown[]>> {
  const names = new Set([...COLUMN_NAMES, ...Object.keys(rows[0] ?? {})]);
  return Object.fromEntries([...names].map((name) => [name, rows.map((row) => row[name])]));
}
