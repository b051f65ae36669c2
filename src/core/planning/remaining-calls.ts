import type { Tuple } from '../sysroot/architectures.ts';
import { BASE_PATTERNS, LIBC_FAMILY_PATTERNS } from './base-patterns.ts';
import { LIBDIR } from './destinations.ts';
import type { CaptureCall, CaptureOutcome, ProviderFacts } from './plan.ts';

/**
 * What every strategy asks for once the drivers are captured: the libraries that programs link with, and
 * what the drivers need; the family of the C library, if it was among them; S3 texture compression.
 *
 * @param collected - patterns that the drivers added to the main call.
 */
export function* remainingCalls(
  arch: Tuple,
  collected: readonly string[],
  facts: ProviderFacts,
): Generator<CaptureCall, void, CaptureOutcome> {
  const intoLibdir = { arch, dest: LIBDIR, ifEmpty: 'keep' } as const;
  const { links } = yield {
    ...intoLibdir,
    purpose: 'main',
    patterns: [...BASE_PATTERNS, ...collected],
  };
  if (links.has('libc.so.6')) {
    yield { ...intoLibdir, purpose: 'libc-family', patterns: LIBC_FAMILY_PATTERNS };
  }
  // A directory with two names is captured from twice: so the recordings have it.
  for (const libdir of facts.s2tcLibdirs) {
    yield { ...intoLibdir, purpose: 's2tc', patterns: [`path-match:${libdir}/libtxc_dxtn.so`] };
  }
}
