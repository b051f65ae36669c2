import type { Finding } from '../finding.ts';
import type { BaselineCell } from '../../results/baseline.ts';
import { baselineCellOf } from '../../results/baseline.ts';
import { countOutcome, judgedCells, nameOf, wasCounted } from './check.ts';
import type { Check, GateCase, JudgedCell, Observation } from './check.ts';
import { acceptCounts, countAgain } from './commands.ts';

/** The number of launches of each cell against the baseline. */
export const checkLaunches: Check = (gate) =>
  knownCells(gate).map(({ judged, known }): Observation => {
    const { launches } = judged.cell.counts;
    const exact = gate.rules.exact ?? false;
    const grew = launches > known.launches;
    const shrank = launches < known.launches;
    return {
      ...factsOf(gate, judged, known),
      outcome: countOutcome(judged, grew || (exact && shrank)),
      expected: exact ? `exactly ${known.launches}` : `at most ${known.launches}`,
      found: `${launches}${shrank ? ', fewer: the baseline is stale' : ''}${grew ? changes(judged, known) : ''}`,
      newLaunches: grew ? grownKinds(judged, known) : [],
    };
  });

/** The launches of each executable against the baseline; one that it does not know counts as none. */
export const checkExecutables: Check = (gate) =>
  knownCells(gate).map(({ judged, known }): Observation => {
    const counted = baselineCellOf(judged.scenario, judged.cell).executables;
    const grown = Object.entries(counted).filter(([name, count]) => count > countOf(known.executables, name));
    return {
      ...factsOf(gate, judged, known),
      outcome: countOutcome(judged, grown.length > 0),
      expected:
        grown.length > 0
          ? grown.map(([name]) => `at most ${countOf(known.executables, name)} of ${name}`).join(', ')
          : 'no executable more often than in the baseline',
      found: grown.length > 0 ? grown.map(([name, count]) => `${count} of ${name}`).join(', ') : 'none',
      newLaunches: grown.length > 0 ? grownKinds(judged, known) : [],
    };
  });

/** Cells of the baseline that were not measured, and measured ones that it does not know. */
export const checkCoverage: Check = (gate) => {
  const { baseline } = gate;
  if (baseline === null) return [];
  const cells = judgedCells(gate);
  const missing = baseline.cells
    .filter((known) => !cells.some((judged) => judged.baseline === known))
    .map((known): Observation => ({
      ...nameOf(known),
      outcome: 'failed',
      expected: 'results of this cell, because the baseline has it',
      found: 'none',
      accept: acceptCounts(gate.files),
      location: known.line === null ? null : { file: baseline.file, line: known.line },
    }));
  const others = cells.map((judged): Observation => ({
    ...nameOf(judged),
    outcome: judged.baseline === null ? 'inconclusive' : 'passed',
    expected: 'counts of this cell in the baseline',
    found:
      judged.baseline === null
        ? `none: its ${judged.cell.counts.launches} launches were not judged`
        : 'as expected',
    accept: acceptCounts(gate.files),
  }));
  return [...missing, ...others];
};

interface KnownCell {
  readonly judged: JudgedCell;
  readonly known: BaselineCell;
}

/** Void cells have no counts to speak of; that they are void is a finding of its own. */
function knownCells(gate: GateCase): KnownCell[] {
  return judgedCells(gate).flatMap((judged) =>
    judged.baseline === null || !wasCounted(judged) ? [] : [{ judged, known: judged.baseline }],
  );
}

function factsOf({ files, baseline }: GateCase, judged: JudgedCell, known: BaselineCell) {
  return {
    ...nameOf(judged),
    reproduce: countAgain(judged),
    accept: acceptCounts(files),
    location: baseline === null || known.line === null ? null : { file: baseline.file, line: known.line },
  };
}

/** ` (driver 3 → 4)` */
function changes(judged: JudgedCell, known: BaselineCell): string {
  const counted = baselineCellOf(judged.scenario, judged.cell).purposes;
  const changed = Object.entries(counted)
    .filter(([purpose, count]) => count > countOf(known.purposes, purpose))
    .map(([purpose, count]) => `${purpose} ${countOf(known.purposes, purpose)} → ${count}`);
  return changed.length > 0 ? ` (${changed.join(', ')})` : '';
}

/**
 * Launches whose executable and purpose are there more often than before; where the baseline tells only one of the
 * two apart (both are optional in it), that one decides, and where it tells neither, every launch may be the new one.
 */
function grownKinds(judged: JudgedCell, known: BaselineCell): Finding['newLaunches'] {
  const { executables, purposes } = baselineCellOf(judged.scenario, judged.cell);
  const { ledger } = judged.cell.counts;
  const ofGrown = (launches: typeof ledger, kind: 'executable' | 'purpose'): typeof ledger => {
    const [counted, before] =
      kind === 'executable' ? [executables, known.executables] : [purposes, known.purposes];
    const grown = launches.filter(({ [kind]: name }) => countOf(counted, name) > countOf(before, name));
    return grown.length > 0 ? grown : launches;
  };
  return ofGrown(ofGrown(ledger, 'executable'), 'purpose').map(({ executable, argv }) => ({
    executable,
    argv,
  }));
}

function countOf(counts: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0;
}
