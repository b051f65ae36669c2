import type { MeasuredCell, ScenarioResult } from './results-file.ts';

/**
 * Why nothing may be claimed about a cell; null when all is well. A difference between overrides voids
 * every cell of the scenario, because then nobody knows which of them did the work that was asked for.
 * Our measurement specification, sections 1.4a, 1.8, 4.8 and 6.
 */
export function reasonToVoid(scenario: ScenarioResult, cell: MeasuredCell): string | null {
  if (cell.void !== null) return cell.void;
  if (!isDeterministic(cell)) return `launch counts differ between passes: ${cell.counts.seen.join(', ')}`;
  const escaped = cell.counts.traced?.escaped ?? 0;
  if (escaped > 0) return `${escaped} of its launches escaped the emulation`;
  if (!scenario.equivalence.equivalent) return 'the overrides are not equivalent';
  return null;
}

/** Whether every counting pass saw the same number of launches. */
export function isDeterministic({ counts }: MeasuredCell): boolean {
  return new Set([counts.launches, ...counts.seen]).size === 1;
}

/** Why no time of this scenario decides anything; null when the times can be trusted. */
export function reasonForDoubt(scenario: ScenarioResult, nullControlFailed: boolean): string | null {
  if (nullControlFailed) return 'null control failed';
  const disqualifying = scenario.noise.filter(({ disqualifies }) => disqualifies);
  return disqualifying.length === 0
    ? null
    : `too noisy while timing: ${[...new Set(disqualifying.map(({ id, value }) => `${id} ${value}`))].join(', ')}`;
}
