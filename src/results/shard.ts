/** Which part of a run: `2/3` is index 2 of count 3. */
export interface ShardOf {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/**
 * The scenarios that a shard takes: whole ones, dealt out like cards, so that every pairing stays on one
 * machine and long scenarios listed side by side spread over the shards.
 */
export function takeShard<Item>(items: readonly Item[], { index, count }: ShardOf): Item[] {
  return items.filter((_, position) => position % count === index - 1);
}

/** The scenarios of all shards, in the order that they had before they were dealt out. */
export function gatherShards<Item>(shards: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(0, ...shards.map((items) => items.length));
  return Array.from({ length: longest }, (_, row) =>
    shards.flatMap((items) => items.slice(row, row + 1)),
  ).flat();
}
