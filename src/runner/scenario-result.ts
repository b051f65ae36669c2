import { isSameRow } from '../results/cell-name.ts';
import type { CellRecord } from './cell-record.ts';
import { rowOf } from './plan-cells.ts';
import type { Collected } from './run-rounds.ts';
import type { MeasuredScenario } from './measure-scenario.ts';
import { type NamedRoot, nameRoots } from './named-roots.ts';
import type { ScenarioSetUp } from './set-up-scenario.ts';
import type { TracedCounts } from './verify-cells.ts';
import type { Control, Counts, MeasuredCell, ModelledCell, ScenarioResult } from '../results/results.ts';

/** Writes down what a run found out about one scenario, as results files hold it. */
export function scenarioResult(measured: MeasuredScenario): ScenarioResult {
  const { setUp, collected, noise, notes } = measured;
  const { scenario } = setUp;
  const { whyNoFloor } = collected.controls;
  return {
    name: scenario.name,
    description: scenario.description,
    digest: scenario.digest,
    source: scenario.source,
    budget: scenario.budget,
    drivers: driversByClass(setUp),
    architectures: setUp.architectures,
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

function driversByClass({ drivers }: ScenarioSetUp): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  // A driver with a manifest is offered to every architecture; it is still one driver.
  const known = new Set<string>();
  for (const driver of [...drivers.values()].flat()) {
    const identity = JSON.stringify([
      driver.driverClass,
      driver.manifest?.path ?? driver.library,
      driver.index,
    ]);
    if (known.has(identity)) continue;
    known.add(identity);
    counts.set(driver.driverClass, (counts.get(driver.driverClass) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

function measuredCells({
  collected,
  foreseenLinks,
  traced,
  roots,
}: MeasuredScenario): readonly MeasuredCell[] {
  return collected.cells.map((record, index) => ({
    kind: 'measured',
    ...rowOf(record.plan),
    emulation: record.plan.emulation.name,
    counts: countsOf(record, {
      foreseenLinks: foreseenLinks.get(record.plan.strategy) ?? null,
      traced: traced?.[index] ?? null,
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
    traced,
    roots,
  }: Pick<Counts, 'foreseenLinks'> & {
    readonly traced: TracedCounts | null;
    readonly roots: readonly NamedRoot[];
  },
): Counts {
  const { ledger, seen, firstRun } = record;
  return {
    launches: ledger.length,
    patterns: firstRun?.patterns ?? 0,
    links: firstRun?.links ?? 0,
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
    toolLaunches: traced && traced.launches - ledger.length,
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
