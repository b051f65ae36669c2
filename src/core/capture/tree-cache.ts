import { FormatError, SysrootError } from '../../errors.ts';
import { errorCode } from '../../system-errors.ts';
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
  let last = failure('NOT-FOUND', `"${tree}" has no ld.so.cache`);
  const damage: string[] = [];
  for (const place of extraCache === null ? USUAL_PLACES : [`etc/${extraCache}`, ...USUAL_PLACES]) {
    const path = joinPath(tree, place);
    const open = paths.open(path);
    try {
      if (open !== null) return { kind: 'cache', cache: inspector.ldSoCacheAt(open) };
      last = failure('NOT-FOUND', `Cannot use "${path}": no such file or directory`);
    } catch (error) {
      last = failureOf(error, `Cannot use "${path}"`);
      if (errorCode(error) !== 'ENOENT') damage.push(last.details);
    }
  }
  return {
    kind: 'failed',
    failure: { ...last, details: [...new Set([...damage, last.details])].join('; ') },
  };
}

const USUAL_PLACES: readonly string[] = ['etc/ld.so.cache', 'var/cache/ldconfig/ld.so.cache'];

/** A cache that is damaged or too large counts as a missing one. */
function failureOf(error: unknown, doing: string): Failure {
  const isUnusable = error instanceof FormatError || error instanceof SysrootError;
  return isUnusable && !(error instanceof NotRegularFileError)
    ? failure('NOT-FOUND', `${doing}: ${error.message}`)
    : systemFailure(error, doing);
}
