/** What a gate can check, in the order in which findings are shown. */
export const RULES = [
  'void',
  'deterministic',
  'coverage',
  'launches',
  'launchesByExecutable',
  'budget',
  'maxRatio',
  'maxRss',
  'maxFaults',
] as const;

/** One of the things that a gate can check. */
export type Rule = (typeof RULES)[number];

/** What one rule found in one cell: expected against found, with all that a reader needs to act on it. */
export interface Finding {
  readonly rule: Rule;
  /** What the rule weighs; a finding that is inconclusive is a warning at most. */
  readonly level: 'error' | 'warn';
  readonly outcome: 'passed' | 'failed' | 'inconclusive';
  readonly scenario: string;
  readonly row: string;
  /** Name of the capture tool, where tools are named. */
  readonly tool: string | null;
  readonly emulation: string;
  readonly expected: string;
  readonly found: string;
  /**
   * Launches of the kinds (executable and purpose) of which there are more than in the baseline; it keeps
   * counts, so which ones of a kind are the new ones cannot be told.
   */
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
