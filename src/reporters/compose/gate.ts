import { cell, commands, details, firstLines, list, text, words, type Block, type Tone } from '../blocks.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import { formatCommandLine } from '../../shell-words.ts';
import { nameOfCell, nameOfRow } from '../../results/cell-name.ts';
import { rowWord } from '../../results/cells.ts';
import type { GateDocument } from '../document.ts';
import { shardsAreMissing } from '../missing-shards.ts';
import type { Finding, GateVerdict } from '../../analysis/finding.ts';
import type { NewLaunch } from '../../analysis/new-launches.ts';

/**
 * The gate's answer as blocks: the word first, then everything that failed with exactly the launches that are
 * new, then what could not be judged. What was checked, and whole command lines, are folded up.
 */
export function composeGate({ verdict, baseline, results }: GateDocument): readonly Block[] {
  return [
    text(`${gateSummary(verdict)}, ${against(baseline)}`, VERDICT_TONES[verdict.word]),
    ...verdictBlocks(verdict, rowWord(results.flatMap(({ scenarios }) => scenarios))),
  ];
}

/** All of a verdict but its summary. */
export function verdictBlocks({ findings, notes }: GateVerdict, row: string): readonly Block[] {
  const failed = findings.filter(({ outcome }) => outcome === 'failed').sort(errorsFirst);
  const accept = new Set(failed.flatMap((finding) => finding.accept ?? []));
  return [
    ...[...groupBy(failed, whatIsFound).values()].flatMap(findingBlocks),
    ...commands('Accept', [...accept]),
    ...list('Could not be judged', undecided(findings), 'warning'),
    ...notes.map((note) => text(note, 'warning')),
    ...commandLines(failed),
    ...details(
      'What was checked',
      findings.length === 0 ? [] : [checksTable(findings, row)],
      'muted',
      'nothing',
    ),
  ];
}

const VERDICT_TONES = {
  passed: 'good',
  'passed in part': 'warning',
  failed: 'bad',
} as const satisfies Record<GateVerdict['word'], Tone>;

function against(baseline: string | null): string {
  return baseline === null ? 'against budgets and limits alone' : `against ${baseline}`;
}

