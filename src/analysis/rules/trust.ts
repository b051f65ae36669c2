import { judgedCells, nameOf, wasCounted } from './check.ts';
import type { Check, GateCase, JudgedCell, Observation } from './check.ts';
import { countAgain } from './commands.ts';

/** Cells that failed, escaped their emulation, or did other work than the first cell. */
export const checkVoid: Check = (gate) =>
  judgedCells(gate).map((judged): Observation => {
    const { claim } = judged;
    const isVoid = claim.kind === 'void' && claim.cause !== 'nondeterministic';
    return {
      ...nameOf(judged),
      outcome: isVoid ? 'failed' : 'passed',
      expected: 'a cell that ran to its end and left overrides equivalent to the others',
      found: isVoid ? `${claim.reason}${differencesIn(judged)}` : 'as expected',
      reproduce: countAgain(judged),
    };
  });

/** Counts that differ between passes, or that no second pass confirmed: nothing can be compared with them. */
export const checkDeterministic: Check = (gate: GateCase) =>
  judgedCells(gate)
    .filter(wasCounted)
    .map((judged): Observation => {
      const { cell, claim } = judged;
      const fault = claim.kind === 'void' && claim.cause === 'nondeterministic' ? claim.reason : null;
      return {
        ...nameOf(judged),
        outcome: fault === null ? 'passed' : 'failed',
        expected: 'the same number of launches in at least two counting passes',
        found: fault ?? cell.counts.seen.join(', '),
        reproduce: countAgain(judged),
      };
    });

/** All cells of the scenario are void then: which of them did the work that was asked for is not known. */
function differencesIn({ claim, of: { equivalence } }: JudgedCell): string {
  if (claim.kind !== 'void' || claim.cause !== 'overrides-differ') return '';
  const rest = equivalence.differences.length - 1;
  return [
    ...equivalence.differences.slice(0, 1).map((first) => `; ${first}`),
    ...(rest > 0 ? [`; and ${rest} more`] : []),
  ].join('');
}
