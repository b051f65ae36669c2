import { wildcard } from '../../core/capture/compare/wildcard.ts';
import type { Finding } from '../finding.ts';
import type { Budget, LaunchRecord, ScenarioResult } from '../../results/results.ts';
import { countOutcome, judgedCells, nameOf, wasCounted } from './check.ts';
import type { Check, JudgedCell, Observation } from './check.ts';
import { countAgain } from './commands.ts';

/** The bounds that stand in the scenario file itself; they need no baseline. */
export const checkBudget: Check = (gate) =>
  judgedCells(gate).flatMap((judged) => {
    const { budget } = judged.of;
    return budget === null || !wasCounted(judged)
      ? []
      : [...againstLaunches(judged, budget), ...againstExecutables(judged, budget)];
  });

/** A bound for the strategy by name goes before the one for all. */
function againstLaunches(judged: JudgedCell, budget: Budget): Observation[] {
  const key = [judged.row, '*'].find((name) => Object.hasOwn(budget.launches, name));
  if (key === undefined) return [];
  return [observe(judged, budget, { key: `launches.${key}`, most: budget.launches[key] ?? 0, what: null })];
}

function againstExecutables(judged: JudgedCell, budget: Budget): Observation[] {
  return Object.entries(budget.executables).map(([pattern, most]) =>
    observe(judged, budget, { key: `executables.${pattern}`, most, what: pattern }),
  );
}

/** One bound: where it stands, what it is, and which executables it is about (null: every launch). */
interface Bound {
  readonly key: string;
  readonly most: number;
  readonly what: string | null;
}

function observe(judged: JudgedCell, budget: Budget, { key, most, what }: Bound): Observation {
  const counted = judged.cell.counts.ledger.filter(
    ({ executable }) => what === null || matchesGlob(executable, what),
  );
  const broken = counted.length > most;
  const suffix = what === null ? '' : ` of ${what}`;
  return {
    ...nameOf(judged),
    outcome: countOutcome(judged, broken),
    expected: `at most ${most}${suffix}`,
    found: `${counted.length}${suffix}`,
    newLaunches: broken ? counted.map(({ executable, argv }: LaunchRecord) => ({ executable, argv })) : [],
    reproduce: countAgain(judged),
    location: locate(judged.of, budget.lines, key),
  };
}

/** A bundled scenario is no file of the user's, so there is nothing to point at. */
function locate({ source }: ScenarioResult, lines: Budget['lines'], key: string): Finding['location'] {
  const line = Object.hasOwn(lines, key) ? lines[key] : undefined;
  return line === undefined || source.startsWith('bundled:') ? null : { file: source, line };
}

/** Whether an executable is meant by a glob. One without a slash is about the file's name, wherever the file lies. */
export function matchesGlob(executable: string, pattern: string): boolean {
  const subject = pattern.includes('/') ? executable : executable.slice(executable.lastIndexOf('/') + 1);
  return wildcard(pattern)(subject);
}
