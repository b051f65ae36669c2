import type { Metric } from '../measurement/sample.ts';
import type { MeasuredCell, ModelledCell, Results, ScenarioResult } from './results-file.ts';

/** The verdict words; `inconclusive` (no difference found) and `same` (no difference) are not the same. */
export type VerdictWord = 'faster' | 'slower' | 'same' | 'inconclusive' | 'void';

/** What may be claimed about a cell against its reference, for one metric. */
export interface Verdict {
  readonly word: VerdictWord;
  /** What would decide it, or why it is void; null for a plain verdict. */
  readonly reason: string | null;
}

/** A cell's samples of one metric in short. Milliseconds. */
export interface Summary {
  readonly n: number;
  readonly medianMs: number;
  /** Median absolute deviation, not scaled. */
  readonly madMs: number;
  readonly minMs: number;
  readonly p25Ms: number;
  readonly p75Ms: number;
  readonly maxMs: number;
}

/** "B is `estimate` times faster than A", from paired rounds. */
export interface RatioEstimate {
  readonly estimate: number;
  /** Ends of the sign-test interval; null when n is too small for one. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  readonly n: number;
  /** Rounds that could not be used (zero or missing values). */
  readonly dropped: number;
  /** Confidence of the interval after Bonferroni, e.g. 0.9833. */
  readonly confidence: number;
}

/** A sample far from its cell's median: flagged, never removed. */
export interface Outlier {
  readonly round: number;
  readonly metric: Metric;
  readonly ms: number;
  readonly involuntarySwitches: number | null;
  readonly stealTicks: number | null;
}

/** A measured cell with everything that is derived from its samples. */
export interface CellAnalysis {
  readonly cell: MeasuredCell;
  readonly isReference: boolean;
  readonly summary: Readonly<Record<Metric, Summary | null>>;
  /** Values in milliseconds, one a used round, in order; what plots are drawn from. */
  readonly values: Readonly<Record<Metric, readonly number[]>>;
  /** Against the reference cell; null for the reference itself and where nothing was timed. */
  readonly ratio: Readonly<Record<Metric, RatioEstimate | null>>;
  readonly verdict: Readonly<Record<Metric, Verdict | null>>;
  readonly outliers: readonly Outlier[];
}

/** The cells of one emulation: strategies compare only within one emulation. */
export interface EmulationAnalysis {
  readonly emulation: string;
  readonly cells: readonly CellAnalysis[];
  /** Number of comparisons that share the 5 %. */
  readonly comparisons: number;
  /** Cost of one launch: Theil–Sen slope of time over launches, median over rounds; milliseconds. */
  readonly costPerLaunch: Readonly<
    Record<Metric, { readonly ms: number; readonly low: number | null; readonly high: number | null } | null>
  >;
}

/** A modelled cell; never in one table with measured ones. */
export interface ModelledAnalysis {
  readonly cell: ModelledCell;
  /** Against the reference strategy under the same model, from the predictions; null where not timed. */
  readonly ratio: number | null;
}

/** One scenario, analysed. */
export interface ScenarioAnalysis {
  readonly scenario: ScenarioResult;
  readonly emulations: readonly EmulationAnalysis[];
  readonly modelled: readonly { readonly emulation: string; readonly cells: readonly ModelledAnalysis[] }[];
  /** Median of one launch of /bin/true, milliseconds; null where not timed. */
  readonly floorLaunchMs: number | null;
  /** Result of the reference against itself; null without a null control. */
  readonly nullControl: { readonly passed: boolean; readonly ratio: RatioEstimate } | null;
  /** Warnings in whole sentences: outliers, noise, metrics that disagree, void cells. */
  readonly warnings: readonly string[];
}

/** What a results file says: derived, recomputed at every reading, never stored as truth. */
export interface Analysis {
  readonly results: Results;
  /** Margin of the verdicts, as a ratio: 0.02. */
  readonly margin: number;
  readonly scenarios: readonly ScenarioAnalysis[];
}
