/** Maps a value to a position, and knows where to put ticks. */
export interface Scale {
  /** Percent of the plot's width, from `INSET` to 100 − `INSET` for values in the domain. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Percent left free on both sides, so that marks and tick labels at the ends are not cut. */
const INSET = 3;

/**
 * Positions are percentages, not pixels: a plot then fills any width without a script, and circles stay
 * round where a viewBox would stretch them.
 */
export function linearScale(low: number, high: number): Scale {
  const span = high - low;
  return {
    at: (value) => toPercent(span > 0 ? (value - low) / span : 0.5),
    ticks: linearTicks(low, high, 4),
  };
}

/** For ratios: twice as fast and half as fast lie equally far from 1. */
export function logScale(low: number, high: number): Scale {
  const span = Math.log(high) - Math.log(low);
  return {
    at: (value) => toPercent(span > 0 ? (Math.log(value) - Math.log(low)) / span : 0.5),
    ticks: logTicks(low, high),
  };
}

/** Round ratios within [low, high], far enough apart for their labels. */
function logTicks(low: number, high: number): readonly number[] {
  if (high / low <= 4) return linearTicks(low, high, 4);
  const steps = high / low <= 40 ? [1, 2, 5] : [1, 3];
  return POWERS_OF_TEN.flatMap((power) => steps.map((step) => Number((step * power).toPrecision(1)))).filter(
    (tick) => tick >= low && tick <= high,
  );
}

const POWERS_OF_TEN = [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000];

/** At most about `count` round numbers (1, 2 or 5 times a power of ten apart) within [low, high]. */
function linearTicks(low: number, high: number, count: number): readonly number[] {
  const span = high - low;
  if (!(span > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= count) ?? span;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Multiples of the step, cleaned of binary dust such as 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

function toPercent(share: number): number {
  return Number((INSET + share * (100 - 2 * INSET)).toFixed(2));
}
