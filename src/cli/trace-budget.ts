import { countBy } from '../group-by.ts';
import { countOf, judgeLaunches, labelIn } from '../analysis/judge-launches.ts';
import { EnvironmentError, EXIT, UsageError, type ExitStatus } from '../errors.ts';
import type { GateVerdict } from '../analysis/finding.ts';
import { isCi } from '../machine/ci-service.ts';
import { readText } from '../results/read-text.ts';
import { isDeterministic, launchesIn, type Trace } from '../results/trace.ts';
import { formatBudget, parseBudget } from '../scenario/budget-file.ts';
import type { LaunchCounter } from '../runner/launch-counter.ts';
import { limit, type LaunchBudget, type LaunchLimit } from '../scenario/launch-budget.ts';
import { formatCommandLine } from '../shell-words.ts';
import type { OptionTable, OptionValues } from './command.ts';
import { COUNT, FILE } from './option-kinds.ts';
import type { World } from './world.ts';

/** The options of `trace` that say how much a command may launch. */
export const BUDGET_OPTIONS = {
  max: {
    type: 'string',
    placeholder: '[GLOB=]N',
    multiple: true,
    describe: 'Fail above N launches, in all or of an executable, as in --max 40 --max git=3',
  },
  maxForks: { ...COUNT, min: 0, describe: 'Fail above N processes that never execute a program' },
  budget: { ...FILE, describe: 'Limits in a file: YAML, with a reason for each' },
  update: {
    type: 'boolean',
    requires: ['budget'],
    describe: 'Accept: write the counts of this run into the budget',
  },
  allowCi: { type: 'boolean', requires: ['update'], describe: 'Let --update write although CI is set' },
} as const satisfies OptionTable;

type BudgetArguments = OptionValues<typeof BUDGET_OPTIONS>;

/**
 * The budget that the options and the file set; null: none.
 *
 * @throws UsageError for a limit that is not one
 * @throws FormatError for a file that is not one
 */
export async function loadBudget(args: BudgetArguments, world: World): Promise<LaunchBudget | null> {
  const given = [
    ...args.max.map(parseMax),
    ...(args.maxForks === undefined ? [] : [limit({ kind: 'forks' }, args.maxForks)]),
  ];
  const file = args.update ? null : await readBudget(args.budget, world);
  const limits = [...given, ...(file?.limits ?? [])];
  return limits.length === 0 ? null : { limits, known: file?.known ?? null };
}

/**
 * Refuses limits of what cannot be counted, before the command runs.
 *
 * @throws EnvironmentError naming the limit
 */
export function refuseBlindLimits(
  budget: LaunchBudget | null,
  { executables }: Pick<LaunchCounter, 'executables'>,
): void {
  if (budget === null || executables === null) return;
  const blind = budget.limits.find(
    ({ counts }) => counts.kind !== 'executable' || !executables.includes(counts.glob),
  );
  if (blind === undefined) return;
  const { counts, max } = blind;
  throw new EnvironmentError(
    `without a tracer, the limit of ${max} ${counts.kind === 'executable' ? `for ${counts.glob}` : counts.kind} cannot be judged`,
    {
      hint: `Shims count ${executables.join(', ')} alone; limit those, name more with --shim, or get a tracer: launchbench doctor says how.`,
    },
  );
}

/** Judges a trace; the commands of its findings are those that would be typed again. */
export function judgeByBudget(
  trace: Trace,
  budget: LaunchBudget,
  { budget: file }: Pick<BudgetArguments, 'budget'>,
): GateVerdict {
  const command = formatCommandLine(trace.command.argv);
  return judgeLaunches(trace, budget, {
    reproduce: `launchbench trace --tree -- ${command}`,
    accept:
      file === undefined
        ? null
        : `launchbench trace --budget ${formatCommandLine([file])} --update -- ${command}`,
  });
}

/** Writes the counts of a trace into the budget file, and says so; a count that means nothing is not accepted. */
export async function acceptLaunches(
  trace: Trace,
  { budget: file, allowCi }: BudgetArguments,
  world: World,
): Promise<ExitStatus> {
  if (file === undefined) throw new UsageError('trace: --update needs --budget FILE, the file to write');
  const refused = reasonAgainst(trace, allowCi, world);
  if (refused !== null) {
    world.complain(`launchbench: ${file} is left as it is: ${refused}`);
    return EXIT.no;
  }
  const old = world.files.exists(file)
    ? { file, text: await readText(world.files.resolve(file), 'budget') }
    : null;
  const launches = launchesIn(trace);
  const text = formatBudget(
    {
      launches: launches.length,
      forks: trace.forks ?? 0,
      byExecutable: new Map(Object.entries(trace.launches.byExecutable)),
      matching: (glob) => countOf(trace, { kind: 'executable', glob }) ?? 0,
      known: countBy(launches, labelIn),
    },
    old,
  );
  await world.files.write(file, text);
  world.log(`${old === null ? 'Wrote' : 'Updated'} ${file}; commit it, so that a change shows up in review.`);
  return EXIT.done;
}

function reasonAgainst(trace: Trace, allowCi: boolean, { env }: World): string | null {
  if (trace.status !== 0) return `the command failed with status ${trace.status}`;
  if (!isDeterministic(trace)) return 'the count is not the same in every run';
  if (trace.launches.total === null) return 'a shim counts some executables alone';
  return isCi(env) && !allowCi ? 'CI is set; --allow-ci writes it all the same' : null;
}

async function readBudget(file: string | undefined, { files }: World): Promise<LaunchBudget | null> {
  if (file === undefined) return null;
  const hint = '`launchbench trace --budget FILE --update -- CMD…` makes one.';
  return parseBudget(await readText(files.resolve(file), 'budget', hint), file);
}

function parseMax(word: string): LaunchLimit {
  const [, glob, digits = ''] = /^(?:(.+)=)?(\d{1,9})$/su.exec(word) ?? [];
  if (digits === '') {
    throw new UsageError(
      `--max: expected a whole number, or an executable with one, as in 40 or git=3; found "${word}"`,
    );
  }
  return limit(glob === undefined ? { kind: 'launches' } : { kind: 'executable', glob }, Number(digits));
}
