import { nameOf } from '../../results/cell-name.ts';
import type { BaselineCell } from '../../results/baseline.ts';
import { isOfCommands } from '../../results/cells.ts';
import type { Finding, Observation } from '../finding.ts';
import { newLaunches, type NewLaunch } from '../new-launches.ts';
import { countOutcome, wasCounted, type Check, type GateCase, type JudgedCell } from './check.ts';
import { updateCommand, countAgain } from './command-lines.ts';

/** The number of launches of each cell against the baseline. */
export const checkLaunches: Check = (gate) =>
  knownCells(gate).map(({ judged, known }): Observation => {
    const { launches } = judged.cell.counts;
    const { exact = false } = gate.rules;
    const expected = `${exact ? 'exactly' : 'at most'} ${known.launches}`;
    if (launches === null) {
      return { ...factsOf(gate, judged, known), outcome: 'inconclusive', expected, found: NOT_COUNTED };
    }
    const grew = launches > known.launches;
    const shrank = launches < known.launches;
    return {
      ...factsOf(gate, judged, known),
      outcome: countOutcome(judged, grew || (exact && shrank)),
      expected,
      found: `${launches}${shrank ? ', fewer: the baseline is stale' : ''}`,
      newLaunches: grew ? unknownLaunches(judged, known) : [],
    };
  });

/** Of a command; strace was not there when it was run. */
const NOT_COUNTED = 'not counted: no tracer was there';

/** Kinds of launches that the baseline does not have, or has less often, although it has as many in all. */
export const checkExecutables: Check = (gate) =>
  knownCells(gate)
    .filter(({ judged, known }) => known.labels !== null && judged.cell.counts.launches !== null)
    .map(({ judged, known }): Observation => {
      const unknown = unknownLaunches(judged, known);
      return {
        ...factsOf(gate, judged, known),
        outcome: countOutcome(judged, unknown.length > 0),
        expected: 'the launches of the baseline',
        found: unknown.length === 0 ? 'as expected' : 'others in their place',
        newLaunches: unknown,
      };
    });

/** Launches by the launched tools themselves, which the ledger does not see. */
export const checkToolLaunches: Check = (gate) => tracedCounts(gate, 'toolLaunches', 'launches by the tools');

/** Processes that never executed a program. */
export const checkForks: Check = (gate) => tracedCounts(gate, 'forks', 'forks');

/** Fewer drivers than the baseline: the machine or the tool is broken, not better. */
export const checkDrivers: Check = function* (gate) {
  for (const { judged, known } of knownCells(gate)) {
    if (known.drivers === null) continue;
    const found = judged.cell.counts.drivers?.captured ?? null;
    yield {
      ...factsOf(gate, judged, known),
      outcome: found === null ? 'inconclusive' : found < known.drivers ? 'failed' : 'passed',
      expected: `at least ${known.drivers} drivers captured`,
      found: found === null ? 'no number: these results do not tell' : String(found),
    };
  }
};

/** Fewer links than the baseline, or than the same plan makes in-process. */
export const checkLinks: Check = function* (gate) {
  for (const judged of gate.cells.filter(wasCounted)) {
    const { links, foreseenLinks } = judged.cell.counts;
    const known = judged.baseline;
    const bounds = [
      { least: known?.links ?? null, of: 'the baseline' },
      { least: foreseenLinks, of: 'the same plan in-process' },
    ].flatMap(({ least, of }) => (least === null ? [] : [{ least, of }]));
    const [first] = bounds;
    if (first === undefined || links === null) continue;
    const broken = bounds.filter(({ least }) => links < least);
    const [told = first] = broken;
    yield {
      ...(known === null
        ? { ...nameOf(judged), reproduce: countAgain(judged) }
        : factsOf(gate, judged, known)),
      outcome: broken.length > 0 ? 'failed' : 'passed',
      expected: `at least ${told.least} links, as ${told.of} has`,
      found: String(links),
      // Links that a tool fails to make are not accepted by writing down their number.
      accept: broken.some(({ of }) => of !== 'the baseline') ? null : updateCommand(gate.files),
    };
  }
};

/** Cells of the baseline that were not measured. In a run of which shards are missing they may be in one of those. */
export const checkCoverage: Check = function* (gate) {
  const { baseline, cells, results } = gate;
  const judged = new Set(cells.map((cell) => cell.baseline));
  const isPartial = (results.missingShards ?? []).length > 0;
  for (const known of baseline?.cells ?? []) {
    const name = { ...nameOf(known), expected: 'results of this cell, because the baseline has it' };
    const location = locationOf(gate, known);
    if (judged.has(known)) {
      yield { ...name, location, outcome: 'passed', found: 'as expected' };
    } else if (isPartial && !cells.some(({ scenario }) => scenario === known.scenario)) {
      yield { ...name, location, outcome: 'inconclusive', found: 'none; shards are missing' };
    } else {
      yield { ...name, location, outcome: 'failed', found: 'none', accept: updateCommand(gate.files) };
    }
  }
};

/** Cells of the results that the baseline does not know: they would not be judged, so that is no pass. */
export const checkUncovered: Check = function* (gate) {
  if (gate.baseline === null) return;
  for (const judged of gate.cells) {
    const name = { ...nameOf(judged), expected: 'this cell in the baseline' };
    if (judged.baseline !== null) {
      yield { ...name, outcome: 'passed', found: 'as expected' };
    } else {
      const found = `none: nothing judges its ${judged.cell.counts.launches ?? 'uncounted'} launches`;
      yield { ...name, outcome: 'failed', found, accept: updateCommand(gate.files) };
    }
  }
};

interface KnownCell {
  readonly judged: JudgedCell;
  readonly known: BaselineCell;
}

/** Cells that failed have no counts to speak of; that they failed is a finding of its own. */
function knownCells(gate: GateCase): KnownCell[] {
  return gate.cells.flatMap((judged) =>
    judged.baseline === null || !wasCounted(judged) ? [] : [{ judged, known: judged.baseline }],
  );
}

/** Counts that only a tracer sees: where the baseline has one and no tracer ran, it cannot be told. */
function* tracedCounts(
  gate: GateCase,
  count: 'forks' | 'toolLaunches',
  what: string,
): Generator<Observation> {
  for (const { judged, known } of knownCells(gate)) {
    const most = known[count];
    const found = judged.cell.counts[count];
    if (most === null) continue;
    const isCommand = isOfCommands(judged.of);
    const uncounted = isCommand ? NOT_COUNTED : 'not counted: no tracer ran (run with --verify-counts)';
    yield {
      ...factsOf(gate, judged, known),
      outcome: found === null ? 'inconclusive' : countOutcome(judged, found > most),
      expected: `at most ${most} ${what}`,
      found: found === null ? uncounted : String(found),
      reproduce: countAgain(judged, isCommand ? [] : ['--verify-counts']),
    };
  }
}

function factsOf(gate: GateCase, judged: JudgedCell, known: BaselineCell) {
  return {
    ...nameOf(judged),
    reproduce: countAgain(judged),
    accept: updateCommand(gate.files),
    location: locationOf(gate, known),
  };
}

function locationOf({ baseline }: GateCase, { line }: BaselineCell): Finding['location'] {
  return baseline === null || line === null ? null : { file: baseline.file, line };
}

/** Exactly what the baseline does not have; nothing where it has no labels, and so cannot tell. */
function unknownLaunches({ cell }: JudgedCell, { labels }: BaselineCell): readonly NewLaunch[] {
  return labels === null ? [] : newLaunches(cell.counts.ledger, labels);
}
