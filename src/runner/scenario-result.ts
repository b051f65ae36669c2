import { isSameRow } from '../results/cell-name.ts';
import type { Control, Counts, MeasuredCell, ModelledCell, ScenarioResult } from '../results/results.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { CellRecord } from './cell-record.ts';
import type { Controls, LaunchControl } from './controls.ts';
import { nameRoots } from './named-roots.ts';
import { rowOf } from './plan-cells.ts';
import type { Collected } from './run-rounds.ts';
import type { Subject } from './subject.ts';

/** Writes down what a run found out about one scenario, as results files hold it. */
export function scenarioResult(
  scenario: Scenario,
  subject: Subject,
  collected: Collected,
  noise: ScenarioResult['noise'],
  notes: readonly string[],
): ScenarioResult {
  const { controls, rounds, ownRounds, cells, equivalence } = collected;
  const { name, description, digest, source, budget, sampling } = scenario;
  return {
    ...{ name, description, digest, source, budget },
    ...subject.facts,
    sampling: {
      rounds,
      warmup: sampling.warmup,
      cells: cells.length,
      precision: sampling.precision,
      ...(sampling.seed === null ? {} : { seed: sampling.seed }),
    },
    ownRounds: ownRounds.map(({ emulation, rounds, native }) => ({
      emulation,
      rounds,
      native: native.map(({ plan, samples }) => ({ ...rowOf(plan), samples: samples.rows() })),
    })),
    cells: [
      ...cells.map((record) => measuredCell(record, scenario, subject)),
      ...modelledCells(cells, subject),
    ],
    controls: controlsOf(controls),
    equivalence,
    noise,
    notes:
      controls.whyNoFloor === null
        ? notes
        : [...notes, `What starting a process costs here is not known: ${controls.whyNoFloor}.`],
  };
}

function measuredCell(
  record: CellRecord,
  scenario: Scenario,
  { foreseenLinks, roots }: Subject,
): MeasuredCell {
  const { plan, ledger, seen, firstRun, traced } = record;
  // Without a tracer nobody knows what a command launches; a ledger has all from the start.
  const isCounted = scenario.kind !== 'commands' || seen.length > 0;
  const counts: Counts = {
    launches: isCounted ? ledger.length : null,
    patterns: firstRun === null ? 0 : firstRun.patterns,
    links: firstRun === null ? 0 : firstRun.links,
    seen,
    hostExecs: traced?.hostExecs ?? null,
    ledger: ledger.map(({ executable, argv, purpose, arch }) => ({
      executable,
      argv: argv.map((word) => nameRoots(word, roots)),
      purpose,
      arch,
    })),
    drivers: firstRun?.drivers ?? null,
    foreseenLinks: foreseenLinks.get(plan.row) ?? null,
    toolLaunches: traced?.toolLaunches ?? null,
    forks: traced?.forks ?? null,
    escaped: traced?.escaped ?? null,
    overridesDigest: firstRun?.overridesDigest ?? '',
    targetsDigest: firstRun?.targetsDigest ?? '',
  };
  return {
    kind: 'measured',
    ...rowOf(plan),
    emulation: plan.emulation.name,
    counts,
    void: record.void === null ? null : nameRoots(record.void, roots),
    samples: record.samples.rows(),
  };
}

/** Cells of models are computed when they are read; what stands for them is the model. */
function modelledCells(cells: readonly CellRecord[], { plan }: Subject): readonly ModelledCell[] {
  return plan.modelled.flatMap(({ emulation, ...row }) => {
    const native = cells.find((cell) => cell.plan.emulation.kind === 'native' && isSameRow(cell.plan, row));
    if (native?.void !== null) return [];
    return [{ kind: 'modelled', ...rowOf(row), emulation: emulation.name, model: emulation.model }];
  });
}

function controlsOf({ floor, toolStart, nullControl }: Controls): ScenarioResult['controls'] {
  return {
    floor: floor && control(floor),
    toolStart: toolStart && control(toolStart),
    nullControl: nullControl && {
      ...rowOf(nullControl.plan),
      emulation: nullControl.plan.emulation.name,
      samples: nullControl.samples.rows(),
    },
  };
}

function control({ launches, samples }: LaunchControl): Control {
  return { launches, samples: samples.rows() };
}
