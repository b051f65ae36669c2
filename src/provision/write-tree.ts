import { closeSync, ftruncateSync, linkSync, openSync, symlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { makeFolders } from '../core/overrides/make-folders.ts';
import type { FileContent, TreeEntry } from './tree-entry.ts';

/**
 * Writes the entries, in order, below a folder that is ours. Names come from us or were checked before. A call that
 * waits takes Node longer than what it waits for, so this process does little else meanwhile.
 *
 * @throws the reason of the signal, and the error of the system.
 */
export async function writeTree(
  entries: readonly TreeEntry[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  const made = new Set<string>();
  const makeFolder = (path: string): void => {
    if (!made.has(path)) makeFolders(path);
    made.add(path);
  };
  for (const [index, entry] of entries.entries()) {
    // An interrupt is heard between two of them only.
    if (index % ENTRIES_IN_A_ROW === 0) await setImmediate();
    signal?.throwIfAborted();
    const path = join(folder, entry.path);
    makeFolder(dirname(path));
    switch (entry.kind) {
      case 'directory':
        makeFolder(path);
        break;
      case 'file':
        writeFileWithHoles(path, entry.content());
        break;
      case 'hard-link':
        linkSync(join(folder, entry.target), path);
        break;
      case 'symlink':
        symlinkSync(entry.target, path);
        break;
    }
  }
}

/** They take some ten milliseconds. */
const ENTRIES_IN_A_ROW = 256;

function writeFileWithHoles(path: string, { sizeBytes, pieces }: FileContent): void {
  const fd = openSync(path, 'wx');
  try {
    let end = 0;
    for (const { offset, bytes } of pieces) {
      // A disk that is filling up takes a part, and says so the next time.
      for (let written = 0; written < bytes.length;) {
        written += writeSync(fd, bytes, written, bytes.length - written, offset + written);
      }
      end = Math.max(end, offset + bytes.length);
    }
    if (end !== sizeBytes) ftruncateSync(fd, sizeBytes);
  } finally {
    closeSync(fd);
  }
}
