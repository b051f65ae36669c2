import { groupBy } from '../group-by.ts';
import { launchesIn, nameIn, type Trace, type TraceLaunch } from '../results/trace.ts';
import { labelIn } from './judge-launches.ts';

/** Two traces, launch by launch. */
export interface TraceComparison {
  readonly base: TraceTotals;
  readonly head: TraceTotals;
  /** Every executable with whoever started it, those whose counts differ most first. */
  readonly executables: readonly ExecutableChange[];
  /** Launches, by command line and the executable that started them, that one side has more often. */
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

/** How often one executable was started by another one. */
export interface ExecutableChange extends Counts {
  readonly name: string;
  readonly startedBy: string;
}

/** A command line that one side has more often. */
export interface LaunchChange extends Counts {
  readonly label: string;
  readonly startedBy: string;
}

interface Counts {
  readonly base: number;
  readonly head: number;
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
  const programs = countBoth(base, head, (launch) => [nameIn(launch.launch), nameOf(launch.parent)]);
  const lines = countBoth(base, head, ({ launch, parent }) => [labelIn(launch), nameOf(parent)]).map(
    ({ key: [label, startedBy], ...counts }): LaunchChange => ({ label, startedBy, ...counts }),
  );
  return {
    base: totalsOf(base),
    head: totalsOf(head),
    executables: programs
      .map(({ key: [name, startedBy], ...counts }): ExecutableChange => ({ name, startedBy, ...counts }))
      .sort((a, b) => Math.abs(b.head - b.base) - Math.abs(a.head - a.base)),
    came: lines.filter((line) => line.head > line.base),
    went: lines.filter((line) => line.head < line.base),
  };
}

interface Started {
  readonly launch: TraceLaunch;
  readonly parent: TraceLaunch | undefined;
}

interface Both extends Counts {
  readonly key: readonly [string, string];
}

function countBoth(
  base: NamedTrace,
  head: NamedTrace,
  keyOf: (started: Started) => readonly [string, string],
): readonly Both[] {
  const [before, after] = [base, head].map(({ trace }) =>
    groupBy(
      launchesIn(trace).map((launch) => keyOf({ launch, parent: parentOf(trace, launch) })),
      (key) => JSON.stringify(key),
    ),
  );
  const keys = new Map([...(before ?? []), ...(after ?? [])].map(([text, [key]]) => [text, key]));
  return [...keys].map(([text, key]) => ({
    key,
    base: before?.get(text)?.length ?? 0,
    head: after?.get(text)?.length ?? 0,
  }));
}

function parentOf({ tree }: Trace, { startedBy }: TraceLaunch): TraceLaunch | undefined {
  return startedBy === null ? undefined : tree[startedBy];
}

function nameOf(launch: TraceLaunch | undefined): string {
  return launch === undefined ? '' : nameIn(launch);
}

function totalsOf({ label, trace }: NamedTrace): TraceTotals {
  const { launches, forks, durationUs, tracer } = trace;
  return { label, launches: launches.total, forks, durationUs, tracer };
}
