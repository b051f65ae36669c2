import type { LdSoCache } from '../../src/core/sysroot/ld-so-cache.ts';

/** All entries of an ld.so.cache, in file order. */
export function cacheEntries(cache: LdSoCache): readonly { readonly name: string; readonly path: string }[] {
  const seen = new Map<string, number>();
  return cache.namesFrom('').map((name) => {
    const earlier = seen.get(name) ?? 0;
    seen.set(name, earlier + 1);
    return { name, path: cache.pathsOf(name)[earlier] ?? '' };
  });
}
