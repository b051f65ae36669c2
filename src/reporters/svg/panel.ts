import { type Html, html } from '../html/markup.ts';
import { clip } from '../text-width.ts';

/** A row of a panel: what is drawn between its name and its figures, and those. */
export interface PanelRow {
  readonly name: string;
  readonly marks: readonly Html[];
  readonly value: string;
  readonly note: string;
}

/** A part of a picture: what is drawn from its upper edge down. */
export interface Panel {
  readonly heightPx: number;
  readonly marks: readonly Html[];
}

/** The picture's width: as wide as a README is shown on GitHub. */
export const WIDTH_PX = 840;
export const MARGIN_PX = 20;
/** The room between names and figures. */
export const PLOT = { x: 136, width: 386, rowHeight: 24, markHeight: 14 } as const;

const HEAD_PX = 42;
const VALUE_END_PX = 604;
const NOTE_PX = 620;

/** Rows under a heading, figures right-aligned beside what is drawn. */
export function panel(heading: string, aside: string, rows: readonly PanelRow[]): Panel {
  return {
    heightPx: HEAD_PX + rows.length * PLOT.rowHeight,
    marks: [
      text(MARGIN_PX, 16, heading, 'heading'),
      text(MARGIN_PX, 33, aside, 'small'),
      ...rows.map(({ name, marks, value, note }, index) => {
        const baseline = PLOT.markHeight - 2;
        return html`<g transform="translate(0 ${HEAD_PX + index * PLOT.rowHeight})">
          ${[
            text(MARGIN_PX, baseline, clip(name, 17), 'name'),
            ...marks,
            text(VALUE_END_PX, baseline, value, 'value'),
            text(NOTE_PX, baseline, clip(note, 34), 'small'),
          ]}
        </g>`;
      }),
    ],
  };
}

/** One of our own classes, so that light and dark are said once. */
export function text(x: number, y: number, words: string, className: string): Html {
  return html`<text x="${x}" y="${y}" class="${className}">${words}</text>`;
}

/** Blocks of equal width from the left, `before` of them left free: one path, however many there are. */
export function blocks(before: number, count: number, stepPx: number, className: string): Html {
  const width = round(stepPx > 3 ? stepPx - 1.2 : stepPx);
  const path = Array.from(
    { length: count },
    (_, index) => `M${round(PLOT.x + (before + index) * stepPx)} 0h${width}v${PLOT.markHeight}h-${width}z`,
  );
  return html`<path class="${className}" d="${path.join('')}" />`;
}

/** A bar from zero, and a whisker over the range beside it. */
export function rangedBar(
  { value, low, high }: { readonly value: number; readonly low: number; readonly high: number },
  full: number,
  className: string,
): readonly Html[] {
  const at = (amount: number): number => round((PLOT.width * amount) / full);
  const middle = PLOT.markHeight / 2;
  const [from, to] = [PLOT.x + at(low), PLOT.x + at(high)];
  return [
    html`<rect class="${className}" x="${PLOT.x}" width="${at(value)}" height="${PLOT.markHeight}" rx="2" />`,
    html`<path class="whisker" d="M${from} ${middle}H${to}M${from} 3v8M${to} 3v8" />`,
  ];
}

function round(px: number): number {
  return Number(px.toFixed(1));
}
