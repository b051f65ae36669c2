import { countBy } from '../group-by.ts';
import type { ShimTrace } from '../trace/shim-command.ts';
import type { ChildEnd } from '../core/overrides/server.ts';
import { replaceProcessPaths } from '../trace/process-paths.ts';
import type { ForeignTrace } from '../trace/foreign-log.ts';
import type { CommandTrace } from '../trace/trace-command.ts';
import type { TracedLaunch } from '../trace/process-tree.ts';
import type { TracerKind } from '../trace/tracer.ts';
import { signalNumber } from '../launch/signals.ts';
import { TRACE_FORMAT } from './format-version.ts';
import { executableName } from './launch-label.ts';
import { maskSecrets } from './mask-secrets.ts';

/** How a traced program ended; null: not known. `replaced`: the process went on as another program. */
export type TraceEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'replaced' }
  | null;

/** One program that was executed, as a trace keeps it. */
export interface TraceLaunch {
  /** Place in the order in which programs were executed; 0 is the command itself. */
  readonly seq: number;
  /** `seq` of the program that created the process, or that was replaced in it; null: not known. */
  readonly startedBy: number | null;
  readonly pid: number | null;
  readonly parentPid: number | null;
  /** Absolute path where the working directory is known; links are not resolved. */
  readonly executable: string;
  /** With what looks like a token masked. */
  readonly argv: readonly string[];
  /** Whether arguments were shortened to save memory. */
  readonly argvCut?: boolean | undefined;
  readonly cwd: string | null;
  /** Of a script what stands behind its `#!`; left out: it is none, or the tracer does not tell. */
  readonly interpreter?: string | undefined;
  /** Saved variables of its environment; null: not known. Left out where none were to be saved. */
  readonly env?: Readonly<Record<string, string>> | null | undefined;
  /** What paths in its arguments led to that mean something in its process alone, such as `/proc/self/fd/9`. */
  readonly processPaths?: Readonly<Record<string, string>> | undefined;
  /** Files of the same name that its process tried to execute before, as along PATH. */
  readonly tried?: readonly string[] | undefined;
  /** Microseconds since the command began; null: not known. */
  readonly startUs: number | null;
  /** Until it ended or was replaced; null: not known. */
  readonly durationUs: number | null;
  readonly end: TraceEnd;
  /** Processes that it created and that never executed a program; null: not known. */
  readonly forks: number | null;
}

/** Launches and forks of one run; null: not known. */
export interface TraceRun {
  readonly launches: number | null;
  readonly forks: number | null;
}

/** What one command launched, and how it ran. The fields are described in its schema, trace-file.ts. */
export interface Trace {
  readonly schema: typeof TRACE_FORMAT;
  readonly command: { readonly argv: readonly string[]; readonly cwd: string | null };
  /** Null, as the three behind it: a log that was written elsewhere does not tell. */
  readonly startedAt: string | null;
  readonly durationUs: number | null;
  readonly status: number | null;
  readonly tracer: {
    readonly kind: TracerKind | 'shim';
    readonly version: string | null;
    readonly executables: readonly string[] | null;
  };
  readonly launches: {
    readonly total: number | null;
    readonly byExecutable: Readonly<Record<string, number>>;
    /** Those that were scripts, by what stands behind `#!`; left out: the tracer does not tell. */
    readonly byInterpreter?: Readonly<Record<string, number>> | undefined;
  };
  readonly forks: number | null;
  readonly runs: readonly TraceRun[];
  /** What is not known of it, in whole sentences. */
  readonly notes?: readonly string[] | undefined;
  readonly leftBehind: readonly { readonly pid: number; readonly name: string }[];
  /** What was kept so that launches can be made again; left out: nothing was. */
  readonly saved?: Saved | undefined;
  /** Every program in order; the first is the command. */
  readonly tree: readonly TraceLaunch[];
}

