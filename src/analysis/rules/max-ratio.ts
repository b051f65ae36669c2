import { FormatError, UsageError } from '../../errors.ts';
import { nameOf, nameOfRow } from '../../results/cell-name.ts';
import { compareRows } from '../../results/cells.ts';
import { METRIC_WORDS, type Metric, ratioOfTimes } from '../../results/sample-figures.ts';
import { fewestForInterval } from '../../statistics/order-statistics.ts';
import type { RatioEstimate } from '../../statistics/paired-ratio.ts';
import { isVoid } from '../claim.ts';
import type { Finding, Observation } from '../finding.ts';
import type { MaxRatio } from '../gate-rules.ts';
import { failsAlready, type Check, type GateCase, type JudgedCell } from './check.ts';
import { timeAgain } from './command-lines.ts';

/**
 * Bounds on time relative to another cell of the same run. A bound is broken only when the whole interval
 * lies beyond it and kept only when the whole interval lies within; anything else is a warning, and so is
 * everything when the run cannot vouch for its own times.
 */
export const checkMaxRatio: Check = (gate) => {
  const bounds = gate.rules.maxRatios ?? [];
  if (bounds.length === 0) return [];
  refuseUntimed(gate);
  refuseUncontrolled(gate);
  const pairs = bounds.flatMap((bound) => pairsUnder(gate, bound));
  if (pairs.length === 0 && !gate.cells.some((cell) => failsAlready(gate, cell))) {
    throw new FormatError(
      'a bound on time was given, but no scenario has a cell and a reference to apply it to',
      { hint: 'It takes two strategies under one emulation in one run.' },
    );
  }
  return pairs.map(({ bound, judged, reference }): Observation => {
    const comparisons = pairs.filter(
      (pair) => pair.judged.of === judged.of && pair.bound.metric === bound.metric,
    );
    const ratio = ratioOfTimes(judged.cell, reference.cell, bound.metric, comparisons.length);
    const why = whyUndecided(gate, judged, bound.metric);
    return {
      ...nameOf(judged),
      outcome: why === null ? outcomeOf(ratio, bound.ratio) : 'inconclusive',
      expected: `at most ${bound.ratio} × the ${METRIC_WORDS[bound.metric]} of ${nameOfRow(reference)}`,
      found: `${describe(ratio)}${why === null ? '' : `; ${why}`}`,
      reproduce: timeAgain(judged),
    };
  });
};

interface Pair {
  readonly bound: MaxRatio;
  readonly judged: JudgedCell;
  readonly reference: JudgedCell;
}

function refuseUntimed({ results: { run } }: GateCase): void {
  if (run.mode === 'timed') return;
  throw new FormatError(
    `a bound on time was given, but these results are ${run.mode}: there is no interval to judge`,
    { hint: 'Run without --quick and --counts-only.' },
  );
}

/** Without the reference against itself it is not known whether the machine invents differences: nothing is judged. */
function refuseUncontrolled({ results: { scenarios } }: GateCase): void {
  const without = scenarios.filter(({ controls }) => controls.nullControl === null);
  if (without.length === 0) return;
  throw new FormatError(
    `a bound on time was given, but these results hold no null control for ${without.map(({ name }) => name).join(', ')}`,
    { hint: 'Run again with --null-control, which times the reference against itself.' },
  );
}

/** The cells that a bound is about, each with its reference under the same emulation; void and quick ones are not. */
function pairsUnder(gate: GateCase, bound: MaxRatio): Pair[] {
  if (!(bound.ratio > 0)) throw new UsageError(`a bound on time must be a ratio above 0, not ${bound.ratio}`);
  return gate.cells.flatMap((judged) => {
    const peers = gate.cells.filter((peer) => peer.of === judged.of && peer.emulation === judged.emulation);
    const { reference: named } = bound;
    const reference =
      named === null
        ? compareRows(peers).find(({ cell }) => cell === judged)?.first
        : peers.find((peer) => isNamed(peer, named));
    const isMeant = bound.strategy === null || isNamed(judged, bound.strategy);
    if (!isMeant || !reference || reference === judged) return [];
    const canBeJudged = [judged, reference].every((cell) => !isVoid(cell) && cell.claim.kind !== 'quick');
    return canBeJudged ? [{ bound, judged, reference }] : [];
  });
}

/** A row may be named with its tool or without. */
function isNamed(cell: JudgedCell, name: string): boolean {
  return cell.row === name || nameOfRow(cell) === name;
}

function whyUndecided({ results, scenarios }: GateCase, { of }: JudgedCell, metric: Metric): string | null {
  if (!results.run.complete) return 'the run was interrupted';
  const { doubt, nullControl } = scenarios.find(({ scenario }) => scenario === of) ?? {};
  const noise = doubt?.[metric] ?? null;
  if (noise !== null) return `too noisy: ${noise}`;
  return nullControl?.ratio.interval ? null : 'the null control has too few rounds to tell anything';
}

function outcomeOf(ratio: RatioEstimate | null, most: number): Finding['outcome'] {
  if (!ratio?.interval) return 'inconclusive';
  if (ratio.interval.low > most) return 'failed';
  return ratio.interval.high <= most ? 'passed' : 'inconclusive';
}

function describe(ratio: RatioEstimate | null): string {
  if (ratio === null) return 'no round has a usable value on both sides';
  const { estimate, interval, n, confidence } = ratio;
  return interval === null
    ? `${estimate.toFixed(2)} of ${n} rounds; an interval needs at least ${fewestForInterval(confidence)}`
    : `${estimate.toFixed(2)} × [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}] n=${n}`;
}
