import { link, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TreeEntry } from '../../../src/provision/tree-entry.ts';

/** Writes a tree the obvious way, one awaited call after the other: what our own writer is compared with. */
export async function writeTreeAwaiting(entries: readonly TreeEntry[], folder: string): Promise<void> {
  for (const entry of entries) {
    const path = join(folder, entry.path);
    await mkdir(dirname(path), { recursive: true });
    switch (entry.kind) {
      case 'directory':
        await mkdir(path, { recursive: true });
        break;
      case 'file': {
        const file = await open(path, 'wx');
        const { sizeBytes, pieces } = entry.content();
        for (const { offset, bytes } of pieces) await file.write(bytes, 0, bytes.length, offset);
        await file.truncate(sizeBytes);
        await file.close();
        break;
      }
      case 'hard-link':
        await link(join(folder, entry.target), path);
        break;
      case 'symlink':
        await symlink(entry.target, path);
        break;
    }
  }
}
