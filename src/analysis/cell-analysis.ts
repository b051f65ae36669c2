import { isSameRow, nameOfRow } from '../results/cell-name.ts';
import {
  byEmulation,
  type Compared,
  compareRows,
  measuredCells,
  fingerprintFor,
  isOfCommands,
  rowWord,
} from '../results/cells.ts';
import type { EmulatorIdentity, MeasuredCell, Results, ScenarioResult } from '../results/results.ts';
import { figuresByRound, presentFigures, type Metric } from '../results/sample-figures.ts';
import { median, sharedConfidence, summarize, type Summary } from '../statistics/order-statistics.ts';
import { pairedRatio, type RatioEstimate } from '../statistics/paired-ratio.ts';
import { judgeRatio, type Verdict } from '../statistics/verdict.ts';
import { claimsOf, type Claim } from './claim.ts';
import { costPerLaunch, type CostPerLaunch } from './cost-per-launch.ts';
import type { Doubt } from './doubt.ts';
import { findOutliers, type Outlier } from './outliers.ts';

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
  /** Beside the same row of the first tool; null for the cells of that tool, and where tools have no names. */
  readonly acrossTools: Exclude<AgainstReference, { kind: 'reference' }> | null;
  /** How many times longer than the same row natively, for information; null for that one, and where there is none. */
  readonly toNative: number | null;
}

/** A time beside that of the first row of its tool under the same emulation. */
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
  /** What its rows are: `strategy` or `command`. */
  readonly rowWord: string;
  /** The program behind it; null where launches were native. */
  readonly emulator: EmulatorIdentity | null;
  /** What the best of its cells can claim: nothing was timed, times without intervals, times with them. */
  readonly kind: 'counted' | 'quick' | 'timed';
  /** Ratios within 1 ± this are no difference. */
  readonly margin: number;
  readonly cells: readonly CellAnalysis[];
  /** Number of comparisons that share the 5 %. */
  readonly comparisons: number;
  /** Cost of one launch: Theil–Sen slope of time over launches, median over rounds; milliseconds. null for commands. */
  readonly costPerLaunch: Readonly<Record<Metric, CostPerLaunch | null>>;
}

/** What a scenario's verdicts depend on besides its samples. */
export interface CellContext {
  readonly margin: number;
  readonly doubt: Doubt;
}

/** Compares every measured cell with others under the same emulation; see `compareRows`. */
export function analyseEmulations(
  results: Results,
  scenario: ScenarioResult,
  { margin, doubt }: CellContext,
): EmulationAnalysis[] {
  const { timer, emulators } = fingerprintFor(results, scenario.name);
  const claims = claimsOf(scenario, results.run);
  const claimOf = (cell: MeasuredCell): Claim => claims.get(cell) ?? { kind: 'counted' };

  return byEmulation(measuredCells(scenario)).map(({ emulation, cells }) => {
    const quick = cells.some((cell) => claimOf(cell).kind === 'quick');
    const isSound = (cell: MeasuredCell): boolean => claimOf(cell).kind !== 'void';
    const compared = compareRows(cells);
    const comparisons = compared
      .filter(({ cell }) => isSound(cell))
      .reduce(
        (sum, { first, acrossTools }) => sum + Number(first !== null) + Number(acrossTools !== null),
        0,
      );
    const context: RatioContext = {
      isSound,
      quick,
      confidence: sharedConfidence(comparisons),
      margin,
      doubt,
    };
    const timesOf = ({ cell, first, acrossTools }: Compared<MeasuredCell>): CellAnalysis['times'] =>
      perMetric((metric) => {
        const values = presentFigures(figuresByRound(cell.samples, metric));
        return {
          summary: summarize(values),
          values,
          outliers: findOutliers(cell, metric, timer.kind),
          against: first === null ? { kind: 'reference' } : compare(cell, first, metric, context),
          acrossTools: acrossTools && compare(cell, acrossTools, metric, context),
          toNative: toNative(cell, metric, scenario, claimOf),
        };
      });
    // From one strategy to the next: what another tool costs is no cost of launches.
    const ofFirstTool = compared.flatMap(({ cell, acrossTools }) =>
      isSound(cell) && acrossTools === null ? [cell] : [],
    );
    const isTimed = (cell: MeasuredCell): boolean =>
      claimOf(cell).kind === 'quick' || claimOf(cell).kind === 'timed';
    return {
      emulation,
      rowWord: rowWord([scenario]),
      emulator: emulators.find((known) => known.emulation === emulation) ?? null,
      kind: results.run.mode === 'counts-only' ? 'counted' : quick ? 'quick' : results.run.mode,
      margin,
      cells: compared.map((one) => ({
        cell: one.cell,
        isReference: one.first === null,
        claim: claimOf(one.cell),
        times: isTimed(one.cell) ? timesOf(one) : null,
      })),
      comparisons,
      // Commands may do different work, so a difference of their times is not all of their launches.
      costPerLaunch: perMetric((metric) =>
        isOfCommands(scenario) ? null : costPerLaunch(ofFirstTool, metric, { quick }),
      ),
    };
  });
}

interface RatioContext extends CellContext {
  /** With a void cell nothing is compared. */
  readonly isSound: (cell: MeasuredCell) => boolean;
  readonly quick: boolean;
  readonly confidence: number;
}

function compare(
  cell: MeasuredCell,
  reference: MeasuredCell,
  metric: Metric,
  { isSound, quick, confidence, margin, doubt }: RatioContext,
): NonNullable<CellTime['acrossTools']> {
  if (!isSound(reference)) {
    const reason = `the reference ${nameOfRow(reference)} is void`;
    return { kind: 'judged', ratio: null, verdict: { word: 'void', reason } };
  }
  const ratio = pairedRatio(
    figuresByRound(reference.samples, metric),
    figuresByRound(cell.samples, metric),
    confidence,
  );
  if (quick && ratio !== null) return { kind: 'quick', ratio: { ...ratio, interval: null } };
  return { kind: 'judged', ratio, verdict: judgeRatio(ratio, { margin, doubt: doubt[metric] }) };
}

/** Paired by round where the two share rounds; an emulation with rounds of its own may share none. */
function toNative(
  cell: MeasuredCell,
  metric: Metric,
  scenario: ScenarioResult,
  claimOf: (cell: MeasuredCell) => Claim,
): number | null {
  const native = measuredCells(scenario).find(
    (other) => other.emulation === 'native' && isSameRow(other, cell),
  );
  if (native === undefined || native === cell || claimOf(native).kind === 'void') return null;
  const figures = {
    emulated: figuresByRound(cell.samples, metric),
    native: figuresByRound(native.samples, metric),
  };
  const paired = pairedRatio(figures.emulated, figures.native, sharedConfidence(1));
  if (paired !== null) return paired.estimate;
  const ratio = median(presentFigures(figures.emulated)) / median(presentFigures(figures.native));
  return Number.isFinite(ratio) ? ratio : null;
}

function perMetric<Value>(value: (metric: Metric) => Value): Record<Metric, Value> {
  return { cpu: value('cpu'), wall: value('wall') };
}
