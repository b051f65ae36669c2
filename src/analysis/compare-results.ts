import { nameOf, nameOfCell, type CellName } from '../results/cell-name.ts';
import { fingerprintFor, isOfCommands, launchesOf, rowWord } from '../results/cells.ts';
import { countLabels } from '../results/launch-label.ts';
import type { Counts, Results, ToolIdentity } from '../results/results.ts';
import { type Metric, perMetric, presentFigures } from '../results/sample-figures.ts';
import { mannWhitney } from '../statistics/mann-whitney.ts';
import { median } from '../statistics/order-statistics.ts';
import type { RatioEstimate } from '../statistics/paired-ratio.ts';
import { DEFAULT_MARGIN, type Verdict } from '../statistics/verdict.ts';
import { judgeTimes } from './cell-analysis.ts';
import { causeOf, type ClaimedCell, type VoidCause } from './claim.ts';
import { type ClaimedScenario, claimedScenarios } from './claimed-scenarios.ts';
import { differencesBetween } from './fingerprint-differences.ts';
import { newLaunches, type NewLaunch } from './new-launches.ts';
import { packageChanges } from './package-changes.ts';
import type { Warning } from './warnings.ts';

/** Two results files (or two halves of one run) compared, cell by cell. */
export interface Comparison {
  readonly base: ComparedRun;
  readonly head: ComparedRun;
  readonly cells: readonly CellComparison[];
  /** Why times are hints at most, fingerprints that differ, and the like. */
  readonly warnings: readonly Warning[];
  /** What its rows are: strategies, commands, or both. */
  readonly rowWord: string;
  /** True when either side's times are of a quick run: no format may show them without saying so. */
  readonly quick: boolean;
}

/** One of the two runs. */
export interface ComparedRun {
  readonly label: string;
  /** Shards of it that were not given, from 1. */
  readonly missingShards: readonly number[];
}

/** One cell in both files; a side is null where the cell is missing. */
export interface CellComparison extends CellName {
  readonly launches: BothSides;
  readonly patterns: BothSides;
  /** Drivers that were captured, and the links that were left. */
  readonly drivers: BothSides;
  readonly links: BothSides;
  /** What only a tracer sees: launches by the launched tools, and processes that executed nothing. */
  readonly toolLaunches: BothSides;
  readonly forks: BothSides;
  /** Launches that only one side has, by label: whichever tool served them. */
  readonly newLaunches: readonly NewLaunch[];
  readonly goneLaunches: readonly NewLaunch[];
  readonly times: Readonly<Record<Metric, TimeComparison | null>>;
  /** `fewer drivers` goes before what became of the launches: with drivers missing, fewer of them are no success. */
  readonly verdict:
    | 'fewer launches'
    | 'more launches'
    | 'same launches'
    | 'fewer drivers'
    | 'not counted'
    | 'new'
    | 'gone'
    | 'void';
}

/** A count in both files; null where one does not have it. */
export interface BothSides {
  readonly base: number | null;
  readonly head: number | null;
}

/** Times of one cell on both sides. */
export type TimeComparison =
  | (Medians & { readonly kind: 'paired'; readonly ratio: RatioEstimate; readonly verdict: Verdict })
  /** Not taken in one run: a hint only. `p` is of a two-sided Mann–Whitney test; null: too few samples. */
  | (Medians & { readonly kind: 'unpaired'; readonly ratioOfMedians: number; readonly p: number | null })
  /** Fingerprints or timers differ and `--force` was not given. */
  | { readonly kind: 'refused'; readonly reason: string };

interface Medians {
  readonly baseMs: number;
  readonly headMs: number;
}

/** One of the two sides: a run, and what it is called (a file name, "before"). */
export interface LabelledResults {
  readonly label: string;
  readonly results: Results;
}

/** What a reader may choose. */
export interface CompareOptions {
  /** Shows times although the machines differ. */
  readonly force?: boolean;
  /** Margin of the verdicts, as a ratio; 0.02 unless told. */
  readonly margin?: number;
}

/**
 * Holds one run against another, cell by cell: counts exactly, launches one by one, times as far as they
 * can be compared at all. Only times of one run are paired and judged; from two runs they are a hint, and
 * from two different machines not even that. Our measurement specification, section 4.7.
 */
