import { METRIC_WORDS, METRICS } from '../results/sample.ts';
import type { Verdict } from '../statistics/verdict.ts';
import { plural } from '../plural.ts';
import type { CellAnalysis, EmulationAnalysis } from './cell-analysis.ts';
import { measuredCells, wasTimed } from '../results/cells.ts';
import type { NullControl } from './null-control.ts';
import type { Outlier } from './outliers.ts';
import { fingerprintFor } from '../results/results-file.ts';
import type { NoiseFinding, Results, ScenarioResult } from '../results/results-file.ts';
import { isDeterministic, reasonToVoid } from './void.ts';

/** What the warnings of one scenario are drawn from. */
export interface Findings {
  readonly results: Results;
  readonly scenario: ScenarioResult;
  readonly emulations: readonly EmulationAnalysis[];
  readonly nullControl: NullControl | null;
  /** In this scenario or another one of the run. */
  readonly nullControlFailed: boolean;
}

/** Everything that a reader of the table must know besides, in whole sentences, the gravest first. */
export function collectWarnings(findings: Findings): string[] {
  return [
    ...aboutTheFile(findings),
    ...aboutOverrides(findings),
    ...aboutCounts(findings),
    ...aboutTheControl(findings),
    ...aboutNoise(findings),
    ...findings.emulations.flatMap(({ cells, emulation }) =>
      cells.flatMap((cell) => [...aboutTimes(cell, `${cell.cell.strategy} (${emulation})`)]),
    ),
  ];
}

function* aboutTheFile({ results: { run, missingShards = [] }, scenario }: Findings): Generator<string> {
  if (missingShards.length > 0) {
    yield `Not all of the run is here: ${plural(missingShards.length, 'shard')} missing (${missingShards.join(', ')}).`;
  }
  if (!run.complete) {
    yield `The run was interrupted: ${plural(scenario.sampling.rounds, 'round')} of whole blocks kept, ${plural(run.droppedSamples, 'sample')} dropped.`;
  }
  if (run.mode === 'quick') yield 'Times are quick, not for claims: too few rounds for any interval.';
}

function* aboutOverrides({ scenario: { equivalence } }: Findings): Generator<string> {
  if (equivalence.equivalent) return;
  yield 'The overrides of the strategies are not equivalent, so nothing is compared.';
  for (const difference of equivalence.differences) yield `Overrides differ: ${difference}`;
}

function* aboutCounts({ scenario }: Findings): Generator<string> {
  const cells = measuredCells(scenario);
  for (const cell of cells) {
    const name = `${cell.strategy} (${cell.emulation})`;
    const reason = cell.void ?? (isDeterministic(cell) ? null : reasonToVoid(scenario, cell));
    const escaped = cell.counts.traced?.escaped ?? 0;
    const deeper = (cell.counts.traced?.launches ?? 0) - cell.counts.launches;
    if (reason !== null) yield `${name} is void: ${reason}.`;
    else if (escaped > 0)
      yield `${name} is void: ${plural(escaped, 'launch', 'launches')} escaped the emulation.`;
    else if (deeper > 0)
      yield `${name}: its tool launched ${plural(deeper, 'program')} more, which only the tracer sees; they are not among its ${cell.counts.launches}.`;
  }
  for (const strategy of new Set(cells.map((cell) => cell.strategy))) {
    const counted = scenario.cells.filter((cell) => cell.strategy === strategy);
    if (new Set(counted.map(({ counts }) => counts.launches)).size > 1) {
      const counts = counted.map(({ emulation, counts: { launches } }) => `${launches} under ${emulation}`);
      yield `${strategy} launches differently often under different emulations: ${counts.join(', ')}.`;
    }
  }
}

function* aboutTheControl({ nullControl, nullControlFailed }: Findings): Generator<string> {
  if (nullControl?.passed === false) {
    const { metric, ratio } = nullControl;
    const ends = ratio.interval
      ? ` [${ratio.interval.low.toFixed(2)}, ${ratio.interval.high.toFixed(2)}]`
      : '';
    yield `The null control failed: the reference differs from itself in ${METRIC_WORDS[metric]}, ${ratio.estimate.toFixed(2)}${ends}. No time of this run decides anything.`;
  } else if (nullControlFailed) {
    yield 'The null control failed in another scenario of this run, so its times decide nothing here either.';
  }
}

function* aboutNoise({ results, scenario }: Findings): Generator<string> {
  // Noise moves times; counts are what they are.
  if (results.run.mode === 'counts-only') return;
  const found = [...new Map(byWeight(scenario.noise).map((finding) => [finding.id, finding])).values()];
  for (const { id, threshold, remedy } of found) {
    const same = scenario.noise.filter((finding) => finding.id === id);
    const values = same.map(({ value, when }) => (same.length > 1 ? `${value} ${when}` : value)).join(', ');
    const weight = same.some(({ disqualifies }) => disqualifies)
      ? ' Time verdicts are inconclusive because of it.'
      : '';
    yield `${id}: found ${values}, expected ${threshold}. ${remedy}${weight}`;
  }
  const timed = measuredCells(scenario).some(wasTimed);
  if (timed && fingerprintFor(results, scenario.name).timer.kind === 'node') {
    yield 'Timed without the helper: wall time includes the start of each process from Node, and CPU time comes in steps of 10 ms.';
  }
}

function* aboutTimes(cell: CellAnalysis, name: string): Generator<string> {
  const { ratio, verdict, outliers } = cell;
  const { cpu, wall } = verdict;
  if (isDecided(cpu) && isDecided(wall) && cpu.word !== wall.word) {
    yield `CPU and wall time disagree about ${name}: ${cpu.word} by CPU time, ${wall.word} by wall time. CPU time leads, because other work on the machine hardly moves it.`;
  }
  for (const metric of METRICS) {
    const dropped = ratio[metric]?.dropped ?? 0;
    if (dropped > 0) {
      yield `${name}: ${plural(dropped, 'round')} without a usable ${METRIC_WORDS[metric]} left out of its ratio.`;
    }
    const flagged = outliers.filter((outlier) => outlier.metric === metric);
    if (flagged.length > 0) {
      yield `${name}: ${plural(flagged.length, 'sample')} far from the median ${METRIC_WORDS[metric]}, kept: ${flagged.map(describe).join('; ')}.`;
    }
  }
}

/** Those that disqualify first. */
function byWeight(noise: readonly NoiseFinding[]): readonly NoiseFinding[] {
  return [...noise].sort((a, b) => Number(b.disqualifies) - Number(a.disqualifies));
}

function describe({ round, ms, involuntarySwitches, stealTicks }: Outlier): string {
  const details = [
    `${ms.toFixed(ms < 10 ? 2 : 0)} ms`,
    ...(involuntarySwitches === null
      ? []
      : [plural(involuntarySwitches, 'involuntary switch', 'involuntary switches')]),
    ...(stealTicks === null ? [] : [plural(stealTicks, 'tick') + ' stolen']),
  ];
  return `round ${round + 1} (${details.join(', ')})`;
}

function isDecided(verdict: Verdict | null): verdict is Verdict {
  return verdict !== null && ['faster', 'slower', 'same'].includes(verdict.word);
}
