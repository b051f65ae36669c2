/** From so many values a side a two-sided test can reach 5 %: 2 / C(8, 4) = 0.029. */
const FEWEST_A_SIDE = 4;

/** Up to so many values together the distribution is counted out; above, the normal one is close enough. */
const MOST_COUNTED_OUT = 40;

/**
 * Probability that two series of values from one distribution would differ at least as much as these do:
 * the two-sided test of H. B. Mann and D. R. Whitney (1947), ties by middle ranks. Exact up to 40 values
 * together; above that by the normal distribution, corrected for ties and continuity. null with fewer than
 * four values a side, which can never reach 5 %.
 *
 * For values that were not taken in one run, where it is a hint at most: it cannot know what else changed
 * between the runs (our measurement specification, section 4.7).
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < FEWEST_A_SIDE || b.length < FEWEST_A_SIDE) return null;
  const ranks = doubledMiddleRanks([...a, ...b]);
  const rankSum = sum(ranks.slice(0, a.length));
  return ranks.length <= MOST_COUNTED_OUT
    ? countedOut(ranks, a.length, rankSum)
    : byNormalDistribution(ranks, a.length, rankSum);
}

/** Twice the rank of each value, from 1; equal values share the middle of their ranks, so all are whole. */
function doubledMiddleRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((x, y) => x - y);
  const doubled = new Map<number, number>();
  sorted.forEach((value, index) => {
    const first = sorted[index - 1] === value ? (doubled.get(value) ?? 0) - index : index + 1;
    doubled.set(value, first + index + 1);
  });
  return values.map((value) => doubled.get(value) ?? NaN);
}

/** Share of all ways to pick `size` of the ranks whose sum lies as far from the middle as the one seen. */
function countedOut(ranks: readonly number[], size: number, seen: number): number {
  const total = sum(ranks);
  // waysBySize[s][t]: number of ways to pick s of the ranks looked at so far that sum up to t.
  const waysBySize = Array.from({ length: size + 1 }, () => new Float64Array(total + 1));
  waysBySize[0]?.fill(1, 0, 1);
  for (const rank of ranks) {
    for (let picked = size; picked >= 1; picked -= 1) {
      const into = waysBySize[picked];
      const from = waysBySize[picked - 1];
      if (!into || !from) continue;
      for (let target = total; target >= rank; target -= 1) {
        into[target] = (into[target] ?? 0) + (from[target - rank] ?? 0);
      }
    }
  }
  const ways = waysBySize[size] ?? new Float64Array();
  const middle = (total * size) / ranks.length;
  const asFar = ways.filter((_, target) => Math.abs(target - middle) >= Math.abs(seen - middle) - 1e-9);
  return sum(asFar) / sum(ways);
}

function byNormalDistribution(ranks: readonly number[], size: number, seen: number): number {
  const n = ranks.length;
  const mean = sum(ranks) / n;
  // Variance of the sum of `size` of n ranks drawn without replacement; ties are in it already.
  const spread = sum(ranks.map((rank) => (rank - mean) ** 2)) / (n - 1);
  const deviation = Math.sqrt((size * (n - size) * spread) / n);
  if (deviation === 0) return 1;
  // Half a step of the rank sum, which is 1 in doubled ranks.
  const distance = Math.max(0, Math.abs(seen - size * mean) - 1);
  return complementaryError(distance / deviation / Math.SQRT2);
}

/**
 * erfc for x ≥ 0, to within 1.5e-7: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions",
 * 7.1.26.
 */
function complementaryError(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return polynomial * Math.exp(-x * x);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
