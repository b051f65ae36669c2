import { link, mkdir, open, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileContent, TreeEntry } from './tree-entry.ts';

/** Writes the entries, in order, below a folder that is ours. Names come from us or were checked before. */
export async function writeTree(
  entries: readonly TreeEntry[],
  folder: string,
  signal?: AbortSignal,
): Promise<void> {
  for (const entry of entries) {
    signal?.throwIfAborted();
    const path = join(folder, entry.path);
    await mkdir(dirname(path), { recursive: true });
    switch (entry.kind) {
      case 'directory':
        await mkdir(path, { recursive: true });
        break;
      case 'file':
        await writeFileWithHoles(path, entry.content);
        break;
      case 'hard-link':
        await link(join(folder, entry.target), path);
        break;
      case 'symlink':
        await symlink(entry.target, path);
        break;
    }
  }
}

async function writeFileWithHoles(path: string, { sizeBytes, pieces }: FileContent): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const { offset, bytes } of pieces) await file.write(bytes, 0, bytes.length, offset);
    await file.truncate(sizeBytes);
  } finally {
    await file.close();
  }
}
