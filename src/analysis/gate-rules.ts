import type { Rule } from './finding.ts';
import type { Metric } from '../results/sample-figures.ts';

/** How much a failed rule weighs: `error` fails the gate, `warn` is shown, `off` is not looked at. */
export type Level = 'error' | 'warn' | 'off';

/**
 * What a rule weighs unless told otherwise. Time and memory rules do nothing until they are given a limit. A new kind of
 * launch in an unchanged number of launches is worth a look, but no reason to stop a merge.
 */
export function defaultLevel(rule: Rule): Exclude<Level, 'off'> {
  return rule === 'launchesByExecutable' ? 'warn' : 'error';
}

/** A bound on time: the cell's time divided by the reference's, in the same run. */
export interface MaxRatio {
  /** 1.05: at most 5 % slower than the reference; 0.5: at least twice as fast. */
  readonly ratio: number;
  readonly metric: Metric;
  /** Strategy that it bounds; null: every one but the reference. */
  readonly strategy: string | null;
  /** Strategy that it is compared with; null: the first one of the scenario. */
  readonly reference: string | null;
}

/** What a gate holds results to. */
export interface GateRules {
  /** Also fail when a count went down: the baseline is stale then. */
  readonly exact?: boolean | undefined;
  /** Fail, too, when something could not be judged. */
  readonly strict?: boolean | undefined;
  readonly levels?: Readonly<Partial<Record<Rule, Level>>> | undefined;
  readonly maxRatios?: readonly MaxRatio[] | undefined;
  /** Bound on the median of the largest resident set of one child. */
  readonly maxRssKib?: number | undefined;
  /** Bound on the median number of page faults, minor and major together. */
  readonly maxFaults?: number | undefined;
  /** Margin of the null control, as a ratio; 0.02 unless told. */
  readonly margin?: number | undefined;
}

/** The command lines that show a finding again and that accept it. */
export interface GateFiles {
  readonly results: readonly string[];
  readonly baseline: string | null;
}
