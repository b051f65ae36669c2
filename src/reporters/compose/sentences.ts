import { groupBy } from '../../group-by.ts';
import {
  formatFactor,
  formatMs,
  formatPercent,
  formatPurposes,
  formatRatio,
  METRIC_NAMES,
  QUICK_LABEL,
} from '../format-numbers.ts';
import { plural } from '../../plural.ts';
import { METRICS } from '../../results/sample-figures.ts';
import type {
  Analysis,
  EmulationAnalysis,
  RatioEstimate,
  ScenarioAnalysis,
} from '../../analysis/analysis.ts';
import { launchesOf } from '../../results/cells.ts';
import { ratioOf } from '../../analysis/cell-analysis.ts';
import { nameOfRow, nameOfCell } from '../../results/cell-name.ts';

/** `batched, batched-dedup: driver-batch 3, main 1`: a line for strategies that launch the same. */
export function purposeLines({ cells }: EmulationAnalysis): readonly string[] {
  return [...groupBy(cells, ({ cell }) => formatPurposes(cell.counts))]
    .filter(([purposes]) => purposes !== '')
    .map(([purposes, same]) => `${same.map(({ cell }) => nameOfRow(cell)).join(', ')}: ${purposes}`);
}

/** Everything worth saying below the figures of one emulation. */
export function emulationSentences(
  emulation: EmulationAnalysis,
  analysis: ScenarioAnalysis,
): readonly string[] {
  return [
    ...undecidedSentences(emulation),
    // /bin/true is launched natively; beside a wrapper's times its own would mislead.
    ...(emulation.emulator === null ? floorSentence(emulation, analysis) : []),
    ...launchCostSentence(emulation, analysis),
  ];
}

/** The emulator behind an emulation, in one line; none where there was none. */
export function emulatorLine({ emulator }: EmulationAnalysis): readonly string[] {
  if (emulator === null) return [];
  const { command, version, configuration } = emulator;
  return [
    [command, version ?? 'version unknown', ...(configuration === null ? [] : [configuration])].join(', '),
  ];
}

/** Why verdicts were not reached: what would decide them, or what was too noisy; those with one reason together. */
function undecidedSentences({ cells }: EmulationAnalysis): readonly string[] {
  const undecided = cells.flatMap(({ cell, times }) =>
    METRICS.flatMap((metric) => {
      const against = times?.[metric].against;
      if (against?.kind !== 'judged') return [];
      const { word, reason } = against.verdict;
      if ((word !== 'inconclusive' && word !== 'too-noisy') || reason === null) return [];
      return [{ word, reason, name: `${nameOfRow(cell)} (${METRIC_NAMES[metric]})` }];
    }),
  );
  const reasons = new Map(undecided.map(({ word, reason }) => [reason, word]));
  return [...reasons].map(([reason, word]) => {
    const names = undecided.filter((one) => one.reason === reason).map(({ name }) => name);
    return `${word === 'too-noisy' ? 'Too noisy' : 'Inconclusive'}, ${names.join(', ')}: ${reason}.`;
  });
}

/** How much of the reference's time is spent on starting processes at all, whatever they do. */
function floorSentence(
  { cells, kind }: EmulationAnalysis,
  { floorLaunchMs, scenario }: ScenarioAnalysis,
): readonly string[] {
  const reference = cells.find(({ isReference }) => isReference);
  const wall = reference?.times?.wall.summary ?? null;
  if (reference === undefined || wall === null || floorLaunchMs === null) return [];
  const launches = launchesOf(scenario, reference.cell.counts);
  // Of a command near the floor it would say nothing: both are noise then.
  if (launches === null || launches === 0 || launches * floorLaunchMs >= wall.medianMs) return [];
  const label = kind === 'quick' ? ` (${QUICK_LABEL})` : '';
  return [
    `${plural(launches, 'launch', 'launches')} of /bin/true${launches > 1 ? `, ${formatMs(floorLaunchMs)} each,` : ''} ` +
      `would take ${formatMs(launches * floorLaunchMs)} of the ${formatMs(wall.medianMs)} wall time of ${nameOfRow(reference.cell)}${label}.`,
  ];
}

