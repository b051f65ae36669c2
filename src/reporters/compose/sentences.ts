import {
  formatMs,
  formatPercent,
  formatPurposes,
  formatRatio,
  QUICK_LABEL,
  twoDecimals,
} from '../figures.ts';
import { METRIC_NAMES } from './measured-table.ts';
import { METRICS } from '../../measurement/sample.ts';
import type { Analysis, EmulationAnalysis, ScenarioAnalysis } from '../../results/analysis.ts';
import { reasonToVoid } from '../../results/void.ts';
import type { Results } from '../../results/results-file.ts';

/** `per-driver: driver 44, main 2 · batched: main 2`, one sentence for all strategies. */
export function purposeSentences({ cells }: EmulationAnalysis): readonly string[] {
  const known = cells.filter(({ cell: { counts } }) => counts.ledger.length > 0);
  if (known.length === 0) return [];
  const parts = known.map(({ cell: { strategy, counts } }) => `${strategy}: ${formatPurposes(counts)}`);
  return [`Launches by purpose: ${parts.join(' · ')}.`];
}

/** What would decide the verdicts that are inconclusive, those with one reason together. */
export function undecidedSentences({ cells }: EmulationAnalysis, { run }: Results): readonly string[] {
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
export function floorSentence(
  { cells }: EmulationAnalysis,
  { scenario, floorLaunchMs }: ScenarioAnalysis,
  { run }: Results,
): readonly string[] {
  const reference = cells.find(({ isReference }) => isReference);
  const wall = reference?.summary.wall ?? null;
  if (reference === undefined || wall === null || floorLaunchMs === null) return [];
  if (reasonToVoid(scenario, reference.cell) !== null) return [];
  const { strategy, counts } = reference.cell;
  const label = run.mode === 'quick' ? ` (${QUICK_LABEL})` : '';
  return [
    `Of the ${formatMs(wall.medianMs)} wall time of ${strategy}, ${counts.launches} × starting a process at all ` +
      `(/bin/true: ${formatMs(floorLaunchMs)}) is ${formatMs(counts.launches * floorLaunchMs)}${label}.`,
  ];
}

/** What one more launch costs here: the slope over the strategies. */
export function launchCostSentence(
  { costPerLaunch }: EmulationAnalysis,
  { run }: Results,
): readonly string[] {
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

/** What the ratios are, and how sure: the number of comparisons that share the 5 % is always said. */
export function ratioSentence(
  { cells, comparisons }: EmulationAnalysis,
  { run }: Results,
): readonly string[] {
  const [ratio] = cells.flatMap(({ ratio: { cpu, wall } }) => cpu ?? wall ?? []);
  const reference = cells.find(({ isReference }) => isReference)?.cell.strategy;
  if (ratio === undefined || reference === undefined) return [];
  const meaning = `Ratios say how many times faster than ${reference}, paired by round`;
  if (run.mode === 'quick') return [`${meaning}; ${QUICK_LABEL}.`];
  const shared = comparisons > 1 ? `; ${comparisons} comparisons share the 5 %` : '';
  return [`${meaning}, with ${formatPercent(ratio.confidence)} intervals${shared}.`];
}

/** How each strategy does over all scenarios: for information, no verdict rests on it. */
export function overallSentences({ overall, results }: Analysis): readonly string[] {
  return overall.map(({ strategy, emulation, metric, scenarios, estimate, interval }) => {
    const value =
      interval === null
        ? `${twoDecimals(estimate)} (${results.run.mode === 'quick' ? QUICK_LABEL : 'no interval'})`
        : `${twoDecimals(estimate)}× [${twoDecimals(interval.low)}, ${twoDecimals(interval.high)}]`;
    return `${strategy} under ${emulation}, ${METRIC_NAMES[metric]} time: ${value}, ${scenarios} scenarios`;
  });
}

/** The reference against itself: the cheapest honest check of the machine. */
export function nullControlSentence({ nullControl }: ScenarioAnalysis): readonly string[] {
  if (nullControl === null) return [];
  const { metric, passed, ratio } = nullControl;
  return [
    `Null control ${passed ? 'passed' : 'failed'}: the reference against itself, ${METRIC_NAMES[metric]} time, ${formatRatio(ratio)}.`,
  ];
}
