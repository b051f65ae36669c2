import { isSameRow, nameOfRow } from '../results/cell-name.ts';
import {
  byEmulation,
  type Compared,
  compareRows,
  fingerprintFor,
  isOfCommands,
  rowWord,
} from '../results/cells.ts';
import type { EmulatorIdentity, MeasuredCell, Results } from '../results/results.ts';
import { type Metric, perMetric, presentFigures, ratioOfTimes } from '../results/sample-figures.ts';
import { summarize, type Summary } from '../statistics/order-statistics.ts';
import type { RatioEstimate } from '../statistics/paired-ratio.ts';
import { judgeRatio, type Verdict } from '../statistics/verdict.ts';
import { type Claim, type ClaimedCell, isVoid, modeOf } from './claim.ts';
import type { ClaimedScenario } from './claimed-scenarios.ts';
import { costPerLaunch, type CostPerLaunch } from './cost-per-launch.ts';
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

/** Compares every measured cell with others under the same emulation; see `compareRows`. */
export function analyseEmulations(
  results: Results,
  { scenario, cells: claimed, doubt }: ClaimedScenario,
  margin: number,
): EmulationAnalysis[] {
  const { timer, emulators } = fingerprintFor(results, scenario.name);
  return byEmulation(claimed).map(({ emulation, cells }) => {
    const mode = modeOf(scenario, emulation, results.run.mode);
    const compared = compareRows(cells);
    const sound = compared.filter(({ cell }) => !isVoid(cell));
    const comparisons = sound.reduce(
      (sum, { first, acrossTools }) => sum + Number(first !== null) + Number(acrossTools !== null),
      0,
    );
    const timesOf = ({ cell, first, acrossTools }: Compared<ClaimedCell>): CellAnalysis['times'] =>
      perMetric((metric) => {
        const values = presentFigures(cell.cell.samples, metric);
        const judging = { comparisons, margin, doubt: doubt[metric] };
        return {
          summary: summarize(values),
          values,
          outliers: findOutliers(cell.cell, metric, timer.kind),
          against: first === null ? { kind: 'reference' } : judgeTimes(first, cell, metric, judging),
          acrossTools: acrossTools && judgeTimes(acrossTools, cell, metric, judging),
          toNative: toNative(cell, claimed, metric),
        };
      });
    // From one strategy to the next: what another tool costs is no cost of launches.
    const ofFirstTool = sound.flatMap(({ cell, acrossTools }) => (acrossTools === null ? [cell.cell] : []));
    return {
      emulation,
      rowWord: rowWord([scenario]),
      emulator: emulators.find((known) => known.emulation === emulation) ?? null,
      kind: mode === 'counts-only' ? 'counted' : mode,
      margin,
      cells: compared.map((one) => ({
        cell: one.cell.cell,
        isReference: one.first === null,
        claim: one.cell.claim,
        times: one.cell.claim.kind === 'quick' || one.cell.claim.kind === 'timed' ? timesOf(one) : null,
      })),
      comparisons,
      // Commands may do different work, so a difference of their times is not all of their launches.
      costPerLaunch: perMetric((metric) =>
        isOfCommands(scenario) ? null : costPerLaunch(ofFirstTool, metric, { quick: mode === 'quick' }),
      ),
    };
  });
}

/** What a comparison of times depends on besides them. */
interface Judging {
  /** How many share the 5 %. */
  readonly comparisons: number;
  readonly margin: number;
  readonly doubt: string | null;
}

/** What may be said of one time beside another one of the same run. */
export function judgeTimes(
  reference: ClaimedCell,
  cell: ClaimedCell,
  metric: Metric,
  { comparisons, margin, doubt }: Judging,
): NonNullable<CellTime['acrossTools']> {
  if (isVoid(reference)) {
    const reason = `the reference ${nameOfRow(reference)} is void`;
    return { kind: 'judged', ratio: null, verdict: { word: 'void', reason } };
  }
  const ratio = ratioOfTimes(reference.cell, cell.cell, metric, comparisons);
  return cell.claim.kind === 'quick' && ratio !== null
    ? { kind: 'quick', ratio: { ...ratio, interval: null } }
    : { kind: 'judged', ratio, verdict: judgeRatio(ratio, { margin, doubt }) };
}

/** Paired by round: an emulation with rounds of its own has the native cells in them as well. */
function toNative(cell: ClaimedCell, cells: readonly ClaimedCell[], metric: Metric): number | null {
  const native = cells.find((other) => other.emulation === 'native' && isSameRow(other, cell));
  if (native === undefined || native === cell || isVoid(native)) return null;
  const own = cell.of.ownRounds.find(({ emulation }) => emulation === cell.emulation);
  const beside = own?.native.find((other) => isSameRow(other, cell)) ?? native.cell;
  return ratioOfTimes(cell.cell, beside, metric)?.estimate ?? null;
}
