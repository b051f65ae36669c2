import { Buffer } from 'node:buffer';
import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { fsPath } from '../sysroot/byte-text.ts';
import { NotRegularFileError } from '../sysroot/read-file.ts';
import { CaptureError, failure, systemFailure } from './capture-error.ts';
import { readChunk } from './lines.ts';

/**
 * Reads a whole file of at most so many bytes that the user named: /dev/null and a pipe that is open already
 * (`<(…)`, /dev/stdin) will do, too. A FIFO in some folder will not: nobody may be at its other end.
 *
 * @throws CaptureError when it cannot be read or is larger.
 */
export function readGivenFile(path: string, maxBytes: number): Buffer {
  try {
    if (lstatSync(fsPath(path)).isFIFO()) throw new NotRegularFileError(path, 'FIFO');
    const fd = openSync(fsPath(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      return readToEnd(fd, path, maxBytes);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw error instanceof CaptureError
      ? error
      : new CaptureError(systemFailure(error, path), { cause: error });
  }
}

/** Without believing its size: pipes and devices have none. */
function readToEnd(fd: number, path: string, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let size = 0;
  for (let chunk = readChunk(fd); chunk.length > 0; chunk = readChunk(fd)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) {
      throw new CaptureError(failure('INVALID', `${path}: more than ${maxBytes} bytes`));
    }
  }
  return Buffer.concat(chunks);
}
