import type { Random } from './random.ts';
import { quantile, type Interval } from './order-statistics.ts';

/** How a bootstrap is drawn. */
export interface BootstrapOptions {
  readonly confidence: number;
  readonly random: Random;
  /** How often it is drawn; 10,000 unless told. */
  readonly draws?: number;
}

/**
 * Percentile bootstrap interval, for figures that have no exact one (a geometric mean over scenarios).
 * Every series is one value a round and is drawn anew round by round, with replacement, independently of
 * the others; single samples are never drawn. Not for verdicts: its coverage is too low at our numbers of
 * rounds (our measurement specification, section 4.6). null when there is no series, or an empty one.
 */
export function bootstrapInterval(
  series: readonly (readonly number[])[],
  statistic: (drawn: readonly (readonly number[])[]) => number,
  { confidence, random, draws = 10_000 }: BootstrapOptions,
): Interval | null {
  if (series.length === 0 || series.some((rounds) => rounds.length === 0)) return null;
  const figures = Array.from({ length: draws }, () =>
    statistic(series.map((rounds) => redraw(rounds, random))),
  );
  const tail = (1 - confidence) / 2;
  return { low: quantile(figures, tail), high: quantile(figures, 1 - tail) };
}

function redraw(rounds: readonly number[], random: Random): number[] {
  return rounds.map((own) => rounds[Math.floor(random() * rounds.length)] ?? own);
}
