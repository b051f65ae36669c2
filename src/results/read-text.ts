import { constants, openSync } from 'node:fs';
import { lstat, open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { FormatError } from '../errors.ts';
import { systemErrorWords } from '../system-errors.ts';

/** Weeks of samples; a larger file is something else. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file that the user named, or a pipe that is open already, as `<(…)` is: of anything else, and of what has no
 * end, nothing is read.
 *
 * @param what - what it should be, e.g. "results file"
 * @throws FormatError when it is not there, cannot be read, or is too large
 */
export async function readText(path: string, what: string, hint?: string): Promise<string> {
  try {
    return await readBounded(await openForReading(path));
  } catch (cause) {
    throw new FormatError(`${path}: cannot read this ${what}: ${systemErrorWords(cause)}`, { cause, hint });
  }
}

async function openForReading(path: string): Promise<Readable> {
  // Opening a FIFO waits for whoever is at its other end, and nothing can call that off. A pipe that is open already
  // goes by a link.
  if ((await lstat(path)).isFIFO()) throw new Error('it is a FIFO');
  const found = await stat(path);
  if (found.isFile()) {
    if (found.size > MAX_TEXT_BYTES) throw tooLarge(String(found.size));
    return (await open(path)).createReadStream();
  }
  if (!found.isFIFO()) {
    throw new Error(found.isDirectory() ? 'it is a folder' : 'it is neither a file nor a pipe');
  }
  // Not through a thread: one that waits in a read keeps the process from ending.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

async function readBounded(source: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size > MAX_TEXT_BYTES) throw tooLarge(`more than ${MAX_TEXT_BYTES}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(bytes: string): Error {
  return new Error(`${bytes} bytes are more than the ${MAX_TEXT_BYTES} it may have`);
}
