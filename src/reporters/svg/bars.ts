import { html, type Html } from '../html/markup.ts';
import { plot } from './plot.ts';

const BAR_HEIGHT = 22;

/**
 * A bar in parts, from the left edge, 100 % wide at `full`. Parts take turns between two shades; each has
 * its name and value as a tooltip.
 */
export function bar(
  label: string,
  parts: readonly (readonly [name: string, value: number])[],
  full: number,
  className: string,
): Html {
  let start = 0;
  const marks = parts.map(([name, value], index) => {
    const x = share(start, full);
    start += value;
    const shade = index % 2 === 0 ? 'even' : 'odd';
    return html`<rect
      class="${className} ${shade}"
      x="${x}%"
      width="${share(value, full)}%"
      height="${BAR_HEIGHT}"
      rx="2"
      ><title>${name}: ${value}</title></rect
    >`;
  });
  return plot(label, BAR_HEIGHT, [
    html`<rect class="trough" width="100%" height="${BAR_HEIGHT}" rx="2" />`,
    ...marks,
  ]);
}

function share(value: number, full: number): number {
  return Number(((100 * value) / Math.max(full, 1)).toFixed(2));
}
