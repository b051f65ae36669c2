/** Exit statuses of `launchbench`. `capture-libs` has its own; `trace` passes on its command's. */
export const EXIT = {
  done: 0,
  no: 1,
  badInput: 2,
  lacking: 3,
  launchFailed: 4,
  bug: 70,
  notExecutable: 126,
  notFound: 127,
  interrupted: 130,
} as const;

/** One of the exit statuses that `launchbench` may end with. */
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** What else an error can say: what to do about it, and what caused it. */
export interface ErrorDetails {
  /** The next step for the user, one or two sentences. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a user can act on. Everything that is not one of these is an internal error (status 70).
 *
 * The message says where (file, line and column, JSON path, byte offset), what was found and what was
 * expected; the hint says what would be right.
 */
export abstract class LaunchbenchError extends Error {
  abstract readonly exitStatus: ExitStatus;
  readonly hint: string | undefined;

  constructor(message: string, { hint, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.hint = hint;
  }
}

/** The command line cannot be used as it is. */
export class UsageError extends LaunchbenchError {
  override readonly exitStatus = EXIT.badInput;
}

/** A scenario file cannot be used as it is. */
export class ScenarioError extends LaunchbenchError {
  override readonly exitStatus = EXIT.badInput;
}

/** A file is not in the format it should be in: ELF, ld.so.cache, results, baseline, archive. */
export class FormatError extends LaunchbenchError {
  override readonly exitStatus = EXIT.badInput;
}

/** A provider, container or overrides tree cannot be used as it is. */
export class SysrootError extends LaunchbenchError {
  override readonly exitStatus = EXIT.badInput;
}

/** This machine lacks something: a tool, an emulator, a right. The hint says how to get it. */
export class EnvironmentError extends LaunchbenchError {
  override readonly exitStatus = EXIT.lacking;
}

/** A launched tool failed or timed out. The message shows its argv and the last lines of its stderr. */
export class LaunchError extends LaunchbenchError {
  override readonly exitStatus = EXIT.launchFailed;
}

/** The command that was to be traced could not be executed; the status is what a shell has for that. */
export class CommandError extends LaunchbenchError {
  override readonly exitStatus: typeof EXIT.notExecutable | typeof EXIT.notFound;

  constructor(message: string, { exitStatus, ...details }: ErrorDetails & Pick<CommandError, 'exitStatus'>) {
    super(message, details);
    this.exitStatus = exitStatus;
  }
}

/** A count cannot be trusted: ledger and tracer disagree, or a trace is cut short. */
export class CountError extends LaunchbenchError {
  override readonly exitStatus = EXIT.launchFailed;
}

/** The user (or CI) asked us to stop; children are ended and temporary trees removed. */
export class InterruptedError extends LaunchbenchError {
  override readonly exitStatus = EXIT.interrupted;
}
