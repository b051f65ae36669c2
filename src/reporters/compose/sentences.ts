import { formatMs, launchesByPurpose, plural, QUICK_LABEL } from '../figures.ts';
import { METRIC_NAMES } from './measured-table.ts';
import { METRICS } from '../../measurement/sample.ts';
import type { EmulationAnalysis, ScenarioAnalysis } from '../../results/analysis.ts';
import type { Results } from '../../results/results-file.ts';

/** `per-driver launches driver 44, main 2`, one sentence for all strategies. */
export function purposeSentences({ cells }: EmulationAnalysis): readonly string[] {
  const known = cells.filter(({ cell: { counts } }) => counts.ledger.length > 0);
  if (known.length === 0) return [];
  const parts = known.map(
    ({ cell: { strategy, counts } }) =>
      `${strategy}: ${launchesByPurpose(counts)
        .map(([purpose, launches]) => `${purpose} ${launches}`)
        .join(', ')}`,
  );
  return [`Launches by purpose: ${parts.join(' · ')}.`];
}

/** How much of the reference's time is spent on starting processes at all, whatever they do. */
export function floorSentence(
  { cells }: EmulationAnalysis,
  { floorLaunchMs }: ScenarioAnalysis,
  { run }: Results,
): readonly string[] {
  const reference = cells.find(({ isReference }) => isReference);
  const wall = reference?.summary.wall ?? null;
  if (reference === undefined || wall === null || floorLaunchMs === null) return [];
  const { strategy, counts } = reference.cell;
  const label = run.mode === 'quick' ? ` (${QUICK_LABEL})` : '';
  return [
    `Of the ${formatMs(wall.medianMs)} wall time of ${strategy}, ${counts.launches} × starting a process at all ` +
      `(/bin/true: ${formatMs(floorLaunchMs)}) is ${formatMs(counts.launches * floorLaunchMs)}${label}.`,
  ];
}

/** What one more launch costs here: the slope over the strategies. */
export function launchCostSentence(
  { cells, costPerLaunch }: EmulationAnalysis,
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
  return [
    `Cost per launch, over ${plural(cells.length, 'strategy', 'strategies')}: ${costs.join(', ')}${label}.`,
  ];
}