export function compareResults(
  base: LabelledResults,
  head: LabelledResults,
  { force = false, margin = DEFAULT_MARGIN }: CompareOptions = {},
): Comparison {
  const before = cellsOf(base, margin);
  const after = cellsOf(head, margin);
  // In the order of the head, then what only the base has. Modelled cells have no launches of their own.
  const cells = [...new Map([...after, ...before])].map(([key, named]) =>
    compareCell(nameOf(named), before.get(key) ?? null, after.get(key) ?? null, { force, margin }),
  );
  return {
    base: sideOf(base),
    head: sideOf(head),
    cells,
    rowWord: rowWord([...base.results.scenarios, ...head.results.scenarios]),
    warnings: [...collectWarnings(base.results, head.results, cells, force)],
    quick: [base, head].some(({ results }) => results.run.mode === 'quick'),
  };
}

function sideOf({ label, results }: LabelledResults): ComparedRun {
  return { label, missingShards: results.missingShards ?? [] };
}

/** A cell with what its comparison must know about where it was taken. */
interface Side extends ClaimedCell, Pick<ClaimedScenario, 'doubt'> {
  readonly results: Results;
}

function cellsOf({ results }: LabelledResults, margin: number): ReadonlyMap<string, Side> {
  return new Map(
    claimedScenarios(results, margin).flatMap(({ cells, doubt }) =>
      cells.map((cell) => [JSON.stringify([cell.scenario, nameOfCell(cell)]), { ...cell, doubt, results }]),
    ),
  );
}

function compareCell(
  name: CellName,
  before: Side | null,
  after: Side | null,
  options: Required<CompareOptions>,
): CellComparison {
  const both = (count: (counts: Counts) => number | null): BothSides => ({
    base: before && count(before.cell.counts),
    head: after && count(after.cell.counts),
  });
  const launchesOnlyIn = (side: Side | null, other: Side | null): readonly NewLaunch[] =>
    side && other ? newLaunches(side.cell.counts.ledger, countLabels(other.cell.counts.ledger)) : [];
  return {
    ...name,
    launches: both(({ launches }) => launches),
    patterns: both(({ patterns }) => patterns),
    drivers: both(({ drivers }) => drivers?.captured ?? null),
    links: both(({ links }) => links),
    toolLaunches: both(({ toolLaunches }) => toolLaunches),
    forks: both(({ forks }) => forks),
    newLaunches: launchesOnlyIn(after, before),
    goneLaunches: launchesOnlyIn(before, after),
    times: perMetric((metric) => before && after && compareTimes(before, after, metric, options)),
    verdict: judgeCounts(before, after),
  };
}

function judgeCounts(before: Side | null, after: Side | null): CellComparison['verdict'] {
  if ([before, after].some((side) => side !== null && HAVE_NO_COUNT.has(causeOf(side)))) return 'void';
  if (before === null) return 'new';
  if (after === null) return 'gone';
  const had = before.cell.counts.drivers?.captured ?? 0;
  if ((after.cell.counts.drivers?.captured ?? had) < had) return 'fewer drivers';
  const [base, head] = [before.cell.counts.launches, after.cell.counts.launches];
  if (base === null || head === null) return 'not counted';
  const more = head - base;
  if (more === 0) return 'same launches';
  return more > 0 ? 'more launches' : 'fewer launches';
}

/** Overrides that differ make times void; how often something was launched they leave standing. */
const HAVE_NO_COUNT: ReadonlySet<VoidCause | null> = new Set(['failed', 'nondeterministic']);

function compareTimes(
  before: Side,
  after: Side,
  metric: Metric,
  { force, margin }: Required<CompareOptions>,
): TimeComparison | null {
  const [a, b] = [presentFigures(before.cell.samples, metric), presentFigures(after.cell.samples, metric)];
  if (a.length === 0 || b.length === 0) return null;
  const medians = { baseMs: median(a), headMs: median(b) };
  const reason = reasonToRefuse(before, after, force);
  if (reason !== null) return { kind: 'refused', reason };
  if (before.results.run.id !== after.results.run.id) {
    const ratioOfMedians = medians.baseMs / medians.headMs;
    return { kind: 'unpaired', ...medians, ratioOfMedians, p: mannWhitney(a, b) };
  }
  const doubt = before.doubt[metric] ?? after.doubt[metric];
  const compared = judgeTimes(before, after, metric, { comparisons: 1, margin, doubt });
  if (compared.ratio === null)
    return { kind: 'refused', reason: 'no round has a usable value on both sides' };
  const verdict = compared.kind === 'quick' ? QUICK : compared.verdict;
  return { kind: 'paired', ...medians, ratio: compared.ratio, verdict };
}

