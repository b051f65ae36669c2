import { EXIT, LaunchbenchError, type ExitStatus } from '../errors.ts';
import { escapeInvisible, escapeTerminal } from '../reporters/escape.ts';
import type { Paint } from '../reporters/paint.ts';
import { shortageOf, systemErrorAtPath, systemErrorWords } from '../system-errors.ts';

/** An error as the user is told about it. */
export interface Failure {
  readonly text: string;
  readonly status: ExitStatus;
}

/**
 * Turns an error into text and exit status; nothing else in the program does.
 *
 * An error that a user can act on says what was found, where, and what to do next. Any other is an internal error: its stack is shown,
 * and where to report it.
 */
export function formatFailure(
  error: unknown,
  {
    verbose,
    interrupted,
    ci = true,
    paint = (text) => text,
  }: {
    readonly verbose: boolean;
    readonly interrupted: boolean;
    /** Whether a CI service may read along; see `escapeTerminal`. */
    readonly ci?: boolean;
    readonly paint?: Paint;
  },
): Failure {
  const failure = (status: ExitStatus, message: string, ...more: readonly string[]): Failure => ({
    status,
    text: [
      `${paint('launchbench:', status === EXIT.interrupted ? 'warning' : 'bad')} ${escapeLines(message, ci)}`,
      ...more.map((text) => escapeLines(text, ci)),
    ]
      .map((line) => `${line}\n`)
      .join(''),
  });
  if (error instanceof LaunchbenchError) {
    const causes = verbose ? causesOf(error) : [];
    const hint = error.hint === undefined ? [] : [error.hint];
    return failure(
      lackOf(error) === null ? error.exitStatus : EXIT.lacking,
      error.message,
      ...causes,
      ...hint,
    );
  }
  const stack = verbose ? [stackOf(error)] : [];
  // Whatever broke while we were stopping broke because we were stopping.
  if (interrupted) return failure(EXIT.interrupted, 'Stopped', ...stack);
  // What the system refuses is no mistake of the program, wherever it shows.
  const lack = lackOf(error) ?? systemErrorAtPath(error);
  if (lack !== null) return failure(EXIT.lacking, lack, ...stack);
  return failure(
    EXIT.bug,
    'This is an internal error.',
    stackOf(error),
    "Please report it in launchbench's issue tracker, with these lines and the command line.",
  );
}

/** Messages carry file names, argv and output of other programs, which must not steer the terminal. */
function escapeLines(text: string, ci: boolean): string {
  return text
    .split('\n')
    .map(ci ? escapeTerminal : escapeInvisible)
    .join('\n');
}

/**
 * What this machine lacks, if that is what an error of the system says, or one that caused it: a shortage can show
 * anywhere, and is not a mistake of the program. null: it says something else.
 */
function lackOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('syscall' in error && error.syscall === 'uv_cwd') return 'The working folder was removed';
  const shortage = shortageOf(error);
  if (shortage === null) return lackOf(error.cause);
  return 'path' in error ? systemErrorAtPath(error) : `Out of resources: ${shortage}`;
}

function causesOf(error: Error): readonly string[] {
  return error.cause instanceof Error
    ? [`  because: ${systemErrorWords(error.cause)}`, ...causesOf(error.cause)]
    : [];
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
