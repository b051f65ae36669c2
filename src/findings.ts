/** What a gate can check. */
export type Rule =
  | 'launches'
  | 'launchesByExecutable'
  | 'budget'
  | 'coverage'
  | 'deterministic'
  | 'void'
  | 'maxRatio'
  | 'maxRss'
  | 'maxFaults';

/** What one rule found in one cell: expected against found, with all that a reader needs to act on it. */
export interface Finding {
  readonly rule: Rule;
  readonly level: 'error' | 'warn';
  readonly outcome: 'passed' | 'failed' | 'inconclusive';
  readonly scenario: string;
  readonly strategy: string;
  readonly emulation: string;
  readonly expected: string;
  readonly found: string;
  /** Launches that the baseline does not know. */
  readonly newLaunches: readonly { readonly executable: string; readonly argv: readonly string[] }[];
  /** The command that shows the same again, and the one that accepts it; null where there is none. */
  readonly reproduce: string | null;
  readonly accept: string | null;
  /** The baseline entry or budget line that was broken. */
  readonly location: { readonly file: string; readonly line: number } | null;
}

/** The gate's answer: passed when no finding of level `error` failed. */
export interface GateVerdict {
  readonly passed: boolean;
  readonly findings: readonly Finding[];
}
