import { median, signInterval, type Interval } from './order-statistics.ts';

/** "B is `estimate` times faster than A", from paired rounds. */
export interface RatioEstimate {
  readonly estimate: number;
  /** Ends of the sign-test interval; null when n is too small for one, and in a quick run. */
  readonly interval: Interval | null;
  readonly n: number;
  /** Rounds that could not be used (zero or missing values). */
  readonly dropped: number;
  /** Confidence of the interval after Bonferroni, e.g. 0.9833. */
  readonly confidence: number;
}

/** A figure of one cell by round; null where it is missing. */
export type ByRound = ReadonlyMap<number, number | null>;

/**
 * How many times faster `b` is than `a`, from the rounds that both have: the median over the rounds of the
 * ratio within each round. What moves a whole round (a neighbour's load, a changed frequency) falls out.
 * Rounds in which a value is zero or missing on either side are dropped and counted. null when no round
 * is left. Our measurement specification, sections 4.2 and 4.3.
 */
export function pairedRatio(a: ByRound, b: ByRound, confidence: number): RatioEstimate | null {
  const rounds = new Set([...a.keys(), ...b.keys()]);
  const differences = logRatios(a, b);
  if (differences.length === 0) return null;
  const interval = signInterval(differences, confidence);
  return {
    estimate: Math.exp(median(differences)),
    interval: interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) },
    n: differences.length,
    dropped: rounds.size - differences.length,
    confidence,
  };
}

/** ln a − ln b of every round in which both have a value above zero, in the order of `a`. */
export function logRatios(a: ByRound, b: ByRound): number[] {
  return [...a].flatMap(([round, before]) => {
    const after = b.get(round);
    return isPositive(before) && isPositive(after) ? [Math.log(before) - Math.log(after)] : [];
  });
}

/** Width of a ratio's interval, as a ratio less one: 0.04 when its ends are 4 % apart; null without one. */
export function intervalWidth({ interval }: RatioEstimate): number | null {
  return interval && interval.high / interval.low - 1;
}

function isPositive(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value) && value > 0;
}
