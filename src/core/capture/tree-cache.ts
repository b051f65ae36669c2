import { FormatError, SysrootError } from '../../errors.ts';
import type { Architecture } from '../sysroot/architectures.ts';
import type { Inspector } from '../sysroot/inspector.ts';
import type { LdSoCache } from '../sysroot/ld-so-cache.ts';
import { NotRegularFileError } from '../sysroot/read-file.ts';
import { failure, systemFailure, type Failure } from './capture-error.ts';
import { joinPath } from './paths.ts';
import type { TreePaths } from './tree-paths.ts';

/** The `ld.so.cache` of a tree, or why it has none that can be used. */
export type TreeCache =
  | { readonly kind: 'cache'; readonly cache: LdSoCache }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Loads the first usable cache of a tree. When there is none, the failure is of the class of the last place, so a
 * damaged /etc/ld.so.cache counts as a missing one, but its damage is told before that of the last place.
 * Source: our capture-tool specification, 4.1 and 11.
 */
export function loadTreeCache(
  tree: string,
  { extraCache }: Architecture,
  inspector: Inspector,
  paths: TreePaths,
): TreeCache {
  const places = [...(extraCache === null ? [] : [`etc/${extraCache}`]), ...USUAL_PLACES];
  let last = failure('NOT-FOUND', `"${tree}" has no ld.so.cache`);
  const damage: string[] = [];
  for (const place of places) {
    const path = joinPath(tree, place);
    const loaded = loadCache(path, paths.open(path), inspector);
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

type LoadedCache =
  | { readonly kind: 'cache'; readonly cache: LdSoCache }
  | { readonly kind: 'failed'; readonly isThere: boolean; readonly failure: Failure };

function loadCache(path: string, open: string | null, inspector: Inspector): LoadedCache {
  const doing = `Cannot use "${path}"`;
  if (open === null) return failed(failure('NOT-FOUND', `${doing}: no such file or directory`), false);
  try {
    return { kind: 'cache', cache: inspector.ldSoCacheAt(open) };
  } catch (error) {
    if (error instanceof NotRegularFileError) return failed(systemFailure(error, doing), true);
    if (error instanceof FormatError || error instanceof SysrootError)
      return failed(failure('NOT-FOUND', `${doing}: ${error.message}`), true);
    const refused = systemFailure(error, doing);
    return failed(refused, refused.errorClass !== 'NOT-FOUND');
  }
}

function failed(reason: Failure, isThere: boolean): LoadedCache {
  return { kind: 'failed', isThere, failure: reason };
}