/** What a recording keeps so that its launches can be made again. */
export interface Saved {
  /** Globs of the variables that are saved of every environment. */
  readonly variables: readonly string[];
  /** Whether what looks like a token was kept. */
  readonly secrets: boolean;
}

/** Makes the record of a command that a tracer has watched. */
export function traceOf(
  { tree, end, leftBehind }: CommandTrace,
  { command, tracer, saved }: TraceFacts,
): Trace {
  const [root] = tree.launches;
  const launches = tree.launches.map((launch, seq) => toLaunch(launch, seq, root, saved));
  const counts = countsIn(launches);
  return {
    schema: TRACE_FORMAT,
    command: { ...command, argv: saved?.secrets === true ? command.argv : maskSecrets(command.argv) },
    startedAt: new Date(root.startS * 1000).toISOString(),
    durationUs: launches.reduce(
      (last, { startUs, durationUs }) => Math.max(last, (startUs ?? 0) + (durationUs ?? 0)),
      0,
    ),
    status: statusOf(end),
    tracer: { kind: tracer.kind, version: tracer.version, executables: null },
    launches: tracer.kind === 'strace' ? counts : { ...counts, byInterpreter: scriptsIn(launches) },
    forks: tree.forks,
    runs: [{ launches: counts.total, forks: tree.forks }],
    leftBehind: [...leftBehind].map(([pid, name]) => ({ pid, name })),
    ...(saved === undefined ? {} : { saved }),
    tree: launches,
  };
}

/** What is known of a traced command beside what the tracer saw. */
export interface TraceFacts {
  readonly command: Trace['command'];
  /** What counted; version null: not known. */
  readonly tracer: { readonly kind: TracerKind; readonly version: string | null };
  /** What is to be kept so that launches can be made again. */
  readonly saved?: Saved | undefined;
}

/** A trace without what is kept for a replay alone: that belongs in the recording, and nowhere else. */
export function withoutSaved({ saved, ...trace }: Trace): Trace {
  if (saved === undefined) return trace;
  const { command } = trace;
  return {
    ...trace,
    command: { ...command, argv: maskSecrets(command.argv) },
    tree: trace.tree.map((launch) => {
      const { env, processPaths, ...others } = launch;
      return env === undefined && processPaths === undefined && !saved.secrets
        ? launch
        : { ...others, argv: maskSecrets(launch.argv) };
    }),
  };
}

/** Makes the record of a command that strace has watched somewhere else. */
export function traceOfLog({ tree, clock, tellsEnds, tellsCreators }: ForeignTrace, saved?: Saved): Trace {
  const [root] = tree.launches;
  const command = { argv: root.argv, cwd: root.cwd };
  const end = lastEndOf(root, tree.launches);
  const whole = traceOf(
    { tree, end, leftBehind: new Map() },
    { command, tracer: { kind: 'strace', version: null }, saved },
  );
  const total = tellsEnds ? whole.launches.total : null;
  const forks = tellsEnds && tellsCreators ? whole.forks : null;
  const hasTimes = clock !== 'none';
  return {
    ...whole,
    startedAt: clock === 'whole' ? whole.startedAt : null,
    durationUs: hasTimes && tellsEnds ? whole.durationUs : null,
    status: tellsEnds ? whole.status : null,
    launches: { ...whole.launches, total },
    forks,
    runs: [{ launches: total, forks }],
    notes: [
      ...(tellsEnds
        ? []
        : [
            'The log does not tell how processes ended (strace -q -q), so nobody can tell whether it is whole: there may be more launches.',
          ]),
      ...(tellsCreators
        ? []
        : [
            'The log does not tell who created every process (strace -e trace=%process does), so forks are not counted, and some launches stand under nobody.',
          ]),
      ...(hasTimes ? [] : ['The log has no times (strace -tt).']),
      ...(clock === 'without-date' ? ['The log does not tell the day.'] : []),
      ...(root.cwd === null ? ['The log does not tell in which working directory the command began.'] : []),
      ...(saved !== undefined && saved.variables.length > 0 && whole.tree.some(({ env }) => env === null)
        ? ['The log does not show environments (strace -v), or not all of them whole.']
        : []),
    ],
    tree: whole.tree.map((launch) => ({
      ...launch,
      pid: launch.pid === 0 ? null : launch.pid,
      parentPid: launch.parentPid === 0 ? null : launch.parentPid,
      startUs: hasTimes ? launch.startUs : null,
      durationUs: hasTimes && (tellsEnds || launch.end?.kind === 'replaced') ? launch.durationUs : null,
      end: tellsEnds || launch.end?.kind === 'replaced' ? launch.end : null,
      forks: forks === null ? null : launch.forks,
    })),
  };
}

