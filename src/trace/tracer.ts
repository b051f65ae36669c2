import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { EnvironmentError } from '../errors.ts';
import { findExecutable } from '../launch/find-executable.ts';
import type { TracedTree } from './process-tree.ts';
import { parseStraceLog } from './strace-log.ts';

/** An outside observer that sees every launch below a command. */
export interface Tracer {
  readonly kind: 'strace';
  readonly version: string;
  /** Words to put before a command so that all it launches is written to `logFile`, with environments where told. */
  command(logFile: string, shown?: { readonly environments: boolean }): readonly [string, ...string[]];
  /**
   * Reads a log when the traced command has ended.
   *
   * @throws CountError when the count cannot be trusted.
   */
  read(logFile: string): Promise<TracedTree>;
}

/** First strace that has every option we use: `--seccomp-bpf` (5.3), `--pidns-translation` (5.9). */
const OLDEST = { major: 5, minor: 9 };

/**
 * Finds the tracer. A tracer never runs beside a timing: it adds some 0.4 ms to each launch.
 *
 * @throws EnvironmentError telling how to get it when it is missing, too old, or not allowed to trace.
 */
export async function findTracer(path: string | undefined): Promise<Tracer> {
  const hint = 'Install it: sudo apt-get install strace (or your distribution’s package of that name).';
  const strace = findExecutable('strace', path, '/');
  if (strace === null)
    throw new EnvironmentError('Launches are counted from outside with strace, which is not there', { hint });
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
      hint:
        'Tracing has to be allowed: in a container with --cap-add=SYS_PTRACE (docker, podman), elsewhere with ' +
        '"sudo sysctl kernel.yama.ptrace_scope=1"; and nothing that runs under strace or a debugger can be traced again.',
    });
  }
  return {
    kind: 'strace',
    version,
    command,
    read: async (logFile) => parseStraceLog(await readFile(logFile, 'utf8'), logFile),
  };
}

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
  return (
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^\S*strace: /, '') ?? ''
  );
}
