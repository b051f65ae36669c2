import type { SpawnReport, Usage } from './timer.ts';

/** One launch that we made: one successful exec, with what it took. */
export interface LedgerEntry extends SpawnReport {
  /** What the launcher's caller calls the program, e.g. `capture-libs`; under a wrapper still the guest's name. */
  readonly executable: string;
  /** The guest's argument list, without any wrapper. */
  readonly argv: readonly [string, ...string[]];
  /** What the kernel was asked to execute: the wrapper's command, then `argv`. */
  readonly command: readonly [string, ...string[]];
  readonly purpose: string;
  /** Multiarch tuple that it was launched for; null where that means nothing. */
  readonly arch: string | null;
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
  const usages = entries.map(({ usage }) => usage);
  if (!usages.every((usage) => usage !== null)) return null;
  const merged = (name: keyof Usage, merge: (figures: readonly number[]) => number): number | null => {
    const figures = usages.map((usage) => usage[name]);
    return figures.every((figure) => figure !== null) ? merge(figures) : null;
  };
  return {
    userUs: sum(usages.map(({ userUs }) => userUs)),
    systemUs: sum(usages.map(({ systemUs }) => systemUs)),
    maxRssKib: merged('maxRssKib', (figures) => Math.max(0, ...figures)),
    minorFaults: merged('minorFaults', sum),
    majorFaults: merged('majorFaults', sum),
    voluntarySwitches: merged('voluntarySwitches', sum),
    involuntarySwitches: merged('involuntarySwitches', sum),
  };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
