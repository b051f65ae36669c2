import { FormatError } from '../errors.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { EmulatorIdentity, Fingerprint, NamedResults, Results, ToolIdentity } from './results.ts';

/** The fingerprints of a merge: one for the machine of the first shard, and those of what was measured elsewhere. */
export type MergedFingerprints = Pick<Results, 'fingerprint' | 'fingerprintOf'>;

/**
 * Makes the fingerprints of all shards those of one run. A shard lists only the tools, emulators, file systems and
 * the tracer that its own scenarios needed; of shards from one machine they are put together, as the unsharded run would have had them.
 */
export function mergeFingerprints(first: Results, shards: readonly Results[]): MergedFingerprints {
  const machine = machineOf(first.fingerprint);
  const isHere = ({ fingerprint }: Results): boolean => machineOf(fingerprint) === machine;
  const here = shards.filter(isHere).map(({ fingerprint }) => fingerprint);
  const elsewhere = shards
    .filter((shard) => !isHere(shard))
    .flatMap(({ fingerprint, scenarios }) =>
      scenarios.map(({ name }): [string, Fingerprint] => [name, fingerprint]),
    );
  return {
    fingerprint: together(first.fingerprint, here),
    ...(elsewhere.length > 0 ? { fingerprintOf: Object.fromEntries(elsewhere) } : {}),
  };
}

/**
 * Refuses shards in which one architecture was served by different tools: their counts are of different programs.
 *
 * @throws FormatError naming both files and both tools
 */
export function refuseOtherTools(shards: readonly NamedResults[]): void {
  const known = new Map<string, { readonly file: string; readonly tool: string }>();
  for (const { file, results } of shards) {
    for (const tool of results.fingerprint.tools) {
      const found = JSON.stringify(tool);
      const served = tool.tool === null ? tool.arch : `${tool.tool} on ${tool.arch}`;
      const earlier = known.get(served);
      if (earlier !== undefined && earlier.tool !== found) {
        throw new FormatError(
          `${file}: not of one run with ${earlier.file}: different capture tool for ${served}, ${found} and ${earlier.tool}`,
          { hint: 'Run all shards with the same tool.' },
        );
      }
      known.set(served, { file, tool: found });
    }
  }
}

/** Everything that does not depend on which scenarios were run. */
function machineOf(fingerprint: Fingerprint): string {
  const fileSystems = { ...fingerprint.fileSystems, provider: null };
  return canonicalJson({ ...fingerprint, fileSystems, tracer: null, tools: [], emulators: [] });
}

function together(first: Fingerprint, fingerprints: readonly Fingerprint[]): Fingerprint {
  const providers = fingerprints.map(({ fileSystems }) => fileSystems.provider);
  return {
    ...first,
    fileSystems: { ...first.fileSystems, provider: listFileSystems(providers) },
    tracer: fingerprints.find(({ tracer }) => tracer !== null)?.tracer ?? null,
    tools: sortTools(distinct(fingerprints.flatMap(({ tools }) => tools))),
    emulators: sortEmulators(distinct(fingerprints.flatMap(({ emulators }) => emulators))),
  };
}

/** File systems of several folders as a fingerprint holds them: `ext4, overlayfs`; null where none is known. */
export function listFileSystems(names: readonly (string | null)[]): string | null {
  const known = names.flatMap((name) => name?.split(', ') ?? []);
  return known.length === 0 ? null : [...new Set(known)].sort().join(', ');
}

/** Tools in the order of a fingerprint, which does not depend on the scenario that came first. */
export function sortTools(tools: readonly ToolIdentity[]): readonly ToolIdentity[] {
  const key = ({ tool, arch }: ToolIdentity): string => `${tool ?? ''} ${arch}`;
  return [...tools].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Emulators in the order of a fingerprint. */
export function sortEmulators(emulators: readonly EmulatorIdentity[]): readonly EmulatorIdentity[] {
  return [...emulators].sort((a, b) => (a.emulation < b.emulation ? -1 : 1));
}

function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [canonicalJson(item), item])).values()];
}
