import { findingLines, findingSentence, gateSummary } from './compose/gate.ts';
import { escapeHtml } from './escape.ts';
import { findingsOf, type FindingsDocument } from './document-findings.ts';
import { type Finding, isFailure } from '../analysis/finding.ts';
import { groupBy } from '../group-by.ts';
import { nameOfCell } from '../results/cell-name.ts';

/**
 * JUnit XML, one test case a cell and rule. What could not be decided is skipped; what only warns passes,
 * with its words as output, because JUnit has no warning.
 */
export function renderJunit(document: FindingsDocument): string {
  const findings = findingsOf(document);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeHtml(suiteName(document))}" ${counts(findings)}>`,
    ...[...groupBy(findings, ({ scenario }) => scenario)].flatMap(([scenario, cases]) => [
      `  <testsuite name="${escapeHtml(scenario)}" ${counts(cases)}>`,
      ...cases.map(testCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

/** The name of a suite is what every viewer shows first; that of a whole run stays the same. */
function suiteName(document: FindingsDocument): string {
  return document.kind === 'gate' && document.verdict.word === 'passed in part'
    ? gateSummary(document.verdict)
    : 'launchbench';
}

function counts(findings: readonly Finding[]): string {
  const failures = findings.filter(isFailure).length;
  const skipped = findings.filter(({ outcome }) => outcome === 'inconclusive').length;
  return `tests="${findings.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function testCase(finding: Finding): string {
  const { scenario, rule, outcome } = finding;
  const head =
    `    <testcase classname="${escapeHtml(`launchbench.${scenario}`)}" ` +
    `name="${escapeHtml(`${nameOfCell(finding)}: ${rule}`)}"`;
  const message = escapeHtml(findingSentence(finding));
  switch (outcome) {
    case 'passed':
      return `${head}/>`;
    case 'inconclusive':
      return `${head}>\n      <skipped message="${message}"/>\n    </testcase>`;
    case 'failed':
      return isFailure(finding)
        ? `${head}>\n      <failure type="${rule}" message="${message}">${details(finding)}</failure>\n    </testcase>`
        : `${head}>\n      <system-out>warning: ${details(finding)}</system-out>\n    </testcase>`;
  }
}

function details(finding: Finding): string {
  return findingLines(finding).map(escapeHtml).join('\n');
}
