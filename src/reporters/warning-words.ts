import { packageWords } from '../analysis/package-changes.ts';
import type { WarnedCell, Warning, WarningKind } from '../analysis/warnings.ts';
import type { Outlier } from '../analysis/outliers.ts';
import type { ToolIdentity } from '../results/results.ts';
import { plural } from '../plural.ts';
import { METRIC_WORDS } from '../results/sample-figures.ts';
import { formatFactor, formatMs } from './format-numbers.ts';
import { nameOfRow } from '../results/cell-name.ts';

/** What a warning says, in whole sentences. */
export function warningWords<Kind extends WarningKind>(warning: Warning<Kind>): string {
  return WORDS[warning.kind](warning);
}

const WORDS: { readonly [Kind in WarningKind]: (warning: Warning<Kind>) => string } = {
  interrupted: ({ rounds, droppedSamples }) =>
    `The run was interrupted: ${plural(rounds, 'round')} of whole blocks kept, ${plural(droppedSamples, 'sample')} dropped.`,
  quick: () => 'Times are quick, not for claims: too few rounds for any interval.',
  'overrides-differ': ({ left, differences }) =>
    [
      `The overrides are not equivalent, so nothing is compared: ${linksLeft(left)}.`,
      ...differences.map((difference) => `Overrides differ: ${difference}.`),
    ].join(' '),
  'outputs-differ': ({ differences }) =>
    [
      'What the commands leave is not equivalent, so nothing is compared.',
      ...differences.map((difference) => `It differs: ${difference}.`),
    ].join(' '),
  void: ({ cell, reason }) => `${nameOf(cell)} is void: ${reason}.`,
  'tool-launches': ({ cell, launches, more }) =>
    `${nameOf(cell)}: its tool launched ${plural(more, 'program')} more, which only the tracer sees; they are not among its ${launches}.`,
  'counts-differ': ({ row, launches }) =>
    `${row} launches differently often under different emulations: ${launches.map((counted) => `${counted.launches} under ${counted.emulation}`).join(', ')}.`,
  'null-control-failed': ({ control }) => {
    if (control === null) {
      return 'The null control failed in another scenario of this run, so its times decide nothing here either.';
    }
    const { estimate, interval } = control.ratio;
    const ends = interval ? ` [${formatFactor(interval.low)}, ${formatFactor(interval.high)}]` : '';
    return `The null control failed: the reference differs from itself in ${METRIC_WORDS[control.metric]}, ${formatFactor(estimate)}${ends}. No time of this run decides anything.`;
  },
  noise: ({ id, found, threshold, remedy, disqualifies }) => {
    const values = found.map(({ value, when }) => (found.length > 1 ? `${value} ${when}` : value)).join(', ');
    const weight =
      disqualifies.length === 0
        ? ''
        : ` It takes the verdict from ${disqualifies.map((metric) => METRIC_WORDS[metric]).join(' and ')}.`;
    return `${id}: found ${values}, expected ${threshold}. ${remedy}${weight}`;
  },
  'timed-without-helper': () =>
    'Timed without the helper: wall time includes the start of each process from Node, and CPU time comes in steps of 10 ms.',
  'calibrate-again': ({ emulation, differences }) =>
    `The model ${emulation} was calibrated on something else than ran here, so calibrate again: ${differences.map(({ what, calibrated, here }) => `${what} ${calibrated}, here ${here}`).join('; ')}.`,
  'metrics-disagree': ({ cell, words }) =>
    `CPU and wall time disagree about ${nameOf(cell)}: ${words.cpu} by CPU time, ${words.wall} by wall time. CPU time leads, because other work on the machine hardly moves it.`,
  'dropped-rounds': ({ cell, metric, rounds }) =>
    `${nameOf(cell)}: ${plural(rounds, 'round')} without a usable ${METRIC_WORDS[metric]} left out of its ratio.`,
  outliers: ({ cell, metric, outliers }) =>
    `${nameOf(cell)}: ${plural(outliers.length, 'sample')} far from the median ${METRIC_WORDS[metric]}, kept: ${outliers.map(outlierWords).join('; ')}.`,
  'scenario-changed': ({ scenario }) => `The scenario ${scenario} is not the same on both sides.`,
  'packages-changed': ({ scenario, changes }) =>
    `The trees of ${scenario} were made of other packages: ${packageWords(changes)}.`,
  'tools-differ': ({ base, head }) =>
    `The capture tools differ: ${toolWords(base)} and ${toolWords(head)}; launches are matched by what they are for.`,
  'nothing-in-common': () => 'The two sides have no scenario in common.',
  'times-unpaired': () =>
    'Times were not taken in one run: they are unpaired, a hint only, and never fail a gate.',
  'times-refused': () => 'Some times are not compared; each says why.',
  'times-forced': ({ differences }) =>
    `Compared by force although conditions differ: ${differences.join('; ')}.`,
  'run-not-whole': ({ startedAt, lacks }) => LACKING[lacks](startedAt),
};

const LACKING = {
  rounds: (run) => `The run of ${run} was interrupted.`,
  intervals: (run) => `Times of the run of ${run} are quick, not for claims.`,
} as const satisfies Record<Warning<'run-not-whole'>['lacks'], (run: string) => string>;

/** `batched (native) left 3 of 51 links`; that the number is the same is no proof that the links are. */
function linksLeft(left: Warning<'overrides-differ'>['left']): string {
  const most = Math.max(0, ...left.map(({ links }) => links));
  const fewer = left.filter(({ links }) => links < most);
  return fewer.length === 0
    ? `each left ${plural(most, 'link')}, but not the same ones`
    : fewer.map((cell) => `${nameOf(cell)} left ${cell.links} of ${plural(most, 'link')}`).join(', ');
}

function nameOf(cell: WarnedCell): string {
  return `${nameOfRow(cell)} (${cell.emulation})`;
}

function outlierWords({ round, ms, involuntarySwitches, stealTicks }: Outlier): string {
  const details = [
    formatMs(ms),
    ...(involuntarySwitches === null
      ? []
      : [plural(involuntarySwitches, 'involuntary switch', 'involuntary switches')]),
    ...(stealTicks === null ? [] : [`${plural(stealTicks, 'tick')} stolen`]),
  ];
  return `round ${round + 1} (${details.join(', ')})`;
}

/** `capture-libs 0.1.0 (aaaaaaaaaaaa)`, each once, whatever number of architectures it served. */
function toolWords(tools: readonly ToolIdentity[]): string {
  const named = tools.map(({ name, version, sha256 }) =>
    [
      name,
      ...(version === null ? [] : [version]),
      ...(sha256 === null ? [] : [`(${sha256.slice(0, 12)})`]),
    ].join(' '),
  );
  return [...new Set(named)].join(', ');
}
