import { groupBy } from '../group-by.ts';
import { nameOfRow, type CellName } from '../results/cell-name.ts';
import { fingerprintFor, isOfCommands, measuredCells, wasTimed } from '../results/cells.ts';
import type { NoiseFinding, Results, ScenarioResult, ToolIdentity } from '../results/results.ts';
import { METRICS, type Metric } from '../results/sample-figures.ts';
import type { VerdictWord } from '../statistics/verdict.ts';
import { decidedWord, ratioOf, type CellAnalysis, type EmulationAnalysis } from './cell-analysis.ts';
import { causeOf } from './claim.ts';
import type { ClaimedScenario, NullControl } from './claimed-scenarios.ts';
import type { Outlier } from './outliers.ts';
import { type StaleCalibration, staleCalibrations } from './recalibrate.ts';

/** A cell of the scenario that a warning is about. */
export type WarnedCell = Omit<CellName, 'scenario'>;

/** What each kind of warning knows. Its words are made from it in one place, reporters/warning-words.ts. */
interface WarningFacts {
  interrupted: { readonly rounds: number; readonly droppedSamples: number };
  quick: object;
  /** The links that each cell left, and the first entries that differ. */
  'outputs-differ': { readonly differences: readonly string[] };
  'overrides-differ': {
    readonly left: readonly (WarnedCell & { readonly links: number })[];
    readonly differences: readonly string[];
  };
  void: { readonly cell: WarnedCell; readonly reason: string };
  /** Launches made by the launched tools themselves. */
  'tool-launches': { readonly cell: WarnedCell; readonly launches: number; readonly more: number };
  'counts-differ': {
    readonly row: string;
    readonly launches: readonly { readonly emulation: string; readonly launches: number }[];
  };
  /** The reference against itself; null: in another scenario of the run. */
  'null-control-failed': { readonly control: NullControl | null };
  noise: {
    readonly id: string;
    readonly found: readonly Pick<NoiseFinding, 'value' | 'when'>[];
    readonly threshold: string;
    readonly remedy: string;
    /** The metrics that it takes the verdict from. */
    readonly disqualifies: readonly Metric[];
  };
  'timed-without-helper': object;
  /** A calibrated model, and in what it was fitted on something else than ran here. */
  'calibrate-again': StaleCalibration;
  'metrics-disagree': { readonly cell: WarnedCell; readonly words: Readonly<Record<Metric, VerdictWord>> };
  'dropped-rounds': { readonly cell: WarnedCell; readonly metric: Metric; readonly rounds: number };
  outliers: {
    readonly cell: WarnedCell;
    readonly metric: Metric;
    readonly outliers: readonly Outlier[];
  };
  'scenario-changed': { readonly scenario: string };
  'packages-changed': { readonly scenario: string; readonly changes: readonly string[] };
  'tools-differ': { readonly base: readonly ToolIdentity[]; readonly head: readonly ToolIdentity[] };
  'nothing-in-common': object;
  'times-unpaired': object;
  'times-refused': object;
  'times-forced': { readonly differences: readonly string[] };
  /** What a compared run lacks. */
  'run-not-whole': {
    readonly startedAt: string;
    readonly lacks: 'rounds' | 'intervals';
  };
}

/** The kinds of warnings. */
export type WarningKind = keyof WarningFacts;

/** What a reader must know besides the figures, with the numbers that it rests on. */
export type Warning<Kind extends WarningKind = WarningKind> = {
  readonly [Each in Kind]: { readonly kind: Each } & WarningFacts[Each];
}[Kind];

/** Everything that a reader of the table must know besides, the gravest first. */
export function collectWarnings(
  results: Results,
  claimed: ClaimedScenario,
  emulations: readonly EmulationAnalysis[],
): Warning[] {
  const { scenario } = claimed;
  const cells = emulations.flatMap((emulation) => emulation.cells);
  return [
    ...aboutTheRun(results, scenario),
    ...aboutOverrides(scenario, cells),
    ...aboutCounts(cells),
    ...aboutTheControl(claimed),
    ...aboutModels(results, scenario),
    ...aboutNoise(results, scenario),
    ...cells.flatMap((cell) => [...aboutTimes(cell)]),
  ];
}

