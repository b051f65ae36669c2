import { createHash } from 'node:crypto';
import {
  planReplay,
  type RefusedLaunch,
  type ReplayMachine,
  type ReplayPlan,
} from '../analysis/plan-replay.ts';
import { matchesGlob } from '../analysis/matches-glob.ts';
import { canonicalJson } from '../canonical-json.ts';
import { FormatError, UsageError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { NATIVE } from '../launch/emulations/emulations.ts';
import { plural } from '../plural.ts';
import type { Trace } from '../results/trace.ts';
import { DEFAULT_SAMPLING } from '../scenario/defaults.ts';
import type { ReplayScenario } from '../scenario/scenario.ts';
import { formatCommandLine } from '../shell-words.ts';
import { rowNameOf } from './row-name.ts';

/** What is said of a recording on a command line. */
export interface ReplayArguments {
  readonly recording: string;
  readonly only: readonly string[];
  readonly wrapper: readonly string[];
}

/**
 * The scenario that makes the launches of a recording again.
 *
 * @throws UsageError for a glob that matches nothing in it; FormatError when nothing in it can be launched again.
 */
export function replayScenario(
  trace: Trace,
  { recording, only, wrapper }: ReplayArguments,
  machine: ReplayMachine,
): ReplayScenario {
  for (const pattern of only) {
    if (trace.tree.some(({ executable }) => matchesGlob(executable, pattern))) continue;
    throw new UsageError(`--only ${pattern}: no program in ${recording} is called so`, {
      hint: `It has ${Object.keys(trace.launches.byExecutable).slice(0, 10).join(', ') || 'none'}.`,
    });
  }
  const plan = planReplay(trace, only, machine);
  const variables = trace.saved?.variables ?? [];
  if (plan.launches.length === 0) throw nothingToReplay(recording, plan);
  const { argv } = trace.command;
  const words = [
    recording,
    ...only.flatMap((pattern) => ['--only', pattern]),
    ...wrapper.flatMap((word) => ['--wrapper', word]),
  ];
  return {
    kind: 'replay',
    name: 'replay',
    description: `Recorded of: ${formatCommandLine(argv)}`,
    source: `replay:${formatCommandLine(words)}`,
    digest: createHash('sha256')
      .update(canonicalJson({ launches: plan.launches, ...(variables.length === 0 ? {} : { variables }) }))
      .digest('hex'),
    row: rowOf(argv),
    command: argv,
    launches: plan.launches,
    variables,
    notes: notesOn(plan),
    emulations: [NATIVE],
    sampling: DEFAULT_SAMPLING,
    budget: null,
  };
}

/** The command that was recorded in short, without the folders of its words. */
function rowOf(argv: readonly string[]): string {
  const line = rowNameOf(
    formatCommandLine(argv.map((word) => word.replace(/^\/(?:.*\/)?(?=[^/]+\/*$)/su, ''))),
  );
  return line.length <= LONGEST_ROW ? line : `${line.slice(0, LONGEST_ROW - 1)}…`;
}

/** Characters that leave room for the figures. */
const LONGEST_ROW = 40;

function nothingToReplay(recording: string, plan: ReplayPlan): FormatError {
  const reasons = refusals(plan);
  return reasons.length === 0
    ? new FormatError(`${recording}: no capture tool was launched in this recording`, {
        hint: 'Other programs are launched again when they are named: --only GLOB.',
      })
    : new FormatError(`${recording}: nothing in this recording can be launched again as it was`, {
        hint: reasons.join('\n'),
      });
}

function notesOn(plan: ReplayPlan): readonly string[] {
  const { refused, launches, overlapping } = plan;
  const all = refused.length + launches.length;
  return [
    ...(refused.length === 0
      ? []
      : [
          `${launches.length} of ${plural(all, 'launch', 'launches')} are made again; what is left out cannot be repeated as it was.`,
          ...refusals(plan),
        ]),
    ...(overlapping === 0
      ? []
      : [
          `${plural(overlapping, 'launch', 'launches')} ran beside another one when they were recorded; here one follows the other, so wall times say nothing of that.`,
        ]),
  ];
}

/** Reasons that are shown. */
const MOST_REASONS = 10;

/** Why launches are left out, those of one program for one reason together. */
function refusals({ refused }: ReplayPlan): readonly string[] {
  const groups = [...groupBy(refused, ({ program, why }) => `${program}\0${why}`).values()];
  const rest = groups.slice(MOST_REASONS).reduce((sum, { length }) => sum + length, 0);
  return [
    ...groups.slice(0, MOST_REASONS).map(refusal),
    ...(rest === 0 ? [] : [`${plural(rest, 'launch', 'launches')} more are left out for other reasons.`]),
  ];
}

function refusal(group: readonly [RefusedLaunch, ...RefusedLaunch[]]): string {
  const [{ program, why }] = group;
  const which = group.slice(0, MOST_REASONS).map(({ seq }) => seq);
  const more = group.length > which.length ? ', …' : '';
  return `Left out: ${program} (launch ${which.join(', ')}${more}): ${why}.`;
}
