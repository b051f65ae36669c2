import { launchesByLabel, type LabelledLaunch } from '../results/launch-label.ts';
import { maskSecrets } from '../results/mask-secrets.ts';

/** Launches that one side does not have, or has less often than the other. */
export interface NewLaunch {
  /** What they are for: `driver vulkan libvulkan_intel.so x86_64`. */
  readonly label: string;
  /** How often they are there, and how often on the side that they are compared with; null where there is none. */
  readonly found: number;
  readonly known: number | null;
  /** Every launch of that label that is there, with what looks like a token masked. */
  readonly launches: readonly { readonly executable: string; readonly argv: readonly string[] }[];
}

/** The labels of which there are more launches than are known; all of them where nothing is known. */
export function newLaunches(
  ledger: readonly LabelledLaunch[],
  known: ReadonlyMap<string, number> | null,
): NewLaunch[] {
  return [...launchesByLabel(ledger)].flatMap(([label, same]): NewLaunch[] => {
    const before = known === null ? null : (known.get(label) ?? 0);
    if (same.length <= (before ?? 0)) return [];
    const launches = same.map(({ executable, argv }) => ({ executable, argv: maskSecrets(argv) }));
    return [{ label, found: same.length, known: before, launches }];
  });
}
