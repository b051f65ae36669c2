import { budgetSummary } from './compose/trace.ts';
import { findingCell, findingLines, gateSummary } from './compose/gate.ts';
import { escapeAnnotation, escapeAnnotationProperty, escapeInvisible, escapeTerminal } from './escape.ts';
import { plural } from '../plural.ts';
import { findingsOf, type FindingsDocument, placeOf } from './document-findings.ts';
import { type Finding, isFailure } from '../analysis/finding.ts';

/** GitHub shows no more annotations than this of one step; the rest would vanish without a word. */
const ANNOTATIONS_SHOWN = 10;

/** New launches named in one annotation. */
const LAUNCHES_NAMED = 5;

/**
 * Workflow commands for GitHub Actions: one annotation for each finding that failed or is undecided,
 * errors first, the first ten only; then a plain line that counts the rest.
 */
export function renderGithub(document: FindingsDocument): string {
  const findings = findingsOf(document);
  const told = findings
    .filter(({ outcome }) => outcome !== 'passed')
    .sort((a, b) => Number(isFailure(b)) - Number(isFailure(a)));
  const rest = told.slice(ANNOTATIONS_SHOWN);
  return [
    ...summaryLines(document).map((line) => escapeTerminal(`launchbench: ${line}`)),
    ...told.slice(0, ANNOTATIONS_SHOWN).map((finding) => annotation(finding, document)),
    `launchbench: ${plural(findings.length, 'check')}, ${told.length} to look at` +
      (rest.length === 0 ? '' : `; ${rest.length} more than the ${ANNOTATIONS_SHOWN} annotations shown`),
    '',
  ].join('\n');
}

function summaryLines(document: FindingsDocument): readonly string[] {
  if (document.kind === 'gate') return [gateSummary(document.verdict)];
  if (document.kind === 'trace') return document.verdict === null ? [] : [budgetSummary(document.verdict)];
  return [];
}

function commandOf(finding: Finding): 'error' | 'warning' {
  return isFailure(finding) ? 'error' : 'warning';
}

function annotation(finding: Finding, document: FindingsDocument): string {
  const { rule, outcome } = finding;
  const { file, line } = placeOf(finding, document);
  const title = `${findingCell(finding)}: ${rule}${outcome === 'inconclusive' ? ' (not judged)' : ''}`;
  const message = findingLines(finding, LAUNCHES_NAMED).map(escapeInvisible).join('\n');
  const properties = `file=${escapeAnnotationProperty(file)},line=${line},title=${escapeAnnotationProperty(title)}`;
  return `::${commandOf(finding)} ${properties}::${escapeAnnotation(message)}`;
}
