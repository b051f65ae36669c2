import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { EnvironmentError } from '../errors.ts';
import { findExecutable } from '../launch/find-executable.ts';
import { LaunchLog } from './launch-log.ts';
import type { NotedOfPrograms, TracedTree } from './process-tree.ts';
import { StraceLog } from './strace-log.ts';
import type { TraceLog } from './trace-log.ts';

/** An outside observer that sees every launch below a command. */
export interface Tracer {
  readonly kind: TracerKind;
  readonly version: string;
  /** Words to put before a command so that all it launches is written to `logFile`, with environments where told. */
  command(logFile: string, shown?: { readonly environments: boolean }): readonly [string, ...string[]];
  /**
   * Begins to read what it writes.
   *
   * @param name - what messages call the log
   * @param cwd - working directory of the command; null: it is not known
   */
  openLog(name: string, cwd: string | null, noted?: Partial<NotedOfPrograms>): TraceLog;
}

export type TracerKind = 'launch-tracer' | 'strace';

/** Where a tracer may be found. */
export interface TracerSearch {
  /** Our own one, if it was compiled: see installed-helper.ts. */
  readonly ownPath: string | null;
  /** PATH, for strace. */
  readonly path: string | undefined;
}

/**
 * Reads a log when the traced command has ended.
 *
 * @throws CountError when the count cannot be trusted.
 */
export async function readTrace(tracer: Tracer, logFile: string): Promise<TracedTree> {
  const log = tracer.openLog(logFile, null);
  log.read(await readFile(logFile, 'latin1'));
  return log.end();
}

/** First strace that has every option we use: `--seccomp-bpf` (5.3), `--pidns-translation` (5.9). */
const OLDEST = { major: 5, minor: 9 };

/**
 * Finds a tracer: our own one, which costs a launch a tenth of what strace does, else strace. No tracer runs beside a timing.
 *
 * @throws EnvironmentError telling how to get one when there is none, or it is too old, or not allowed to trace.
 */
export async function findTracer({ ownPath, path }: TracerSearch): Promise<Tracer> {
  return (ownPath === null ? null : await openOwnTracer(ownPath)) ?? openStrace(path, ownPath !== null);
}

/** Our own tracer; null where it may not trace, of which strace can say why. */
async function openOwnTracer(program: string): Promise<Tracer | null> {
  const command: Tracer['command'] = (logFile, shown) => [
    program,
    ...(shown?.environments === true ? ['-e'] : []),
    logFile,
    '--',
  ];
  // It traces itself saying which version it is, so that one launch answers both questions.
  const { stdout } = await firstWords([...command('/dev/null'), program, '--version']);
  const [, version] = /^launch-tracer (\d+)\n$/.exec(stdout) ?? [];
  if (version === undefined) return null;
  return {
    kind: 'launch-tracer',
    version,
    command,
    openLog: (name, cwd, noted) => new LaunchLog(name, cwd, noted),
  };
}

async function openStrace(path: string | undefined, isOwnRefused: boolean): Promise<Tracer> {
  const hint =
    'Install it: sudo apt-get install strace (or your distribution’s package of that name); or a C compiler, then npm rebuild launchbench.';
  const strace = findExecutable('strace', path, '/');
  if (strace === null) {
    throw isOwnRefused
      ? new EnvironmentError(
          'Launches are counted from outside: our own tracer may not trace here, and strace is not there',
          { hint: ALLOW_TRACING },
        )
      : new EnvironmentError(
          'Launches are counted from outside by our own tracer or strace, and neither is there',
          { hint },
        );
  }
  const command: Tracer['command'] = (logFile, shown) => [
    strace,
    ...OPTIONS,
    ...(shown?.environments === true ? ['-v'] : []),
    ...['-o', logFile, '--'],
  ];
  // It traces itself saying which version it is, so that one launch answers both questions.
  const traced = await firstWords([...command('/dev/null'), strace, '--version']);
  const [, version, major, minor] =
    VERSION.exec(traced.stdout) ?? VERSION.exec((await firstWords([strace, '--version'])).stdout) ?? [];
  if (
    version === undefined ||
    Number(major) < OLDEST.major ||
    (Number(major) === OLDEST.major && Number(minor) < OLDEST.minor)
  ) {
    throw new EnvironmentError(
      `${strace} is version ${version ?? 'unknown'}; at least ${OLDEST.major}.${OLDEST.minor} is needed`,
      { hint },
    );
  }
  if (!VERSION.test(traced.stdout)) {
    throw new EnvironmentError(`${strace} may not trace here: ${reasonIn(traced.stderr)}`, {
      hint: ALLOW_TRACING,
    });
  }
  return {
    kind: 'strace',
    version,
    command,
    openLog: (name, cwd, noted) => new StraceLog(name, cwd, noted),
  };
}

const ALLOW_TRACING =
  'Tracing has to be allowed: in a container with --cap-add=SYS_PTRACE (docker, podman), elsewhere with ' +
  '"sudo sysctl kernel.yama.ptrace_scope=1"; and nothing that runs under strace or a debugger can be traced again.';

const VERSION = /version ((\d+)\.(\d+)\S*)/;

/**
 * Successful and failed calls alike are asked for: with `-z`, strace 6.1 drops the exec of a thread. The calls that
 * create processes tell who launched what, and their ends tell that nothing is missing. 131072 bytes is the longest
 * string that an exec takes (MAX_ARG_STRLEN, execve(2)). That a signal ended a process is told only where that signal
 * is asked for, so all are that can; source: strace.c, `print_signalled`.
 */
const OPTIONS = [
  '-f',
  '--seccomp-bpf',
  '--pidns-translation',
  '-q',
  '-ttt',
  '-y',
  ...['-s', '131072'],
  ...['-e', 'signal=!SIGCHLD,SIGCONT,SIGURG,SIGWINCH'],
  ...['-e', 'trace=execve,execveat,clone,clone3,fork,vfork,chdir,fchdir'],
] as const;

/** How long strace may take to say something, and how much of it is read. */
const LIMITS = { timeout: 5_000, killSignal: 'SIGKILL', maxBuffer: 16_384, encoding: 'utf8' } as const;

/** What a program says when it is asked. The library traces too, and has no packages; so this is not execa. */
function firstWords([program, ...args]: readonly [string, ...string[]]): Promise<{
  readonly stdout: string;
  readonly stderr: string;
}> {
  return new Promise((resolve) => {
    const asked = execFile(program, args, LIMITS, (_error, stdout, stderr) => {
      resolve({ stdout, stderr });
    });
    asked.stdin?.end();
  });
}

/** The last line that strace wrote about itself, without its name. */
function reasonIn(stderr: string): string {
  return stderr.trim().replace(/^(?:[^]*\n)?(?:\S*strace: )?/, '');
}
