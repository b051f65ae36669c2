import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Gives a tree of unpacked packages the merged `/usr` that every Debian has had since 12: `/lib` and the like are links
 * into `/usr`, whether packages still put files there or leave the links to an installer. Source: Debian's
 * usrmerge(7), and the package base-files.
 */
export function mergeUsr(tree: string): void {
  for (const name of MERGED) {
    const place = join(tree, name);
    const merged = join(tree, 'usr', name);
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) continue;
    mkdirSync(merged, { recursive: true });
    if (found !== undefined) moveInto(place, merged);
    symlinkSync(`usr/${name}`, place);
  }
}

const MERGED = ['bin', 'sbin', 'lib', 'lib64'];

/** Moves all that a folder holds; where both have something, that of the folder is what was meant to be found. */
function moveInto(folder: string, target: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const from = join(folder, entry.name);
    const to = join(target, entry.name);
    const there = lstatSync(to, { throwIfNoEntry: false });
    if (entry.isDirectory() && there?.isDirectory()) {
      moveInto(from, to);
      continue;
    }
    if (there !== undefined) rmSync(to, { recursive: true });
    renameSync(from, to);
  }
  rmdirSync(folder);
}
