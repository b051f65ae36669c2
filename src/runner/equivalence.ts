import { nameOfRow } from '../results/cell-name.ts';
import type { LeftEntry } from './bench.ts';
import type { CellRecord } from './cell-record.ts';
import { rowOf } from './plan-cells.ts';

/** Whether all cells left the same, as far as that matters; the first ten entries that differ if not. */
export interface EquivalenceCheck {
  readonly equivalent: boolean;
  readonly differences: readonly string[];
}

/** How many differing entries are worth showing. */
const MOST_DIFFERENCES = 10;

/**
 * Holds what every cell left behind against what the first one did. Cells that failed are left out: they are
 * void on their own account. Our measurement specification, section 6.
 */
export function checkEquivalence(cells: readonly CellRecord[]): EquivalenceCheck {
  const [reference, ...others] = cells.flatMap((cell) =>
    cell.firstRun === null ? [] : [{ cell, run: cell.firstRun }],
  );
  if (reference === undefined) return { equivalent: true, differences: [] };
  const differences = others
    .filter(({ run }) => run.overridesDigest !== reference.run.overridesDigest)
    .flatMap(({ cell, run }) => [
      ...without(run.entries, reference.run.entries).map(({ words }) => `only ${nameOf(cell)}: ${words}`),
      ...without(reference.run.entries, run.entries).map(
        ({ words }) => `only ${nameOf(reference.cell)}, not ${nameOf(cell)}: ${words}`,
      ),
    ]);
  return {
    equivalent: differences.length === 0,
    differences: differences.slice(0, MOST_DIFFERENCES),
  };
}

function without(entries: readonly LeftEntry[], others: readonly LeftEntry[]): readonly LeftEntry[] {
  const known = new Set(others.map(({ offer }) => offer));
  return entries.filter(({ offer }) => !known.has(offer));
}

function nameOf({ plan }: CellRecord): string {
  return `${nameOfRow(rowOf(plan))} (${plan.emulation.name})`;
}
