import type { CellRecord } from './cell-record.ts';
import { figuresByRound } from '../results/sample-figures.ts';
import { intervalWidth, pairedRatio } from '../statistics/paired-ratio.ts';
import { METRICS } from '../results/sample-figures.ts';
import { sharedConfidence } from '../statistics/order-statistics.ts';

/**
 * Whether every interval is narrower than `precision` (0.05: its ends lie less than 5 % apart). It looks at widths
 * alone, never at where an interval lies: stopping when the answer pleases would break the 95 %. Our measurement
 * specification, section 3.9.
 */
export function preciseEnough(cells: readonly CellRecord[], precision: number): boolean {
  const usable = cells.filter((cell) => cell.void === null);
  return byEmulation(usable).every(([reference, ...others]) =>
    others.every((cell) =>
      METRICS.every((metric) => {
        const ratio = pairedRatio(
          figuresByRound(reference.samples.rows(), metric),
          figuresByRound(cell.samples.rows(), metric),
          sharedConfidence(others.length),
        );
        const width = ratio && intervalWidth(ratio);
        return width !== null && width < precision;
      }),
    ),
  );
}

/** Cells in groups of one emulation; the first of each is the reference. */
function byEmulation(cells: readonly CellRecord[]): [CellRecord, ...CellRecord[]][] {
  const groups = new Map<string, [CellRecord, ...CellRecord[]]>();
  for (const cell of cells) {
    const group = groups.get(cell.plan.emulation.name);
    if (group === undefined) groups.set(cell.plan.emulation.name, [cell]);
    else group.push(cell);
  }
  return [...groups.values()];
}
