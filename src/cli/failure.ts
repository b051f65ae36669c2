import { EXIT, LaunchbenchError, type ExitStatus } from '../errors.ts';
import { escapeTerminal } from '../reporters/escape.ts';

/** An error as the user is told about it. */
export interface Failure {
  readonly text: string;
  readonly status: ExitStatus;
}

/**
 * Turns an error into text and exit status; nothing else in the program does.
 *
 * An error of ours says what was found, where, and what to do next. Any other is a bug: its stack is shown,
 * and where to report it.
 */
export function formatFailure(
  error: unknown,
  { verbose, interrupted }: { readonly verbose: boolean; readonly interrupted: boolean },
): Failure {
  if (error instanceof LaunchbenchError) {
    const causes = verbose ? causesOf(error) : [];
    const hint = error.hint === undefined ? [] : [error.hint];
    return failure(error.exitStatus, [`launchbench: ${error.message}`, ...causes, ...hint]);
  }
  // Whatever broke while we were stopping broke because we were stopping.
  if (interrupted)
    return failure(EXIT.interrupted, ['launchbench: Stopped', ...(verbose ? [stackOf(error)] : [])]);
  const lack = lackOf(error);
  if (lack !== null)
    return failure(EXIT.lacking, [`launchbench: ${lack}`, ...(verbose ? [stackOf(error)] : [])]);
  return failure(EXIT.bug, [
    'launchbench: This is a bug in launchbench, not a mistake of yours.',
    stackOf(error),
    "Please report it in launchbench's issue tracker, with these lines and the command line.",
  ]);
}

/** Messages carry file names, argv and output of other programs, which must not steer the terminal. */
function failure(status: ExitStatus, lines: readonly string[]): Failure {
  return { text: lines.map((line) => `${escapeLines(line)}\n`).join(''), status };
}

function escapeLines(text: string): string {
  return text.split('\n').map(escapeTerminal).join('\n');
}

/** A shortage of this machine can show anywhere, and is nobody's mistake. Source: errno(3). */
const SHORTAGES: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'a file system is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EROFS', 'a file system is read-only'],
  ['EMFILE', 'too many files are open in this process; see "ulimit -n"'],
  ['ENFILE', 'too many files are open on this machine'],
  ['EAGAIN', 'no further process can be started; see "ulimit -u"'],
  ['ENOMEM', 'there is not enough memory'],
  ['EIO', 'a disk cannot be read or written'],
]);

/** What this machine lacks, if that is what an error of the system says; null: it says something else. */
function lackOf(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return null;
  if ('syscall' in error && error.syscall === 'uv_cwd') return 'The working folder was removed';
  const shortage = SHORTAGES.get(error.code);
  return shortage === undefined ? null : `${error.message}: ${shortage}`;
}

function causesOf(error: Error): readonly string[] {
  return error.cause instanceof Error ? [`  because: ${error.cause.message}`, ...causesOf(error.cause)] : [];
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
