import type { Sysroot } from '../sysroot/sysroot.ts';

/**
 * Says which link on the way to a file of a tree leads out of the tree, and so to nothing that belongs to it.
 *
 * @returns null where no such link is in the way, and in a confined tree, where it is followed inside.
 */
export function escapeOf(provider: Sysroot, path: string): string | null {
  const escape = provider.confined ? null : provider.escapeOf(path);
  if (escape === null) return null;
  const { link, target } = escape;
  return `${link === path ? 'it' : link} is a link to ${target}, outside the provider`;
}
