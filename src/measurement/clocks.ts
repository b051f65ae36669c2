import { readFileSync } from 'node:fs';
import type { Clocks } from './take-sample.ts';

/** The machine's clocks. `hrtime` is CLOCK_MONOTONIC, which the timers use too. */
export const REAL_CLOCKS: Clocks = {
  nowNs: () => process.hrtime.bigint(),
  ownCpu: () => process.cpuUsage(),
  stealTicks,
};

/** Eighth figure of the `cpu` line of /proc/stat, summed over the cores. Source: proc(5). */
function stealTicks(): number | null {
  try {
    const steal = /^cpu +(?:\d+ +){7}(\d+)/.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
    return steal === undefined ? null : Number(steal);
  } catch {
    return null;
  }
}
