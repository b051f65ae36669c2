import { html, type Html } from '../html/markup.ts';
import { plot, stroke } from './plot.ts';
import { linearScale } from './scale.ts';

const TREND_HEIGHT = 56;

/**
 * A line through the runs, oldest at the left, from zero at the bottom to `top`. A null
 * leaves a gap, as they should: nobody knows what it was.
 */
export function trendLine(
  label: string,
  values: readonly (number | null)[],
  top: number,
  className: string,
): Html {
  const x = linearScale(0, Math.max(1, values.length - 1)).at;
  const y = (value: number): number =>
    Number((TREND_HEIGHT - 6 - ((TREND_HEIGHT - 12) * value) / Math.max(top, Number.MIN_VALUE)).toFixed(1));
  const segments = values.slice(1).flatMap((value, index) => {
    const before = values[index] ?? null;
    if (value === null || before === null) return [];
    return [stroke(`trend ${className}`, [x(index), y(before)], [x(index + 1), y(value)])];
  });
  const dots = values.flatMap((value, index) =>
    value === null
      ? []
      : [
          html`<circle class="dot ${className}" cx="${x(index)}%" cy="${y(value)}" r="3"
            ><title>${Number(value.toPrecision(3))}</title></circle
          >`,
        ],
  );
  const ground = stroke('grid', [0, TREND_HEIGHT - 6], [100, TREND_HEIGHT - 6]);
  return plot(label, TREND_HEIGHT, [ground, ...segments, ...dots]);
}
