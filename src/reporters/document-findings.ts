import type { ComparisonDocument, GateDocument, ResultsDocument, TraceDocument } from './document.ts';
import { formatCount } from './format-numbers.ts';
import type { Finding, Rule } from '../analysis/finding.ts';
import { aboutMissingShards } from '../analysis/missing-shards.ts';
import { missingShardsIn } from './missing-shards.ts';
import type { CellComparison } from '../analysis/compare.ts';
import type { CellAnalysis } from '../analysis/analysis.ts';

/** The documents that can be shown as a list of findings. */
export type FindingsDocument = GateDocument | ResultsDocument | ComparisonDocument | TraceDocument;

/**
 * What a document says, check by check. A gate has judged; a report and a comparison only say what they
 * saw, so theirs are the checks that need no baseline, and those of a comparison are warnings.
 */
export function findingsOf(document: FindingsDocument): readonly Finding[] {
  switch (document.kind) {
    case 'gate':
      return document.verdict.findings;
    case 'trace':
      return document.verdict?.findings ?? [];
    case 'results':
      return [
        ...missingShardsIn(document).map(({ of, shards }) => aboutMissingShards(shards, of)),
        ...document.analysis.scenarios.flatMap(({ scenario, emulations }) =>
          emulations.flatMap(({ cells }) =>
            cells.flatMap((found) => [
              countedFinding(scenario.name, found),
              voidFinding(scenario.name, found),
            ]),
          ),
        ),
      ];
    case 'comparison':
      return [
        ...missingShardsIn(document).map(({ of, shards }) => aboutMissingShards(shards, of)),
        ...document.comparison.cells.map(comparedFinding),
      ];
  }
}

/** Where a finding without a place of its own is shown: the file that was judged against. */
export function fallbackFile(document: FindingsDocument, finding: Finding): string {
  const runs =
    document.kind === 'gate'
      ? document.results
      : document.kind === 'results'
        ? [document.analysis.results]
        : [];
  const source = runs
    .flatMap(({ scenarios }) => scenarios)
    .find(({ name }) => name === finding.scenario)?.source;
  return (document.kind === 'gate' ? document.baseline : null) ?? source ?? 'launchbench';
}

const NOTHING_TO_DO = { newLaunches: [], reproduce: null, accept: null, location: null } as const;

function countedFinding(scenario: string, { cell, claim }: CellAnalysis): Finding {
  const { row, tool, emulation, counts } = cell;
  const fault = claim.kind === 'void' && claim.cause === 'nondeterministic' ? claim.reason : null;
  return {
    ...NOTHING_TO_DO,
    rule: 'deterministic',
    level: 'error',
    outcome: fault === null ? 'passed' : 'failed',
    scenario,
    row,
    tool,
    emulation,
    expected: 'the same number of launches in at least two counting passes',
    found: fault ?? formatCount(counts.launches),
  };
}

function voidFinding(scenario: string, { cell, claim }: CellAnalysis): Finding {
  const { row, tool, emulation } = cell;
  return {
    ...NOTHING_TO_DO,
    rule: 'void',
    level: 'error',
    outcome: claim.kind === 'void' ? 'failed' : 'passed',
    scenario,
    row,
    tool,
    emulation,
    expected: 'a cell that can be compared',
    found: claim.kind === 'void' ? claim.reason : 'one',
  };
}

function comparedFinding(compared: CellComparison): Finding {
  const { scenario, row, tool, emulation, newLaunches, verdict } = compared;
  return {
    ...NOTHING_TO_DO,
    rule: COMPARED_RULES[verdict].rule,
    level: 'warn',
    outcome: COMPARED_RULES[verdict].failed ? 'failed' : 'passed',
    scenario,
    row,
    tool,
    emulation,
    expected: expectedOf(compared),
    found: foundIn(compared),
    newLaunches,
  };
}

function foundIn({ launches: { head }, drivers, verdict }: CellComparison): string {
  if (verdict === 'fewer drivers') return String(drivers.head);
  return head === null ? 'no such cell' : `${head} (${verdict})`;
}

function expectedOf({ launches: { base, head }, drivers, verdict }: CellComparison): string {
  if (verdict === 'fewer drivers') return `at least ${drivers.base ?? 0} drivers captured`;
  if (base === null) return 'nothing: the base has no such cell';
  return head === null ? 'the cell that the base has' : `at most ${base}`;
}

const COMPARED_RULES = {
  'fewer launches': { rule: 'launches', failed: false },
  'same launches': { rule: 'launches', failed: false },
  'more launches': { rule: 'launches', failed: true },
  'fewer drivers': { rule: 'drivers', failed: true },
  'not counted': { rule: 'launches', failed: false },
  new: { rule: 'coverage', failed: false },
  gone: { rule: 'coverage', failed: true },
  void: { rule: 'void', failed: true },
} as const satisfies Record<CellComparison['verdict'], { readonly rule: Rule; readonly failed: boolean }>;