const QUICK: Verdict = { word: 'inconclusive', reason: 'quick, not for claims' };

/** Differences of work or instrument can never be forced; a different machine can, at the reader's risk. */
function reasonToRefuse(before: Side, after: Side, force: boolean): string | null {
  for (const { claim } of [before, after]) if (claim.kind === 'void') return `void: ${claim.reason}`;
  if (!leftTheSame(before, after)) {
    return `they left different ${isOfCommands(after.of) ? 'output' : 'overrides'}, so they did different work`;
  }
  if (before.results.run.cache !== after.results.run.cache) return 'one was taken with a cold file cache';
  const base = fingerprintFor(before.results, before.scenario);
  const head = fingerprintFor(after.results, after.scenario);
  const launches = [before, after].some(({ of, cell }) => launchesOf(of, cell.counts) !== 0);
  if (base.timer.kind !== head.timer.kind && launches) {
    return `taken with different timers, ${base.timer.kind} and ${head.timer.kind}`;
  }
  const differences = differencesBetween(base, head, { emulation: after.emulation, launches });
  return differences.length === 0 || force
    ? null
    : `taken under different conditions: ${differences.join('; ')}`;
}

/**
 * Devices and inodes tell files apart within one run; another run has trees of its own, so there the links must do.
 * Commands say themselves what must be equal.
 */
function leftTheSame(before: Side, after: Side): boolean {
  const isSameRun = before.results.run.id === after.results.run.id;
  const digest = isSameRun || isOfCommands(after.of) ? 'overridesDigest' : 'targetsDigest';
  return before.cell.counts[digest] === after.cell.counts[digest];
}

function* collectWarnings(
  base: Results,
  head: Results,
  cells: readonly CellComparison[],
  force: boolean,
): Generator<Warning> {
  const bothSides = head.scenarios.flatMap((scenario) => {
    const twin = base.scenarios.find(({ name }) => name === scenario.name);
    return twin ? [{ scenario, twin }] : [];
  });
  for (const { scenario, twin } of bothSides) {
    if (scenario.digest !== twin.digest) yield { kind: 'scenario-changed', scenario: scenario.name };
    const changes = packageChanges(twin.packages, scenario.packages);
    if (changes.length > 0) yield { kind: 'packages-changed', scenario: scenario.name, changes };
  }
  if (bothSides.length === 0) yield { kind: 'nothing-in-common' };
  yield* differingTools(base, head);
  const kinds = new Set(cells.flatMap(({ times }) => [times.cpu?.kind, times.wall?.kind]));
  if (kinds.has('unpaired')) yield { kind: 'times-unpaired' };
  if (kinds.has('refused')) yield { kind: 'times-refused' };
  const differences = new Set(
    bothSides.flatMap(({ scenario: { name } }) =>
      differencesBetween(fingerprintFor(base, name), fingerprintFor(head, name), {
        emulation: null,
        launches: true,
      }),
    ),
  );
  if (force && differences.size > 0) yield { kind: 'times-forced', differences: [...differences] };
  for (const { run } of [base, head]) {
    const { startedAt } = run;
    if (!run.complete) yield { kind: 'run-not-whole', startedAt, lacks: 'rounds' };
    if (run.mode === 'quick') yield { kind: 'run-not-whole', startedAt, lacks: 'intervals' };
  }
}

/** Two tools are compared by what their launches are for, so it is enough to say once which they were. */
function* differingTools(base: Results, head: Results): Generator<Warning> {
  const identity = ({ name, version, sha256 }: ToolIdentity): string =>
    JSON.stringify([name, version, sha256]);
  const before = base.fingerprint.tools;
  const after = head.fingerprint.tools;
  const known = new Set(before.map(identity));
  if (before.length > 0 && after.length > 0 && after.some((tool) => !known.has(identity(tool)))) {
    yield { kind: 'tools-differ', base: before, head: after };
  }
}
