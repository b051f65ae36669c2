import { groupBy } from '../group-by.ts';
import { plural } from '../plural.ts';
import type { CellName } from '../results/cell-name.ts';
import { launchLabel } from '../results/launch-label.ts';
import { isDeterministic, launchesIn, nameIn, type Trace, type TraceLaunch } from '../results/trace.ts';
import { formatCommandLine } from '../shell-words.ts';
import type { LaunchBudget, LaunchCount, LaunchLimit } from '../scenario/launch-budget.ts';
import { finding, type Finding, type GateVerdict } from './finding.ts';
import { launchesMatching } from './matches-glob.ts';
import type { NewLaunch } from './new-launches.ts';

/** Where a budget came from and how it is changed, for what a reader is to do next. */
export interface BudgetCommands {
  readonly reproduce: string | null;
  /** null: there is no file to write the new counts into. */
  readonly accept: string | null;
}

/**
 * Holds what a command launched against a budget: passed when every count is within its limit and the same in every
 * repetition. Each limit that is exceeded names the launches that are over it, with who started them.
 */
export function judgeLaunches(
  trace: Trace,
  { limits, known }: LaunchBudget,
  { reproduce, accept }: BudgetCommands,
): GateVerdict {
  const findings = [
    ...(trace.runs.length > 1 ? [repetition(trace)] : []),
    ...limits.map((limit) => judgeLimit(trace, limit, known, accept)),
  ];
  const first = findings.findIndex(({ outcome }) => outcome === 'failed');
  const passed = first === -1;
  return {
    passed,
    word: passed ? 'passed' : 'failed',
    missingShards: [],
    // One command shows them all again.
    findings: findings.map((finding, index) => (index === first ? { ...finding, reproduce } : finding)),
    notes: [],
  };
}

/** The label of a launch in a budget. */
export function labelIn(launch: TraceLaunch): string {
  return launchLabel({ executable: launch.executable, argv: launch.argv, purpose: '', arch: null });
}

/** How many launches, forks, or launches of an executable there were; null: not known. */
export function countOf(trace: Trace, counts: LaunchCount): number | null {
  switch (counts.kind) {
    case 'launches':
      return trace.launches.total;
    case 'forks':
      return trace.forks;
    case 'executable':
      return launchesMatching(launchesIn(trace), counts.glob).length;
  }
}

function judgeLimit(
  trace: Trace,
  { counts, max, why, location }: LaunchLimit,
  known: LaunchBudget['known'],
  accept: BudgetCommands['accept'],
): Finding {
  const found = countOf(trace, counts);
  const isOver = found === null || found > max;
  return finding(counts.kind === 'forks' ? 'forks' : 'budget', 'error', {
    ...cellOf(trace, rowOf(counts)),
    outcome: isOver ? 'failed' : 'passed',
    expected: `at most ${max}${why === null ? '' : ` (${why})`}`,
    found: found === null ? 'no count' : String(found),
    newLaunches: isOver ? launchesOver(trace, counts, max, known) : [],
    accept: isOver && location !== null ? accept : null,
    location,
  });
}

function rowOf(counts: LaunchCount): string {
  switch (counts.kind) {
    case 'launches':
      return 'all launches';
    case 'forks':
      return 'all processes';
    case 'executable':
      return counts.glob;
  }
}

function repetition(trace: Trace): Finding {
  const same = isDeterministic(trace);
  const counts = trace.runs.map(
    ({ launches, forks }) => `${plural(launches ?? 0, 'launch', 'launches')}, ${plural(forks ?? 0, 'fork')}`,
  );
  return finding('deterministic', 'error', {
    ...cellOf(trace, 'repetitions'),
    outcome: same ? 'passed' : 'failed',
    expected: 'the same counts in every run',
    found: same ? 'the same' : counts.join('; '),
  });
}

function cellOf({ command }: Trace, row: string): CellName {
  return { scenario: formatCommandLine(command.argv), row, tool: null, emulation: 'native' };
}

/**
 * The launches that are over a limit: those of which there are more than when the budget was made; where that tells
 * nothing, those that came when the limit was reached. Forks execute nothing that could be named: who made them is.
 */
function launchesOver(
  trace: Trace,
  counts: LaunchCount,
  max: number,
  known: LaunchBudget['known'],
): readonly NewLaunch[] {
  if (counts.kind === 'forks') return programsThatFork(trace);
  const glob = counts.kind === 'executable' ? counts.glob : null;
  const counted = launchesMatching(launchesIn(trace), glob);
  const unknown = known === null ? [] : beyondKnown(counted, known);
  const over = unknown.length > 0 ? unknown : counted.slice(max);
  const groups = groupBy(over, (launch) => `${labelIn(launch)}${startedBy(trace, launch)}`);
  return [...groups].map(([label, launches]) => ({
    label,
    found: launches.length,
    known: null,
    launches: launches.map(({ executable, argv }) => ({ executable, argv })),
  }));
}

function programsThatFork({ tree }: Trace): readonly NewLaunch[] {
  const groups = groupBy(
    tree.filter(({ forks }) => forks !== null && forks > 0),
    labelIn,
  );
  return [...groups].map(([label, programs]) => {
    const forks = programs.reduce((sum, program) => sum + (program.forks ?? 0), 0);
    return {
      label: `${plural(forks, 'fork')} by ${label}`,
      found: 1,
      known: null,
      launches: programs.map(({ executable, argv }) => ({ executable, argv })),
    };
  });
}

function beyondKnown(
  launches: readonly TraceLaunch[],
  known: ReadonlyMap<string, number>,
): readonly TraceLaunch[] {
  const left = new Map(known);
  return launches.filter((launch) => {
    const label = labelIn(launch);
    const count = left.get(label) ?? 0;
    if (count > 0) left.set(label, count - 1);
    return count === 0;
  });
}

/** `, started by sh -c 'git status'`. */
function startedBy({ tree }: Trace, launch: TraceLaunch): string {
  const parent = launch.startedBy === null ? undefined : tree[launch.startedBy];
  if (parent === undefined) return '';
  const line = labelIn(parent);
  return `, started by ${line === '' ? nameIn(parent) : line}`;
}
