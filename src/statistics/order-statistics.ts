/** A cell's samples of one metric in short. Milliseconds. */
export interface Summary {
  readonly n: number;
  readonly medianMs: number;
  /** Median absolute deviation, not scaled. */
  readonly madMs: number;
  readonly minMs: number;
  readonly p25Ms: number;
  readonly p75Ms: number;
  readonly maxMs: number;
}

/** Both ends of an interval, low first. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Samples in short; null when there are none. No mean and no standard deviation: launch times have a floor
 * and a long tail, which both of them follow. Our measurement specification, section 4.1.
 */
export function summarize(valuesMs: readonly number[]): Summary | null {
  if (valuesMs.length === 0) return null;
  return {
    n: valuesMs.length,
    medianMs: median(valuesMs),
    madMs: medianAbsoluteDeviation(valuesMs),
    minMs: quantile(valuesMs, 0),
    p25Ms: quantile(valuesMs, 0.25),
    p75Ms: quantile(valuesMs, 0.75),
    maxMs: quantile(valuesMs, 1),
  };
}

/** The middle value; the mean of the two middle ones when their number is even. NaN for no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Median distance from the median, not scaled. NaN for no values. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/**
 * The value below which the given share lies, interpolated linearly between neighbours (type 7 of
 * R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", 1996). NaN for no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? NaN;
  const above = sorted[Math.ceil(position)] ?? NaN;
  // Not below × (1 − f) + above × f: that can leave [below, above] by a rounding error.
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * Interval of the median from the sign test: exact at every number of values, and it assumes nothing about
 * their distribution but that they are independent. null when there are too few values for this
 * confidence. Our measurement specification, sections 4.3 and 4.6 (why none of the usual ones).
 *
 * @param confidence - e.g. 0.95
 */
export function signInterval(values: readonly number[], confidence: number): Interval | null {
  const rank = signRank(values.length, confidence);
  if (rank === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[rank - 1];
  const high = sorted[values.length - rank];
  return low === undefined || high === undefined ? null : { low, high };
}

/**
 * The rank k of the interval [k-th smallest, k-th largest of n values]: the largest one with
 * P(Bin(n, ½) \< k) ≤ (1 − confidence) / 2. 0 when even the whole range does not reach the confidence.
 */
export function signRank(n: number, confidence: number): number {
  const tail = (1 - confidence) / 2;
  let rank = 0;
  // In logarithms, because 2^-n underflows from n = 1075 on.
  let logTerm = -n * Math.LN2;
  let cumulative = Math.exp(logTerm);
  while (cumulative <= tail && rank < n / 2) {
    rank += 1;
    logTerm += Math.log((n - rank + 1) / rank);
    cumulative += Math.exp(logTerm);
  }
  return rank;
}

/** The least number of values for which there is an interval at all: 6 at 95 %, 8 at 98.75 %. */
export function fewestForInterval(confidence: number): number {
  return Math.ceil(Math.log2(2 / (1 - confidence)));
}

/** Confidence of each of several comparisons that share 5 % (C. E. Bonferroni). */
export function sharedConfidence(comparisons: number): number {
  return 1 - 0.05 / Math.max(1, comparisons);
}
