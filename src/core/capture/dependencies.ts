import { failure, type Failure } from './capture-error.ts';
import type { Library, Tree } from './tree.ts';

/** A library and the name that it was asked for by; a link to it gets the last part of that name. */
export interface Slot {
  readonly name: string;
  readonly library: Library;
}

/** A library with all that it needs. */
export interface Walk {
  /** The library itself, then what it needs, depth first in the order of DT_NEEDED. */
  readonly slots: readonly [Slot, ...Slot[]];
  /** Why something that the library itself needs could not be had; null: all is there. */
  readonly failure: Failure | null;
}

/**
 * Walks the dependencies of a library. What is missing further down is passed over in silence, along with all
 * that the same library needs after it. Source: our capture-tool specification, section 5.
 */
export function walkDependencies(provider: Tree, name: string, library: Library): Walk {
  const slots: [Slot, ...Slot[]] = [{ name, library }];
  const names = new Set<string>();

  const walk = ({ path, file: { dynamic } }: Library): Failure | null => {
    for (const needed of dynamic.needed) {
      if (needed.startsWith(DYNAMIC_LINKER) || names.has(needed)) continue;
      if (slots.length === MAX_SLOTS) {
        return failure(
          'TOO-MANY',
          `${path}: more than ${MAX_SLOTS - 1} dependencies, "${needed}" is one too many`,
        );
      }
      const found = provider.lookUp(needed, dynamic.runpath);
      if (found.kind === 'failed')
        return { ...found.failure, details: forNeeded(needed, found.failure, path) };
      names.add(needed);
      slots.push({ name: needed, library: found.library });
      walk(found.library);
    }
    return null;
  };

  const failed = walk(library);
  return { slots, failure: failed };
}

/** Whatever follows: `ld-linux-x86-64.so.2`, but `ld-anything` too. */
const DYNAMIC_LINKER = 'ld-';
/** The library itself included. */
const MAX_SLOTS = 256;

function forNeeded(needed: string, { details }: Failure, by: string): string {
  return `"${needed}", needed by "${by}": ${details}`;
}
