import { html, type Html } from '../html/markup.ts';
import { grid, plot } from './plot.ts';
import type { Scale } from './scale.ts';

/** The samples of one metric. */
export interface Strip {
  readonly values: readonly number[];
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
}

const STRIP_HEIGHT = 30;

/**
 * One dot a sample, the first round on top and the last at the bottom, so that a drift shows as a slant.
 * Behind the dots the middle half as a band, before them the median as a line.
 */
export function dotStrip(label: string, strip: Strip, scale: Scale, className: string): Html {
  const { values, p25, median, p75 } = strip;
  const from = scale.at(p25);
  const y = (index: number): number =>
    Number((5 + ((STRIP_HEIGHT - 10) * index) / Math.max(1, values.length - 1)).toFixed(1));
  return plot(label, STRIP_HEIGHT, [
    ...grid(scale),
    html`<rect
      class="band ${className}"
      x="${from}%"
      width="${Number((scale.at(p75) - from).toFixed(2))}%"
      y="2"
      height="${STRIP_HEIGHT - 4}"
      rx="3"
    />`,
    ...values.map(
      (value, index) =>
        html`<circle class="dot ${className}" cx="${scale.at(value)}%" cy="${y(index)}" r="2.6" />`,
    ),
    html`<line
      class="median ${className}"
      x1="${scale.at(median)}%"
      x2="${scale.at(median)}%"
      y1="1"
      y2="${STRIP_HEIGHT - 1}"
    />`,
  ]);
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
  const marginFrom = scale.at(1 / (1 + margin));
  const y = STRIP_HEIGHT / 2;
  return plot(label, STRIP_HEIGHT, [
    ...grid(scale),
    html`<rect
      class="margin"
      x="${marginFrom}%"
      width="${Number((scale.at(1 + margin) - marginFrom).toFixed(2))}%"
      y="0"
      height="${STRIP_HEIGHT}"
    />`,
    html`<line class="one" x1="${scale.at(1)}%" x2="${scale.at(1)}%" y1="0" y2="${STRIP_HEIGHT}" />`,
    ...(interval === null ? [] : intervalMarks(interval, scale, y, className)),
  ]);
}

/** A prediction: a hatched bar from zero, and a whisker over the range that its parameters span. */
export function predictionStrip(label: string, interval: Interval, scale: Scale): Html {
  const zero = scale.at(0);
  const y = STRIP_HEIGHT / 2;
  return plot(label, STRIP_HEIGHT, [
    ...grid(scale),
    html`<rect
      class="modelled"
      x="${zero}%"
      width="${Number((scale.at(interval.estimate) - zero).toFixed(2))}%"
      y="4"
      height="${STRIP_HEIGHT - 8}"
      rx="2"
    />`,
    ...whisker(interval, scale, y, 'modelled'),
  ]);
}

function intervalMarks(interval: Interval, scale: Scale, y: number, className: string): readonly Html[] {
  // A fine line from 1 leads the eye where the interval is too narrow to be seen.
  const stem = html`<line
    class="stem ${className}"
    x1="${scale.at(1)}%"
    x2="${scale.at(interval.estimate)}%"
    y1="${y}"
    y2="${y}"
  />`;
  return [
    stem,
    ...whisker(interval, scale, y, className),
    html`<circle class="estimate ${className}" cx="${scale.at(interval.estimate)}%" cy="${y}" r="5" />`,
  ];
}

function whisker({ low, high }: Interval, scale: Scale, y: number, className: string): readonly Html[] {
  const [from, to] = [scale.at(low), scale.at(high)];
  return [
    html`<line class="whisker ${className}" x1="${from}%" x2="${to}%" y1="${y}" y2="${y}" />`,
    ...[from, to].map(
      (x) => html`<line class="whisker ${className}" x1="${x}%" x2="${x}%" y1="${y - 5}" y2="${y + 5}" />`,
    ),
  ];
}
