import { figuresByRound, presentFigures } from '../results/sample-figures.ts';
import { pairedRatio } from '../statistics/paired-ratio.ts';
import type { RatioEstimate } from '../statistics/paired-ratio.ts';
import type { Metric } from '../results/sample.ts';
import { sharedConfidence, summarize } from '../statistics/order-statistics.ts';
import type { Summary } from '../statistics/order-statistics.ts';
import { judgeRatio } from '../statistics/verdict.ts';
import type { Verdict } from '../statistics/verdict.ts';
import { byEmulation, measuredCells, wasTimed } from '../results/cells.ts';
import { costPerLaunch } from './cost-per-launch.ts';
import type { CostPerLaunch } from './cost-per-launch.ts';
import { findOutliers } from './outliers.ts';
import type { Outlier } from './outliers.ts';
import { fingerprintFor } from '../results/results-file.ts';
import type { MeasuredCell, Results, ScenarioResult } from '../results/results-file.ts';
import { reasonForDoubt, reasonToVoid } from './void.ts';

/** A measured cell with everything that is derived from its samples. */
export interface CellAnalysis {
  readonly cell: MeasuredCell;
  readonly isReference: boolean;
  readonly summary: Readonly<Record<Metric, Summary | null>>;
  /** Values in milliseconds, one a used round, in order; what plots are drawn from. */
  readonly values: Readonly<Record<Metric, readonly number[]>>;
  /** Against the reference cell; null for the reference itself and where nothing was timed. */
  readonly ratio: Readonly<Record<Metric, RatioEstimate | null>>;
  readonly verdict: Readonly<Record<Metric, Verdict | null>>;
  readonly outliers: readonly Outlier[];
}

/** The cells of one emulation: strategies compare only within one emulation. */
export interface EmulationAnalysis {
  readonly emulation: string;
  readonly cells: readonly CellAnalysis[];
  /** Number of comparisons that share the 5 %. */
  readonly comparisons: number;
  /** Cost of one launch: Theil–Sen slope of time over launches, median over rounds; milliseconds. */
  readonly costPerLaunch: Readonly<Record<Metric, CostPerLaunch | null>>;
}

/** Holds every measured cell against the first strategy under the same emulation. */
export function analyseEmulations(
  results: Results,
  scenario: ScenarioResult,
  { margin, nullControlFailed }: { readonly margin: number; readonly nullControlFailed: boolean },
): EmulationAnalysis[] {
  const quick = results.run.mode === 'quick';
  const doubt = reasonForDoubt(scenario, nullControlFailed);
  return byEmulation(measuredCells(scenario)).map(({ emulation, cells }) => {
    const [reference] = cells;
    const comparisons = cells.filter((cell) => cell !== reference && reasonToVoid(scenario, cell) === null);
    const confidence = sharedConfidence(comparisons.length);
    const timed = cells.some(wasTimed);

    const analysed = cells.map((cell): CellAnalysis => {
      const figures = perMetric((metric) => figuresByRound(cell.samples, metric));
      const isReference = cell === reference;
      const compared = timed && !isReference && reference !== undefined ? reference : null;
      const whyVoid =
        reasonToVoid(scenario, cell) ??
        (compared && reasonToVoid(scenario, compared) !== null
          ? `the reference ${compared.strategy} is void`
          : null);
      const ratio = perMetric((metric) => {
        if (compared === null || whyVoid !== null) return null;
        const estimate = pairedRatio(figuresByRound(compared.samples, metric), figures[metric], confidence);
        return quick && estimate ? { ...estimate, interval: null } : estimate;
      });
      return {
        cell,
        isReference,
        summary: perMetric((metric) => summarize(presentFigures(figures[metric]))),
        values: perMetric((metric) => presentFigures(figures[metric])),
        ratio,
        verdict: perMetric((metric) =>
          compared ? judgeRatio(ratio[metric], { margin, void: whyVoid, doubt, quick }) : null,
        ),
        outliers: findOutliers(cell, fingerprintFor(results, scenario.name).timer.kind),
      };
    });
    return {
      emulation,
      cells: analysed,
      comparisons: comparisons.length,
      costPerLaunch: perMetric((metric) =>
        costPerLaunch(
          cells.filter((cell) => reasonToVoid(scenario, cell) === null),
          metric,
          { quick },
        ),
      ),
    };
  });
}

function perMetric<Value>(value: (metric: Metric) => Value): Record<Metric, Value> {
  return { cpu: value('cpu'), wall: value('wall') };
}
