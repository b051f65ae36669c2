import { nameOf, nameOfRow } from '../../results/cell-name.ts';
import { measuredCells } from '../../results/cells.ts';
import type { ScenarioResult } from '../../results/results.ts';
import { causeOf } from '../claim.ts';
import type { Observation } from '../finding.ts';
import { wasCounted, type Check, type JudgedCell } from './check.ts';
import { countAgain, countAllAgain } from './command-lines.ts';

/** Cells that failed, escaped their emulation, or did other work than the first cell. */
export const checkVoid: Check = ({ cells }) =>
  cells.map((judged): Observation => {
    const { claim } = judged;
    const isVoid = claim.kind === 'void' && claim.cause !== 'nondeterministic';
    return {
      ...nameOf(judged),
      outcome: isVoid ? 'failed' : 'passed',
      expected: 'a cell that ran to its end and left overrides equivalent to the others',
      found: isVoid ? `${claim.reason}${differencesIn(judged)}` : 'as expected',
      reproduce: causeOf(judged) === 'overrides-differ' ? countAllAgain(judged) : countAgain(judged),
    };
  });

/** Counts that differ between passes, or that no second pass confirmed: nothing can be compared with them. */
export const checkDeterministic: Check = ({ cells }) =>
  cells.filter(wasCounted).map((judged): Observation => {
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
function differencesIn(judged: JudgedCell): string {
  if (causeOf(judged) !== 'overrides-differ') return '';
  const { of } = judged;
  const { equivalence } = of;
  const rest = equivalence.differences.length - 1;
  return [
    ...fewerLinks(of).map((fewer) => `; ${fewer}`),
    ...equivalence.differences.slice(0, 1).map((first) => `; ${first}`),
    ...(rest > 0 ? [`; and ${rest} more`] : []),
  ].join('');
}

/** `batched, batched-dedup left 3 of 51 links`: what leaves fewer than others is broken, whatever is missing. */
function fewerLinks(scenario: ScenarioResult): readonly string[] {
  const cells = measuredCells(scenario).flatMap((cell) => {
    const { links } = cell.counts;
    return cell.void !== null || links === null ? [] : [{ cell, links }];
  });
  const most = Math.max(0, ...cells.map(({ links }) => links));
  const fewer = cells.filter(({ links }) => links < most);
  return [...new Set(fewer.map(({ links }) => links))].map((links) => {
    const rows = fewer.filter((one) => one.links === links).map(({ cell }) => nameOfRow(cell));
    return `${[...new Set(rows)].join(', ')} left ${links} of ${most} links`;
  });
}