/** `Gate passed: 24 checks`, `Gate failed: 2 of 24 checks, 1 warning`, `Gate passed in part: shards 2, 3 are missing, …`. */
export function gateSummary({ word, findings, missingShards }: GateVerdict): string {
  const count = (outcome: Finding['outcome'], level: Finding['level']): number =>
    findings.filter((finding) => finding.outcome === outcome && finding.level === level).length;
  const errors = count('failed', 'error');
  const warnings = count('failed', 'warn');
  const open = findings.filter(({ outcome }) => outcome === 'inconclusive').length;
  const checks = plural(findings.length, 'check');
  return [
    `Gate ${word}: ${missingShards.length > 0 ? `${shardsAreMissing(missingShards)}, ` : ''}${errors > 0 ? `${errors} of ${checks}` : checks}`,
    ...(open > 0 ? [`${open} could not be judged`] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ].join(', ');
}

/** `per-driver under native in desktop`: what a finding is about; a scenario or the run where it is about no cell. */
export function findingCell(finding: Finding): string {
  if (finding.scenario === '*') return 'the run';
  return finding.row === '*' ? finding.scenario : `${nameOfCell(finding)} in ${finding.scenario}`;
}

/** `expected at most 5, found 6`. */
export function findingSentence({ expected, found }: Finding): string {
  return `expected ${expected}, found ${found}`;
}

/** `driver vulkan libvulkan_intel.so x86_64`; how often, where it is not simply new. */
export function newLaunchLine({ label, found, known }: NewLaunch): string {
  if (known === null) return found === 1 ? label : `${label} (${found})`;
  return known === 0 && found === 1 ? label : `${label} (${found}, the baseline has ${known})`;
}

/** What a finding says, a line for each of its first new launches, and the commands that show it again and accept it. */
export function findingLines(finding: Finding, most = Infinity): readonly string[] {
  const { newLaunches, reproduce, accept } = finding;
  const unnamed = newLaunches.length - most;
  return [
    findingSentence(finding),
    ...newLaunches.slice(0, most).map((launch) => `new: ${newLaunchLine(launch)}`),
    ...(unnamed > 0 ? [`and ${plural(unnamed, 'more launch', 'more launches')}`] : []),
    ...(reproduce === null ? [] : [`Reproduce: ${reproduce}`]),
    ...(accept === null ? [] : [`Accept: ${accept}`]),
  ];
}

/** New launches named for a finding. */
const LAUNCHES_NAMED = 20;

function errorsFirst(a: Finding, b: Finding): number {
  return Number(a.level === 'warn') - Number(b.level === 'warn');
}

/** All that is said of a finding but its row. */
function whatIsFound({ newLaunches, scenario, emulation, rule, level, expected, found }: Finding): string {
  const lines = newLaunches.map(newLaunchLine);
  return JSON.stringify([scenario, emulation, rule, level, expected, found, lines]);
}

/** What one rule found alike in several cells is said once. */
function findingBlocks(alike: readonly [Finding, ...Finding[]]): readonly Block[] {
  const [finding] = alike;
  const { level, reproduce, rule } = finding;
  const tone = level === 'error' ? 'bad' : 'warning';
  const sentence = `${level === 'error' ? '' : 'Warning: '}${rule} of ${findingCells(alike)}: ${findingSentence(finding)}${places(alike)}`;
  const lines = firstLines(finding.newLaunches, LAUNCHES_NAMED, newLaunchLine);
  return [
    ...(lines.length === 0 ? [text(sentence, tone)] : list(`${sentence}; new`, lines, tone)),
    ...commands('Reproduce', reproduce === null ? [] : [reproduce]),
  ];
}

/** `per-driver, batched under native in desktop` */
function findingCells(alike: readonly [Finding, ...Finding[]]): string {
  return alike
    .map((finding, index) => (index === alike.length - 1 ? findingCell(finding) : nameOfRow(finding)))
    .join(', ');
}

/** ` (baseline.json:7, 12)`; findings that are alike are about one file. */
function places(alike: readonly Finding[]): string {
  const known = alike.flatMap(({ location }) => location ?? []);
  const [first] = known;
  if (first === undefined) return '';
  return ` (${first.file}:${[...new Set(known.map(({ line }) => line))].join(', ')})`;
}

/** What could not be judged, cells with one rule and one reason together. */
function undecided(findings: readonly Finding[]): readonly string[] {
  const open = findings.filter(({ outcome }) => outcome === 'inconclusive');
  const alike = groupBy(open, ({ rule, found }) => JSON.stringify([rule, found]));
  return [...alike.values()].map((group) => {
    const [first] = group;
    return group.length === 1
      ? `${first.rule} of ${findingCell(first)}: ${findingSentence(first)}`
      : `${first.rule} of ${plural(group.length, 'cell')}: found ${first.found}`;
  });
}

/** Whole argument lists, for who wants to see what a label stands for. */
function commandLines(failed: readonly Finding[]): readonly Block[] {
  const labels = new Map(
    failed.flatMap(({ newLaunches }) => newLaunches.map((launch) => [launch.label, launch] as const)),
  );
  return details(
    'The command lines of the new launches',
    [...labels.values()].flatMap(({ label, launches }) =>
      list(
        label,
        launches.map(({ executable, argv }) => formatCommandLine([executable, ...argv.slice(1)])),
      ),
    ),
    'muted',
  );
}

function checksTable(findings: readonly Finding[], row: string): Block {
  const emulations = new Set(findings.map(({ emulation }) => emulation));
  return {
    kind: 'table',
    caption: null,
    columns: [
      words('scenario'),
      words(row),
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
      return ['not judged', 'warning'];
    case 'failed':
      return level === 'error' ? ['failed', 'bad'] : ['warning', 'warning'];
  }
}
