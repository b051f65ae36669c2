import type { ChildEnd } from '../core/overrides/server.ts';
import type { Usage } from './timer.ts';

/** One launch that we made: one successful exec, with what it took. */
export interface LedgerEntry {
  readonly pid: number;
  /** What the launcher's caller calls the program, e.g. `capture-libs`; under a wrapper still the guest's name. */
  readonly executable: string;
  /** The guest's argument list, without any wrapper. */
  readonly argv: readonly [string, ...string[]];
  /** What the kernel was asked to execute: the wrapper's command, then `argv`. */
  readonly command: readonly [string, ...string[]];
  readonly purpose: string;
  /** Multiarch tuple that it was launched for; null where that means nothing. */
  readonly arch: string | null;
  /** CLOCK_MONOTONIC, nanoseconds: the clock of `process.hrtime.bigint()`. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly end: ChildEnd;
  /** null where the timer in use cannot tell. */
  readonly usage: Usage | null;
}

/** The launcher's own list of what it started. Counts are derived from it and never kept beside it. */
export interface Ledger {
  /** In the order in which they ended. */
  readonly entries: readonly LedgerEntry[];
  /** Adds a finished launch. */
  add(entry: LedgerEntry): void;
}

/** An empty ledger. */
export function createLedger(): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    add(entry) {
      entries.push(entry);
    },
  };
}

/** The usage of several launches as one: times and counters summed, the largest resident set; null stays null. */
export function totalUsage(entries: readonly Pick<LedgerEntry, 'usage'>[]): Usage | null {
  let total: Usage = NO_USAGE;
  for (const { usage } of entries) {
    if (usage === null) return null;
    total = {
      userUs: total.userUs + usage.userUs,
      systemUs: total.systemUs + usage.systemUs,
      maxRssKib: both(total.maxRssKib, usage.maxRssKib, Math.max),
      minorFaults: both(total.minorFaults, usage.minorFaults, add),
      majorFaults: both(total.majorFaults, usage.majorFaults, add),
      voluntarySwitches: both(total.voluntarySwitches, usage.voluntarySwitches, add),
      involuntarySwitches: both(total.involuntarySwitches, usage.involuntarySwitches, add),
    };
  }
  return total;
}

const NO_USAGE: Usage = {
  userUs: 0,
  systemUs: 0,
  maxRssKib: 0,
  minorFaults: 0,
  majorFaults: 0,
  voluntarySwitches: 0,
  involuntarySwitches: 0,
};

function both(a: number | null, b: number | null, merge: (a: number, b: number) => number): number | null {
  return a === null || b === null ? null : merge(a, b);
}

function add(a: number, b: number): number {
  return a + b;
}
