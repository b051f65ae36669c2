import type { CaptureSettings } from './settings.ts';
import { followLinks, joinPath, withinTree } from './paths.ts';
import type { TreePaths } from './tree-paths.ts';

/**
 * The text of the link to a library that was found at a path; null when it lies outside the provider, so that
 * it has no place under the name that the provider will have. The text is not normalised, and nothing needs
 * to be there. Source: our capture-tool specification, section 10.
 */
export function linkTargetOf(
  path: string,
  { provider, linkTarget, remap = [] }: Pick<CaptureSettings, 'provider' | 'linkTarget' | 'remap'>,
  paths: Pick<TreePaths, 'linkAt'>,
): string | null {
  if (linkTarget === undefined && remap.length === 0) return path;
  const inside = withinTree(provider, followLinks(provider, path, MAX_LINKS, (at) => paths.linkAt(at)).path);
  if (inside === null) return null;
  return remap.reduce(
    (target, { from, to }) => (target.startsWith(from) ? to + target.slice(from.length) : target),
    joinPath(linkTarget === undefined || linkTarget === '' ? '/' : linkTarget, inside),
  );
}

/** The file has been opened through these links, which the kernel refuses to do beyond 40. */
const MAX_LINKS = 64;
