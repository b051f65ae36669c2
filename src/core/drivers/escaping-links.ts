import { lstatSync, readlinkSync } from 'node:fs';
import { decodeBytes, fsPath } from '../sysroot/byte-text.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/**
 * Says which link on the way to a file of a tree is absolute, so that it leads out of the tree and to nothing that
 * belongs to it.
 *
 * @returns null where no such link is in the way, and in `/`, which nothing leads out of.
 */
export function escapeOf(provider: Sysroot, path: string): string | null {
  if (provider.isHost) return null;
  let at = '';
  for (const part of path.split('/').filter(Boolean)) {
    at += `/${part}`;
    const target = linkTarget(provider.root + at);
    if (target?.startsWith('/') === true)
      return `${at === path ? 'it' : at} is a link to ${target}, outside the provider`;
  }
  return null;
}

function linkTarget(place: string): string | null {
  try {
    if (!lstatSync(fsPath(place)).isSymbolicLink()) return null;
    return decodeBytes(readlinkSync(fsPath(place), 'buffer'));
  } catch {
    return null;
  }
}
