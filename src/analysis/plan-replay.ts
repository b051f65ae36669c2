import { isTuple, type Tuple, TUPLES } from '../core/sysroot/architectures.ts';
import { executableName } from '../results/launch-label.ts';
import { holdsMask } from '../results/mask-secrets.ts';
import { resolveProcessPaths, type Trace, type TraceEnd, type TraceLaunch } from '../results/trace.ts';
import type { ReplayedLaunch } from '../scenario/scenario.ts';
import { type CaptureLine, isCaptureTool, isQuestion, readCaptureLine } from './advice/capture-calls.ts';
import { processPathsIn } from '../trace/process-paths.ts';
import { matchesGlob } from './matches-glob.ts';

/** What of a recording can be launched again. */
export interface ReplayPlan {
  /** In the order in which they were launched. */
  readonly launches: readonly ReplayedLaunch[];
  /** Those that were asked for and cannot be repeated as they were. */
  readonly refused: readonly RefusedLaunch[];
  /** How many began before the one before them had ended. */
  readonly overlapping: number;
}

/** A launch that cannot be repeated, and why. */
export interface RefusedLaunch {
  readonly seq: number;
  /** Name of its executable. */
  readonly program: string;
  /** A sentence without its end. */
  readonly why: string;
}

/** What is asked about this machine. */
export interface ReplayMachine {
  readonly isFolder: (path: string) => boolean;
  readonly isFile: (path: string) => boolean;
  /** Why a path cannot be executed; null: it can. */
  readonly whyNotExecutable: (path: string) => string | null;
}

/**
 * Decides which launches of a recording are made again: those of capture tools, or those whose executable matches one
 * of the globs. What one of them starts is left to it.
 */
export function planReplay(trace: Trace, only: readonly string[], machine: ReplayMachine): ReplayPlan {
  const launches: ReplayedLaunch[] = [];
  const refused: RefusedLaunch[] = [];
  const chosen = choose(trace, only).map(resolveProcessPaths);
  for (const launch of chosen) {
    const isCapture = isCaptureTool(launch);
    const line = isCapture ? readCaptureLine(launch) : null;
    const end = lastEndOf(launch, trace);
    const why =
      whyNotAgain(launch, trace, machine) ??
      whyNotTheSameEnvironment(launch, trace) ??
      (isCapture ? whyNoCapture(line, launch.cwd ?? '/', machine) : whyNotOpen(launch, machine)) ??
      whyNotEnded(end);
    if (why === null) launches.push(toReplayed(launch, line, end));
    else refused.push({ seq: launch.seq, program: executableName(launch.executable), why });
  }
  return { launches, refused, overlapping: countOverlapping(chosen) };
}

/** The launches that were asked for, without those below another one. */
function choose({ tree }: Trace, only: readonly string[]): readonly TraceLaunch[] {
  const covered = new Set<number>();
  return tree.filter((launch) => {
    const { seq, startedBy, executable } = launch;
    const isBelow = startedBy !== null && covered.has(startedBy);
    const isWanted =
      only.length === 0
        ? isCaptureTool(resolveProcessPaths(launch))
        : only.some((pattern) => matchesGlob(executable, pattern));
    if (isBelow || isWanted) covered.add(seq);
    return isWanted && !isBelow;
  });
}

/** How the process of a launch ended, whatever other programs it went on as. */
function lastEndOf({ seq, pid, end }: TraceLaunch, { tree }: Pick<Trace, 'tree'>): TraceEnd {
  if (end?.kind !== 'replaced') return end;
  const next = tree.find((other) => other.startedBy === seq && other.pid === pid);
  return next === undefined ? null : lastEndOf(next, { tree });
}

function whyNotAgain(
  { executable, argv, argvCut, cwd }: TraceLaunch,
  { saved }: Trace,
  machine: ReplayMachine,
): string | null {
  if (argvCut === true) return 'its arguments were shortened when it was recorded';
  if (argv.some(holdsMask)) return 'what looks like a token was masked in its arguments';
  const [passed] = [executable, ...argv, cwd ?? ''].flatMap(processPathsIn);
  if (passed !== undefined) {
    return `it was given ${passed}, which was open in the recorded process alone${saved === undefined ? '; trace --save looks up what that is' : ''}`;
  }
  if (cwd === null) return 'its working directory is not known';
  if (!machine.isFolder(cwd)) return `its working directory is not there: ${cwd}`;
  if (!executable.startsWith('/')) return 'it is not known where its program lies';
  const why = machine.whyNotExecutable(executable);
  if (why !== null) return `its program cannot be run, ${why}: ${executable}`;
  const [called = ''] = argv;
  return fileName(called) === fileName(executable)
    ? null
    : `its program was told another name than that of its file: ${called}`;
}

