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
 * Loads the first usable cache of a tree. When there is none, the failure is that of the last place, so a
 * damaged /etc/ld.so.cache looks like a missing one; where the last one is damaged, there is no usable cache
 * either, which is of the same class. Source: our capture-tool specification, 4.1 and 11.
 */
export function loadTreeCache(tree: string, { extraCache }: Architecture, guard: Guard): TreeCache {
  const places = [...(extraCache === null ? [] : [`etc/${extraCache}`]), ...USUAL_PLACES];
  let last: TreeCache = { kind: 'failed', failure: failure('NOT-FOUND', `"${tree}" has no ld.so.cache`) };
  for (const place of places) {
    const path = joinPath(tree, place);
    guard(path);
    last = loadCache(path);
    if (last.kind === 'cache') break;
  }
  return last;
}

const USUAL_PLACES = ['etc/ld.so.cache', 'var/cache/ldconfig/ld.so.cache'] as const;

function loadCache(path: string): TreeCache {
  const doing = `Cannot use "${path}"`;
  try {
    return { kind: 'cache', cache: parseLdSoCache(readRegularFile(path, MAX_LD_SO_CACHE_BYTES)) };
  } catch (error) {
    return {
      kind: 'failed',
      failure:
        error instanceof FormatError
          ? failure('NOT-FOUND', `${doing}: ${error.message}`)
          : systemFailure(error, doing),
    };
  }
}
