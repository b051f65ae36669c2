import { EXIT, LaunchbenchError, type ExitStatus } from '../errors.ts';
import { escapeTerminal } from '../reporters/escape.ts';
import type { Paint } from '../reporters/paint.ts';

/** An error as the user is told about it. */
export interface Failure {
  readonly text: string;
  readonly status: ExitStatus;
}

/**
 * Turns an error into text and exit status; nothing else in the program does.
 *
 * An error of ours says what was found, where, and what to do next. Any other is an internal error: its stack is shown,
 * and where to report it.
 */
export function formatFailure(
  error: unknown,
  {
    verbose,
    interrupted,
    paint = (text) => text,
  }: { readonly verbose: boolean; readonly interrupted: boolean; readonly paint?: Paint },
): Failure {
  const failure = (status: ExitStatus, message: string, ...more: readonly string[]): Failure => ({
    status,
    text: [
      `${paint('launchbench:', status === EXIT.interrupted ? 'warning' : 'bad')} ${escapeLines(message)}`,
      ...more.map(escapeLines),
    ]
      .map((line) => `${line}\n`)
      .join(''),
  });
  if (error instanceof LaunchbenchError) {
    const causes = verbose ? causesOf(error) : [];
    const hint = error.hint === undefined ? [] : [error.hint];
    return failure(error.exitStatus, error.message, ...causes, ...hint);
  }
  const stack = verbose ? [stackOf(error)] : [];
  // Whatever broke while we were stopping broke because we were stopping.
  if (interrupted) return failure(EXIT.interrupted, 'Stopped', ...stack);
  const lack = lackOf(error);
  if (lack !== null) return failure(EXIT.lacking, lack, ...stack);
  return failure(
    EXIT.bug,
    'This is an internal error.',
    stackOf(error),
    "Please report it in launchbench's issue tracker, with these lines and the command line.",
  );
}

/** Messages carry file names, argv and output of other programs, which must not steer the terminal. */
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
