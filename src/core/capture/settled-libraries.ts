import type { Library } from './library-files.ts';
import type { Destination } from './settings.ts';

/**
 * Which libraries need no further look for a destination: each has been captured or passed over there without a word,
 * and so has all that it needs. Nearly every pattern of a call needs the same libraries.
 */
export interface SettledLibraries {
  /** Those of a destination; libraries are added to it. */
  of(destination: Destination): Set<Library>;
  /** Says that others may have changed the destination. */
  forget(destination: Destination): void;
}

/** Makes a record that has nothing in it. */
export function createSettledLibraries(): SettledLibraries {
  const byDestination = new WeakMap<Destination, Set<Library>>();
  return {
    of(destination) {
      const known = byDestination.get(destination) ?? new Set<Library>();
      byDestination.set(destination, known);
      return known;
    },
    forget(destination) {
      byDestination.delete(destination);
    },
  };
}
