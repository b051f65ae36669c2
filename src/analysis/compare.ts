import { figuresByRound, presentFigures } from '../results/sample-figures.ts';
import { mannWhitney } from '../statistics/mann-whitney.ts';
import { pairedRatio } from '../statistics/paired-ratio.ts';
import type { RatioEstimate } from '../statistics/paired-ratio.ts';
import type { Metric } from '../results/sample-figures.ts';
import { median, sharedConfidence } from '../statistics/order-statistics.ts';
import { DEFAULT_MARGIN, judgeRatio } from '../statistics/verdict.ts';
import type { Verdict } from '../statistics/verdict.ts';
import type { CellName } from '../results/cell-name.ts';
import { compareLaunches } from './compare-launches.ts';
import type { LaunchComparison } from './compare-launches.ts';
import { differencesBetween } from './fingerprint-differences.ts';
import { isSameCell } from '../results/cell-name.ts';
import { fingerprintFor, countsOf } from '../results/cells.ts';
import type { Cell, Counts, Results, ScenarioResult } from '../results/results.ts';
import { claimsOf } from './claim.ts';
import type { Claim } from './claim.ts';
import { doubtAbout } from './doubt.ts';
import type { Warning } from './warnings.ts';

/** Two results files (or two halves of one run) held against each other, cell by cell. */
export interface Comparison {
  readonly base: { readonly label: string };
  readonly head: { readonly label: string };
  readonly cells: readonly CellComparison[];
  /** Why times are hints at most, fingerprints that differ, and the like. */
  readonly warnings: readonly Warning[];
  /** True when either side's times are of a quick run: no format may show them without saying so. */
  readonly quick: boolean;
}

/** One cell in both files; a side is null where the cell is missing. */
export interface CellComparison extends CellName, LaunchComparison {
  readonly launches: { readonly base: number | null; readonly head: number | null };
  readonly patterns: { readonly base: number | null; readonly head: number | null };
  readonly times: Readonly<Record<Metric, TimeComparison | null>>;
  readonly verdict: 'fewer launches' | 'more launches' | 'same launches' | 'new' | 'gone' | 'void';
}

/** Times of one cell on both sides. */
export type TimeComparison =
  | { readonly kind: 'paired'; readonly ratio: RatioEstimate; readonly verdict: Verdict }
  /** Not taken in one run: a hint only. `p` is of a two-sided Mann–Whitney test; null: too few samples. */
  | { readonly kind: 'unpaired'; readonly ratioOfMedians: number; readonly p: number | null }
  /** Fingerprints or timers differ and `--force` was not given. */
  | { readonly kind: 'refused'; readonly reason: string };

/** One of the two sides: a run, and what it is called (a file name, "before"). */
export interface LabelledResults {
  readonly label: string;
  readonly results: Results;
}

/** What a reader may choose. */
export interface CompareOptions {
  /** Shows times although the machines differ. */
  readonly force?: boolean | undefined;
  /** Margin of the verdicts, as a ratio; 0.02 unless told. */
  readonly margin?: number | undefined;
}

/**
 * Holds one run against another, cell by cell: counts exactly, launches one by one, times as far as they
 * can be compared at all. Only times of one run are paired and judged; from two runs they are a hint, and
 * from two different machines not even that. Our measurement specification, section 4.7.
 */
export function compareResults(
  base: LabelledResults,
  head: LabelledResults,
  options: CompareOptions = {},
): Comparison {
  const sides: Sides = { base: base.results, head: head.results, options };
  const cells = namesOfCells(sides).map((name) => compareCell(sides, name));
  return {
    base: { label: base.label },
    head: { label: head.label },
    cells,
    warnings: [...collectWarnings(sides, cells)],
    quick: [base, head].some(({ results }) => results.run.mode === 'quick'),
  };
}

interface Sides {
  readonly base: Results;
  readonly head: Results;
  readonly options: CompareOptions;
}

/** A cell with what its comparison must know about where it was taken. */
interface Side {
  readonly results: Results;
  readonly of: ScenarioResult;
  readonly cell: Cell;
  readonly counts: Counts;
  /** null for a modelled cell: its counts are those of the native one. */
  readonly claim: Claim | null;
}

/** In the order of the head, then what only the base has. */
function namesOfCells({ base, head }: Sides): CellName[] {
  const names = [head, base].flatMap(({ scenarios }) =>
    scenarios.flatMap(({ name, cells }) =>
      cells.map(({ row, tool, emulation }) => ({ scenario: name, row, tool, emulation })),
    ),
  );
  return [...new Map(names.map((name) => [JSON.stringify(name), name])).values()];
}

function compareCell({ base, head, options }: Sides, name: CellName): CellComparison {
  const before = find(base, name);
  const after = find(head, name);
  const time = (metric: Metric): TimeComparison | null =>
    before && after ? compareTimes(before, after, metric, options) : null;
  return {
    ...name,
    launches: { base: before?.counts.launches ?? null, head: after?.counts.launches ?? null },
    patterns: { base: before?.counts.patterns ?? null, head: after?.counts.patterns ?? null },
    ...compareLaunches(before?.counts.ledger ?? [], after?.counts.ledger ?? []),
    times: { cpu: time('cpu'), wall: time('wall') },
    verdict: judgeCounts(before, after),
  };
}

