import {
  formatFactor,
  formatMs,
  formatPercent,
  formatPurposes,
  formatRatio,
  METRIC_NAMES,
  QUICK_LABEL,
} from '../figures.ts';
import { plural } from '../../plural.ts';
import { METRICS } from '../../results/sample.ts';
import type {
  Analysis,
  EmulationAnalysis,
  RatioEstimate,
  ScenarioAnalysis,
} from '../../analysis/analysis.ts';
import { reasonToVoid } from '../../analysis/void.ts';
import { fingerprintFor } from '../../results/results-file.ts';
import type { Results, RunFacts } from '../../results/results-file.ts';

/** `batched, batched-dedup: driver-batch 3, main 1`: a line for strategies that launch the same. */
export function purposeLines({ cells }: EmulationAnalysis): readonly string[] {
  const strategies = new Map<string, string[]>();
  for (const { cell } of cells) {
    const purposes = formatPurposes(cell.counts);
    if (purposes !== '') strategies.set(purposes, [...(strategies.get(purposes) ?? []), cell.strategy]);
  }
  return [...strategies].map(([purposes, names]) => `${names.join(', ')}: ${purposes}`);
}

/** Everything worth saying below the figures of one emulation. */
export function emulationSentences(
  emulation: EmulationAnalysis,
  analysis: ScenarioAnalysis,
  results: Results,
): readonly string[] {
  // /bin/true is launched natively; beside a wrapper's times its own would mislead.
  const native = emulatorOf(emulation, analysis, results) === null;
  return [
    ...undecidedSentences(emulation, results),
    ...(native ? floorSentence(emulation, analysis, results) : []),
    ...launchCostSentence(emulation, results),
  ];
}

/** The emulator behind an emulation, as one line; null where there was none. */
export function emulatorOf(
  { emulation }: EmulationAnalysis,
  { scenario }: ScenarioAnalysis,
  results: Results,
): string | null {
  const emulator = fingerprintFor(results, scenario.name).emulators.find(
    (known) => known.emulation === emulation,
  );
  if (emulator === undefined) return null;
  const { command, version, configuration } = emulator;
  return [command, version ?? 'version unknown', ...(configuration === null ? [] : [configuration])].join(
    ', ',
  );
}

/** What would decide the verdicts that are inconclusive, those with one reason together. */
function undecidedSentences({ cells }: EmulationAnalysis, { run }: Results): readonly string[] {
  if (run.mode !== 'timed') return [];
  const names = new Map<string, string[]>();
  for (const { cell, verdict } of cells) {
    for (const metric of METRICS) {
      const found = verdict[metric];
      if (found?.word !== 'inconclusive' || found.reason === null) continue;
      const named = names.get(found.reason) ?? [];
      names.set(found.reason, [...named, `${cell.strategy} (${METRIC_NAMES[metric]})`]);
    }
  }
  return [...names].map(([reason, named]) => `Inconclusive, ${named.join(', ')}: ${reason}.`);
}

/** How much of the reference's time is spent on starting processes at all, whatever they do. */
function floorSentence(
  { cells }: EmulationAnalysis,
  { scenario, floorLaunchMs }: ScenarioAnalysis,
  { run }: Results,
): readonly string[] {
  const reference = cells.find(({ isReference }) => isReference);
  const wall = reference?.summary.wall ?? null;
  if (reference === undefined || wall === null || floorLaunchMs === null) return [];
  if (reasonToVoid(scenario, reference.cell) !== null) return [];
  const {
    strategy,
    counts: { launches },
  } = reference.cell;
  if (launches === 0) return [];
  const label = run.mode === 'quick' ? ` (${QUICK_LABEL})` : '';
  return [
    `${plural(launches, 'launch', 'launches')} of /bin/true${launches > 1 ? `, ${formatMs(floorLaunchMs)} each,` : ''} ` +
      `would take ${formatMs(launches * floorLaunchMs)} of the ${formatMs(wall.medianMs)} wall time of ${strategy}${label}.`,
  ];
}

/** What one more launch costs here: the slope over the strategies. */
function launchCostSentence({ costPerLaunch }: EmulationAnalysis, { run }: Results): readonly string[] {
  const costs = METRICS.flatMap((metric) => {
    const cost = costPerLaunch[metric];
    if (cost === null) return [];
    const interval =
      cost.low === null || cost.high === null ? '' : ` [${formatMs(cost.low)}, ${formatMs(cost.high)}]`;
    return [`${METRIC_NAMES[metric]} ${formatMs(cost.ms)}${interval}`];
  });
  if (costs.length === 0) return [];
  const label = run.mode === 'quick' ? ` (${QUICK_LABEL})` : '';
  return [`Cost per launch, from one strategy to the next: ${costs.join(', ')}${label}.`];
}

/** What stands above the figures of a table: how much they may be trusted, and what the ratios are. */
export function tableCaption(emulation: EmulationAnalysis, mode: RunFacts['mode']): string | null {
  const label = mode === 'quick' ? [`Times are ${QUICK_LABEL}.`] : [];
  const sentences = [...label, ...ratioSentence(emulation, mode)];
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** What the ratios are, and how sure: the number of comparisons that share the 5 % is always said. */
function ratioSentence(emulation: EmulationAnalysis, mode: RunFacts['mode']): readonly string[] {
  const { cells, comparisons } = emulation;
  const [ratio] = ratiosOf(emulation);
  const reference = cells.find(({ isReference }) => isReference)?.cell.strategy;
  if (ratio === undefined || reference === undefined) return [];
  const rounds = sharedRounds(emulation);
  const meaning =
    `Ratios say how many times faster than ${reference}, paired by round` +
    (rounds === null ? '' : `, n=${rounds}`);
  if (mode === 'quick') return [`${meaning}.`];
  const shared = comparisons > 1 ? `; ${comparisons} comparisons share the 5 %` : '';
  return [`${meaning}, with ${formatPercent(ratio.confidence)} intervals${shared}.`];
}

/** The n of all ratios; null where they have different ones, and where there is no ratio. */
export function sharedRounds(emulation: EmulationAnalysis): number | null {
  const [first, ...others] = ratiosOf(emulation);
  return first !== undefined && others.every(({ n }) => n === first.n) ? first.n : null;
}

function ratiosOf({ cells }: EmulationAnalysis): readonly RatioEstimate[] {
  return cells.flatMap(({ ratio }) => METRICS.flatMap((metric) => ratio[metric] ?? []));
}

/** How each strategy does over all scenarios: for information, no verdict rests on it. */
export function overallSentences({ overall, results }: Analysis): readonly string[] {
  return overall.map(({ strategy, emulation, metric, scenarios, estimate, interval }) => {
    const value =
      interval === null
        ? `${formatFactor(estimate)} (${results.run.mode === 'quick' ? QUICK_LABEL : 'no interval'})`
        : `${formatFactor(estimate)}× [${formatFactor(interval.low)}, ${formatFactor(interval.high)}]`;
    return `${strategy} under ${emulation}, ${METRIC_NAMES[metric]} time: ${value}, ${scenarios} scenarios`;
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
