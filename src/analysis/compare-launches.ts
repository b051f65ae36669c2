import type { LaunchRecord } from '../results/results.ts';

/** Two lists of launches held against each other. */
export interface LaunchComparison {
  /** Launches by executable and pattern that only one side has. */
  readonly newLaunches: readonly LaunchRecord[];
  readonly goneLaunches: readonly LaunchRecord[];
  /** Launches of one executable and purpose whose arguments changed. */
  readonly changedLaunches: readonly { readonly base: LaunchRecord; readonly head: LaunchRecord }[];
}

/**
 * Which launches are new, gone or changed. Equal ones are matched first, each once; of what is left, those
 * of one executable, purpose and architecture are the same launch with other arguments, in their order.
 */
export function compareLaunches(
  base: readonly LaunchRecord[],
  head: readonly LaunchRecord[],
): LaunchComparison {
  const equal = match(base, head, identityOf);
  const changed = match(equal.onlyBase, equal.onlyHead, kindOf);
  return { newLaunches: changed.onlyHead, goneLaunches: changed.onlyBase, changedLaunches: changed.pairs };
}

interface Matching {
  readonly pairs: readonly { readonly base: LaunchRecord; readonly head: LaunchRecord }[];
  readonly onlyBase: readonly LaunchRecord[];
  readonly onlyHead: readonly LaunchRecord[];
}

function match(
  base: readonly LaunchRecord[],
  head: readonly LaunchRecord[],
  key: (launch: LaunchRecord) => string,
): Matching {
  const waiting = new Map<string, LaunchRecord[]>();
  for (const launch of base) waiting.set(key(launch), [...(waiting.get(key(launch)) ?? []), launch]);
  const pairs: { base: LaunchRecord; head: LaunchRecord }[] = [];
  const onlyHead: LaunchRecord[] = [];
  for (const launch of head) {
    const partner = waiting.get(key(launch))?.shift();
    if (partner) pairs.push({ base: partner, head: launch });
    else onlyHead.push(launch);
  }
  const left = new Set([...waiting.values()].flat());
  return { pairs, onlyBase: base.filter((launch) => left.has(launch)), onlyHead };
}

function identityOf({ executable, purpose, arch, argv }: LaunchRecord): string {
  return JSON.stringify([executable, purpose, arch, argv]);
}

function kindOf({ executable, purpose, arch }: LaunchRecord): string {
  return JSON.stringify([executable, purpose, arch]);
}
