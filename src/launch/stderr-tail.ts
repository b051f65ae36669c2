import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** How much of what a child wrote to standard error is kept for a message. */
export const STDERR_TAIL_BYTES = 4096;

/** Size of a file in bytes; 0 where there is none yet. */
export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was added to a file since it had `from` bytes, at most the last 4 KiB of it, without the line it cuts. */
export function readTail(path: string, from: number): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = fstatSync(file);
    const start = Math.max(from, size - STDERR_TAIL_BYTES);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const length = readSync(file, bytes, 0, bytes.length, start);
    return wholeLines(bytes.toString('utf8', 0, length), start > from);
  } finally {
    closeSync(file);
  }
}

/** Drops a first line that was cut, unless it is all there is. */
export function wholeLines(text: string, cut: boolean): string {
  const lineEnd = text.indexOf('\n');
  return cut && lineEnd >= 0 && lineEnd + 1 < text.length ? text.slice(lineEnd + 1) : text;
}
