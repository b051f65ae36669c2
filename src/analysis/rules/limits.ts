import { FormatError } from '../../errors.ts';
import { launchesOf } from '../../results/cells.ts';
import { usedSamples } from '../../results/sample-figures.ts';
import type { Sample } from '../../results/sample.ts';
import { median } from '../../statistics/order-statistics.ts';
import { nameOf } from '../../results/cell-name.ts';
import type { Observation } from '../finding.ts';
import { failsAlready, wasCounted, type Check, type GateCase } from './check.ts';
import { timeAgain } from './command-lines.ts';

/** The median of the largest resident set of one child. */
export const checkMaxRss: Check = (gate) =>
  againstLimit(gate, gate.rules.maxRssKib, 'KiB resident', ({ maxRssKib }) => maxRssKib);

/** The median number of page faults. */
export const checkMaxFaults: Check = (gate) =>
  againstLimit(gate, gate.rules.maxFaults, 'page faults', ({ minorFaults, majorFaults }) =>
    minorFaults === null || majorFaults === null ? null : minorFaults + majorFaults,
  );

function againstLimit(
  gate: GateCase,
  limit: number | undefined,
  unit: string,
  figure: (sample: Sample) => number | null,
): Observation[] {
  if (limit === undefined) return [];
  const judged = gate.cells.filter((one) => wasCounted(one) && launchesOf(one.of, one.cell.counts) !== 0);
  const measured = judged.flatMap((one) => {
    const figures = usedSamples(one.cell.samples).flatMap((sample) => figure(sample) ?? []);
    return figures.length === 0 ? [] : [{ one, found: median(figures) }];
  });
  const toldOfAll =
    measured.length === judged.length &&
    (judged.length > 0 || gate.cells.some((cell) => failsAlready(gate, cell)));
  if (!toldOfAll) {
    throw new FormatError(`a limit on ${unit} was given, but these results do not tell them for every cell`, {
      hint: 'Counts-only runs and the timer "node" do not measure them: run again with the timing helper.',
    });
  }
  return measured.map(({ one, found }) => ({
    ...nameOf(one),
    outcome: found > limit ? 'failed' : 'passed',
    expected: `at most ${limit} ${unit}`,
    found: `${found} ${unit} (median)`,
    reproduce: timeAgain(one),
  }));
}
