import type { StrategyName } from '../core/overrides/strategies.ts';
import type { SamplingPlan } from './scenario.ts';

/** What a scenario gets where it says nothing. Source: our measurement specification, 3.4 and 3.8. */
export const DEFAULT_SAMPLING: SamplingPlan = {
  rounds: 20,
  warmup: 1,
  precision: null,
  maxTimeMs: null,
  seed: null,
  timeoutMs: 60_000,
};

/** Most rounds that may be asked for. */
export const MAX_ROUNDS = 10_000;

/** Longest time that a timer can wait, seconds: some 25 days. A longer one would end everything at once. */
export const MAX_TIMEOUT_S = Math.floor((2 ** 31 - 1) / 1000);

/** Strategies that are compared where a scenario names none; the first is the one that the others are compared with. */
export const DEFAULT_STRATEGIES: readonly StrategyName[] = [
  'per-driver',
  'batched',
  'batched-dedup',
  'in-process',
];

/** The scenario that runs when none is named. */
export const DEFAULT_SCENARIO = 'mesa-desktop';
