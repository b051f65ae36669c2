import { judgeLaunches } from '../../src/analysis/judge-launches.ts';
import { compareTraces } from '../../src/analysis/compare-traces.ts';
import type { TraceComparisonDocument, TraceDocument } from '../../src/reporters/document.ts';
import { countsIn, type Trace, type TraceLaunch } from '../../src/results/trace.ts';
import { limit } from '../../src/scenario/launch-budget.ts';

/** One program of a trace: the command itself unless told. */
export function aTraceLaunch(changes: Partial<TraceLaunch> = {}): TraceLaunch {
  return {
    seq: 0,
    startedBy: null,
    pid: 100 + (changes.seq ?? 0),
    parentPid: null,
    executable: '/usr/bin/make',
    argv: ['make'],
    cwd: '/home/user/project',
    startUs: 0,
    durationUs: 250_000,
    end: { kind: 'exited', status: 0 },
    forks: 0,
    ...changes,
  };
}

/** A trace of these launches, the first of which is the command. */
export function aTrace(tree: readonly TraceLaunch[], changes: Partial<Trace> = {}): Trace {
  const launches = countsIn(tree);
  return {
    schema: 'launchbench.trace/1',
    command: { argv: tree[0]?.argv ?? [], cwd: '/home/user/project' },
    startedAt: '2026-11-27T08:00:00.000Z',
    durationUs: 250_000,
    status: 0,
    tracer: { kind: 'strace', version: '6.1', executables: null },
    launches,
    forks: 1,
    runs: [{ launches: launches.total, forks: 1 }],
    leftBehind: [],
    tree,
    ...changes,
  };
}

/** A build: make starts a shell that asks git twice and becomes a compiler. */
export function aBuildTrace(): Trace {
  const launch = (
    seq: number,
    startedBy: number,
    argv: readonly string[],
    changes: Partial<TraceLaunch> = {},
  ): TraceLaunch =>
    aTraceLaunch({
      seq,
      startedBy,
      parentPid: 100 + startedBy,
      executable: `/usr/bin/${argv[0] ?? ''}`,
      argv,
      startUs: seq * 10_000,
      durationUs: 4_000,
      ...changes,
    });
  return aTrace([
    aTraceLaunch(),
    launch(1, 0, ['sh', '-c', 'git describe; git status; exec cc -c main.c'], {
      durationUs: 30_000,
      forks: 1,
      end: { kind: 'replaced' },
    }),
    launch(2, 1, ['git', 'describe'], { end: { kind: 'exited', status: 128 } }),
    launch(3, 1, ['git', 'status', '--porcelain']),
    launch(4, 1, ['cc', '-c', 'main.c'], { pid: 101, durationUs: 180_000 }),
  ]);
}

/** The build, then one that asks git three times and strips instead of asking for a status. */
export function aTraceComparison(): TraceComparisonDocument {
  const base = aBuildTrace();
  const [make = aTraceLaunch(), shell = make, describe = make, , cc = make] = base.tree;
  const head = aTrace(
    [
      make,
      shell,
      describe,
      { ...describe, seq: 3 },
      { ...describe, seq: 4 },
      { ...cc, seq: 5 },
      { ...cc, seq: 6, startedBy: 0, executable: '/usr/bin/strip', argv: ['strip', 'main.o'] },
    ],
    { durationUs: 270_000 },
  );
  return {
    kind: 'trace-comparison',
    comparison: compareTraces({ label: 'old.json', trace: base }, { label: 'new.json', trace: head }),
  };
}

/** A trace as a document, with its tree. */
export function aTraceDocument(trace: Trace = aBuildTrace()): TraceDocument {
  const budget = {
    limits: [
      { ...limit({ kind: 'executable', glob: 'git' }, 1), why: 'one for the version' },
      limit({ kind: 'forks' }, 1),
    ],
    known: null,
  };
  const verdict = judgeLaunches(trace, budget, { reproduce: 'launchbench trace -- make', accept: null });
  return { kind: 'trace', trace, view: { tree: true, top: 20 }, verdict };
}