function* aboutTheRun({ run }: Results, { sampling }: ScenarioResult): Generator<Warning> {
  const { droppedSamples } = run;
  if (!run.complete) yield { kind: 'interrupted', rounds: sampling.rounds, droppedSamples };
  if (run.mode === 'quick') yield { kind: 'quick' };
}

function* aboutOverrides(scenario: ScenarioResult, cells: readonly CellAnalysis[]): Generator<Warning> {
  const { differences } = scenario.equivalence;
  const differing = cells.filter((cell) => causeOf(cell) === 'overrides-differ');
  if (differing.length === 0) return;
  const left = differing.flatMap(({ cell }) => {
    const { links } = cell.counts;
    return links === null ? [] : [{ ...warned(cell), links }];
  });
  if (isOfCommands(scenario)) yield { kind: 'outputs-differ', differences };
  else yield { kind: 'overrides-differ', left, differences };
}

function* aboutCounts(cells: readonly CellAnalysis[]): Generator<Warning> {
  for (const { cell, claim } of cells) {
    const { launches, toolLaunches } = cell.counts;
    const more = toolLaunches ?? 0;
    if (claim.kind !== 'void') {
      if (more > 0) yield { kind: 'tool-launches', cell: warned(cell), launches: launches ?? 0, more };
    } else if (claim.cause !== 'overrides-differ') {
      yield { kind: 'void', cell: warned(cell), reason: claim.reason };
    }
  }
  for (const [row, same] of groupBy(cells, ({ cell }) => nameOfRow(cell))) {
    const launches = same.flatMap(
      ({
        cell: {
          emulation,
          counts: { launches },
        },
      }) => (launches === null ? [] : [{ emulation, launches }]),
    );
    if (new Set(launches.map((counted) => counted.launches)).size > 1) {
      yield { kind: 'counts-differ', row, launches };
    }
  }
}

function* aboutTheControl({ nullControl, nullControlFailed }: ClaimedScenario): Generator<Warning> {
  if (!nullControlFailed) return;
  yield { kind: 'null-control-failed', control: nullControl?.passed === false ? nullControl : null };
}

function aboutModels(results: Results, { name, cells }: ScenarioResult): readonly Warning[] {
  const modelled = cells.filter((cell) => cell.kind === 'modelled');
  const stale = staleCalibrations(modelled, fingerprintFor(results, name));
  return stale.map((found) => ({ kind: 'calibrate-again', ...found }));
}

function* aboutNoise(results: Results, scenario: ScenarioResult): Generator<Warning> {
  // Noise moves times; counts are what they are.
  if (results.run.mode === 'counts-only') return;
  // Found twice, it is said once, with both values.
  const noise = [...groupBy(scenario.noise, ({ id }) => id)].map(([id, same]) => {
    const [{ threshold, remedy }] = same;
    return {
      kind: 'noise',
      id,
      found: same.map(({ value, when }) => ({ value, when })),
      threshold,
      remedy,
      disqualifies: METRICS.filter((metric) => same.some((one) => one.disqualifies.includes(metric))),
    } as const;
  });
  yield* noise.sort((a, b) => b.disqualifies.length - a.disqualifies.length);
  const timed = measuredCells(scenario).some(wasTimed);
  if (timed && fingerprintFor(results, scenario.name).timer.kind === 'node') {
    yield { kind: 'timed-without-helper' };
  }
}

function* aboutTimes({ cell, times }: CellAnalysis): Generator<Warning> {
  if (times === null) return;
  const cpu = decidedWord(times.cpu.against);
  const wall = decidedWord(times.wall.against);
  if (cpu !== null && wall !== null && cpu !== wall) {
    yield { kind: 'metrics-disagree', cell: warned(cell), words: { cpu, wall } };
  }
  for (const metric of METRICS) {
    const { against, outliers } = times[metric];
    const rounds = ratioOf(against)?.dropped ?? 0;
    if (rounds > 0) yield { kind: 'dropped-rounds', cell: warned(cell), metric, rounds };
    if (outliers.length > 0) yield { kind: 'outliers', cell: warned(cell), metric, outliers };
  }
}

function warned({ row, tool, emulation }: WarnedCell): WarnedCell {
  return { row, tool, emulation };
}
