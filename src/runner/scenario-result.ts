import { isSameRow } from '../results/cell-name.ts';
import type { CellRecord } from './cell-record.ts';
import { rowOf } from './plan-cells.ts';
import type { Collected } from './run-rounds.ts';
import type { MeasuredScenario } from './measure-scenario.ts';
import { type NamedRoot, nameRoots } from './named-roots.ts';
import type { Control, Counts, MeasuredCell, ModelledCell, ScenarioResult } from '../results/results.ts';

/** Writes down what a run found out about one scenario, as results files hold it. */
export function scenarioResult(measured: MeasuredScenario): ScenarioResult {
  const { scenario, collected, noise, notes } = measured;
  const { whyNoFloor } = collected.controls;
  return {
    name: scenario.name,
    description: scenario.description,
    digest: scenario.digest,
    source: scenario.source,
    budget: scenario.budget,
    ...factsOf(measured),
    sampling: {
      rounds: collected.rounds,
      warmup: scenario.sampling.warmup,
      cells: collected.cells.length,
      precision: scenario.sampling.precision,
      ...(scenario.sampling.seed === null ? {} : { seed: scenario.sampling.seed }),
    },
    ownRounds: collected.ownRounds.map(({ emulation, rounds, native }) => ({
      emulation,
      rounds,
      native: native.map(({ plan, samples }) => ({
        ...rowOf(plan),
        samples: samples.rows(),
      })),
    })),
    cells: [...measuredCells(measured), ...modelledCells(measured)],
    controls: controlsOf(collected),
    equivalence: collected.equivalence,
    noise,
    notes:
      whyNoFloor === null
        ? notes
        : [...notes, `What starting a process costs here is not known: ${whyNoFloor}.`],
  };
}

function factsOf({
  facts,
}: MeasuredScenario): Pick<
  ScenarioResult,
  'drivers' | 'architectures' | 'packages' | 'commands' | 'recording'
> {
  switch (facts.kind) {
    case 'stack': {
      const { drivers, architectures, packages } = facts;
      const ofPackages = Object.keys(packages).length > 0;
      return { drivers, architectures, ...(ofPackages ? { packages } : {}) };
    }
    case 'commands':
      return { drivers: {}, architectures: [], commands: facts.commands };
    case 'replay':
      return { drivers: {}, architectures: [], recording: facts.recording };
  }
}

function measuredCells({
  collected,
  facts,
  foreseenLinks,
  roots,
}: MeasuredScenario): readonly MeasuredCell[] {
  return collected.cells.map((record) => ({
    kind: 'measured',
    ...rowOf(record.plan),
    emulation: record.plan.emulation.name,
    counts: countsOf(record, {
      foreseenLinks: foreseenLinks.get(record.plan.row) ?? null,
      // Without a tracer nobody knows what a command launches; a ledger has all from the start.
      isCounted: facts.kind !== 'commands' || record.seen.length > 0,
      roots,
    }),
    void: record.void === null ? null : nameRoots(record.void, roots),
    samples: record.samples.rows(),
  }));
}

function countsOf(
  record: CellRecord,
  {
    foreseenLinks,
    isCounted,
    roots,
  }: Pick<Counts, 'foreseenLinks'> & {
    readonly isCounted: boolean;
    readonly roots: readonly NamedRoot[];
  },
): Counts {
  const { ledger, seen, firstRun, traced } = record;
  return {
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
    foreseenLinks,
    toolLaunches: traced?.toolLaunches ?? null,
    forks: traced?.forks ?? null,
    escaped: traced?.escaped ?? null,
    overridesDigest: firstRun?.overridesDigest ?? '',
    targetsDigest: firstRun?.targetsDigest ?? '',
  };
}

/** Cells of models are computed when they are read; what stands for them is the model. */
function modelledCells({ collected, modelled }: MeasuredScenario): readonly ModelledCell[] {
  return modelled.flatMap(({ emulation, ...plan }) => {
    const native = collected.cells.find(
      (cell) => cell.plan.emulation.kind === 'native' && isSameRow(rowOf(cell.plan), rowOf(plan)),
    );
    if (native?.void !== null) return [];
    return [{ kind: 'modelled', ...rowOf(plan), emulation: emulation.name, model: emulation.model }];
  });
}

function controlsOf({ controls: { floor, toolStart, nullControl } }: Collected): ScenarioResult['controls'] {
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

function control({
  launches,
  samples,
}: {
  readonly launches: number;
  readonly samples: { rows(): Control['samples'] };
}): Control {
  return { launches, samples: samples.rows() };
}
