import { groupBy } from '../group-by.ts';
import { launchesIn, nameIn, type Trace, type TraceLaunch } from '../results/trace.ts';
import { labelIn } from './judge-launches.ts';

/** Two traces, launch by launch. */
export interface TraceComparison {
  readonly base: TraceTotals;
  readonly head: TraceTotals;
  /** Every executable with whoever started it, those whose counts differ most first. */
  readonly executables: readonly ExecutableChange[];
  readonly came: readonly LaunchChange[];
  readonly went: readonly LaunchChange[];
}

/** One side of a comparison; null: not known. */
export interface TraceTotals {
  /** What the user called it. */
  readonly label: string;
  readonly launches: number | null;
  readonly forks: number | null;
  readonly durationUs: number | null;
  readonly tracer: Trace['tracer'];
}

/** A command line that one side has more often, and the executable that started it. */
export interface LaunchChange {
  readonly label: string;
  readonly startedBy: string;
  readonly base: number;
  readonly head: number;
}

/** How often one executable was started by another one. */
export interface ExecutableChange extends Omit<LaunchChange, 'label'> {
  readonly name: string;
}

/** A trace under the name that the user gave it. */
export interface NamedTrace {
  readonly label: string;
  readonly trace: Trace;
}

/**
 * What came and what went between two traces, by executable and by whoever started it. Launches are matched by what was
 * executed, not by their place: one more at the beginning changes no other.
 */
export function compareTraces(base: NamedTrace, head: NamedTrace): TraceComparison {
  const lines = countBoth(base, head, labelIn);
  return {
    base: totalsOf(base),
    head: totalsOf(head),
    executables: countBoth(base, head, nameIn)
      .map(({ label: name, ...change }) => ({ name, ...change }))
      .sort((a, b) => Math.abs(b.head - b.base) - Math.abs(a.head - a.base)),
    came: lines.filter((line) => line.head > line.base),
    went: lines.filter((line) => line.head < line.base),
  };
}

function countBoth(
  base: NamedTrace,
  head: NamedTrace,
  labelOf: (launch: TraceLaunch) => string,
): readonly LaunchChange[] {
  const [before, after] = [startedIn(base.trace, labelOf), startedIn(head.trace, labelOf)];
  return [...new Map([...before, ...after])].map(([key, [launch]]) => ({
    ...launch,
    base: before.get(key)?.length ?? 0,
    head: after.get(key)?.length ?? 0,
  }));
}

function startedIn(trace: Trace, labelOf: (launch: TraceLaunch) => string) {
  const launches = launchesIn(trace).map((launch) => {
    const parent = launch.startedBy === null ? undefined : trace.tree[launch.startedBy];
    return { label: labelOf(launch), startedBy: parent === undefined ? '' : nameIn(parent) };
  });
  return groupBy(launches, (launch) => JSON.stringify(launch));
}

function totalsOf({ label, trace }: NamedTrace): TraceTotals {
  const { launches, forks, durationUs, tracer } = trace;
  return { label, launches: launches.total, forks, durationUs, tracer };
}
