import { readFile } from 'node:fs/promises';
import { EnvironmentError } from '../errors.ts';
import { askProgram } from '../launch/ask-program.ts';
import { findExecutable } from '../launch/find-executable.ts';
import type { TracedTree } from './process-tree.ts';
import { parseStraceLog } from './strace-log.ts';

/** An outside observer that sees every launch below a command. */
export interface Tracer {
  readonly kind: 'strace';
  readonly version: string;
  /** Words to put before a command so that all it launches is written to `logFile`. */
  command(logFile: string): readonly string[];
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
 * @throws EnvironmentError telling how to get it when it is missing or too old.
 */
export async function findTracer(path: string | undefined): Promise<Tracer> {
  const hint = 'Install it: sudo apt-get install strace (or your distribution’s package of that name).';
  const strace = findExecutable('strace', path, '/');
  if (strace === null)
    throw new EnvironmentError('Launches are counted from outside with strace, which is not there', { hint });
  const answer = await askProgram([strace, '--version']);
  const [, version, major, minor] = /version ((\d+)\.(\d+)\S*)/.exec(answer ?? '') ?? [];
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
  return {
    kind: 'strace',
    version,
    command: (logFile) => [strace, ...OPTIONS, '-o', logFile, '--'],
    read: async (logFile) => parseStraceLog(await readFile(logFile, 'utf8'), logFile),
  };
}

/**
 * Successful and failed calls alike are asked for: with `-z`, strace 6.1 drops the exec of a thread. The calls that
 * create processes tell who launched what, and their ends tell that nothing is missing. 131072 bytes is the longest
 * string that an exec takes (MAX_ARG_STRLEN, execve(2)).
 */
const OPTIONS = [
  '-f',
  '--seccomp-bpf',
  '--pidns-translation',
  '-q',
  '-ttt',
  '-y',
  ...['-s', '131072'],
  ...['-e', 'signal=none'],
  ...['-e', 'trace=execve,execveat,clone,clone3,fork,vfork'],
] as const;
