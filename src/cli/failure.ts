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

function causesOf(error: Error): readonly string[] {
  return error.cause instanceof Error ? [`  because: ${error.cause.message}`, ...causesOf(error.cause)] : [];
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
