import { budgetSummary } from './compose/trace.ts';
import { findingCell, findingCommands, findingSentence, gateSummary, newLaunchLine } from './compose/gate.ts';
import { escapeAnnotation, escapeAnnotationProperty, escapeInvisible, escapeTerminal } from './escape.ts';
import { plural } from '../plural.ts';
import { fallbackFile, findingsOf, type FindingsDocument } from './document-findings.ts';
import type { Finding } from '../analysis/finding.ts';

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
    .sort((a, b) => COMMANDS.indexOf(commandOf(a)) - COMMANDS.indexOf(commandOf(b)));
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

const COMMANDS = ['error', 'warning'] as const;

function commandOf({ outcome, level }: Finding): (typeof COMMANDS)[number] {
  return outcome === 'failed' && level === 'error' ? 'error' : 'warning';
}

function annotation(finding: Finding, document: FindingsDocument): string {
  const { location, rule, newLaunches, outcome } = finding;
  const file = location?.file ?? fallbackFile(document, finding);
  const title = `${findingCell(finding)}: ${rule}${outcome === 'inconclusive' ? ' (not judged)' : ''}`;
  const unnamed = newLaunches.length - LAUNCHES_NAMED;
  const message = [
    findingSentence(finding),
    ...newLaunches.slice(0, LAUNCHES_NAMED).map((launch) => `new: ${newLaunchLine(launch)}`),
    ...(unnamed > 0 ? [`and ${plural(unnamed, 'more launch', 'more launches')}`] : []),
    ...findingCommands(finding).map(({ does, command }) => `${does}: ${command}`),
  ]
    .map(escapeInvisible)
    .join('\n');
  const properties = `file=${escapeAnnotationProperty(file)},line=${location?.line ?? 1},title=${escapeAnnotationProperty(title)}`;
  return `::${commandOf(finding)} ${properties}::${escapeAnnotation(message)}`;
}
