import { nameOfRow } from '../results/cell-name.ts';
import { groupBy } from '../group-by.ts';
import type { ScenarioResult } from '../results/results.ts';
import type { Bench } from './bench.ts';
import type { CellRecord, LeftEntry } from './cell-record.ts';

/** How many differing entries are worth showing. */
const MOST_DIFFERENCES = 10;

/**
 * Holds what every cell left behind against what the first one did, or, where each row is other work, against the first
 * of its row. Cells that failed are left out: they are void on their own account. Our measurement specification, section 6.
 */
export function checkEquivalence(
  cells: readonly CellRecord[],
  sameWork: Bench['sameWork'] = 'everywhere',
): ScenarioResult['equivalence'] {
  const groups = groupBy(cells, (cell) => (sameWork === 'everywhere' ? '' : nameOfRow(cell.plan)));
  const differences = [...groups.values()].flatMap(differencesIn);
  return {
    equivalent: differences.length === 0,
    differences: differences.slice(0, MOST_DIFFERENCES),
  };
}

function differencesIn(cells: readonly CellRecord[]): readonly string[] {
  const [reference, ...others] = cells.flatMap((cell) =>
    cell.firstRun === null ? [] : [{ cell, run: cell.firstRun }],
  );
  if (reference === undefined) return [];
  return others
    .filter(({ run }) => run.overridesDigest !== reference.run.overridesDigest)
    .flatMap(({ cell, run }) => [
      ...without(run.entries, reference.run.entries).map(({ words }) => `only ${nameOf(cell)}: ${words}`),
      ...without(reference.run.entries, run.entries).map(
        ({ words }) => `only ${nameOf(reference.cell)}, not ${nameOf(cell)}: ${words}`,
      ),
    ]);
}

function without(entries: readonly LeftEntry[], others: readonly LeftEntry[]): readonly LeftEntry[] {
  const known = new Set(others.map(({ offer }) => offer));
  return entries.filter(({ offer }) => !known.has(offer));
}

function nameOf({ plan }: CellRecord): string {
  return `${nameOfRow(plan)} (${plan.emulation.name})`;
}
