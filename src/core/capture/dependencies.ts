import { failure, type Failure } from './capture-error.ts';
import type { Library, Lookup } from './library-files.ts';
import type { Tree } from './tree.ts';

/** A library and the name that it was asked for by; a link to it gets the last part of that name. */
export interface Slot {
  readonly name: string;
  readonly library: Library;
}

/** A library with all that it needs. */
export interface Walk {
  /** The library itself, then what it needs and is not settled, depth first in the order of DT_NEEDED. */
  readonly slots: readonly [Slot, ...Slot[]];
  /** Why something that the library itself needs could not be had; null: all is there. */
  readonly failure: Failure | null;
}

/** Walks the dependencies of libraries. */
export interface DependencyWalker {
  /**
   * Walks the dependencies of a library. What is missing further down is passed over in silence, along with all
   * that the same library needs after it. Source: our capture-tool specification, section 5.
   *
   * @param isSettled - whether nothing can come any more of a library and of all that it needs, so that both may be
   * left out; asked only where that makes no difference to all others.
   */
  walk(name: string, library: Library, isSettled: (library: Library) => boolean): Walk;
}

/** Makes a walker for a provider. */
export function createDependencyWalker(provider: Tree): DependencyWalker {
  /** What each name that anything needs was found as; null: it was not found. */
  const found = new Map<string, Library | null>();
  /**
   * Whether what is found under a name does not depend on who needs it, and there are too few names for any library to
   * need too many: then it makes no difference which part of a library's dependencies has been walked before.
   */
  let isSimple = true;

  const lookUp = (needed: string, runpath: string | null): Lookup => {
    const result = provider.lookUp(needed, runpath);
    if (!isSimple) return result;
    const library = result.kind === 'found' ? result.library : null;
    const before = found.get(needed);
    if (before === undefined) found.set(needed, library);
    isSimple = (before === undefined || before?.path === library?.path) && found.size < MAX_SLOTS - 1;
    return result;
  };

  const walkAll = (name: string, library: Library, isSettled: (library: Library) => boolean): Walk => {
    const slots: [Slot, ...Slot[]] = [{ name, library }];
    const names = new Set<string>();
    const walk = ({ path, dynamic }: Library): Failure | null => {
      const { needed: allNeeded, runpath } = dynamic();
      for (const needed of allNeeded) {
        if (needed.startsWith(DYNAMIC_LINKER) || names.has(needed)) continue;
        if (slots.length === MAX_SLOTS) {
          return failure(
            'TOO-MANY',
            `${path}: more than ${MAX_SLOTS - 1} dependencies, "${needed}" is one too many`,
          );
        }
        const result = lookUp(needed, runpath);
        if (result.kind === 'failed')
          return { ...result.failure, details: forNeeded(needed, result.failure, path) };
        names.add(needed);
        if (isSettled(result.library)) continue;
        slots.push({ name: needed, library: result.library });
        walk(result.library);
      }
      return null;
    };
    const failed = walk(library);
    return { slots, failure: failed };
  };

  return {
    walk(name, library, isSettled) {
      const walked = isSimple ? walkAll(name, library, isSettled) : null;
      return walked !== null && isSimple ? walked : walkAll(name, library, () => false);
    },
  };
}

/**
 * Whether all that a library needs itself is there; then nothing of what that needs in turn could make a capture fail
 * that leaves dependencies out, and none of it has to be read.
 */
export function hasAllItNeeds(provider: Tree, { dynamic }: Library): boolean {
  const { needed, runpath } = dynamic();
  return (
    needed.length < MAX_SLOTS &&
    needed.every((name) => name.startsWith(DYNAMIC_LINKER) || provider.lookUp(name, runpath).kind === 'found')
  );
}

/** Whatever follows: `ld-linux-x86-64.so.2`, but `ld-anything` too. */
const DYNAMIC_LINKER = 'ld-';
/** The library itself included. */
const MAX_SLOTS = 256;

function forNeeded(needed: string, { details }: Failure, by: string): string {
  return `"${needed}", needed by "${by}": ${details}`;
}
