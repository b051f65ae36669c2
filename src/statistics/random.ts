/** Uniform numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/**
 * A repeatable source of random numbers: the same seed gives the same sequence on every machine, so that
 * a run's order of samples and its bootstrap can be drawn again.
 *
 * xoshiro128** (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", 2018), its
 * state filled by splitmix32. Not for secrets.
 *
 * @param seed - any non-negative safe integer
 */
export function createRandom(seed: number): Random {
  const fill = splitmix32((seed ^ Math.floor(seed / 2 ** 32)) >>> 0);
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result / 2 ** 32;
  };
}

/** The items in a random order, every order equally likely (Fisher and Yates). */
export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const rest = [...items];
  const order: Item[] = [];
  while (rest.length > 0) order.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return order;
}

function splitmix32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    const again = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return again ^ (again >>> 15);
  };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
