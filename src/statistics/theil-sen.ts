import { median } from './order-statistics.ts';

/** One point of a plane. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Slope of a line through points: the median of the slopes between all pairs of them, which one wild
 * point cannot move (H. Theil 1950, P. K. Sen 1968). Pairs of equal x have no slope and are left out; null
 * when no other pair is left.
 */
export function theilSenSlope(points: readonly Point[]): number | null {
  const slopes = points.flatMap((from, index) =>
    points
      .slice(index + 1)
      .filter((to) => to.x !== from.x)
      .map((to) => (to.y - from.y) / (to.x - from.x)),
  );
  return slopes.length === 0 ? null : median(slopes);
}
