import { realpathSync } from 'node:fs';
import { SysrootError } from '../../errors.ts';
import { decodeBytes, fsPath } from './byte-text.ts';

/** Checks a path before it is read. */
export type Guard = (place: string) => void;

/**
 * A guard that refuses whatever leads out of some trees, over whatever links.
 *
 * @returns a function that throws SysrootError for such a path; one that leads nowhere is let pass, as there is
 * nothing to read.
 */
export function confineTo(trees: readonly string[]): Guard {
  const roots = trees.map((tree) => realPath(tree) ?? tree);
  return (place) => {
    const real = realPath(place);
    if (real === null) return;
    if (roots.some((root) => root === '/' || real === root || real.startsWith(`${root}/`))) return;
    throw new SysrootError(`${place}: leads out of the tree, to ${real}`, {
      hint: 'The tree is read with --confined; without it such links are followed.',
    });
  };
}

/** Reads whatever is there. */
export const unconfined: Guard = () => undefined;

function realPath(place: string): string | null {
  try {
    return decodeBytes(realpathSync.native(fsPath(place), 'buffer'));
  } catch {
    return null;
  }
}
