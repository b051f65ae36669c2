import type { GlobalOptions } from './global-options.ts';
import type { World } from './world.ts';

/** One option of a command. Its key in the table is in camel case; the user writes `--kebab-case`. */
export type Option = FlagOption | TextOption | NumberOption;

/** An option without a value. */
export interface FlagOption extends OptionBase {
  readonly type: 'boolean';
  /** Holds unless `--no-NAME` is given: that is what help shows then, and what `describe` is about. */
  readonly default?: true;
}

/** An option whose value is text: a path, a name, one of a list of words. */
export interface TextOption extends OptionBase {
  readonly type: 'string';
  /** What stands for the value in the help text, e.g. `FILE`. */
  readonly placeholder: string;
  readonly default?: string;
  readonly required?: true;
  /** May be given any number of times; the handler gets a list. */
  readonly multiple?: true;
  /** How many words make a value, each of which stands in the list by itself; one unless told. */
  readonly words?: 2;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** What a shell completes the value with; `choices` are completed anyway. */
  readonly completes?: Completion;
}

/** An option whose value is a number. */
export interface NumberOption extends OptionBase {
  readonly type: 'number';
  readonly placeholder: string;
  readonly default?: number;
  readonly required?: true;
  readonly integer?: true;
  /** Smallest and largest value that is accepted. */
  readonly min?: number;
  readonly max?: number;
}

interface OptionBase {
  /** One line of help, without a full stop. */
  readonly describe: string;
  /** A single letter, for `-o`. */
  readonly alias?: string;
  /** Keys of options that it cannot be given with. */
  readonly conflicts?: readonly string[];
  /** Keys of options that it means nothing without. */
  readonly requires?: readonly string[];
}

/** One positional argument. Only the last one of a command may be `variadic`. */
export interface Positional {
  readonly describe: string;
  readonly required?: true;
  /** Takes all that are left; the handler gets a list. */
  readonly variadic?: true;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** What a shell completes the value with; `choices` are completed anyway. */
  readonly completes?: Completion;
}

/** What a shell offers for a value. */
export type Completion =
  'file' | 'folder' | 'scenario' | 'bundled-scenario' | { readonly words: readonly string[] };

export type OptionTable = Readonly<Record<string, Option>>;
export type PositionalTable = Readonly<Record<string, Positional>>;

/** A command line that shows a use of the command, and what it is for. */
export interface Example {
  readonly line: string;
  readonly purpose: string;
}

/** What a handler gets: the types follow from the tables; what is asked of all commands stands beside them. */
export type Arguments<O extends OptionTable, P extends PositionalTable> = OptionValues<O> & {
  readonly [K in keyof P]: PositionalValue<P[K]>;
} & GlobalOptions;

/** What a table of options gives: for helpers that several commands hand their options to. */
export type OptionValues<O extends OptionTable> = { readonly [K in keyof O]: OptionValue<O[K]> };

type OptionValue<O extends Option> = O extends FlagOption
  ? boolean
  : O extends NumberOption
    ? OrMissing<O, number>
    : O extends { readonly multiple: true }
      ? readonly Word<O>[]
      : OrMissing<O, Word<O>>;

type OrMissing<O, Value> = O extends { readonly required: true } | { readonly default: Value }
  ? Value
  : Value | undefined;

type Word<O> = O extends { readonly choices: readonly (infer Choice)[] } ? Choice : string;

type PositionalValue<P extends Positional> = P extends { readonly variadic: true }
  ? readonly Word<P>[]
  : P extends { readonly required: true }
    ? Word<P>
    : Word<P> | undefined;

/** Words that stand in a list, each with what it is. */
export interface WordList {
  /** What they are, e.g. "Formats". */
  readonly title: string;
  readonly meanings: Readonly<Record<string, string>>;
}

/** A command as its file writes it. Its name and its one-line summary stand in the table of commands. */
export interface CommandDefinition<O extends OptionTable, P extends PositionalTable> {
  /** What it does, in a few sentences, for the head of its help. */
  readonly description: string;
  readonly positionals: P;
  readonly options: O;
  readonly examples: readonly Example[];
  /** What the words that options and arguments accept mean, for the end of the help. */
  readonly words?: (world: World) => readonly WordList[] | Promise<readonly WordList[]>;
  /** Further paragraphs at the end of the help. */
  readonly notes?: string;
  /**
   * Does it. The answer "no" is a status; input that cannot be used is an exception.
   *
   * @returns one of EXIT, or the status of another command that is passed on.
   */
  run(args: Arguments<O, P>, world: World): number | Promise<number>;
}

/** What parsing makes of one option or positional. */
export type ArgumentValue = boolean | string | number | readonly string[] | undefined;

/** All that was parsed, before the compiler knows which command it is for. */
export type ParsedArguments = Readonly<Record<string, ArgumentValue>> & GlobalOptions;

/** A command whose tables are no longer known to the compiler: what parsing, help and completion work with. */
export interface Command extends Omit<CommandDefinition<OptionTable, PositionalTable>, 'run'> {
  run(args: ParsedArguments, world: World): number | Promise<number>;
}

/**
 * Gives a command's handler arguments of the types that its tables say.
 *
 * Nothing else happens here: parsing is in parse-arguments.ts, the only file that knows yargs.
 */
export function defineCommand<const O extends OptionTable, const P extends PositionalTable>(
  definition: CommandDefinition<O, P>,
): CommandDefinition<O, P> {
  return definition;
}

/** `countsOnly` → `counts-only`: the name of an option of the table as it is typed, without its dashes. */
export function optionName(key: string): string {
  return key.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
}

/** An option as it is typed and shown: `--counts-only`, `--no-color`. */
export function typedName(key: string, option: Option): string {
  return `--${option.type === 'boolean' && option.default ? 'no-' : ''}${optionName(key)}`;
}
