import { cell, figures, list, text, words, type Block, type TableBlock } from '../blocks.ts';
import { verdictBlocks } from './gate.ts';
import { formatMs, formatUs } from '../format-numbers.ts';
import { clip } from '../text-width.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import { formatCommandLine } from '../../shell-words.ts';
import { isDeterministic, launchesIn, nameIn, type Trace, type TraceLaunch } from '../../results/trace.ts';
import type { GateVerdict } from '../../analysis/finding.ts';
import type { TraceDocument } from '../document.ts';

/** Characters of an argument list that there is room for, beside the other columns; all of them where it is asked for. */
export function argumentsWidth(width: number, verbose = false): number {
  return verbose ? Infinity : Math.max(20, Math.min(width, 120) - 42);
}

/** A trace as blocks: how much was launched, then by executable, then, where it is wanted, who started whom. */
export function composeTrace(
  { trace, view, verdict }: TraceDocument,
  argumentsWidth: number,
): readonly Block[] {
  return [
    text(traceSummary(trace), 'strong'),
    ...notesOn(trace).map((note) => text(note, 'warning')),
    ...(verdict === null ? [] : composeBudget(verdict)),
    ...executablesTable(trace, view.top, argumentsWidth),
    ...scriptsLine(trace),
    ...(view.tree ? treeTable(trace, argumentsWidth) : []),
  ];
}

/** `12 launches and 3 forks in 530 ms: make test`. */
function traceSummary(trace: Trace): string {
  const { launches, forks, durationUs, command, tracer } = trace;
  const counted =
    launches.total === null
      ? `${tracer.executables === null ? 'at least ' : ''}${plural(launchesIn(trace).length, 'launch', 'launches')}${tracer.executables === null ? '' : ` of ${tracer.executables.join(', ')}`}`
      : plural(launches.total, 'launch', 'launches');
  const unexecuted = forks === null ? '' : ` and ${plural(forks, 'fork')}`;
  return `${counted}${unexecuted} ${durationUs === null ? 'of' : `in ${formatMs(durationUs / 1000)}:`} ${formatCommandLine(command.argv)}`;
}

/** What a budget says, as blocks. */
export function composeBudget(verdict: GateVerdict): readonly Block[] {
  return [
    text(budgetSummary(verdict), verdict.passed ? 'good' : 'bad'),
    ...verdictBlocks(verdict, 'command'),
  ];
}

/** `Within budget: 3 limits`, `Over budget: 1 of 3 limits`. */
export function budgetSummary({ passed, findings }: GateVerdict): string {
  const limits = plural(findings.length, 'limit');
  const broken = findings.filter(({ outcome }) => outcome === 'failed').length;
  return passed ? `Within budget: ${limits}` : `Over budget: ${broken} of ${limits}`;
}

function notesOn(trace: Trace): readonly string[] {
  const { leftBehind, runs, tree, notes = [] } = trace;
  const cut = tree.filter(({ argvCut }) => argvCut).length;
  return [
    ...notes,
    ...(isDeterministic(trace)
      ? []
      : [
          `The count varies: ${runs.map(({ launches, forks }) => `${launches ?? '?'} launches and ${forks ?? '?'} forks`).join('; ')}. The first run is shown.`,
        ]),
    ...(leftBehind.length === 0
      ? []
      : [
          `Ended, because they were still running after the command: ${leftBehind.map(({ pid, name }) => `${name} (${pid})`).join(', ')}. What they would have launched later is not counted.`,
        ]),
    ...(cut === 0 ? [] : [`The arguments of ${plural(cut, 'launch', 'launches')} were shortened.`]),
  ];
}

/** The executables of a trace, the most launched first. */
function executablesIn(trace: Trace) {
  return [...groupBy(launchesIn(trace), nameIn)]
    .map(([name, launches]) => ({
      name,
      launches,
      durationUs: sum(launches.map(({ durationUs }) => durationUs)),
    }))
    .sort((a, b) => b.launches.length - a.launches.length || (b.durationUs ?? 0) - (a.durationUs ?? 0));
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}

