import type { CellRecord } from './cell-record.ts';
import { byEmulation, compareRows } from '../results/cells.ts';
import { rowOf } from './plan-cells.ts';
import { METRICS, ratioOfTimes } from '../results/sample-figures.ts';
import { intervalWidth } from '../statistics/paired-ratio.ts';

/**
 * Whether every interval is narrower than `precision` (0.05: its ends lie less than 5 % apart). It looks at widths
 * alone, never at where an interval lies: stopping when the answer pleases would break the 95 %. Our measurement
 * specification, section 3.9.
 */
export function preciseEnough(cells: readonly CellRecord[], precision: number): boolean {
  const usable = cells
    .filter((cell) => cell.void === null)
    .map(({ plan, samples }) => ({
      ...rowOf(plan),
      emulation: plan.emulation.name,
      samples: samples.rows(),
    }));
  return byEmulation(usable).every((group) => {
    const pairs = compareRows(group.cells).flatMap(({ cell, first, acrossTools }) =>
      [first, acrossTools].flatMap((reference) => (reference === null ? [] : [{ cell, reference }])),
    );
    return pairs.every(({ cell, reference }) =>
      METRICS.every((metric) => {
        const ratio = ratioOfTimes(reference, cell, metric, pairs.length);
        const width = ratio && intervalWidth(ratio);
        return width !== null && width < precision;
      }),
    );
  });
}
