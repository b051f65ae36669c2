import { cell, heading, list, text, words } from '../blocks.ts';
import type { Block, Tone } from '../blocks.ts';
import { plural } from '../../plural.ts';
import { formatCommandLine } from '../../shell-words.ts';
import type { GateDocument } from '../document.ts';
import type { Finding, GateVerdict } from '../../analysis/finding.ts';
import { nameOfCell, nameOfRow } from '../../results/cell-name.ts';

/** The gate's answer as blocks: the word first, then everything that failed, then what was checked. */
export function composeGate({ verdict, baseline, results }: GateDocument): readonly Block[] {
  const failed = verdict.findings.filter(({ outcome }) => outcome === 'failed');
  const inconclusive = verdict.findings.filter(({ outcome }) => outcome === 'inconclusive');
  return [
    heading(1, verdict.passed ? 'Gate passed' : 'Gate failed'),
    text(gateSummary(verdict), verdict.passed ? 'good' : 'bad'),
    text(
      `${plural(results.length, 'run')}, held against ${baseline === null ? 'budgets alone' : `the baseline ${baseline}`}.`,
      'muted',
    ),
    ...[...failed].sort(errorsFirst).flatMap(findingBlocks),
    ...inconclusive.flatMap(findingBlocks),
    ...(verdict.findings.length === 0 ? [] : [heading(2, 'What was checked'), checksTable(verdict.findings)]),
  ];
}

/** `2 of 14 checks failed, 1 could not be decided`, or `All 14 checks passed`. */
function gateSummary({ findings }: GateVerdict): string {
  const count = (outcome: Finding['outcome']) =>
    findings.filter((finding) => finding.outcome === outcome).length;
  if (findings.length > 0 && count('passed') === findings.length) {
    return findings.length === 1 ? 'The only check passed' : `All ${findings.length} checks passed`;
  }
  const warned = findings.filter(({ outcome, level }) => outcome === 'failed' && level === 'warn').length;
  return [
    `${count('failed')} of ${plural(findings.length, 'check')} failed`,
    ...(warned > 0 ? [`${warned} of them only a warning`] : []),
    ...(count('inconclusive') > 0 ? [`${count('inconclusive')} could not be decided`] : []),
  ].join(', ');
}

/** `per-driver under native in desktop`: the cell that a finding is about. */
export function findingCell({ scenario, ...cell }: Finding): string {
  return `${nameOfCell(cell)} in ${scenario}`;
}

/** `expected at most 5, found 6`. */
export function findingSentence({ expected, found }: Finding): string {
  return `expected ${expected}, found ${found}`;
}

/** A launch that the baseline does not know, as a line. */
export function newLaunchLine({ executable, argv }: Finding['newLaunches'][number]): string {
  return `${executable}${argv.length > 1 ? ` ${formatCommandLine(argv.slice(1))}` : ''}`;
}

/** The commands that show a finding again and that accept it. */
export function findingCommands({
  reproduce,
  accept,
}: Finding): readonly { does: string; command: string }[] {
  return [
    ...(reproduce === null ? [] : [{ does: 'Reproduce', command: reproduce }]),
    ...(accept === null ? [] : [{ does: 'Accept', command: accept }]),
  ];
}

/** Launches named for a finding. A baseline keeps counts, so all launches of a kind that grew are listed. */
const LAUNCHES_NAMED = 10;

function firstLaunches(launches: Finding['newLaunches']): readonly string[] {
  const unnamed = launches.length - LAUNCHES_NAMED;
  return [
    ...launches.slice(0, LAUNCHES_NAMED).map(newLaunchLine),
    ...(unnamed > 0 ? [`and ${unnamed} more`] : []),
  ];
}

function errorsFirst(a: Finding, b: Finding): number {
  return Number(a.level === 'warn') - Number(b.level === 'warn');
}

function findingBlocks(finding: Finding): readonly Block[] {
  const { location, newLaunches } = finding;
  const [word, tone] = outcomeWord(finding);
  const commands = findingCommands(finding);
  return [
    heading(2, `${findingCell(finding)}: ${finding.rule}`),
    text(`${word}: ${findingSentence(finding)}`, tone),
    ...(location === null ? [] : [text(`${location.file}:${location.line}`, 'muted')]),
    ...list('The new launches are among these', firstLaunches(newLaunches), 'bad'),
    ...(commands.length === 0 ? [] : [{ kind: 'commands', commands } as const]),
  ];
}

function checksTable(findings: readonly Finding[]): Block {
  const emulations = new Set(findings.map(({ emulation }) => emulation));
  return {
    kind: 'table',
    caption: null,
    columns: [
      words('scenario'),
      words('strategy'),
      words('emulation', emulations.size > 1 ? 0 : 1),
      words('rule'),
      words('expected', 2),
      words('found', 3),
      words('outcome'),
    ],
    rows: findings.map((finding) => [
      cell(finding.scenario),
      cell(nameOfRow(finding)),
      cell(finding.emulation),
      cell(finding.rule),
      cell(finding.expected),
      cell(finding.found),
      cell(...outcomeWord(finding)),
    ]),
  };
}

/** A finding's outcome in a word, and how it is meant. */
function outcomeWord({ outcome, level }: Finding): readonly [word: string, tone: Tone] {
  switch (outcome) {
    case 'passed':
      return ['passed', 'good'];
    case 'inconclusive':
      return ['inconclusive', 'warning'];
    case 'failed':
      return level === 'error' ? ['failed', 'bad'] : ['warning', 'warning'];
  }
}
