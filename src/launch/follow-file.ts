import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { watchPath } from '../core/overrides/watch-path.ts';

/** Bytes that are read at once. */
const PIECE_BYTES = 65_536;

/**
 * Hands on what is appended to a file from now on, as it comes; the file is made if it is not there.
 *
 * @returns a function that hands on what is left and ends it.
 * @throws EnvironmentError when the system cannot watch one more file.
 */
export function followFile(path: string, onPiece: (piece: Buffer) => void): () => void {
  const file = openSync(path, 'a+');
  let at = fstatSync(file).size;
  const read = (): void => {
    for (;;) {
      const piece = Buffer.alloc(PIECE_BYTES);
      const length = readSync(file, piece, 0, piece.length, at);
      if (length === 0) return;
      at += length;
      onPiece(piece.subarray(0, length));
    }
  };
  try {
    const watcher = watchPath(path, read);
    return () => {
      watcher.close();
      read();
      closeSync(file);
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