function find(results: Results, wanted: CellName): Side | null {
  const of = results.scenarios.find(({ name }) => name === wanted.scenario);
  const cell = of?.cells.find((candidate) => isSameCell({ ...candidate, scenario: of.name }, wanted));
  const counts = of && cell && countsOf(of, cell);
  if (!of || !cell || !counts) return null;
  const claim = cell.kind === 'measured' ? claimsOf(of, results.run).get(cell) : undefined;
  return { results, of, cell, counts, claim: claim ?? null };
}

function judgeCounts(before: Side | null, after: Side | null): CellComparison['verdict'] {
  if ([before, after].some((side) => side !== null && hasNoCount(side))) return 'void';
  if (before === null) return 'new';
  if (after === null) return 'gone';
  const more = after.counts.launches - before.counts.launches;
  if (more === 0) return 'same launches';
  return more > 0 ? 'more launches' : 'fewer launches';
}

/** Overrides that differ make times void; how often something was launched they leave standing. */
function hasNoCount({ claim }: Side): boolean {
  return claim?.kind === 'void' && (claim.cause === 'failed' || claim.cause === 'nondeterministic');
}

function compareTimes(
  before: Side,
  after: Side,
  metric: Metric,
  options: CompareOptions,
): TimeComparison | null {
  if (before.cell.kind === 'modelled' || after.cell.kind === 'modelled') return null;
  const a = figuresByRound(before.cell.samples, metric);
  const b = figuresByRound(after.cell.samples, metric);
  if (presentFigures(a).length === 0 || presentFigures(b).length === 0) return null;

  const reason = reasonToRefuse(before, after, options.force ?? false);
  if (reason !== null) return { kind: 'refused', reason };
  if (before.results.run.id !== after.results.run.id) {
    return {
      kind: 'unpaired',
      ratioOfMedians: median(presentFigures(a)) / median(presentFigures(b)),
      p: mannWhitney(presentFigures(a), presentFigures(b)),
    };
  }
  const ratio = pairedRatio(a, b, sharedConfidence(1));
  if (ratio === null) return { kind: 'refused', reason: 'no round has a usable value on both sides' };
  const quick = after.results.run.mode === 'quick';
  return {
    kind: 'paired',
    ratio: quick ? { ...ratio, interval: null } : ratio,
    verdict: judgeRatio(ratio, {
      margin: options.margin ?? DEFAULT_MARGIN,
      doubt: doubtAbout(before.of, false)[metric] ?? doubtAbout(after.of, false)[metric],
    }),
  };
}

/** Differences of work or instrument can never be forced; a different machine can, at the reader's risk. */
function reasonToRefuse(before: Side, after: Side, force: boolean): string | null {
  for (const { claim } of [before, after]) if (claim?.kind === 'void') return `void: ${claim.reason}`;
  if (!leftTheSame(before, after)) return 'they left different overrides, so they did different work';
  if (before.results.run.cache !== after.results.run.cache) return 'one was taken with a cold file cache';
  const [base, head] = [before, after].map(({ results, of }) => fingerprintFor(results, of.name));
  if (base === undefined || head === undefined) return null;
  // Without a launch nothing passes through the timer: such samples go with either.
  const launches = before.counts.launches + after.counts.launches;
  if (base.timer.kind !== head.timer.kind && launches > 0) {
    return `taken with different timers, ${base.timer.kind} and ${head.timer.kind}`;
  }
  const differences = differencesBetween(base, head, after.cell.emulation);
  return differences.length === 0 || force
    ? null
    : `taken under different conditions: ${differences.join('; ')}`;
}

/** Devices and inodes tell files apart within one run; another run has trees of its own, so there the links must do. */
function leftTheSame(before: Side, after: Side): boolean {
  const digest = before.results.run.id === after.results.run.id ? 'overridesDigest' : 'targetsDigest';
  return before.counts[digest] === after.counts[digest];
}

function* collectWarnings(
  { base, head, options }: Sides,
  cells: readonly CellComparison[],
): Generator<Warning> {
  const bothSides = head.scenarios.flatMap((scenario) => {
    const twin = base.scenarios.find(({ name }) => name === scenario.name);
    return twin ? [{ scenario, twin }] : [];
  });
  for (const { scenario, twin } of bothSides) {
    if (scenario.digest !== twin.digest) yield { kind: 'scenario-changed', scenario: scenario.name };
  }
  if (bothSides.length === 0) yield { kind: 'nothing-in-common' };
  const kinds = new Set(cells.flatMap(({ times }) => [times.cpu?.kind, times.wall?.kind]));
  if (kinds.has('unpaired')) yield { kind: 'times-unpaired' };
  if (kinds.has('refused')) yield { kind: 'times-refused' };
  const differences = new Set(
    bothSides.flatMap(({ scenario: { name } }) =>
      differencesBetween(fingerprintFor(base, name), fingerprintFor(head, name), null),
    ),
  );
  if (options.force && differences.size > 0) yield { kind: 'times-forced', differences: [...differences] };
  for (const { missingShards, run } of [base, head]) {
    const { startedAt } = run;
    if (missingShards !== undefined) yield { kind: 'run-not-whole', startedAt, lacks: 'shards' };
    if (!run.complete) yield { kind: 'run-not-whole', startedAt, lacks: 'rounds' };
    if (run.mode === 'quick') yield { kind: 'run-not-whole', startedAt, lacks: 'intervals' };
  }
}
