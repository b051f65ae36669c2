import { nameOfRow } from '../results/cell-name.ts';
import { byEmulation, measuredCells, fingerprintFor } from '../results/cells.ts';
import type { EmulatorIdentity, MeasuredCell, Results, ScenarioResult } from '../results/results.ts';
import { figuresByRound, presentFigures } from '../results/sample-figures.ts';
import type { Metric } from '../results/sample-figures.ts';
import { sharedConfidence, summarize } from '../statistics/order-statistics.ts';
import type { Summary } from '../statistics/order-statistics.ts';
import { pairedRatio } from '../statistics/paired-ratio.ts';
import type { RatioEstimate } from '../statistics/paired-ratio.ts';
import { judgeRatio } from '../statistics/verdict.ts';
import type { Verdict } from '../statistics/verdict.ts';
import { claimsOf } from './claim.ts';
import type { Claim } from './claim.ts';
import { costPerLaunch } from './cost-per-launch.ts';
import type { CostPerLaunch } from './cost-per-launch.ts';
import type { Doubt } from './doubt.ts';
import { findOutliers } from './outliers.ts';
import type { Outlier } from './outliers.ts';

/** A measured cell with what may be said about it, and no more: nothing about a void one, no time of one that was only counted. */
export interface CellAnalysis {
  readonly cell: MeasuredCell;
  readonly isReference: boolean;
  readonly claim: Claim;
  /** null unless the claim is `quick` or `timed`. */
  readonly times: Readonly<Record<Metric, CellTime>> | null;
}

/** One metric of a cell. */
export interface CellTime {
  /** null where the timer could not tell. */
  readonly summary: Summary | null;
  /** Milliseconds, one a used round, in order; what plots are drawn from. */
  readonly values: readonly number[];
  readonly outliers: readonly Outlier[];
  readonly against: AgainstReference;
}

/** A time beside that of the first strategy under the same emulation. */
export type AgainstReference =
  | { readonly kind: 'reference' }
  /** A ratio of a quick run: for information, with neither interval nor verdict. */
  | { readonly kind: 'quick'; readonly ratio: RatioEstimate }
  | { readonly kind: 'judged'; readonly ratio: RatioEstimate | null; readonly verdict: Verdict };

/** The ratio to the reference, whatever it is worth; null where there is none. */
export function ratioOf(against: AgainstReference): RatioEstimate | null {
  return against.kind === 'reference' ? null : against.ratio;
}

/** The verdict, where one was reached; null for the reference, for quick times, and for what nothing decides. */
export function decidedWord(against: AgainstReference): 'faster' | 'slower' | 'same' | null {
  if (against.kind !== 'judged') return null;
  const { word } = against.verdict;
  return word === 'faster' || word === 'slower' || word === 'same' ? word : null;
}

/** The cells of one emulation: strategies compare only within one emulation. */
export interface EmulationAnalysis {
  readonly emulation: string;
  /** The program behind it; null where launches were native. */
  readonly emulator: EmulatorIdentity | null;
  /** What the best of its cells can claim: nothing was timed, times without intervals, times with them. */
  readonly kind: 'counted' | 'quick' | 'timed';
  /** Ratios within 1 ± this are no difference. */
  readonly margin: number;
  readonly cells: readonly CellAnalysis[];
  /** Number of comparisons that share the 5 %. */
  readonly comparisons: number;
  /** Cost of one launch: Theil–Sen slope of time over launches, median over rounds; milliseconds. */
  readonly costPerLaunch: Readonly<Record<Metric, CostPerLaunch | null>>;
}

/** What a scenario's verdicts depend on besides its samples. */
export interface CellContext {
  readonly margin: number;
  readonly doubt: Doubt;
}

/** Holds every measured cell against the first strategy under the same emulation. */
export function analyseEmulations(
  results: Results,
  scenario: ScenarioResult,
  { margin, doubt }: CellContext,
): EmulationAnalysis[] {
  const { timer, emulators } = fingerprintFor(results, scenario.name);
  const claims = claimsOf(scenario, results.run);
  const claimOf = (cell: MeasuredCell): Claim => claims.get(cell) ?? { kind: 'counted' };

  return byEmulation(measuredCells(scenario)).map(({ emulation, cells }) => {
    const [reference] = cells;
    const quick = cells.some((cell) => claimOf(cell).kind === 'quick');
    const sound = cells.filter((cell) => claimOf(cell).kind !== 'void');
    const comparisons = sound.filter((cell) => cell !== reference).length;
    const context: RatioContext = {
      reference: reference && claimOf(reference).kind !== 'void' ? reference : null,
      whyNoReference: `the reference ${reference ? nameOfRow(reference) : ''} is void`,
      quick,
      confidence: sharedConfidence(comparisons),
      margin,
      doubt,
    };
    const timesOf = (cell: MeasuredCell): CellAnalysis['times'] =>
      perMetric((metric) => {
        const figures = figuresByRound(cell.samples, metric);
        const values = presentFigures(figures);
        return {
          summary: summarize(values),
          values,
          outliers: findOutliers(cell, metric, timer.kind),
          against: cell === reference ? { kind: 'reference' } : compare(cell, metric, context),
        };
      });
    const isTimed = (cell: MeasuredCell): boolean =>
      claimOf(cell).kind === 'quick' || claimOf(cell).kind === 'timed';
    return {
      emulation,
      emulator: emulators.find((known) => known.emulation === emulation) ?? null,
      kind: results.run.mode === 'counts-only' ? 'counted' : quick ? 'quick' : results.run.mode,
      margin,
      cells: cells.map((cell) => ({
        cell,
        isReference: cell === reference,
        claim: claimOf(cell),
        times: isTimed(cell) ? timesOf(cell) : null,
      })),
      comparisons,
      costPerLaunch: perMetric((metric) => costPerLaunch(sound, metric, { quick })),
    };
  });
}

interface RatioContext extends CellContext {
  /** null when it is void: then nothing is compared. */
  readonly reference: MeasuredCell | null;
  readonly whyNoReference: string;
  readonly quick: boolean;
  readonly confidence: number;
}

function compare(
  cell: MeasuredCell,
  metric: Metric,
  { reference, whyNoReference, quick, confidence, margin, doubt }: RatioContext,
): AgainstReference {
  if (reference === null) {
    return { kind: 'judged', ratio: null, verdict: { word: 'void', reason: whyNoReference } };
  }
  const ratio = pairedRatio(
    figuresByRound(reference.samples, metric),
    figuresByRound(cell.samples, metric),
    confidence,
  );
  if (quick && ratio !== null) return { kind: 'quick', ratio: { ...ratio, interval: null } };
  return { kind: 'judged', ratio, verdict: judgeRatio(ratio, { margin, doubt: doubt[metric] }) };
}

function perMetric<Value>(value: (metric: Metric) => Value): Record<Metric, Value> {
  return { cpu: value('cpu'), wall: value('wall') };
}
