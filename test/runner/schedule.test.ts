import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, shuffled } from '../../src/statistics/random.ts';
import { schedule, wholeBlocks } from '../../src/runner/schedule.ts';
import type { Block } from '../../src/runner/schedule.ts';

const seeds = fc.nat();
const cellCounts = fc.integer({ min: 1, max: 12 });

describe('schedule', () => {
  it('runs every cell once in every round and once in every position of a block', () => {
    fc.assert(
      fc.property(cellCounts, seeds, (cells, seed) => {
        const all = Array.from({ length: cells }, (_, cell) => cell);
        for (const block of blocks(cells, seed, 3)) {
          expect(block).toHaveLength(cells);
          for (const round of block) expect(round.toSorted(ascending)).toEqual(all);
          for (const position of all) {
            expect(block.map((round) => round[position] ?? NaN).toSorted(ascending)).toEqual(all);
          }
        }
      }),
    );
  });

  it('lets every cell follow every other one exactly once when their number is even', () => {
    fc.assert(
      fc.property(
        cellCounts.map((n) => 2 * n),
        seeds,
        (cells, seed) => {
          const [block = []] = blocks(cells, seed, 1);
          const neighbours = block.flatMap((round) =>
            round.slice(1).map((cell, index) => `${round[index]}→${cell}`),
          );
          expect(new Set(neighbours).size).toBe(cells * (cells - 1));
        },
      ),
    );
  });

  it('is ABBA or BAAB for two cells, and both occur', () => {
    const orders = blocks(2, 1, 50).map((block) => block.flat().join(''));
    expect(new Set(orders)).toEqual(new Set(['0110', '1001']));
  });

  it('begins blocks with every permutation about equally often', () => {
    const firsts = blocks(3, 5, 6000).map(([first = []]) => first.join(''));
    const counts = [...new Set(firsts)].map((first) => firsts.filter((other) => other === first).length);
    expect(counts).toHaveLength(6);
    // 1000 expected; five standard deviations are 144.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(144);
  });

  it('is the same for the same seed and another for another', () => {
    expect(blocks(5, 42, 4)).toEqual(blocks(5, 42, 4));
    expect(blocks(5, 42, 4)).not.toEqual(blocks(5, 43, 4));
  });

  it('keeps the order that seed 7 has always given, so that old runs can be repeated', () => {
    expect(blocks(3, 7, 1)).toMatchInlineSnapshot(`
      [
        [
          [
            0,
            1,
            2,
          ],
          [
            1,
            2,
            0,
          ],
          [
            2,
            0,
            1,
          ],
        ],
      ]
    `);
  });
});

describe('wholeBlocks', () => {
  it.each([
    { rounds: 20, cells: 3, becomes: 21 },
    { rounds: 8, cells: 4, becomes: 8 },
    { rounds: 8, cells: 3, becomes: 9 },
    { rounds: 1, cells: 5, becomes: 5 },
    { rounds: 20, cells: 1, becomes: 20 },
  ])('$rounds rounds of $cells cells become $becomes', ({ rounds, cells, becomes }) => {
    expect(wholeBlocks(rounds, cells)).toBe(becomes);
  });
});

describe('createRandom', () => {
  it('fills the whole range evenly', () => {
    const random = createRandom(3);
    const draws = Array.from({ length: 20_000 }, random);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const share = draws.filter((draw) => Math.floor(draw * 10) === tenth).length / draws.length;
      expect(share).toBeGreaterThan(0.09);
      expect(share).toBeLessThan(0.11);
    }
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(1);
  });

  it('tells seeds apart that differ only above 32 bits', () => {
    expect(createRandom(1)()).not.toBe(createRandom(1 + 2 ** 40)());
  });
});

describe('shuffled', () => {
  it('keeps every item and leaves its input alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), seeds, (items, seed) => {
        const before = [...items];
        expect(shuffled(items, createRandom(seed)).toSorted(ascending)).toEqual(items.toSorted(ascending));
        expect(items).toEqual(before);
      }),
    );
  });
});

function blocks(cells: number, seed: number, count: number): Block[] {
  const order = schedule(cells, createRandom(seed));
  return Array.from({ length: count }, () => order.next().value);
}

function ascending(a: number, b: number): number {
  return a - b;
}
