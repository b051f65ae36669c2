import { wildcard } from '../core/capture/compare/wildcard.ts';

/** Whether a variable is one of those that globs name; null where there is no glob. */
export function keeperOf(globs: readonly string[]): ((name: string) => boolean) | null {
  const wildcards = globs.map(wildcard);
  return globs.length === 0 ? null : (name) => wildcards.some((matches) => matches(name));
}
