import { Buffer } from 'node:buffer';
import { readSync } from 'node:fs';
import { decodeBytes } from '../sysroot/byte-text.ts';
import { CaptureError, failure } from './capture-error.ts';
import { whenReady } from './when-ready.ts';

/**
 * The lines of an open file, each given out as soon as it has come, so that a caller can write a pattern, look
 * at what it did and write the next. A line ends at its first NUL, as it does for a C program.
 *
 * @param onRead - called whenever something has been read, before the lines of it are given out.
 * @throws CaptureError when a line is longer than any pattern; the error of the system.
 */
export function* readLines(fd: number, onRead: () => void = () => undefined): Generator<string> {
  let rest = Buffer.alloc(0);
  for (;;) {
    const chunk = readChunk(fd);
    if (chunk.length === 0) break;
    onRead();
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE, start)) {
      yield text(rest.subarray(start, end));
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > MAX_LINE_BYTES) {
      throw new CaptureError(failure('INVALID', `a line of patterns is longer than ${MAX_LINE_BYTES} bytes`));
    }
  }
  if (rest.length > 0) yield text(rest);
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 65_536;
const MAX_LINE_BYTES = 1024 * 1024;

/**
 * What an open file has now, waiting for at least one byte; nothing at the end.
 *
 * @throws the error of the system.
 */
export function readChunk(fd: number): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  return chunk.subarray(
    0,
    whenReady(() => readSync(fd, chunk)),
  );
}

function text(line: Buffer): string {
  const end = line.indexOf(0);
  return decodeBytes(end < 0 ? line : line.subarray(0, end));
}
