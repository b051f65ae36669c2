/**
 * The samples of one cell in the order in which they were taken, as columns. All columns are of one
 * length. A figure that the timer in use cannot give is `null`, never 0.
 */
export interface SampleColumns {
  /** Round, counted from 0; warm-up rounds have numbers of their own, from 0 as well. */
  readonly round: readonly number[];
  /** Position of the cell in its round, from 0. */
  readonly position: readonly number[];
  /** True for samples of warm-up rounds: kept, never used. */
  readonly warmup: readonly boolean[];
  /** Nanoseconds since the start of the run. */
  readonly startNs: readonly number[];
  /** Wall time, from just before the first launch to just after the last child was reaped. */
  readonly wallNs: readonly number[];
  /** CPU time of the children, summed. */
  readonly childUserUs: readonly (number | null)[];
  readonly childSystemUs: readonly (number | null)[];
  /** CPU time of our own process. */
  readonly ownUserUs: readonly number[];
  readonly ownSystemUs: readonly number[];
  /** Largest resident set of one child, in KiB. */
  readonly maxRssKib: readonly (number | null)[];
  readonly minorFaults: readonly (number | null)[];
  readonly majorFaults: readonly (number | null)[];
  readonly voluntarySwitches: readonly (number | null)[];
  readonly involuntarySwitches: readonly (number | null)[];
  /** Exit status of the last child; 0 where there was none. */
  readonly exitStatus: readonly number[];
  /** Steal time of the machine during the sample, in clock ticks. */
  readonly stealTicks: readonly (number | null)[];
}

/** One row of `SampleColumns`. */
export type Sample = { readonly [Column in keyof SampleColumns]: SampleColumns[Column][number] };

/** What is compared. CPU time is children plus own, user plus system. */
export const METRICS = ['cpu', 'wall'] as const;

/** A figure that cells are compared by. */
export type Metric = (typeof METRICS)[number];

/** What sentences call the metrics. */
export const METRIC_WORDS = { cpu: 'CPU time', wall: 'wall time' } as const satisfies Record<Metric, string>;
