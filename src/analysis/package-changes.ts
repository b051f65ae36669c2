import type { PackagesOfTrees } from '../results/results.ts';

/**
 * What became of the packages that two runs took their trees from: `libc6:i386 2.36-9 → 2.36-10`. Empty where one of them says
 * nothing of packages.
 */
export function packageChanges(
  before: PackagesOfTrees | undefined,
  after: PackagesOfTrees | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return [];
  return (['provider', 'container'] as const).flatMap((tree) => {
    const [old, now] = [before[tree] ?? {}, after[tree] ?? {}];
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return names
      .filter((name) => old[name] !== now[name])
      .map((name) => `${name} ${old[name] ?? 'absent'} → ${now[name] ?? 'absent'} (${tree})`);
  });
}

/** The first of the changes, in a sentence. */
export function packageWords(changes: readonly string[]): string {
  const more = changes.length - MOST_SHOWN;
  return [...changes.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

const MOST_SHOWN = 5;
