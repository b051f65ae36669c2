import type { RatioEstimate, Verdict } from './analysis.ts';
import type { LaunchRecord } from './results-file.ts';
import type { Metric } from '../measurement/sample.ts';

/** Two results files (or two halves of one run) held against each other, cell by cell. */
export interface Comparison {
  readonly base: { readonly label: string };
  readonly head: { readonly label: string };
  readonly cells: readonly CellComparison[];
  /** Why times are hints at most, fingerprints that differ, and the like; whole sentences. */
  readonly warnings: readonly string[];
}

/** One cell in both files; a side is null where the cell is missing. */
export interface CellComparison {
  readonly scenario: string;
  readonly strategy: string;
  readonly emulation: string;
  readonly launches: { readonly base: number | null; readonly head: number | null };
  readonly patterns: { readonly base: number | null; readonly head: number | null };
  /** Launches by executable and pattern that only one side has. */
  readonly newLaunches: readonly LaunchRecord[];
  readonly goneLaunches: readonly LaunchRecord[];
  /** Launches of one executable and purpose whose arguments changed. */
  readonly changedLaunches: readonly { readonly base: LaunchRecord; readonly head: LaunchRecord }[];
  readonly times: Readonly<Record<Metric, TimeComparison | null>>;
  readonly verdict: 'fewer launches' | 'more launches' | 'same launches' | 'new' | 'gone' | 'void';
}

/** Times of one cell on both sides. */
export type TimeComparison =
  | { readonly kind: 'paired'; readonly ratio: RatioEstimate; readonly verdict: Verdict }
  /** Not taken in one run: a hint only. `p` is of a two-sided Mann–Whitney test; null: too few samples. */
  | { readonly kind: 'unpaired'; readonly ratioOfMedians: number; readonly p: number | null }
  /** Fingerprints or timers differ and `--force` was not given. */
  | { readonly kind: 'refused'; readonly reason: string };
