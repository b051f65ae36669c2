import { shuffled } from '../statistics/random.ts';
import type { Random } from '../statistics/random.ts';

/** One sample of every cell: the cells' numbers in the order in which they run. */
export type Round = readonly number[];

/** As many rounds as there are cells; every cell stands in every position once. */
export type Block = readonly Round[];

/**
 * The order in which cells run: blocks without end, of which a run takes as many as it wants.
 *
 * Each block is a Latin square whose first round is a random permutation, so a slow drift of the machine
 * falls on all cells alike; for two cells that is ABBA or BAAB. With an even number of cells every cell
 * also follows every other one exactly once within the rounds of a block (E. J. Williams, "Experimental
 * designs balanced for the estimation of residual effects of treatments", 1949), so what one leaves in the
 * caches falls on all others alike. Our measurement specification, section 3.2.
 */
export function* schedule(cells: number, random: Random): Generator<Block, never, undefined> {
  for (;;)
    yield latinSquare(
      shuffled(
        Array.from({ length: cells }, (_, cell) => cell),
        random,
      ),
    );
}

/** So many rounds, rounded up to whole blocks: the least that `rounds` stands for with so many cells. */
export function wholeBlocks(rounds: number, cells: number): number {
  return Math.ceil(rounds / cells) * cells;
}

/** The Latin square that begins with this round: each later round moves every cell on by one. */
function latinSquare(first: Round): Block {
  const side = first.length;
  const walk = side % 2 === 0 ? zigzag(side) : first.map((_, position) => position);
  const cellAt = new Map(walk.map((place, position) => [place, first[position]]));
  return first.map((_, step) => walk.flatMap((place) => cellAt.get((place + step) % side) ?? []));
}

/** 0, 1, n−1, 2, n−2, …: neighbours differ by each distance once, which balances the predecessors. */
function zigzag(side: number): number[] {
  return Array.from({ length: side }, (_, position) =>
    position % 2 === 1 ? (position + 1) / 2 : (side - position / 2) % side,
  );
}
