import { rowWord } from '../../results/cells.ts';
import type { Budget, LaunchRecord, ScenarioResult } from '../../results/results.ts';
import { nameOf } from '../../results/cell-name.ts';
import type { Finding, Observation } from '../finding.ts';
import { launchesMatching } from '../matches-glob.ts';
import { newLaunches, type NewLaunch } from '../new-launches.ts';
import { countOutcome, wasCounted, type Check, type JudgedCell } from './check.ts';
import { countAgain } from './command-lines.ts';

/** The bounds that stand in the scenario file itself; they need no baseline. */
export const checkBudget: Check = (gate) =>
  gate.results.scenarios.flatMap((scenario) => {
    const { budget } = scenario;
    if (budget === null) return [];
    const judged = gate.cells.filter(({ of }) => of === scenario);
    return [
      ...judged.filter(wasCounted).flatMap((cell) => againstBudget(cell, budget)),
      ...unmatched(judged, scenario, budget),
    ];
  });

/** One bound: where it stands, what it is, and which executables it is about (null: every launch). */
interface Bound {
  readonly key: string;
  readonly most: number;
  readonly what: string | null;
}

/** A bound on an executable that counts the very launches of a broken bound on all says nothing new. */
function againstBudget(judged: JudgedCell, budget: Budget): Observation[] {
  // A bound for the strategy by name goes before the one for all.
  const key = [judged.row, '*'].find((name) => Object.hasOwn(budget.launches, name));
  const whole: readonly Bound[] =
    key === undefined ? [] : [{ key: `launches.${key}`, most: budget.launches[key] ?? 0, what: null }];
  const onAll = whole.map((bound) => observe(judged, budget, bound));
  const isBroken = onAll.some(({ outcome }) => outcome === 'failed');
  const { ledger } = judged.cell.counts;
  return [
    ...onAll,
    ...boundsOnExecutables(budget)
      .filter(({ what }) => !isBroken || launchesMatching(ledger, what).length < ledger.length)
      .map((bound) => observe(judged, budget, bound)),
  ];
}

function boundsOnExecutables(budget: Budget): Bound[] {
  return Object.entries(budget.executables).map(([pattern, most]) => ({
    key: `executables.${pattern}`,
    most,
    what: pattern,
  }));
}

function observe(judged: JudgedCell, budget: Budget, { key, most, what }: Bound): Observation {
  const counted = launchesMatching(judged.cell.counts.ledger, what);
  const broken = counted.length > most;
  const suffix = what === null ? '' : ` of ${what}`;
  return {
    ...nameOf(judged),
    outcome: countOutcome(judged, broken),
    expected: `at most ${most}${suffix}`,
    found: `${counted.length}${suffix}`,
    newLaunches: broken ? launchesOver(judged, counted) : [],
    reproduce: countAgain(judged),
    location: locate(judged.of, budget.lines, key),
  };
}

/** Those that a baseline does not have, where there is one that tells; else all that count. */
function launchesOver({ baseline }: JudgedCell, counted: readonly LaunchRecord[]): readonly NewLaunch[] {
  const unknown = baseline?.labels ? newLaunches(counted, baseline.labels) : [];
  return unknown.length > 0 ? unknown : newLaunches(counted, null);
}

/** Bounds that are about nothing: a strategy that is not there, a pattern that no launch has. One of 0 may well be. */
function unmatched(judged: readonly JudgedCell[], scenario: ScenarioResult, budget: Budget): Observation[] {
  const ledgers = judged.flatMap(({ cell }) => cell.counts.ledger);
  const idle = [
    ...Object.keys(budget.launches)
      .filter((name) => name !== '*' && !judged.some(({ row }) => row === name))
      .map((name) => ({ key: `launches.${name}`, expected: `a ${rowWord([scenario])} called ${name}` })),
    ...boundsOnExecutables(budget)
      .filter(({ most, what }) => most > 0 && launchesMatching(ledgers, what).length === 0)
      .map(({ key, what }) => ({ key, expected: `a launch of ${what ?? ''}` })),
  ];
  return idle.map(({ key, expected }) => ({
    scenario: scenario.name,
    row: '*',
    tool: null,
    emulation: '*',
    level: 'warn',
    outcome: 'failed',
    expected: `${expected}, because the budget bounds it`,
    found: 'none: the bound guards nothing',
    location: locate(scenario, budget.lines, key),
  }));
}

/** A bundled scenario is no file of the user's, so there is nothing to point at. */
function locate({ source }: ScenarioResult, lines: Budget['lines'], key: string): Finding['location'] {
  const line = Object.hasOwn(lines, key) ? lines[key] : undefined;
  return line === undefined || source.startsWith('bundled:') ? null : { file: source, line };
}
