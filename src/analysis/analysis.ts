import { presentFigures } from '../results/sample-figures.ts';
import { median } from '../statistics/order-statistics.ts';
import { DEFAULT_MARGIN } from '../statistics/verdict.ts';
import { analyseEmulations, type EmulationAnalysis } from './cell-analysis.ts';
import { analyseModelled, type ModelledEmulation } from './modelled.ts';
import { modelErrors, type ModelErrors } from './model-errors.ts';
import { claimedScenarios, type NullControl } from './claimed-scenarios.ts';
import { overallRatios, type OverallRatio } from './overall.ts';
import { fingerprintFor } from '../results/cells.ts';
import type { Results, ScenarioResult } from '../results/results.ts';
import { collectWarnings, type Warning } from './warnings.ts';

export type { RatioEstimate } from '../statistics/paired-ratio.ts';
export type { Verdict, VerdictWord } from '../statistics/verdict.ts';
export type { AgainstReference, CellAnalysis, CellTime, EmulationAnalysis } from './cell-analysis.ts';
export type { ModelledAnalysis, ModelledEmulation } from './modelled.ts';
export type { NullControl } from './claimed-scenarios.ts';
export type { OverallRatio } from './overall.ts';

/** One scenario, analysed. */
export interface ScenarioAnalysis {
  readonly scenario: ScenarioResult;
  readonly emulations: readonly EmulationAnalysis[];
  readonly modelled: readonly ModelledEmulation[];
  /** Models against what was measured of the same emulators; empty where a run has not both. */
  readonly modelErrors: readonly ModelErrors[];
  /** Median of one launch of /bin/true, milliseconds; null where not timed. */
  readonly floorLaunchMs: number | null;
  /** Result of the reference against itself; null without a null control. */
  readonly nullControl: NullControl | null;
  /** Outliers, noise, metrics that disagree, void cells: with their numbers, the gravest first. */
  readonly warnings: readonly Warning[];
}

/** What a results file says: derived, recomputed at every reading, never stored as truth. */
export interface Analysis {
  readonly results: Results;
  /** Margin of the verdicts, as a ratio: 0.02. */
  readonly margin: number;
  readonly scenarios: readonly ScenarioAnalysis[];
  /** Empty for a run of one scenario. */
  readonly overall: readonly OverallRatio[];
}

/**
 * Derives everything that may be said from a run's samples: summaries, ratios to the first strategy of
 * each emulation with their intervals and verdicts, cost per launch, and what to be wary of. The same
 * results give the same analysis, always.
 *
 * @param margin - of the verdicts, as a ratio
 */
export function analyse(results: Results, margin = DEFAULT_MARGIN): Analysis {
  const claimed = claimedScenarios(results, margin);
  const scenarios = claimed.map((one) => {
    const { scenario, nullControl } = one;
    const emulations = analyseEmulations(results, one, margin);
    const modelled = analyseModelled(one, results.run, fingerprintFor(results, scenario.name).tools);
    return {
      scenario,
      emulations,
      modelled,
      modelErrors: modelErrors(emulations, modelled),
      floorLaunchMs: floorLaunchMs(scenario),
      nullControl,
      warnings: collectWarnings(results, one, emulations),
    };
  });
  return { results, margin, scenarios, overall: overallRatios(claimed, results.run) };
}

function floorLaunchMs({ controls: { floor } }: ScenarioResult): number | null {
  if (floor === null || floor.launches === 0) return null;
  const wall = presentFigures(floor.samples, 'wall');
  return wall.length === 0 ? null : median(wall) / floor.launches;
}
