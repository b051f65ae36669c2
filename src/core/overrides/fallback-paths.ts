import type { Tuple } from '../sysroot/architectures.ts';
import type { CaptureSession } from './server.ts';

/** Directories that libraries are looked for in the end, and who says so. */
export interface FallbackPaths {
  readonly list: readonly string[];
  readonly namedBy: 'edition' | 'provider';
}

/**
 * Where libraries that no cache has are looked for in captures of an architecture; null: in the places that the
 * capture tool has built in.
 */
export function fallbackPathsOf(
  { edition, manifest }: Pick<CaptureSession, 'edition' | 'manifest'>,
  arch: Tuple,
): FallbackPaths | null {
  const named = manifest?.architectures.get(arch)?.fallbackPaths ?? null;
  if (named !== null) return { list: named, namedBy: 'provider' };
  return edition.fallbackPaths === null ? null : { list: edition.fallbackPaths, namedBy: 'edition' };
}
