import { batched, batchedDedup } from '../planning/batched.ts';
import { perDriver } from '../planning/per-driver.ts';
import type { CaptureCall, Plan, PlanRules } from '../planning/plan.ts';
import { serveByLaunching } from './each-launch.ts';
import { serveInProcess } from './in-process.ts';
import type { OpenServer } from './server.ts';
import { serveByOneLaunch } from './single-launch.ts';

/** A way to capture a graphics stack: which calls are made, and what becomes of them. */
export interface Strategy {
  /** One line of help, without a full stop. */
  readonly summary: string;
  /** The plan, which may be the edition's own. */
  readonly planOf: (edition: PlanRules) => Plan;
  readonly openServer: OpenServer;
  /** Whether processes are launched at all. */
  readonly launches: boolean;
  /** Whether overrides stay, and are used again by a later start that finds all that they depend on unchanged (reuse.ts). */
  readonly keepsOverrides: boolean;
  /** How many processes serve these calls. */
  readonly countLaunches: (calls: readonly CaptureCall[]) => number;
}

/** Each call is a launch. */
const LAUNCHED = {
  openServer: serveByLaunching,
  launches: true,
  keepsOverrides: false,
  countLaunches: (calls: readonly CaptureCall[]) => calls.length,
} as const;

/** The edition's own calls are function calls. */
const IN_PROCESS = {
  planOf: ({ ownPlan }: PlanRules) => ownPlan,
  openServer: serveInProcess,
  launches: false,
  countLaunches: () => 0,
} as const;

/** Every strategy that users can pick: a plan and a server. To add one, add its lines here. */
export const STRATEGIES = {
  'per-driver': {
    summary: 'one launch for every driver, as pressure-vessel did before batching',
    planOf: () => perDriver,
    ...LAUNCHED,
  },
  batched: {
    summary: 'one launch for each class directory; after a name collision, one for each of its drivers',
    planOf: () => batched,
    ...LAUNCHED,
  },
  'batched-dedup': {
    summary: 'as batched, but a file with several names is captured once',
    planOf: () => batchedDedup,
    ...LAUNCHED,
  },
  'single-launch': {
    summary:
      "the edition's own calls, served by one launch for each architecture of a tool that is talked to",
    planOf: ({ ownPlan }) => ownPlan,
    openServer: serveByOneLaunch,
    launches: true,
    keepsOverrides: false,
    countLaunches: (calls) => new Set(calls.map(({ arch }) => arch)).size,
  },
  'in-process': {
    summary: "the edition's own calls, served by this very process: no launch at all",
    ...IN_PROCESS,
    keepsOverrides: false,
  },
  reuse: {
    summary:
      'as in-process, but nothing is captured where nothing changed since the last start: its overrides are kept',
    ...IN_PROCESS,
    keepsOverrides: true,
  },
} as const satisfies Record<string, Strategy>;

/** The name of a strategy. */
export type StrategyName = keyof typeof STRATEGIES;

/** The names of all strategies, in the order of the table. */
export const STRATEGY_NAMES: readonly StrategyName[] = Object.keys(STRATEGIES).filter(isStrategyName);

/** Whether a word, from a command line or a file, names a strategy. */
export function isStrategyName(word: string): word is StrategyName {
  return Object.hasOwn(STRATEGIES, word);
}
