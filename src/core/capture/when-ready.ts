import { systemErrno } from '../sysroot/read-file.ts';

/**
 * Does something with a pipe or terminal, again and again until the other end is ready for it: another process
 * that shares it may have made it not wait.
 *
 * @throws the error of the system when it is another one.
 */
export function whenReady<Result>(attempt: () => Result): Result {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      const errno = systemErrno(error);
      if (errno !== EAGAIN && errno !== EINTR) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

const EAGAIN = 11;
const EINTR = 4;
const RETRY_MS = 5;
