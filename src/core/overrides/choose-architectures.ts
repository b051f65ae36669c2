import { SysrootError } from '../../errors.ts';
import type { ProviderManifest } from '../drivers/provider-manifest.ts';
import { ARCHITECTURES, libdirNames, type Tuple, TUPLES } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import { machineFamily } from './machine-family.ts';
import type { Edition } from '../editions/edition.ts';

/** Between which trees, and for whom, architectures are chosen. */
export interface ArchitectureChoice {
  readonly provider: Sysroot;
  /** What the provider's graphics_provider.json says; null: it has none. */
  readonly manifest: ProviderManifest | null;
  /** null: a container that stands for any, which runs whatever is captured for it. */
  readonly container: Sysroot | null;
  readonly edition: Pick<Edition, 'needsContainerLinker'>;
  /** What was asked for; null: what machines like this one run, as far as the provider has something for it. */
  readonly wanted: readonly Tuple[] | null;
  /** Gets a line for each architecture that takes no part, and why. */
  readonly report: (message: string) => void;
}

/**
 * Which architectures take part. Source: our graphics-stack specification, section 2, and that of the edition of
 * 2026, B9 and B11.
 *
 * @throws SysrootError when none is left.
 */
export function chooseArchitectures(choice: ArchitectureChoice): readonly Tuple[] {
  const { provider, manifest, container, edition, wanted, report } = choice;
  const candidates = wanted === null ? machineFamily() : TUPLES.filter((tuple) => wanted.includes(tuple));
  for (const tuple of manifest?.unknownArchitectures ?? [])
    report(`${tuple} is left out: nothing is known of it`);
  const listed = candidates.filter((tuple) => manifest?.architectures.has(tuple) ?? true);
  for (const tuple of candidates) {
    if (!listed.includes(tuple)) report(`${tuple} is left out: the provider's manifest does not list it`);
  }
  const served = wanted === null && manifest === null ? servedBy(provider, listed, report) : listed;
  const chosen = served.filter((tuple) => {
    const { dynamicLinker } = ARCHITECTURES[tuple];
    const runs = !edition.needsContainerLinker || container?.resolve(dynamicLinker) !== null;
    if (!runs) report(`${tuple} is left out: the container has no ${dynamicLinker}`);
    return runs;
  });
  if (chosen.length > 0) return chosen;
  throw new SysrootError(
    `No architecture is left to capture for (tried: ${candidates.join(', ')})${container === null ? '' : `: ${container.root} must have its dynamic linker`}`,
    {
      hint: `Dynamic linkers looked for: ${candidates.map((tuple) => ARCHITECTURES[tuple].dynamicLinker).join(', ')}.`,
    },
  );
}

/**
 * Architectures that a provider has something for. This machine's own tree has to run them; of another one, a library
 * directory of the architecture is enough, and where there is none at all it has to say so in the capture itself.
 */
function servedBy(
  provider: Sysroot,
  candidates: readonly Tuple[],
  report: (message: string) => void,
): readonly Tuple[] {
  const served = candidates.filter((tuple) => {
    const architecture = ARCHITECTURES[tuple];
    if (provider.resolve(architecture.dynamicLinker) !== null) return true;
    if (provider.isHost) return false;
    return libdirNames(architecture)
      .filter((name) => name !== 'lib')
      .some((name) => provider.resolve(`/${name}`) !== null || provider.resolve(`/usr/${name}`) !== null);
  });
  if (served.length === 0) return candidates;
  for (const tuple of candidates) {
    if (!served.includes(tuple)) report(`${tuple} is left out: the provider has nothing for it`);
  }
  return served;
}
