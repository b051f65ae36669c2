import { FormatError } from '../../errors.ts';
import { MAX_LD_SO_CACHE_BYTES, parseLdSoCache, type LdSoCache } from '../sysroot/ld-so-cache.ts';
import type { Guard } from '../sysroot/confine.ts';
import { readRegularFile } from '../sysroot/read-file.ts';
import type { Architecture } from '../sysroot/architectures.ts';
import { failure, systemFailure, type Failure } from './capture-error.ts';
import { joinPath } from './paths.ts';

/** The `ld.so.cache` of a tree, or why it has none that can be used. */
export type TreeCache =
  | { readonly kind: 'cache'; readonly cache: LdSoCache }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Loads the first usable cache of a tree. When there is none, the failure is of the class of the last place, so a
 * damaged /etc/ld.so.cache counts as a missing one, but its damage is told before that of the last place.
 * Source: our capture-tool specification, 4.1 and 11.
 */
export function loadTreeCache(tree: string, { extraCache }: Architecture, guard: Guard): TreeCache {
  const places = [...(extraCache === null ? [] : [`etc/${extraCache}`]), ...USUAL_PLACES];
  let last = failure('NOT-FOUND', `"${tree}" has no ld.so.cache`);
  const damage: string[] = [];
  for (const place of places) {
    const path = joinPath(tree, place);
    guard(path);
    const loaded = loadCache(path);
    if (loaded.kind === 'cache') return loaded;
    last = loaded.failure;
    if (loaded.isThere) damage.push(last.details);
  }
  return {
    kind: 'failed',
    failure: { ...last, details: [...new Set([...damage, last.details])].join('; ') },
  };
}

const USUAL_PLACES = ['etc/ld.so.cache', 'var/cache/ldconfig/ld.so.cache'] as const;

function loadCache(
  path: string,
):
  | Exclude<TreeCache, { kind: 'failed' }>
  | { readonly kind: 'failed'; readonly failure: Failure; readonly isThere: boolean } {
  const doing = `Cannot use "${path}"`;
  try {
    return { kind: 'cache', cache: parseLdSoCache(readRegularFile(path, MAX_LD_SO_CACHE_BYTES)) };
  } catch (error) {
    if (error instanceof FormatError) {
      return { kind: 'failed', failure: failure('NOT-FOUND', `${doing}: ${error.message}`), isThere: true };
    }
    const refused = systemFailure(error, doing);
    return { kind: 'failed', failure: refused, isThere: refused.errorClass !== 'NOT-FOUND' };
  }
}
