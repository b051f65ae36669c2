import { readStealTicks } from '../machine/machine-facts.ts';
import type { Clocks } from './take-sample.ts';

/** The machine's clocks. `hrtime` is CLOCK_MONOTONIC, which the timers use too. */
export const REAL_CLOCKS: Clocks = {
  nowNs: () => process.hrtime.bigint(),
  ownCpu: () => process.cpuUsage(),
  stealTicks: readStealTicks,
};
