import type { RatioEstimate } from '../measurement/paired-ratio.ts';
import type { Metric } from '../measurement/sample.ts';
import type { Summary } from '../measurement/statistics.ts';
import type { Verdict } from '../measurement/verdict.ts';
import type { MeasuredCell, ModelledCell, Results, ScenarioResult } from './results-file.ts';

export type { RatioEstimate } from '../measurement/paired-ratio.ts';
export type { Summary } from '../measurement/statistics.ts';
export type { Verdict, VerdictWord } from '../measurement/verdict.ts';

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
