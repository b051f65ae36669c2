import { SysrootError, type ErrorDetails } from '../../errors.ts';
import { withoutSystemCall } from '../../system-errors.ts';
import { NotRegularFileError, systemErrno } from '../sysroot/read-file.ts';

/**
 * What went wrong, in the classes that modifiers forgive or do not. Source: our capture-tool specification,
 * section 11.
 */
export type ErrorClass =
  | 'NOT-FOUND'
  | 'IO'
  | 'WRONG-ABI'
  | 'XDEV'
  | 'INVALID'
  | 'NAME-TOO-LONG'
  | 'TOO-MANY'
  | 'BAD-ELF'
  /** Anything else that the system reports; its number tells which. */
  | 'SYSTEM';

/** A failure that may yet be forgiven. */
export interface Failure {
  readonly errorClass: ErrorClass;
  /** Linux error number; 0 for BAD-ELF, which has none. */
  readonly errno: number;
  /** What was being done, to what, and why it failed. */
  readonly details: string;
}

/** A pattern that failed, with no modifier to forgive it. Links made before stay. */
export class CaptureError extends SysrootError {
  readonly errorClass: ErrorClass;
  /** Linux error number; 0 for BAD-ELF, which has none. */
  readonly errno: number;

  constructor({ errorClass, errno, details }: Failure, more: ErrorDetails = {}) {
    super(details, more);
    this.errorClass = errorClass;
    this.errno = errno;
  }
}

/** A failure of one of the classes that have a fixed number. */
export function failure(errorClass: Exclude<ErrorClass, 'SYSTEM'>, details: string): Failure {
  return { errorClass, errno: ERRNO[errorClass], details };
}

/**
 * What the system said about a path, as a failure.
 *
 * @throws the error itself when it did not come from the system: that is an internal error.
 */
export function systemFailure(error: unknown, doing: string): Failure {
  if (error instanceof NotRegularFileError) {
    // open(2) refuses a socket by itself; other things it would open.
    return error.fileKind === 'socket'
      ? { errorClass: 'SYSTEM', errno: ENXIO, details: `${doing}: it is a socket` }
      : failure('INVALID', `${doing}: a ${error.fileKind}, not a regular file`);
  }
  const errno = systemErrno(error);
  if (errno === null || !(error instanceof Error)) throw error;
  const details = `${doing}: ${withoutSystemCall(error.message)}`;
  if (errno === ERRNO['NOT-FOUND']) return failure('NOT-FOUND', details);
  if (errno === ERRNO['NAME-TOO-LONG']) return failure('NAME-TOO-LONG', details);
  return { errorClass: 'SYSTEM', errno, details };
}

/** Linux error numbers. Source: errno(3), asm-generic/errno.h. */
const ERRNO = {
  'NOT-FOUND': 2,
  IO: 5,
  'WRONG-ABI': 8,
  XDEV: 18,
  INVALID: 22,
  'NAME-TOO-LONG': 36,
  'TOO-MANY': 82,
  'BAD-ELF': 0,
} as const;
const ENXIO = 6;
