import { isDeterministic, whyNotDeterministic } from '../void.ts';
import { judgedCells, nameOf } from './check.ts';
import type { Check, GateCase, Observation } from './check.ts';
import { countAgain } from './commands.ts';

/** Cells that failed, escaped their emulation, or did other work than the first cell. */
export const checkVoid: Check = (gate) =>
  judgedCells(gate).flatMap((judged): Observation[] => {
    const { cell, of } = judged;
    const escaped = cell.counts.traced?.escaped ?? 0;
    const reason =
      cell.void ??
      (escaped > 0 ? `${escaped} launches escaped the emulation` : null) ??
      (of.equivalence.equivalent ? null : differenceIn(judged));
    return [
      {
        ...nameOf(judged),
        outcome: reason === null ? 'passed' : 'failed',
        expected: 'a cell that ran to its end and left overrides equivalent to the others',
        found: reason ?? 'as expected',
        reproduce: countAgain(judged),
      },
    ];
  });

/** Counts that differ between passes, or that no second pass confirmed: nothing can be held against them. */
export const checkDeterministic: Check = (gate: GateCase) =>
  judgedCells(gate)
    .filter(({ cell }) => cell.void === null)
    .map((judged): Observation => {
      const { cell } = judged;
      const holds = isDeterministic(cell);
      return {
        ...nameOf(judged),
        outcome: holds ? 'passed' : 'failed',
        expected: 'the same number of launches in at least two counting passes',
        found: holds ? cell.counts.seen.join(', ') : whyNotDeterministic(cell),
        reproduce: countAgain(judged),
      };
    });

/** All cells of the scenario are void then: which of them did the work that was asked for is not known. */
function differenceIn({ of: { equivalence } }: ReturnType<typeof judgedCells>[number]): string {
  const rest = equivalence.differences.length - 1;
  return [
    'overrides that are not equivalent',
    ...equivalence.differences.slice(0, 1),
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ].join('; ');
}