function executablesTable(trace: Trace, top: number, argumentsWidth: number): readonly Block[] {
  const all = executablesIn(trace);
  if (all.length === 0) return [];
  const shown = all.slice(0, top);
  const hidden = all.slice(top);
  const rest = hidden.reduce((count, { launches }) => count + launches.length, 0);
  return [
    {
      kind: 'table',
      caption: null,
      columns: [words('executable'), figures('launches'), figures('time'), words('first arguments', 1)],
      rows: shown.map(({ name, launches, durationUs }) => [
        cell(name),
        cell(launches.length),
        cell(formatUs(durationUs)),
        cell(clip(argumentsOf(launches[0]), argumentsWidth)),
      ]),
    },
    ...(hidden.length === 0
      ? []
      : [
          text(
            `and ${plural(rest, 'launch', 'launches')} of ${plural(hidden.length, 'other executable')}; --top ${all.length} shows all`,
            'muted',
          ),
        ]),
    text('Times are from start to end, waiting for others included, and under the tracer.', 'muted'),
  ];
}

/** `Scripts: 3 by /bin/sh, 1 by /usr/bin/env node.` */
function scriptsLine({ launches: { byInterpreter = {} } }: Trace): readonly Block[] {
  const counts = Object.entries(byInterpreter).sort(([, a], [, b]) => b - a);
  const told = counts.map(([interpreter, launches]) => `${launches} by ${interpreter}`).join(', ');
  return told === ''
    ? []
    : [text(`Scripts among them: ${told}. An interpreter is no launch of its own.`, 'muted')];
}

/** More rows than this are no reading matter. */
const MOST_ROWS = 2000;

function treeTable({ tree }: Trace, argumentsWidth: number): readonly Block[] {
  const children = groupBy(tree, ({ startedBy }) => startedBy);
  const rows: TableBlock['rows'][number][] = [];
  // A stack of our own: a process may start another one as often as the machine can bear.
  const waiting: { readonly launch: TraceLaunch; readonly depth: number }[] = [];
  const push = (of: number | null, depth: number): void => {
    for (const launch of (children.get(of) ?? []).toReversed()) waiting.push({ launch, depth });
  };
  push(null, 0);
  for (let next = waiting.pop(); next !== undefined && rows.length < MOST_ROWS; next = waiting.pop()) {
    const { launch, depth } = next;
    push(launch.seq, depth + 1);
    const indent = '  '.repeat(Math.min(depth, DEEPEST));
    rows.push([
      cell(formatUs(launch.startUs)),
      cell(formatUs(launch.durationUs)),
      cell(clip(`${indent}${lineOf(launch)}`, argumentsWidth + INDENTED), toneOf(launch)),
    ]);
  }
  const table: TableBlock = {
    kind: 'table',
    caption: 'Who started whom',
    columns: [figures('after'), figures('time', 1), words('command')],
    rows,
  };
  return [
    table,
    ...(rows.length < tree.length
      ? list('Not shown', [
          `${tree.length - rows.length} of ${tree.length} programs; --format jsonl=FILE has all`,
        ])
      : []),
  ];
}

/** Set in no further than this; what is deeper stands below each other. */
const DEEPEST = 20;
const INDENTED = 10;

function lineOf(launch: TraceLaunch): string {
  const { end } = launch;
  const suffix =
    end?.kind === 'signalled'
      ? ` (${end.signal})`
      : end?.kind === 'exited' && end.status !== 0
        ? ` (status ${end.status})`
        : end?.kind === 'replaced'
          ? ' (then, in the same process:)'
          : '';
  return `${nameIn(launch)}${suffix} ${argumentsOf(launch)}`.trimEnd();
}

function toneOf({ seq, end }: TraceLaunch): 'muted' | 'warning' | 'plain' {
  if (seq === 0) return 'muted';
  return end?.kind === 'signalled' ? 'warning' : 'plain';
}

function argumentsOf(launch: TraceLaunch): string {
  return formatCommandLine(launch.argv.slice(1));
}
