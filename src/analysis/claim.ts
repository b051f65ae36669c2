import { type CellName, nameOf } from '../results/cell-name.ts';
import { isOfCommands, measuredCells, wasTimed } from '../results/cells.ts';
import type { MeasuredCell, RunFacts, ScenarioResult } from '../results/results.ts';

/**
 * What may be claimed about a measured cell: nothing, its counts alone, times without an interval, or times
 * with one. It is decided here and nowhere else; our measurement specification, sections 1.4a, 1.8, 3.10, 4.8 and 6.
 */
export type Claim =
  | { readonly kind: 'void'; readonly cause: VoidCause; readonly reason: string }
  | { readonly kind: 'counted' | 'quick' | 'timed' };

/** Why nothing may be claimed about a cell. */
export type VoidCause = 'failed' | 'nondeterministic' | 'escaped' | 'overrides-differ';

/** A measured cell, where it belongs, and what may be claimed about it. */
export interface ClaimedCell extends CellName {
  readonly of: ScenarioResult;
  readonly cell: MeasuredCell;
  readonly claim: Claim;
}

/**
 * Decides what may be claimed about the cells of a scenario. A difference between overrides voids every one
 * of them, because then it is not known which did the work that was asked for.
 */
export function claimedCells(of: ScenarioResult, { mode }: Pick<RunFacts, 'mode'>): readonly ClaimedCell[] {
  const differ = overridesDiffer(of)
    ? `${isOfCommands(of) ? 'what the commands leave is' : 'the overrides are'} not equivalent`
    : null;
  return measuredCells(of).map((cell) => ({
    ...nameOf({ ...cell, scenario: of.name }),
    of,
    cell,
    claim: claimOf(cell, differ, modeOf(of, cell.emulation, mode)),
  }));
}

/** Whether nothing may be claimed about a cell. */
export function isVoid(claimed: { readonly claim: Claim }): boolean {
  return causeOf(claimed) !== null;
}

/** Why nothing may be claimed about a cell; null where something may. */
export function causeOf({ claim }: { readonly claim: Claim }): VoidCause | null {
  return claim.kind === 'void' ? claim.cause : null;
}

/** Rounds that an emulation has of its own are few and not in whole blocks, as those of a quick run (section 4.5a). */
export function modeOf(
  { ownRounds }: ScenarioResult,
  emulation: string,
  mode: RunFacts['mode'],
): RunFacts['mode'] {
  return mode === 'timed' && ownRounds.some((own) => own.emulation === emulation) ? 'quick' : mode;
}

function claimOf(cell: MeasuredCell, whyDifferent: string | null, mode: RunFacts['mode']): Claim {
  const { counts } = cell;
  const escaped = counts.escaped ?? 0;
  const isVoid = (cause: VoidCause, reason: string): Claim => ({ kind: 'void', cause, reason });
  if (cell.void !== null) return isVoid('failed', inOneLine(cell.void));
  // Where nobody could count there is nothing to vary.
  if (counts.launches !== null && !isDeterministic(cell))
    return isVoid('nondeterministic', whyNotDeterministic(cell));
  if (escaped > 0)
    return isVoid('escaped', `${escaped} of its launches escaped the emulation${WHAT_KEEPS_THEM}`);
  if (whyDifferent !== null) return isVoid('overrides-differ', whyDifferent);
  return { kind: mode === 'counts-only' || !wasTimed(cell) ? 'counted' : mode };
}

/** Lines of a reason that are shown; a tool that is called wrongly prints its whole help. All of it is in the results. */
const LINES_SHOWN = 3;

/** What a tool printed, in one line: how it begins, and how it ends, which is what was launched. */
function inOneLine(reason: string): string {
  const lines = reason
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    lines.length <= LINES_SHOWN + 1 ? lines : [...lines.slice(0, LINES_SHOWN), '…', ...lines.slice(-1)]
  ).join(' / ');
}

/** Passes that a count rests on: one that counts, one that confirms it (section 1.8). */
const FEWEST_PASSES = 2;

/** Whether at least two counting passes were made, and every one saw the same number of launches. */
function isDeterministic({ counts }: MeasuredCell): boolean {
  return counts.seen.length >= FEWEST_PASSES && new Set([counts.launches, ...counts.seen]).size === 1;
}

/** An interrupted run may never have come to a cell: its 0 is no count. */
function whyNotDeterministic({ counts: { launches, seen } }: MeasuredCell): string {
  if (seen.length === 0) return 'its launches were never counted';
  if (seen.length === 1) return 'its launches were counted once, and no second pass confirmed the count';
  return new Set(seen).size > 1
    ? `launch counts differ between passes: ${seen.join(', ')}`
    : `${launches} launches are listed, but ${seen[0] ?? 0} were counted`;
}

/** A prefix stands before one program and not before those which that one executes. */
const WHAT_KEEPS_THEM =
  ' and ran natively; FEX keeps them in it, and so does any emulator that is registered with binfmt_misc';

/** What the file says about equivalence is checked against the digests that it rests on. */
function overridesDiffer(scenario: ScenarioResult): boolean {
  const finished = measuredCells(scenario).filter(
    (cell) => cell.void === null && (cell.counts.launches === null || isDeterministic(cell)),
  );
  const digests = new Set(finished.map(({ counts }) => counts.overridesDigest));
  return !scenario.equivalence.equivalent || digests.size > 1;
}