/** How a process ended, whatever other programs it went on as. */
function lastEndOf(first: TracedLaunch, launches: readonly TracedLaunch[]): ChildEnd {
  let { end } = first;
  for (let at = first; end.kind === 'replaced'; end = at.end) {
    const next = launches.find(
      ({ pid, image, startedBy }) =>
        pid === at.pid && image === at.image + 1 && launches[startedBy ?? 0] === at,
    );
    if (next === undefined) throw new Error(`process ${at.pid} has no end`);
    at = next;
  }
  return end;
}

/** Makes the record of a command whose calls of some programs were counted by shims. */
export function traceOfShims(
  { end, startS, endS, rootPid, path, calls }: ShimTrace,
  { command, executables }: { readonly command: Trace['command']; readonly executables: readonly string[] },
): Trace {
  const unknown = { end: null, durationUs: null, forks: null } as const;
  const root: TraceLaunch = {
    ...unknown,
    seq: 0,
    startedBy: null,
    pid: rootPid,
    parentPid: null,
    executable: path,
    argv: maskSecrets(command.argv),
    cwd: command.cwd,
    startUs: 0,
    durationUs: microseconds(endS - startS),
    end: end.kind === 'timed-out' ? null : end,
  };
  const tree = [root];
  // A process may be counted more than once, and its number used again: the last one is meant.
  const last = new Map([[rootPid, 0]]);
  for (const call of calls) {
    const seq = tree.length;
    tree.push({
      ...unknown,
      seq,
      startedBy: last.get(call.pid) ?? last.get(call.parentPid) ?? null,
      pid: call.pid,
      parentPid: call.parentPid,
      executable: call.path,
      argv: maskSecrets(call.argv),
      cwd: call.cwd,
      startUs: microseconds(call.startS - startS),
    });
    last.set(call.pid, seq);
  }
  const { byExecutable } = countsIn(tree);
  const none = Object.fromEntries(executables.map((name) => [name, 0]));
  return {
    schema: TRACE_FORMAT,
    command: { ...command, argv: root.argv },
    startedAt: new Date(startS * 1000).toISOString(),
    durationUs: microseconds(endS - startS),
    status: statusOf(end),
    tracer: { kind: 'shim', version: null, executables },
    launches: { total: null, byExecutable: { ...none, ...byExecutable } },
    forks: null,
    runs: [{ launches: tree.length - 1, forks: null }],
    leftBehind: [],
    tree,
  };
}

/** What is counted: everything but the command itself. */
export function launchesIn({ tree }: Pick<Trace, 'tree'>): readonly TraceLaunch[] {
  return tree.slice(1);
}

/** A launch with what led elsewhere in every process replaced by what it led to in its own, as far as that is known. */
export function resolveProcessPaths(launch: TraceLaunch): TraceLaunch {
  const { executable, argv, processPaths } = launch;
  if (processPaths === undefined) return launch;
  const resolve = (word: string): string => replaceProcessPaths(word, processPaths);
  return { ...launch, executable: resolve(executable), argv: argv.map(resolve) };
}

/** Whether every repetition counted the same. */
export function isDeterministic({ runs }: Pick<Trace, 'runs'>): boolean {
  const [first] = runs;
  return runs.every(({ launches, forks }) => launches === first?.launches && forks === first.forks);
}

