import { FormatError, UsageError } from '../errors.ts';
import type { Baseline } from '../results/baseline.ts';
import { nameOfCell } from '../results/cell-name.ts';
import type { Results } from '../results/results.ts';
import { DEFAULT_MARGIN } from '../statistics/verdict.ts';
import { claimedScenarios } from './claimed-scenarios.ts';
import {
  aboutMissingShards,
  finding,
  isFailure,
  RULES,
  type Finding,
  type GateVerdict,
  type Rule,
} from './finding.ts';
import { defaultLevel, type GateFiles, type GateRules } from './gate-rules.ts';
import { packageChanges, packageWords } from './package-changes.ts';
import { checkBudget } from './rules/budget.ts';
import { judgedCells, type Check, type GateCase } from './rules/check.ts';
import {
  checkCoverage,
  checkDrivers,
  checkExecutables,
  checkForks,
  checkLaunches,
  checkLinks,
  checkToolLaunches,
  checkUncovered,
} from './rules/counts.ts';
import { checkMaxFaults, checkMaxRss } from './rules/limits.ts';
import { checkMaxRatio } from './rules/max-ratio.ts';
import { checkDeterministic, checkVoid } from './rules/trust.ts';

export type { GateFiles, GateRules, MaxRatio } from './gate-rules.ts';

/**
 * How each rule is checked, and whether it judges how much was launched: where it could decide, in any case (looked at
 * closely and not decided is an answer, a warning), or never, as it only says whether that can be believed. To add one,
 * name it in finding.ts, write its check and add its line here.
 */
const CHECKS = {
  void: { check: checkVoid, judges: 'never' },
  deterministic: { check: checkDeterministic, judges: 'never' },
  coverage: { check: checkCoverage, judges: 'never' },
  uncovered: { check: checkUncovered, judges: 'never' },
  launches: { check: checkLaunches, judges: 'decided' },
  launchesByExecutable: { check: checkExecutables, judges: 'decided' },
  toolLaunches: { check: checkToolLaunches, judges: 'decided' },
  forks: { check: checkForks, judges: 'decided' },
  drivers: { check: checkDrivers, judges: 'never' },
  links: { check: checkLinks, judges: 'never' },
  budget: { check: checkBudget, judges: 'decided' },
  maxRatio: { check: checkMaxRatio, judges: 'always' },
  maxRss: { check: checkMaxRss, judges: 'decided' },
  maxFaults: { check: checkMaxFaults, judges: 'decided' },
} as const satisfies Record<Rule, { readonly check: Check; readonly judges: 'never' | 'decided' | 'always' }>;

/** Rules that only repeat what another one has found in the same cell. Without its drivers a capture leaves fewer links. */
const REPEATED: Readonly<Partial<Record<Rule, Rule>>> = {
  launchesByExecutable: 'launches',
  links: 'drivers',
};

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
  if ((rules.levels?.void ?? 'error') !== 'error') {
    throw new UsageError('the rule "void" is always an error: a void cell has no count that could be judged');
  }
  const scenarios = claimedScenarios(results, rules.margin ?? DEFAULT_MARGIN);
  const cells = judgedCells(scenarios, baseline, results.run.argv);
  refuseNothingToJudge(cells, baseline);
  const gate = { results, scenarios, cells, baseline, rules, files };
  const missingShards = results.missingShards ?? [];
  const findings = [
    ...(missingShards.length > 0 ? [aboutMissingShards(missingShards)] : []),
    ...fold(RULES.flatMap((rule) => findingsOf(rule, gate))),
  ];
  const failed = findings.some(isFailure);
  if (!failed && !findings.some(judgesSomething)) {
    throw new FormatError('nothing to judge by: no baseline, no budget in the scenario, no limit', {
      hint: 'Give --baseline FILE, or write a budget into the scenario.',
    });
  }
  const inPart = findings.some(({ outcome }) => outcome === 'inconclusive');
  return {
    passed: !failed && !(inPart && rules.strict),
    word: failed ? 'failed' : inPart ? 'passed in part' : 'passed',
    missingShards,
    findings,
    notes: baseline === null ? [] : [...notesOn(baseline, results)],
  };
}

/** Leaves out what only repeats another finding of the same cell, and what could not be judged in a cell that is void. */
function fold(findings: readonly Finding[]): Finding[] {
  const keyOf = (rule: Rule, cell: Finding): string =>
    JSON.stringify([rule, cell.scenario, nameOfCell(cell)]);
  const failed = new Set(findings.filter(isFailure).map((one) => keyOf(one.rule, one)));
  return findings.filter((one) => {
    const hasFailed = (rule: Rule | undefined): boolean => rule !== undefined && failed.has(keyOf(rule, one));
    switch (one.outcome) {
      case 'passed':
        return true;
      case 'inconclusive':
        return !hasFailed('void') && !hasFailed('deterministic');
      case 'failed':
        // What cannot be accepted is another matter, as a tool that fails to make links is.
        return one.accept === null || !hasFailed(REPEATED[one.rule]);
    }
  });
}

/** What a baseline leaves unguarded, and where it contradicts itself: its number of launches is what is judged then. */
function* notesOn({ file, cells, packages = {} }: Baseline, { scenarios }: Results): Generator<string> {
  const old = cells.filter(({ labels }) => labels === null).length;
  if (old > 0) {
    yield `${file}: ${old === cells.length ? 'no cell' : 'not every cell'} says what its launches are for, so new ones are counted but not named; --update makes it anew.`;
  }
  for (const cell of cells) {
    const labelled = [...(cell.labels?.values() ?? [])].reduce((sum, count) => sum + count, 0);
    if (cell.labels === null || labelled === cell.launches) continue;
    yield `${file}${cell.line === null ? '' : `:${cell.line}`}: ${cell.scenario}, ${nameOfCell(cell)}: "launches" is not the sum of the labels; "launches" is what is judged.`;
  }
  for (const { name, packages: counted } of scenarios) {
    // Other packages are other drivers: what changed in a count may have come with them.
    const changes = packageChanges(packages[name], counted);
    if (changes.length === 0) continue;
    yield `${file}: ${name} was counted with other packages: ${packageWords(changes)}; --update takes these over.`;
  }
}

function judgesSomething({ rule, outcome }: Finding): boolean {
  const { judges } = CHECKS[rule];
  return judges === 'always' || (judges === 'decided' && outcome !== 'inconclusive');
}

function findingsOf(rule: Rule, gate: GateCase): Finding[] {
  const level = gate.rules.levels?.[rule] ?? defaultLevel(rule);
  if (level === 'off') return [];
  return [...CHECKS[rule].check(gate)].map((observed) => finding(rule, level, observed));
}

function refuseNothingToJudge(cells: GateCase['cells'], baseline: Baseline | null): void {
  if (cells.length === 0) {
    throw new FormatError('these results hold no measured cell, so there is nothing to judge');
  }
  if (baseline !== null && cells.every((cell) => cell.baseline === null)) {
    const names = (of: readonly { readonly scenario: string }[]): string =>
      [...new Set(of.map(({ scenario }) => scenario))].slice(0, 5).join(', ');
    throw new FormatError(
      `${baseline.file}: no cell of these results is in this baseline: it is of ${names(baseline.cells)}, they are of ${names(cells)}`,
      { hint: 'Give the baseline of the same scenario; `gate --update` adds what is missing.' },
    );
  }
}
