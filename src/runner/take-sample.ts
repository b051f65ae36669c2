import type { Ledger, LedgerEntry } from '../launch/ledger.ts';
import { totalUsage } from '../launch/ledger.ts';
import type { Usage } from '../launch/timer.ts';
import { readStealTicks } from '../machine/machine-facts.ts';
import type { Sample } from '../results/sample.ts';

/** The clocks that a sample is taken with. */
export interface Clocks {
  /** CLOCK_MONOTONIC, nanoseconds. */
  readonly nowNs: () => bigint;
  /** CPU time of our own process so far, microseconds. */
  readonly ownCpu: () => { readonly user: number; readonly system: number };
  /** Steal time of the machine so far, clock ticks; null where it is not told. */
  readonly stealTicks: () => number | null;
}

/** The machine's clocks. `hrtime` is CLOCK_MONOTONIC, which the timers use too. */
export const REAL_CLOCKS: Clocks = {
  nowNs: () => process.hrtime.bigint(),
  ownCpu: () => process.cpuUsage(),
  stealTicks: readStealTicks,
};

/** What a capture without launches took, as the process that it ran in has measured it. */
export interface SelfMeasured extends Usage {
  readonly wallNs: number;
}

/** Figures of a sample that are known better than by the clocks of our own process; there may be none. */
export type Account = Partial<Omit<Sample, 'round' | 'position' | 'warmup' | 'startNs'>>;

/** Where a sample stands in its run. */
export type Place = Pick<Sample, 'round' | 'position' | 'warmup'> & { readonly runStartNs: bigint };

/**
 * Runs `work` once and says what it took. Nothing else happens between the two readings of the clock; what
 * the children used is taken from the launches that `work` entered in the ledger. Work that was measured where it was done
 * returns what it took.
 */
export async function takeSample(
  work: () => Promise<Account>,
  given: { readonly ledger: Pick<Ledger, 'entries'>; readonly clocks: Clocks; readonly place: Place },
): Promise<Sample> {
  const { ledger, clocks, place } = given;
  const launchesBefore = ledger.entries.length;
  const stealBefore = clocks.stealTicks();
  const cpuBefore = clocks.ownCpu();
  const startNs = clocks.nowNs();
  const account = await work();
  const endNs = clocks.nowNs();
  const cpuAfter = clocks.ownCpu();
  const stealAfter = clocks.stealTicks();
  const launched = ledger.entries.slice(launchesBefore);
  return {
    round: place.round,
    position: place.position,
    warmup: place.warmup,
    startNs: Number(startNs - place.runStartNs),
    wallNs: Number(endNs - startNs),
    ownUserUs: cpuAfter.user - cpuBefore.user,
    ownSystemUs: cpuAfter.system - cpuBefore.system,
    stealTicks: stealBefore === null || stealAfter === null ? null : stealAfter - stealBefore,
    ...childFigures(launched),
    ...account,
  };
}

/** The account of a process that captured: it takes the place of ours, which only waited. */
export function accountOf({ userUs, systemUs, ...figures }: SelfMeasured): Account {
  return { ...figures, ownUserUs: userUs, ownSystemUs: systemUs };
}

/** What the children used together; without a child, times are truly 0 and there is no largest one. */
function childFigures(launched: readonly LedgerEntry[]) {
  const usage = totalUsage(launched);
  const last = launched.at(-1)?.end;
  return {
    childUserUs: usage?.userUs ?? null,
    childSystemUs: usage?.systemUs ?? null,
    maxRssKib: launched.length === 0 ? null : (usage?.maxRssKib ?? null),
    minorFaults: usage?.minorFaults ?? null,
    majorFaults: usage?.majorFaults ?? null,
    voluntarySwitches: usage?.voluntarySwitches ?? null,
    involuntarySwitches: usage?.involuntarySwitches ?? null,
    exitStatus: last?.kind === 'exited' ? last.status : 0,
  };
}