/** What one more launch costs here: the slope over the strategies; under an emulation beside the native one. */
function launchCostSentence(
  emulation: EmulationAnalysis,
  { emulations }: ScenarioAnalysis,
): readonly string[] {
  const costs = launchCosts(emulation);
  if (costs === '') return [];
  const native = emulations.find((other) => other.emulation === 'native');
  const beside = native === undefined || native === emulation ? '' : launchCosts(native);
  const label = emulation.kind === 'quick' ? ` (${QUICK_LABEL})` : '';
  return [
    `Cost per launch, from one strategy to the next: ${costs}${beside === '' ? '' : `; natively ${beside}`}${label}.`,
  ];
}

function launchCosts({ costPerLaunch }: EmulationAnalysis): string {
  const costs = METRICS.flatMap((metric) => {
    const cost = costPerLaunch[metric];
    if (cost === null) return [];
    const interval =
      cost.low === null || cost.high === null ? '' : ` [${formatMs(cost.low)}, ${formatMs(cost.high)}]`;
    return [`${METRIC_NAMES[metric]} ${formatMs(cost.ms)}${interval}`];
  });
  return costs.join(', ');
}

/** What stands above the figures of a table: how much they may be trusted, and what the ratios are. */
export function tableCaption(emulation: EmulationAnalysis): string | null {
  const label = emulation.kind === 'quick' ? [`Times are ${QUICK_LABEL}.`] : [];
  const sentences = [...label, ...ratioSentence(emulation)];
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** What the ratios are, and how sure: the number of comparisons that share the 5 % is always said. */
function ratioSentence(emulation: EmulationAnalysis): readonly string[] {
  const { cells, comparisons, kind } = emulation;
  const [ratio] = ratiosOf(emulation);
  const [reference, ...others] = cells.filter(({ isReference }) => isReference);
  if (ratio === undefined || reference === undefined) return [];
  const rounds = sharedRounds(emulation);
  const name = others.length === 0 ? nameOfRow(reference.cell) : `${reference.cell.row} with the same tool`;
  const meaning =
    `Ratios say how many times faster than ${name}, paired by round` +
    (rounds === null ? '' : `, n=${rounds}`);
  if (kind === 'quick') return [`${meaning}.`];
  const shared = comparisons > 1 ? `; ${comparisons} comparisons share the 5 %` : '';
  return [`${meaning}, with ${formatPercent(ratio.confidence)} intervals${shared}.`];
}

/** The n of all ratios; null where they have different ones, and where there is no ratio. */
export function sharedRounds(emulation: EmulationAnalysis): number | null {
  const [first, ...others] = ratiosOf(emulation);
  return first !== undefined && others.every(({ n }) => n === first.n) ? first.n : null;
}

/** Every ratio to the reference, of both metrics. */
export function ratiosOf({ cells }: EmulationAnalysis): readonly RatioEstimate[] {
  return cells.flatMap(({ times }) =>
    times === null ? [] : METRICS.flatMap((metric) => ratioOf(times[metric].against) ?? []),
  );
}

/** How each strategy does over all scenarios: for information, no verdict rests on it. */
export function overallSentences({ overall, results }: Analysis): readonly string[] {
  return overall.map(({ metric, scenarios, estimate, interval, ...cell }) => {
    const value =
      interval === null
        ? `${formatFactor(estimate)} (${results.run.mode === 'quick' ? QUICK_LABEL : 'no interval'})`
        : `${formatFactor(estimate)}× [${formatFactor(interval.low)}, ${formatFactor(interval.high)}]`;
    return `${nameOfCell(cell)}, ${METRIC_NAMES[metric]} time: ${value}, ${scenarios} scenarios`;
  });
}

/** The reference against itself: the cheapest honest check of the machine. */
export function nullControlSentence({ nullControl }: ScenarioAnalysis): readonly string[] {
  if (nullControl === null) return [];
  const { metric, passed, ratio } = nullControl;
  // Without an interval it can neither pass nor fail.
  const outcome = ratio.interval === null ? 'undecided' : passed ? 'passed' : 'failed';
  return [
    `Null control ${outcome}: the reference against itself, ${METRIC_NAMES[metric]} time, ${formatRatio(ratio)}.`,
  ];
}
