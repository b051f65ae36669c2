import type { ComparisonDocument, GateDocument, ResultsDocument, TraceDocument } from './document.ts';
import { formatCount } from './format-numbers.ts';
import { nameOf } from '../results/cell-name.ts';
import { aboutMissingShards, finding, type Finding, type Rule } from '../analysis/finding.ts';
import { missingShardsIn } from './missing-shards.ts';
import type { CellComparison } from '../analysis/compare-results.ts';
import type { CellAnalysis } from '../analysis/analysis.ts';
import type { Results } from '../results/results.ts';

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
    case 'results': {
      const { scenarios } = document.analysis;
      return [
        ...missingFindings(document),
        ...scenarios.flatMap(({ scenario, emulations }) =>
          emulations.flatMap(({ cells }) =>
            cells.flatMap((found) => [
              countedFinding(scenario.name, found),
              voidFinding(scenario.name, found),
            ]),
          ),
        ),
      ];
    }
    case 'comparison':
      return [...missingFindings(document), ...document.comparison.cells.map(comparedFinding)];
  }
}

/** Where a finding is shown: without a place of its own, in the file that was judged against. */
export function placeOf(finding: Finding, document: FindingsDocument): NonNullable<Finding['location']> {
  return finding.location ?? { file: judgedAgainst(document, finding.scenario) ?? 'launchbench', line: 1 };
}

function judgedAgainst(document: FindingsDocument, scenario: string): string | null | undefined {
  const sourceIn = (runs: readonly Results[]): string | undefined =>
    runs.flatMap(({ scenarios }) => scenarios).find(({ name }) => name === scenario)?.source;
  switch (document.kind) {
    case 'gate':
      return document.baseline ?? sourceIn(document.results);
    case 'results':
      return sourceIn([document.analysis.results]);
    case 'comparison':
    case 'trace':
      return null;
  }
}

function missingFindings(document: FindingsDocument): readonly Finding[] {
  return missingShardsIn(document).map(({ of, shards }) => aboutMissingShards(shards, of));
}

function countedFinding(scenario: string, { cell, claim }: CellAnalysis): Finding {
  const fault = claim.kind === 'void' && claim.cause === 'nondeterministic' ? claim.reason : null;
  return finding('deterministic', 'error', {
    ...nameOf({ ...cell, scenario }),
    outcome: fault === null ? 'passed' : 'failed',
    expected: 'the same number of launches in at least two counting passes',
    found: fault ?? formatCount(cell.counts.launches),
  });
}

function voidFinding(scenario: string, { cell, claim }: CellAnalysis): Finding {
  return finding('void', 'error', {
    ...nameOf({ ...cell, scenario }),
    outcome: claim.kind === 'void' ? 'failed' : 'passed',
    expected: 'a cell that can be compared',
    found: claim.kind === 'void' ? claim.reason : 'one',
  });
}

function comparedFinding(compared: CellComparison): Finding {
  const { rule, failed } = COMPARED_RULES[compared.verdict];
  return finding(rule, 'warn', {
    ...nameOf(compared),
    outcome: failed ? 'failed' : 'passed',
    expected: expectedOf(compared),
    found: foundIn(compared),
    newLaunches: compared.newLaunches,
  });
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
