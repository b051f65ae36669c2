import { FormatError, UsageError } from '../errors.ts';
import { RULES, type Finding, type GateVerdict, type Rule } from './finding.ts';
import type { Baseline } from '../results/baseline.ts';
import { nameOfCell, nameOfRow } from '../results/cell-name.ts';
import { DEFAULT_LEVELS, type GateFiles, type GateRules, type Level } from './gate-rules.ts';
import type { Results } from '../results/results.ts';
import { checkBudget } from './rules/budget.ts';
import { judgedCells, type Checks, type GateCase, type Observation } from './rules/check.ts';
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
import { aboutMissingShards } from './missing-shards.ts';
import { checkMaxFaults, checkMaxRss } from './rules/limits.ts';
import { packageChanges, packageWords } from './package-changes.ts';
import { checkMaxRatio } from './rules/max-ratio.ts';
import { checkDeterministic, checkVoid } from './rules/trust.ts';

export type { GateFiles, GateRules, MaxRatio } from './gate-rules.ts';

/** How each rule is checked. To add one, name it in finding.ts, write its check and add its line here. */
const CHECKS = {
  void: checkVoid,
  deterministic: checkDeterministic,
  coverage: checkCoverage,
  uncovered: checkUncovered,
  launches: checkLaunches,
  launchesByExecutable: checkExecutables,
  toolLaunches: checkToolLaunches,
  forks: checkForks,
  drivers: checkDrivers,
  links: checkLinks,
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
  const missingShards = results.missingShards ?? [];
  const findings = [
    ...(missingShards.length > 0 ? [aboutMissingShards(missingShards)] : []),
    ...fold(RULES.flatMap((rule) => findingsOf(rule, gate))),
  ];
  const failed = findings.some(isError);
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
    notes: baseline === null ? [] : [...notesOn(baseline), ...notesOnPackages(baseline, results)],
  };
}

function isError({ level, outcome }: Finding): boolean {
  return level === 'error' && outcome === 'failed';
}

/** A rule that only repeats what another one has found in the same cell is left out. */
function fold(findings: readonly Finding[]): Finding[] {
  const keyOf = (rule: Rule, cell: Finding): string =>
    JSON.stringify([rule, cell.scenario, nameOfRow(cell), cell.emulation]);
  const failed = new Set(findings.filter(isError).map((finding) => keyOf(finding.rule, finding)));
  return findings.filter((finding) => {
    const hasFailed = (rule: Rule): boolean => failed.has(keyOf(rule, finding));
    if (finding.outcome === 'inconclusive') return !hasFailed('void') && !hasFailed('deterministic');
    if (finding.outcome === 'passed') return true;
    switch (finding.rule) {
      case 'launchesByExecutable':
        return !hasFailed('launches');
      case 'links':
        // Without its drivers a capture leaves fewer links; a tool that fails to make them is another matter.
        return finding.accept === null || !hasFailed('drivers');
      case 'void':
      case 'deterministic':
      case 'coverage':
      case 'uncovered':
      case 'launches':
      case 'toolLaunches':
      case 'forks':
      case 'drivers':
      case 'budget':
      case 'maxRatio':
      case 'maxRss':
      case 'maxFaults':
        return true;
    }
  });
}

/** What a baseline leaves unguarded, and where it contradicts itself: its number of launches is what is judged then. */
function notesOn({ file, cells }: Baseline): string[] {
  const old = cells.filter(({ labels }) => labels === null);
  const contradictory = cells.filter(
    ({ labels, launches }) =>
      labels !== null && [...labels.values()].reduce((sum, count) => sum + count, 0) !== launches,
  );
  return [
    ...(old.length === 0
      ? []
      : [
          `${file}: ${old.length === cells.length ? 'no cell' : `not every cell`} says what its launches are for, so new ones are counted but not named; --update makes it anew.`,
        ]),
    ...contradictory.map(
      (cell) =>
        `${file}${cell.line === null ? '' : `:${cell.line}`}: ${cell.scenario}, ${nameOfCell(cell)}: "launches" is not the sum of the labels; "launches" is what is judged.`,
    ),
  ];
}

/** Other packages are other drivers: what changed in a count may have come with them. */
function notesOnPackages({ file, packages = {} }: Baseline, { scenarios }: Results): string[] {
  return scenarios.flatMap((scenario) => {
    const changes = packageChanges(packages[scenario.name], scenario.packages);
    if (changes.length === 0) return [];
    return [
      `${file}: ${scenario.name} was counted with other packages: ${packageWords(changes)}; --update takes these over.`,
    ];
  });
}

/** Most rules judge how much was launched; some only say whether that can be believed. */
function judgesSomething({ rule, outcome }: Finding): boolean {
  switch (rule) {
    case 'void':
    case 'deterministic':
    case 'coverage':
    case 'uncovered':
    case 'drivers':
    case 'links':
      return false;
    case 'launches':
    case 'launchesByExecutable':
    case 'toolLaunches':
    case 'forks':
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
    newLaunches: [],
    reproduce: null,
    accept: null,
    location: null,
    ...observed,
    rule,
    level: observed.outcome === 'inconclusive' ? 'warn' : (observed.level ?? level),
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
