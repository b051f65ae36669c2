import { z } from 'zod';
import { type Summary, summarize } from '../statistics/order-statistics.ts';
import { METRICS, presentFigures } from './sample-figures.ts';
import type { Sample } from './sample.ts';

const figure = z.number();

/** The statistics of one metric of a cell. */
export const summarySchema = z.looseObject({
  n: figure.int().nonnegative(),
  medianMs: figure,
  madMs: figure.describe('median absolute deviation, not scaled'),
  minMs: figure,
  p25Ms: figure,
  p75Ms: figure,
  maxMs: figure,
} satisfies Record<keyof Summary, typeof figure>);

const storedSchema = z.object({ cpu: summarySchema.nullable(), wall: summarySchema.nullable() });

/**
 * Where a stored summary is not what the samples beside it come to: one of them is not what was measured. Files of the
 * first format have them; they are checked and not kept. Our measurement specification, 8.2.
 *
 * @param stored - a cell's `summary`, as it stands in the file
 */
export function* summaryContradictions(
  stored: unknown,
  samples: readonly Sample[],
): Generator<{ readonly path: readonly string[]; readonly message: string }> {
  const { success, data } = storedSchema.safeParse(stored);
  if (!success) {
    yield { path: [], message: 'a summary of CPU and wall time' };
    return;
  }
  for (const metric of METRICS) {
    const computed = summarize(presentFigures(samples, metric));
    const said = data[metric];
    if (computed === null || said === null) {
      const message = computed === null ? 'null, because no sample tells' : 'what the samples come to';
      if (computed !== said) yield { path: [metric], message };
      continue;
    }
    for (const name of summarySchema.keyof().options) {
      if (isClose(said[name], computed[name])) continue;
      yield { path: [metric, name], message: `${computed[name]}, which is what the samples come to` };
    }
  }
}

/** To nine digits: another version of ours may add up in another order. */
function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
