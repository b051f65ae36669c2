import type { Baseline, BaselineCell } from '../../results/baseline.ts';
import { isSameCell } from '../../results/cell-name.ts';
import type { Results } from '../../results/results.ts';
import { causeOf, type ClaimedCell } from '../claim.ts';
import type { ClaimedScenario } from '../claimed-scenarios.ts';
import type { Finding, Observation } from '../finding.ts';
import type { GateFiles, GateRules } from '../gate-rules.ts';

/** Everything that a gate judges, and by what. */
export interface GateCase {
  readonly results: Results;
  readonly scenarios: readonly ClaimedScenario[];
  /** Every measured cell. */
  readonly cells: readonly JudgedCell[];
  readonly baseline: Baseline | null;
  readonly rules: GateRules;
  readonly files: GateFiles;
}

/** A measured cell and its counts in the baseline. */
export interface JudgedCell extends ClaimedCell {
  readonly baseline: BaselineCell | null;
  /** The command line of the run. */
  readonly argv: readonly string[];
}

/** One rule: what it finds in every cell that it has something to say about. */
export type Check = (gate: GateCase) => Iterable<Observation>;

/** An emulator changes no count, so a cell under one that the baseline does not know is compared with the native cell. */
export function judgedCells(
  scenarios: readonly ClaimedScenario[],
  baseline: Baseline | null,
  argv: readonly string[],
): JudgedCell[] {
  const inBaseline = (cell: ClaimedCell): BaselineCell | undefined =>
    baseline?.cells.find((known) => isSameCell(known, cell));
  return scenarios.flatMap(({ cells }) =>
    cells.map((cell) => ({
      ...cell,
      argv,
      baseline: inBaseline(cell) ?? inBaseline({ ...cell, emulation: 'native' }) ?? null,
    })),
  );
}

/** The outcome of a rule on counts: those that vary are neither above nor below anything. */
export function countOutcome(judged: JudgedCell, broken: boolean): Finding['outcome'] {
  if (causeOf(judged) === 'nondeterministic') return 'inconclusive';
  return broken ? 'failed' : 'passed';
}

/** Whether a cell that nothing may be claimed about fails this gate, whatever else is asked of it: rules can be lowered. */
export function failsAlready({ rules }: GateCase, judged: JudgedCell): boolean {
  const cause = causeOf(judged);
  if (cause === 'nondeterministic') return (rules.levels?.deterministic ?? 'error') === 'error';
  return cause !== null;
}

/** Whether a cell has counts at all; that it failed is a finding of its own. */
export function wasCounted(judged: JudgedCell): boolean {
  return causeOf(judged) !== 'failed';
}
