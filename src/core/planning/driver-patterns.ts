import { baseName } from '../capture/paths.ts';
import { type Library, wordFor } from '../drivers/driver.ts';

/** Captures a driver alone, whatever the container has; missing or foreign files are passed over. */
export function itselfOnly(library: Library): string {
  return `no-dependencies:even-if-older:if-exists:if-same-abi:${target(library)}`;
}

/** Captures what a driver needs, where the container's copies are not newer. */
export function dependenciesOnly(library: Library): string {
  return `only-dependencies:if-exists:if-same-abi:${target(library)}`;
}

/** Captures a driver, whatever the container has, and what it needs. */
export function itselfAndDependencies(library: Library): string {
  return `even-if-older:if-exists:if-same-abi:${target(library)}`;
}

/** The name that a captured library's link gets: what follows the last slash of the name asked for. */
export function linkName(library: Library): string {
  return baseName(wordFor(library));
}

function target(library: Library): string {
  return `${library.kind === 'absolute' ? 'path' : 'soname'}:${wordFor(library)}`;
}
