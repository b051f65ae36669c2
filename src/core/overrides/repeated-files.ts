import { linkTargetOf } from '../capture/link-target.ts';
import { baseName } from '../capture/paths.ts';
import { parsePattern, type Pattern } from '../capture/pattern.ts';
import { remapRules } from './places.ts';
import { fileIdentity } from './provider-facts.ts';
import type { CaptureSession } from './server.ts';

/** Patterns without those that ask for a file again. */
export interface WithoutRepeats {
  readonly patterns: readonly string[];
  /** Links that were asked for under another name than that of `first`, the link that the file is captured under. */
  readonly repeats: readonly { readonly first: string; readonly name: string; readonly target: string }[];
}

/**
 * Leaves out what a capture tool would do again for another name of the same file, which is most of its work where a
 * file has many: the link of each further name follows from that of the first, as its target is the path without links.
 * Nothing is left out whose way through the tree could be seen differently by the tool than by us.
 *
 * @param links - what the destination has: the tool passes over a name that is taken.
 */
export function withoutRepeats(
  patterns: readonly string[],
  session: CaptureSession,
  links: ReadonlyMap<string, string>,
): WithoutRepeats {
  const firsts = new Map<string, string>();
  const repeats: { first: string; name: string; target: string }[] = [];
  const passed = patterns.filter((text) => {
    const { flags, target } = parsePattern(text);
    const kind = kindOf(flags);
    if (kind === null || target.kind !== 'path') return true;
    const file = fileAt(target.path, session);
    const name = baseName(target.path);
    if (file === null || links.has(name)) return true;
    const key = `${kind} ${file.identity}`;
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, name);
      return true;
    }
    if (kind === 'itself') repeats.push({ first, name, target: file.linkTarget });
    return false;
  });
  return { patterns: passed, repeats };
}

/** The two forms in which plans ask for a file by its path; null: it is neither, or says more. */
function kindOf(flags: Pattern['flags']): 'itself' | 'dependencies' | null {
  const { ifExists, ifSameAbi, evenIfOlder, quiet, onlyDependencies, noDependencies } = flags;
  if (!ifExists || !ifSameAbi || quiet) return null;
  if (noDependencies && evenIfOlder) return 'itself';
  return onlyDependencies && !evenIfOlder ? 'dependencies' : null;
}

/** The file that a path of the provider leads to, and the link that a tool makes to it; null: there is none. */
function fileAt(
  path: string,
  session: CaptureSession,
): { readonly identity: string; readonly linkTarget: string } | null {
  const { provider } = session;
  // What leads out of the tree is followed otherwise by a tool that is confined to it than by one that is not.
  if (path.split('/').includes('..') || provider.escapeOf(path) !== null) return null;
  const place = provider.locate(path);
  const identity = fileIdentity(provider, path);
  if (place === null || identity === null) return null;
  const linkTarget = linkTargetOf(
    place,
    { provider: provider.root, remap: remapRules(session) },
    { linkAt: () => null },
  );
  return linkTarget === null ? null : { identity, linkTarget };
}
