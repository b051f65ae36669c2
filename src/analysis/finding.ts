import type { CellName } from '../results/cell-name.ts';
import type { NewLaunch } from './new-launches.ts';

/** What a gate can check, in the order in which findings are shown. */
export const RULES = [
  'void',
  'deterministic',
  'coverage',
  'uncovered',
  'launches',
  'launchesByExecutable',
  'toolLaunches',
  'forks',
  'drivers',
  'links',
  'budget',
  'maxRatio',
  'maxRss',
  'maxFaults',
] as const;

/** One of the things that a gate can check. */
export type Rule = (typeof RULES)[number];

/**
 * What one rule found in one cell: expected against found, with all that a reader needs to act on it. `*` for the row
 * and the emulation: it is about the scenario; for the scenario too: about the run.
 */
export interface Finding extends CellName {
  readonly rule: Rule;
  /** What the rule weighs; a finding that is inconclusive is a warning at most. */
  readonly level: 'error' | 'warn';
  readonly outcome: 'passed' | 'failed' | 'inconclusive';
  readonly expected: string;
  readonly found: string;
  /** Exactly the launches that the baseline does not have, by label. */
  readonly newLaunches: readonly NewLaunch[];
  /** The command that shows the same again, and the one that accepts it; null where there is none. */
  readonly reproduce: string | null;
  readonly accept: string | null;
  /** The baseline entry or budget line that was broken. */
  readonly location: { readonly file: string; readonly line: number } | null;
}

/** What a rule found, before it is known how much it weighs; what is left out, there is none of. */
export interface Observation
  extends
    Pick<Finding, keyof CellName | 'outcome' | 'expected' | 'found'>,
    Partial<Pick<Finding, 'newLaunches' | 'reproduce' | 'accept' | 'location'>> {
  /** How much it weighs at most; as much as the rule unless told. */
  readonly level?: 'warn';
}

/** The finding that an observation is; `level` is the weight of its rule. */
export function finding(rule: Rule, level: Finding['level'], observed: Observation): Finding {
  return {
    newLaunches: [],
    reproduce: null,
    accept: null,
    location: null,
    ...observed,
    rule,
    level: observed.outcome === 'inconclusive' ? 'warn' : (observed.level ?? level),
  };
}

/** The first finding about a run that is not whole, so that every format begins with it. */
export function aboutMissingShards(shards: readonly number[], of: string | null = null): Finding {
  return finding('coverage', 'warn', {
    ...{ scenario: '*', row: '*', tool: null, emulation: '*' },
    outcome: 'inconclusive',
    expected: `all shards of ${of ?? 'the run'}`,
    found: `shards that are missing: ${shards.join(', ')}`,
  });
}

/** Whether a finding fails a gate, rather than being a warning. */
export function isFailure({ outcome, level }: Finding): boolean {
  return outcome === 'failed' && level === 'error';
}

/** The gate's answer. */
export interface GateVerdict {
  /** False when a finding of level `error` failed, or, under `strict`, when something could not be judged. */
  readonly passed: boolean;
  /** `passed in part`: nothing failed, but not everything could be judged. */
  readonly word: 'passed' | 'passed in part' | 'failed';
  /** Shards of the run that were not given, from 1. */
  readonly missingShards: readonly number[];
  readonly findings: readonly Finding[];
  /** What else is to be known about the baseline; whole sentences. */
  readonly notes: readonly string[];
}
