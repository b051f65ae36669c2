import { html, type Html } from '../html/markup.ts';
import { grid, plot, stroke } from './plot.ts';
import type { Scale } from './scale.ts';
import type { Summary } from '../../statistics/order-statistics.ts';

/** The samples of one metric. */
export interface Strip {
  readonly values: readonly number[];
  readonly summary: Pick<Summary, 'p25Ms' | 'medianMs' | 'p75Ms'>;
}

const STRIP_HEIGHT = 30;

/**
 * One dot a sample, the first round on top and the last at the bottom, so that a drift shows as a slant.
 * Behind the dots the middle half as a band, before them the median as a line.
 */
export function dotStrip(label: string, { values, summary }: Strip, scale: Scale, className: string): Html {
  const middle = scale.at(summary.medianMs);
  const y = (index: number): number =>
    Number((5 + ((STRIP_HEIGHT - 10) * index) / Math.max(1, values.length - 1)).toFixed(1));
  return plot(label, STRIP_HEIGHT, [
    ...grid(scale),
    box(`band ${className}`, scale.at(summary.p25Ms), scale.at(summary.p75Ms), { inset: 2, radius: 3 }),
    ...values.map(
      (value, index) =>
        html`<circle class="dot ${className}" cx="${scale.at(value)}%" cy="${y(index)}" r="2.6" />`,
    ),
    stroke(`median ${className}`, [middle, 1], [middle, STRIP_HEIGHT - 1]),
  ]);
}

/** From one place to another, as high as the strip but for an inset. */
function box(
  className: string,
  from: number,
  to: number,
  { inset, radius }: { readonly inset: number; readonly radius: number },
): Html {
  return html`<rect
    class="${className}"
    x="${from}%"
    width="${Number((to - from).toFixed(2))}%"
    y="${inset}"
    height="${STRIP_HEIGHT - 2 * inset}"
    rx="${radius}"
  />`;
}

/** A ratio with its interval against the line at 1, within the margin in which nothing is claimed. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Draws an interval; null draws the line and margin alone. */
export function intervalStrip(
  label: string,
  interval: Interval | null,
  scale: Scale,
  margin: number,
  className: string,
): Html {
  const one = scale.at(1);
  return plot(label, STRIP_HEIGHT, [
    ...grid(scale),
    box('margin', scale.at(1 / (1 + margin)), scale.at(1 + margin), { inset: 0, radius: 0 }),
    stroke('one', [one, 0], [one, STRIP_HEIGHT]),
    ...(interval === null ? [] : intervalMarks(interval, scale, className)),
  ]);
}

/** A prediction: a hatched bar from zero, and a whisker over the range that its parameters span. */
export function predictionStrip(label: string, interval: Interval, scale: Scale): Html {
  return plot(label, STRIP_HEIGHT, [
    ...grid(scale),
    box('modelled', scale.at(0), scale.at(interval.estimate), { inset: 4, radius: 2 }),
    ...whisker(interval, scale, 'modelled'),
  ]);
}

const MIDDLE = STRIP_HEIGHT / 2;

function intervalMarks(interval: Interval, scale: Scale, className: string): readonly Html[] {
  const at = scale.at(interval.estimate);
  return [
    // A fine line from 1 leads the eye where the interval is too narrow to be seen.
    stroke(`stem ${className}`, [scale.at(1), MIDDLE], [at, MIDDLE]),
    ...whisker(interval, scale, className),
    html`<circle class="estimate ${className}" cx="${at}%" cy="${MIDDLE}" r="5" />`,
  ];
}

function whisker({ low, high }: Interval, scale: Scale, className: string): readonly Html[] {
  const [from, to] = [scale.at(low), scale.at(high)];
  return [
    stroke(`whisker ${className}`, [from, MIDDLE], [to, MIDDLE]),
    ...[from, to].map((x) => stroke(`whisker ${className}`, [x, MIDDLE - 5], [x, MIDDLE + 5])),
  ];
}
