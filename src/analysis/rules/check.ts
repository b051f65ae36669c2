import type { Finding, Rule } from '../finding.ts';
import type { Baseline, BaselineCell } from '../../results/baseline.ts';
import { isSameCell, type CellName } from '../../results/cell-name.ts';
import type { GateFiles, GateRules } from '../gate-rules.ts';
import type { MeasuredCell, Results, ScenarioResult } from '../../results/results.ts';
import { claimsOf, type Claim } from '../claim.ts';

/** Everything that a gate judges, and by what. */
export interface GateCase {
  readonly results: Results;
  readonly baseline: Baseline | null;
  readonly rules: GateRules;
  readonly files: GateFiles;
}

/** A measured cell and where it belongs. */
export interface JudgedCell extends CellName {
  readonly of: ScenarioResult;
  readonly cell: MeasuredCell;
  readonly claim: Claim;
  readonly baseline: BaselineCell | null;
  /** The command line of the run. */
  readonly argv: readonly string[];
}

/** One rule: what it finds in every cell that it has something to say about. */
export type Check = (gate: GateCase) => readonly Observation[];

/** What a rule found, before it is known how much the rule weighs. */
export interface Observation extends CellName {
  /** How much it weighs at most; as much as the rule unless told. */
  readonly level?: 'warn';
  readonly outcome: Finding['outcome'];
  readonly expected: string;
  readonly found: string;
  readonly newLaunches?: Finding['newLaunches'];
  readonly reproduce?: string | null;
  readonly accept?: string | null;
  readonly location?: Finding['location'];
}

/** A table of all rules, so that a new one does not compile until it is checked. */
export type Checks = Readonly<Record<Rule, Check>>;

/**
 * The measured cells of all scenarios, each with its counts in the baseline. An emulator changes no count, so a cell
 * under one that the baseline does not know is held against the native cell.
 */
export function judgedCells({ results, baseline }: GateCase): JudgedCell[] {
  return results.scenarios.flatMap((of) => {
    const claims = claimsOf(of, results.run);
    return [...claims].map(([cell, claim]) => {
      const name = nameOf({ ...cell, scenario: of.name });
      const inBaseline = (wanted: typeof name) => baseline?.cells.find((known) => isSameCell(known, wanted));
      return {
        ...name,
        of,
        cell,
        claim,
        argv: results.run.argv,
        baseline: inBaseline(name) ?? inBaseline({ ...name, emulation: 'native' }) ?? null,
      };
    });
  });
}

/** The outcome of a rule on counts: those that vary are neither above nor below anything. */
export function countOutcome({ claim }: JudgedCell, broken: boolean): Finding['outcome'] {
  if (claim.kind === 'void' && claim.cause === 'nondeterministic') return 'inconclusive';
  return broken ? 'failed' : 'passed';
}

/** Whether a cell has counts at all; that it failed is a finding of its own. */
export function wasCounted({ claim }: JudgedCell): boolean {
  return claim.kind !== 'void' || claim.cause !== 'failed';
}

/** The name alone, for an observation. */
export function nameOf({ scenario, row, tool, emulation }: CellName): CellName {
  return { scenario, row, tool, emulation };
}