/** What was not saved of an environment is that of the shell, and the same for all. */
function whyNotTheSameEnvironment({ env }: TraceLaunch, { saved }: Trace): string | null {
  if (saved === undefined || saved.variables.length === 0) return null;
  if (env === null || env === undefined) return 'its environment is not known';
  const masked = Object.entries(env).find(([, value]) => holdsMask(value));
  return masked === undefined ? null : `what looks like a token was masked in its variable ${masked[0]}`;
}

/** What was open in it must still be where it was. A capture makes its links elsewhere, and names its trees. */
function whyNotOpen({ processPaths = {} }: TraceLaunch, machine: ReplayMachine): string | null {
  const gone = Object.entries(processPaths).find(
    ([, target]) => !machine.isFolder(target) && !machine.isFile(target),
  );
  return gone === undefined
    ? null
    : `what was ${gone[0]} in it is neither a folder nor a file any more: ${gone[1]}`;
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A capture reads trees and files that its command line names, and must find them again. */
function whyNoCapture(line: CaptureLine | null, cwd: string, machine: ReplayMachine): string | null {
  if (line === null) return 'its command line is not understood';
  for (const pattern of line.operands) {
    const [, file] = FROM_FILE.exec(pattern) ?? [];
    if (file === '-') return 'it read patterns from its standard input, which is not recorded';
    if (file !== undefined && !machine.isFile(absolute(file, cwd))) {
      return `the patterns that it read are not there: ${file}`;
    }
  }
  const gone = line.options.find(({ name, value }) => {
    const path = absolute(value, cwd);
    return (
      (TREES.has(name) && !machine.isFolder(path)) || (name === 'library-knowledge' && !machine.isFile(path))
    );
  });
  return gone === undefined ? null : `its --${gone.name} is not there: ${gone.value}`;
}

const FROM_FILE = /^(?:[a-z-]+:)*from:(.*)$/su;

const TREES: ReadonlySet<string> = new Set(['provider', 'container', 'resolve-ld.so']);

/** A status can be expected again; a signal came from somewhere. */
function whyNotEnded(end: TraceEnd): string | null {
  return end?.kind === 'signalled' ? `it was ended by ${end.signal}` : null;
}

function toReplayed(launch: TraceLaunch, line: CaptureLine | null, end: TraceEnd): ReplayedLaunch {
  const { seq, executable, argv } = launch;
  const cwd = launch.cwd ?? '/';
  const base = { seq, cwd, env: launch.env ?? {}, status: end?.kind === 'exited' ? end.status : null };
  if (line === null) {
    return {
      ...base,
      program: [executable, ...argv.slice(1)],
      words: [],
      destination: null,
      arch: null,
      patterns: 0,
    };
  }
  const dest = line.options.findLast(({ name }) => name === 'dest')?.value ?? '.';
  return {
    ...base,
    program: [executable, ...line.before.slice(1)],
    words: [
      ...line.options.flatMap(({ name, value, takesValue }) =>
        name === 'dest' ? [] : [`--${name}`, ...(takesValue ? [value] : [])],
      ),
      ...(line.operands.length === 0 ? [] : ['--', ...line.operands]),
    ],
    destination: isQuestion(line) ? null : absolute(dest, cwd),
    arch: architectureOf(line),
    patterns: line.operands.length,
  };
}

/** `x86_64-linux-gnu-capsule-capture-libs`, or what `--arch` says. */
function architectureOf({ before, options }: CaptureLine): Tuple | null {
  const said = options.findLast(({ name }) => name === 'arch')?.value ?? '';
  if (isTuple(said)) return said;
  const tool = fileName(before.at(-1) ?? '');
  return TUPLES.find((tuple) => tool.startsWith(`${tuple}-`)) ?? null;
}

/** Without `.` and `..`, as far as that can be said without looking at links. */
function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function countOverlapping(launches: readonly TraceLaunch[]): number {
  let lastEndUs = 0;
  return launches.filter(({ startUs, durationUs }) => {
    if (startUs === null) return false;
    const overlaps = startUs < lastEndUs;
    lastEndUs = Math.max(lastEndUs, startUs + (durationUs ?? 0));
    return overlaps;
  }).length;
}
