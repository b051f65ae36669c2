import { isSameRow } from '../results/cell-name.ts';
import type { Results, ScenarioResult } from '../results/results.ts';
import { type Metric, METRICS, perMetric, ratioOfTimes } from '../results/sample-figures.ts';
import type { RatioEstimate } from '../statistics/paired-ratio.ts';
import { passesNullControl } from '../statistics/verdict.ts';
import { claimedCells, type ClaimedCell, isVoid } from './claim.ts';

/** A scenario with what may be claimed about its cells, and how far its times can be trusted. */
export interface ClaimedScenario {
  readonly scenario: ScenarioResult;
  readonly cells: readonly ClaimedCell[];
  /** null where the run had none, and where the reference is void: then neither did the work. */
  readonly nullControl: NullControl | null;
  /** Whether a null control failed, this one or that of another scenario of the run. */
  readonly nullControlFailed: boolean;
  /** Why its times decide nothing; null where they can be trusted. */
  readonly doubt: Readonly<Record<Metric, string | null>>;
}

/** The reference cell compared with itself, by the metric that does worse. */
export interface NullControl {
  readonly passed: boolean;
  readonly metric: Metric;
  readonly ratio: RatioEstimate;
}

/** Decides what may be claimed about a run, once for all that is said of it. */
export function claimedScenarios({ scenarios, run }: Results, margin: number): readonly ClaimedScenario[] {
  const claimed = scenarios.map((scenario) => {
    const cells = claimedCells(scenario, run);
    return { scenario, cells, nullControl: judgeNullControl(scenario, cells, margin) };
  });
  // One machine, one run: a control that fails in one scenario casts doubt on the times of all.
  const nullControlFailed = claimed.some(({ nullControl }) => nullControl?.passed === false);
  return claimed.map((one) => ({
    ...one,
    nullControlFailed,
    doubt: perMetric((metric) =>
      nullControlFailed ? 'null control failed' : disqualifyingNoise(one.scenario, metric),
    ),
  }));
}

/**
 * Compares the reference cell with its twin, in both metrics because both are shown with a verdict; the one
 * that fails is reported. Our measurement specification, 5.4.
 */
function judgeNullControl(
  { controls: { nullControl } }: ScenarioResult,
  cells: readonly ClaimedCell[],
  margin: number,
): NullControl | null {
  if (nullControl === null) return null;
  const twin = cells.find((cell) => isSameRow(cell, nullControl) && cell.emulation === nullControl.emulation);
  if (twin === undefined || isVoid(twin)) return null;
  const judged = METRICS.flatMap((metric): NullControl[] => {
    const ratio = ratioOfTimes(twin.cell, nullControl, metric);
    return ratio ? [{ passed: passesNullControl(ratio, margin), metric, ratio }] : [];
  });
  return judged.find(({ passed }) => !passed) ?? judged[0] ?? null;
}

/**
 * Processes that wait for a core take the verdict from wall time alone; stolen time, throttling and swapping from CPU
 * time too. Our measurement specification, 7.3.
 */
function disqualifyingNoise({ noise }: ScenarioResult, metric: Metric): string | null {
  const found = noise.filter(({ disqualifies }) => disqualifies.includes(metric));
  return [...new Set(found.map(({ id, value }) => `${id} ${value}`))].join(', ') || null;
}
