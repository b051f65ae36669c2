import { FormatError, UsageError } from '../errors.ts';
import { RULES } from './finding.ts';
import type { Finding, GateVerdict, Rule } from './finding.ts';
import type { Baseline } from '../results/baseline.ts';
import { DEFAULT_LEVELS } from './gate-rules.ts';
import type { GateFiles, GateRules, Level } from './gate-rules.ts';
import type { Results } from '../results/results.ts';
import { checkBudget } from './rules/budget.ts';
import { judgedCells } from './rules/check.ts';
import type { Checks, GateCase, Observation } from './rules/check.ts';
import { checkCoverage, checkExecutables, checkLaunches } from './rules/counts.ts';
import { checkMaxFaults, checkMaxRss } from './rules/limits.ts';
import { checkMaxRatio } from './rules/max-ratio.ts';
import { checkDeterministic, checkVoid } from './rules/trust.ts';

export type { GateFiles, GateRules, MaxRatio } from './gate-rules.ts';

/** How each rule is checked. To add one, name it in finding.ts, write its check and add its line here. */
const CHECKS = {
  void: checkVoid,
  deterministic: checkDeterministic,
  coverage: checkCoverage,
  launches: checkLaunches,
  launchesByExecutable: checkExecutables,
  budget: checkBudget,
  maxRatio: checkMaxRatio,
  maxRss: checkMaxRss,
  maxFaults: checkMaxFaults,
} as const satisfies Checks;

/**
 * Holds results against a baseline, the budgets of their scenarios, and limits. Passed when no rule of
 * level `error` failed. A gate that could not judge never passes: that is an exception, status 2.
 * Our measurement specification, section 9.
 *
 * @throws FormatError when there is nothing to judge, or nothing to judge it by
 * @throws UsageError when the rules are to let a void cell pass
 */
export function judge(
  results: Results,
  baseline: Baseline | null,
  rules: GateRules = {},
  files: GateFiles = { results: [], baseline: baseline?.file ?? null },
): GateVerdict {
  const gate: GateCase = { results, baseline, rules, files };
  if ((rules.levels?.void ?? 'error') !== 'error') {
    throw new UsageError('the rule "void" is always an error: a void cell has no count that could be judged');
  }
  refuseNothingToJudge(gate);
  const findings = RULES.flatMap((rule) => findingsOf(rule, gate));
  const failed = findings.some(({ level, outcome }) => level === 'error' && outcome === 'failed');
  if (!failed && !findings.some(judgesSomething)) {
    throw new FormatError('nothing to judge by: no baseline, no budget in the scenario, no limit', {
      hint: 'Give --baseline FILE, or write a budget into the scenario.',
    });
  }
  return { passed: !failed, findings };
}

/** Most rules hold a cell against something; three only say whether it can be held against anything. */
function judgesSomething({ rule, outcome }: Finding): boolean {
  switch (rule) {
    case 'void':
    case 'deterministic':
    case 'coverage':
      return false;
    case 'launches':
    case 'launchesByExecutable':
    case 'budget':
    case 'maxRss':
    case 'maxFaults':
      return outcome !== 'inconclusive';
    case 'maxRatio':
      // Looked at closely and not decided: that is an answer, a warning.
      return true;
  }
}

function findingsOf(rule: Rule, gate: GateCase): Finding[] {
  const level: Level = gate.rules.levels?.[rule] ?? DEFAULT_LEVELS[rule];
  if (level === 'off') return [];
  return CHECKS[rule](gate).map((observed: Observation) => ({
    rule,
    level: observed.outcome === 'inconclusive' ? 'warn' : level,
    newLaunches: [],
    reproduce: null,
    accept: null,
    location: null,
    ...observed,
  }));
}

function refuseNothingToJudge(gate: GateCase): void {
  const cells = judgedCells(gate);
  if (cells.length === 0) {
    throw new FormatError('these results hold no measured cell, so there is nothing to judge');
  }
  const { baseline } = gate;
  if (baseline !== null && cells.every((cell) => cell.baseline === null)) {
    const names = (of: readonly { readonly scenario: string }[]): string =>
      [...new Set(of.map(({ scenario }) => scenario))].slice(0, 5).join(', ');
    throw new FormatError(
      `${baseline.file}: no cell of these results is in this baseline: it is of ${names(baseline.cells)}, they are of ${names(cells)}`,
      { hint: 'Give the baseline of the same scenario; `gate --update` adds what is missing.' },
    );
  }
}
