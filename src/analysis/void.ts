import type { MeasuredCell, ScenarioResult } from '../results/results-file.ts';

/**
 * Why nothing may be claimed about a cell; null when all is well. A difference between overrides voids
 * every cell of the scenario, because then nobody knows which of them did the work that was asked for.
 * Our measurement specification, sections 1.4a, 1.8, 4.8 and 6.
 */
export function reasonToVoid(scenario: ScenarioResult, cell: MeasuredCell): string | null {
  if (cell.void !== null) return cell.void;
  if (!isDeterministic(cell)) return whyNotDeterministic(cell);
  const escaped = cell.counts.traced?.escaped ?? 0;
  if (escaped > 0) return `${escaped} of its launches escaped the emulation`;
  if (!scenario.equivalence.equivalent) return 'the overrides are not equivalent';
  return null;
}

/** Passes that a count rests on: one that counts, one that confirms it (section 1.8). */
const FEWEST_PASSES = 2;

/** Whether at least two counting passes were made, and every one saw the same number of launches. */
export function isDeterministic({ counts }: MeasuredCell): boolean {
  return counts.seen.length >= FEWEST_PASSES && new Set([counts.launches, ...counts.seen]).size === 1;
}

/** What is wrong with a count that is not deterministic. An interrupted run may never have come to a cell: its 0 is no count. */
export function whyNotDeterministic({ counts: { seen } }: MeasuredCell): string {
  switch (seen.length) {
    case 0:
      return 'its launches were never counted';
    case 1:
      return 'its launches were counted once, and no second pass confirmed the count';
    default:
      return `launch counts differ between passes: ${seen.join(', ')}`;
  }
}

/** Why no time of this scenario decides anything; null when the times can be trusted. */
export function reasonForDoubt(scenario: ScenarioResult, nullControlFailed: boolean): string | null {
  if (nullControlFailed) return 'null control failed';
  const disqualifying = scenario.noise.filter(({ disqualifies }) => disqualifies);
  return disqualifying.length === 0
    ? null
    : `too noisy while timing: ${[...new Set(disqualifying.map(({ id, value }) => `${id} ${value}`))].join(', ')}`;
}
