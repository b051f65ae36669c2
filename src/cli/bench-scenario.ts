import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import { ScenarioError, UsageError } from '../errors.ts';
import { NATIVE } from '../launch/emulations/emulations.ts';
import { maskSecretsInLine } from '../results/mask-secrets.ts';
import { DEFAULT_SAMPLING } from '../scenario/defaults.ts';
import type { CommandPlan, CommandsScenario } from '../scenario/scenario.ts';
import { type Attempt, locateCommands, NeedsShellError, toCommands } from '../scenario/to-commands.ts';
import { formatCommandLine } from '../shell-words.ts';
import { rowNameOf } from './row-name.ts';

/** What is said of commands on a command line. */
export interface BenchArguments {
  readonly commands: readonly string[];
  readonly name: readonly string[];
  readonly prepare: readonly string[];
  readonly setup: string | undefined;
  readonly cleanup: string | undefined;
  readonly shell: string | undefined;
  readonly input: string | undefined;
  readonly ignoreFailure: boolean;
  readonly equivalence: 'exit' | 'stdout';
  /** Names and values, in turn. */
  readonly parameterList: readonly string[];
  readonly wrapper: readonly string[];
}

/**
 * The scenario that a command line of `bench` describes.
 *
 * @throws UsageError for a line that needs a shell where none is named, and where names or values do not fit.
 */
export function benchScenario(args: BenchArguments, cwd: string): CommandsScenario {
  const plans = uniquelyNamed(valuesOf(args).flatMap((fill) => plansWith(fill, args)));
  const equivalence = { kind: args.equivalence } as const;
  const content = { commands: plans, equivalence };
  return {
    kind: 'commands',
    name: 'bench',
    description: null,
    source: `bench:${formatCommandLine(definingWords(args))}`,
    digest: createHash('sha256').update(canonicalJson(content)).digest('hex'),
    commands: locateCommands(plans, cwd),
    equivalence,
    emulations: [NATIVE],
    sampling: DEFAULT_SAMPLING,
    budget: null,
  };
}

/** Puts the values of parameters into a text. */
type Fill = (text: string) => string;

/** Every combination of the values of all parameters. */
function valuesOf({ parameterList, ...args }: BenchArguments): readonly Fill[] {
  const texts = [...args.commands, ...args.name, ...args.prepare, args.setup, args.cleanup, args.input].join(
    '\n',
  );
  const parameters = parameterList.flatMap((name, index) =>
    index % 2 === 0 ? [{ name, values: listed(parameterList[index + 1] ?? '') }] : [],
  );
  return parameters.reduce<readonly Fill[]>(
    (fills, { name, values }) => {
      const place = `{${name}}`;
      if (!texts.includes(place)) {
        throw new UsageError(`bench: --parameter-list ${name}: no command has ${place} in it`, {
          hint: `Put ${place} where its values are to stand.`,
        });
      }
      return values.flatMap((value) =>
        fills.map((fill) => (text: string) => fill(text).replaceAll(place, value)),
      );
    },
    [(text) => text],
  );
}

/** `a,b,c`; a comma with a backslash before it is part of a value. */
function listed(values: string): readonly string[] {
  return values.split(/(?<!\\),/u).map((value) => value.replaceAll('\\,', ','));
}

function plansWith(fill: Fill, args: BenchArguments): readonly CommandPlan[] {
  const { commands, name: names, prepare, setup, cleanup, shell, input, ignoreFailure } = args;
  if (names.length > commands.length) {
    throw new UsageError(`bench: --name is given ${names.length} times, for ${commands.length} commands`);
  }
  if (prepare.length > 1 && prepare.length !== commands.length) {
    throw new UsageError(
      `bench: --prepare is given ${prepare.length} times, for ${commands.length} commands`,
      { hint: 'Give it once for all commands, or once for each.' },
    );
  }
  return commands.flatMap((line, index) => {
    const command = fill(line);
    const name = names[index];
    const own = prepare[index] ?? prepare[0];
    return toCommands(
      {
        commands: {
          [rowNameOf(name === undefined ? maskSecretsInLine(command) : fill(name))]: {
            command,
            ...(own === undefined ? {} : { prepare: fill(own) }),
          },
        },
        ignoreFailure,
        ...(setup === undefined ? {} : { setup: fill(setup) }),
        ...(cleanup === undefined ? {} : { cleanup: fill(cleanup) }),
        ...(input === undefined ? {} : { input: fill(input) }),
        ...(shell === undefined || shell === 'none' ? {} : { shell }),
      },
      refuse,
    );
  });
}

const refuse: Attempt = (_, act) => {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new UsageError(`bench: ${error.message}`, {
      hint:
        error instanceof NeedsShellError
          ? 'Put it in quotes if it is meant as it stands; --shell sh has a shell run the line.'
          : error.hint,
    });
  }
};

/** A command may be compared with itself: the second one is called so. */
function uniquelyNamed(plans: readonly CommandPlan[]): readonly CommandPlan[] {
  const seen = new Map<string, number>();
  return plans.map((plan) => {
    const times = (seen.get(plan.name) ?? 0) + 1;
    seen.set(plan.name, times);
    return times === 1 ? plan : { ...plan, name: `${plan.name} (${times})` };
  });
}

/** The words that say what is run, for the line that runs it again. */
function definingWords(args: BenchArguments): readonly string[] {
  const given = (option: string, values: readonly (string | undefined)[]): readonly string[] =>
    values.flatMap((value) => (value === undefined ? [] : [option, maskSecretsInLine(value)]));
  return [
    ...args.commands.map(maskSecretsInLine),
    ...given('--name', args.name),
    ...given('--setup', [args.setup]),
    ...given('--prepare', args.prepare),
    ...given('--cleanup', [args.cleanup]),
    ...given('--shell', [args.shell]),
    ...given('--input', [args.input]),
    ...given('--wrapper', args.wrapper),
    ...(args.ignoreFailure ? ['--ignore-failure'] : []),
    ...(args.equivalence === 'exit' ? [] : ['--equivalence', args.equivalence]),
    ...args.parameterList.flatMap((word, index) => (index % 2 === 0 ? ['-L', word] : [word])),
  ];
}
