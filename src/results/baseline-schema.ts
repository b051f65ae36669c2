import { z } from 'zod';

const count = z.number().int().nonnegative();

/** Scenario → strategy → emulation → counts. */
export const baselineSchema = z.looseObject({
  schema: z.literal('launchbench.baseline/1'),
  scenarios: z.record(
    z.string(),
    z.record(
      z.string(),
      z.record(
        z.string(),
        z.looseObject({
          launches: count,
          executables: z.record(z.string(), count).optional(),
          purposes: z.record(z.string(), count).optional(),
        }),
      ),
    ),
  ),
});
