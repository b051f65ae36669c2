import { html, type Html } from '../html/markup.ts';
import type { Scale } from './scale.ts';

/** A plot as wide as the place it is put into. `label` says in words what it shows. */
export function plot(label: string, heightPx: number, marks: readonly Html[]): Html {
  return html`<svg class="plot" width="100%" height="${heightPx}" role="img" aria-label="${label}">
    ${marks}
  </svg>`;
}

/** A line between two places: percent of the width, and pixels from the top. */
export function stroke(
  className: string,
  [x1, y1]: readonly [x: number, y: number],
  [x2, y2]: readonly [x: number, y: number],
): Html {
  return html`<line class="${className}" x1="${x1}%" x2="${x2}%" y1="${y1}" y2="${y2}" />`;
}

/** Fine upright lines at the ticks, behind the marks. */
export function grid({ at, ticks }: Scale): readonly Html[] {
  return ticks.map(
    (tick) => html`<line class="grid" x1="${at(tick)}%" x2="${at(tick)}%" y1="0" y2="100%" />`,
  );
}

/** The axis below a column of plots. What it says is in each plot's label, so screen readers skip it. */
export function axis({ at, ticks }: Scale, format: (tick: number) => string): Html {
  const labels = ticks.map((tick) => {
    const x = at(tick);
    const anchor = x < 8 ? 'start' : x > 92 ? 'end' : 'middle';
    return html`<text class="tick" x="${x}%" y="12" text-anchor="${anchor}">${format(tick)}</text>`;
  });
  return html`<svg class="plot axis" width="100%" height="16" aria-hidden="true">${labels}</svg>`;
}
