import { SysrootError } from '../../errors.ts';
import { ARCHITECTURES, type Tuple } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/**
 * Which of some architectures take part: those whose dynamic linker is there in every tree.
 * Source: our graphics-stack specification, section 2.
 *
 * @throws SysrootError when none is left.
 */
export function chooseArchitectures(
  candidates: readonly Tuple[],
  trees: readonly Sysroot[],
): readonly Tuple[] {
  const chosen = candidates.filter((tuple) =>
    trees.every((tree) => tree.resolve(ARCHITECTURES[tuple].dynamicLinker) !== null),
  );
  if (chosen.length > 0) return chosen;
  throw new SysrootError(
    `No architecture is left to capture for (tried: ${candidates.join(', ')}): ${trees
      .map(({ root }) => root)
      .join(' and ')} must have its dynamic linker`,
    {
      hint: `Dynamic linkers looked for: ${candidates.map((tuple) => ARCHITECTURES[tuple].dynamicLinker).join(', ')}.`,
    },
  );
}
