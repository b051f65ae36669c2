/**
 * A histogram in one row of text: how many values fall into each of `width` parts of [low, high]. The parts
 * are equal as ratios, so that 40 ms and 50 ms can be told apart on an axis that reaches to 4 s. The fullest
 * part is drawn full; a part with any value at all is never drawn empty.
 */
export function histogramLine(
  values: readonly number[],
  range: { readonly low: number; readonly high: number },
  width: number,
  unicode: boolean,
): string {
  const steps = unicode ? '▁▂▃▄▅▆▇█' : '.:-=+*#@';
  const counts = new Array<number>(width).fill(0);
  // A clock of coarse steps can say 0 ms, of which there is no logarithm.
  const position = range.low > 0 ? Math.log : (value: number) => value;
  const span = position(range.high) - position(range.low);
  for (const value of values) {
    const share = span > 0 ? (position(value) - position(range.low)) / span : 0;
    const bin = Math.min(width - 1, Math.max(0, Math.floor(share * width)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const fullest = Math.max(1, ...counts);
  return counts
    .map((count) => (count === 0 ? ' ' : (steps[Math.ceil((count / fullest) * steps.length) - 1] ?? ' ')))
    .join('');
}