/** A process of a trace, with the programs that it executed one after the other. */
export interface TraceProcess {
  /** Number of its own, from 1. */
  readonly track: number;
  /** That of the process that created it; null: not known. */
  readonly parentTrack: number | null;
  readonly launches: readonly [TraceLaunch, ...TraceLaunch[]];
}

/** The processes of a trace. Numbers of processes are used again, so it is not by those that they are told apart. */
export function processesIn({ tree }: Pick<Trace, 'tree'>): readonly TraceProcess[] {
  type Growing = TraceProcess & { readonly launches: TraceLaunch[] };
  const processes: Growing[] = [];
  const processOf: Growing[] = [];
  for (const launch of tree) {
    const from = launch.startedBy === null ? undefined : tree[launch.startedBy];
    const above = from && processOf[from.seq];
    if (from?.end?.kind === 'replaced' && from.pid === launch.pid && above?.launches.at(-1) === from) {
      above.launches.push(launch);
      processOf.push(above);
      continue;
    }
    const track = processes.length + 1;
    const process: Growing = { track, parentTrack: above?.track ?? null, launches: [launch] };
    processes.push(process);
    processOf.push(process);
  }
  return processes;
}

/** The name by which an executable is counted, wherever it lies. */
export function nameIn({ executable }: Pick<TraceLaunch, 'executable'>): string {
  return executableName(executable);
}

/** The counts of a tree, by name of the executable. */
export function countsIn(tree: readonly TraceLaunch[]): {
  readonly total: number;
  readonly byExecutable: Readonly<Record<string, number>>;
} {
  const launches = launchesIn({ tree });
  return { total: launches.length, byExecutable: Object.fromEntries(countBy(launches, nameIn)) };
}

/** Launches that were scripts, by interpreter. */
function scriptsIn(tree: readonly TraceLaunch[]): Readonly<Record<string, number>> {
  const interpreters = launchesIn({ tree }).flatMap(({ interpreter = [] }) => interpreter);
  return Object.fromEntries(countBy(interpreters, (interpreter) => interpreter));
}

function toLaunch(
  launch: TracedLaunch,
  seq: number,
  root: TracedLaunch,
  saved: Saved | undefined,
): TraceLaunch {
  const { startedBy, pid, parentPid, path, argv, isCut, cwd, startS, endS, end, forks } = launch;
  const { variables, processPaths, tried, interpreter } = launch;
  return {
    seq,
    startedBy,
    pid,
    parentPid,
    executable: path.startsWith('/') || cwd === null ? path : `${cwd}/${path.replace(/^(?:\.\/)+/, '')}`,
    argv: saved?.secrets === true ? argv : maskSecrets(argv),
    ...(isCut ? { argvCut: true } : {}),
    cwd,
    ...(interpreter === null ? {} : { interpreter }),
    ...(saved === undefined || saved.variables.length === 0 ? {} : { env: envOf(variables, saved) }),
    ...(Object.keys(processPaths).length === 0 ? {} : { processPaths }),
    ...(tried.length === 0 ? {} : { tried }),
    startUs: microseconds(startS - root.startS),
    durationUs: microseconds(endS - startS),
    end: end.kind === 'timed-out' ? null : end,
    forks,
  };
}

/** Values of variables, with what looks like a token masked as it is in arguments. */
function envOf(variables: TracedLaunch['variables'], { secrets }: Saved): TraceLaunch['env'] {
  if (variables === null || secrets) return variables;
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      maskSecrets([`${name}=${value}`])
        .join('')
        .slice(name.length + 1),
    ]),
  );
}

function microseconds(seconds: number): number {
  return Math.max(0, Math.round(seconds * 1e6));
}

function statusOf(end: CommandTrace['end']): number {
  switch (end.kind) {
    case 'exited':
      return end.status;
    case 'signalled':
      return 128 + signalNumber(end.signal);
    case 'timed-out':
      return 128;
  }
}
