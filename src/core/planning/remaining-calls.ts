import type { Tuple } from '../sysroot/architectures.ts';
import { LIBDIR } from './destinations.ts';
import type { CaptureCall, CaptureOutcome, PlanRules, ProviderFacts } from './plan.ts';

/**
 * What every strategy asks for once the drivers are captured: the libraries that programs link with, and
 * what the drivers need; the families of those that were among them; S3 texture compression.
 *
 * @param collected - patterns that the drivers added to the main call.
 */
export function* remainingCalls(
  arch: Tuple,
  collected: readonly string[],
  facts: ProviderFacts,
  { basePatterns, versionedNvidiaLibraries, families }: PlanRules,
): Generator<CaptureCall, void, CaptureOutcome> {
  const { nvidiaVersion } = facts;
  const intoLibdir = { arch, dest: LIBDIR, ifEmpty: 'keep', mayFail: false } as const;
  let { links } = yield {
    ...intoLibdir,
    purpose: 'main',
    patterns: [
      ...basePatterns,
      ...(nvidiaVersion === null
        ? []
        : versionedNvidiaLibraries.map(
            (name) => `if-exists:even-if-older:soname:${name}.so.${nvidiaVersion}`,
          )),
      ...collected,
    ],
  };
  for (const { after, purpose, patterns, mayFail } of families) {
    if (links.has(after)) ({ links } = yield { ...intoLibdir, purpose, patterns, mayFail });
  }
  // A directory with two names is captured from twice: so the recordings have it.
  for (const libdir of facts.s2tcLibdirs) {
    yield { ...intoLibdir, purpose: 's2tc', patterns: [`path-match:${libdir}/libtxc_dxtn.so`] };
  }
}
