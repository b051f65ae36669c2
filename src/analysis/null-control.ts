import { figuresByRound, METRICS, type Metric } from '../results/sample-figures.ts';
import { pairedRatio, type RatioEstimate } from '../statistics/paired-ratio.ts';
import { sharedConfidence } from '../statistics/order-statistics.ts';
import { passesNullControl } from '../statistics/verdict.ts';
import { claimsOf } from './claim.ts';
import type { RunFacts, ScenarioResult } from '../results/results.ts';
import { isSameRow } from '../results/cell-name.ts';

/** The reference cell compared with itself, by the metric that does worse. */
export interface NullControl {
  readonly passed: boolean;
  readonly metric: Metric;
  readonly ratio: RatioEstimate;
}

/**
 * Holds the reference cell against its twin, in both metrics because both are shown with a verdict; the one
 * that fails is reported. null where the run had no null control, and where the reference is void: then
 * neither did the work. Our measurement specification, 5.4.
 */
export function judgeNullControl(
  scenario: ScenarioResult,
  run: Pick<RunFacts, 'mode'>,
  margin: number,
): NullControl | null {
  const { nullControl } = scenario.controls;
  if (nullControl === null) return null;
  const [twin, claim] =
    [...claimsOf(scenario, run)].find(
      ([cell]) => isSameRow(cell, nullControl) && cell.emulation === nullControl.emulation,
    ) ?? [];
  if (twin === undefined || claim?.kind === 'void') return null;
  const judged = METRICS.flatMap((metric): NullControl[] => {
    const ratio = pairedRatio(
      figuresByRound(twin.samples, metric),
      figuresByRound(nullControl.samples, metric),
      sharedConfidence(1),
    );
    return ratio ? [{ passed: passesNullControl(ratio, margin), metric, ratio }] : [];
  });
  return judged.find(({ passed }) => !passed) ?? judged[0] ?? null;
}
