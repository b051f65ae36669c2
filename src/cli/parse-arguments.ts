import yargs, { type Options, type ParserConfigurationOptions } from 'yargs';
import { UsageError } from '../errors.ts';
import { didYouMean, notOneOf } from '../nearest.ts';
import {
  optionName,
  typedName,
  type ArgumentValue,
  type Command,
  type NumberOption,
  type Option,
  type OptionTable,
  type ParsedArguments,
  type TextOption,
} from './command.ts';
import { GLOBAL_OPTIONS, type GlobalOptions } from './global-options.ts';

declare module 'yargs' {
  interface Argv<T> {
    /** Its own types know no plural forms. Source: y18n, `__n`. */
    updateStrings(
      words: Readonly<Record<string, string | { readonly one: string; readonly other: string }>>,
    ): Argv<T>;
  }
}

/** A command line, cut at the name of its command. */
export interface CommandLine {
  /** As it was typed; null when there is none. */
  readonly command: string | null;
  /** All other words, in order. */
  readonly words: readonly string[];
}

/**
 * Finds the command in a command line. `help COMMAND` becomes `COMMAND --help`.
 *
 * @throws UsageError when an option that is not global stands before it.
 */
export function findCommand(argv: readonly string[]): CommandLine {
  const [first, ...others] = argv;
  // The usual case, for which the words need not be taken apart twice.
  if (first !== undefined && first !== 'help' && !first.startsWith('-'))
    return { command: first, words: others };
  const { _: rest } = takeApart(null, {}, argv, { 'halt-at-non-option': true });
  if (rest.length === 0) return { command: null, words: argv };
  const command = String(rest[0]);
  const words = argv.toSpliced(argv.length - rest.length, 1);
  return command === 'help' ? findCommand(['--help', ...words]) : { command, words };
}

/**
 * Turns the words around a command's name into what its handler gets. The only file that knows yargs: the tables
 * become its configuration, and the words of its errors are ours.
 *
 * @param name - of the command; null: there is none.
 * @throws UsageError that names the option or argument, what was found, and what would be right.
 */
export function parseArguments(
  name: string | null,
  { options, positionals }: Pick<Command, 'options' | 'positionals'>,
  words: readonly string[],
): ParsedArguments {
  const parsed = takeApart(name, options, words);
  const isSet = (key: keyof GlobalOptions) => parsed[key] === true;
  const globals: GlobalOptions = {
    help: isSet('help'),
    version: isSet('version'),
    json: isSet('json'),
    color: parsed['color'] !== false,
    quiet: isSet('quiet'),
    verbose: isSet('verbose'),
  };
  if (globals.help || globals.version) return globals;
  refuseLonelyOptions(name, options, parsed);
  return {
    ...Object.fromEntries(
      Object.entries(options).map(([key, option]) => [key, optionValue(option, parsed[optionName(key)])]),
    ),
    ...assignPositionals(name, positionals, parsed._.map(String)),
    ...globals,
  };
}

type Parsed = Readonly<Record<string, unknown>> & { readonly _: readonly (string | number)[] };

/** What yargs makes of the words, checked: all but positionals, which it loses when they begin with a dash. */
function takeApart(
  name: string | null,
  options: OptionTable,
  words: readonly string[],
  configuration: Partial<ParserConfigurationOptions> = {},
): Parsed {
  const known: OptionTable = { ...options, ...GLOBAL_OPTIONS };
  refuseOddFlags(name, known, words);
  return yargs()
    .help(false)
    .version(false)
    .exitProcess(false)
    .detectLocale(false)
    .updateStrings(WORDS)
    .fail((message: string, error: Error | undefined) => {
      if (error !== undefined && error.name !== 'YError') throw error;
      throw usageError(name, message);
    })
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
      ...configuration,
    })
    .middleware((found) => {
      refuseUnknownOptions(name, known, found);
    }, true)
    .options(
      Object.fromEntries(
        Object.entries(known).map(([key, option]) => [optionName(key), yargsOption(key, option)]),
      ),
    )
    .skipValidation(['help', 'version'])
    .parseSync([...words]);
}

/** The words of yargs' errors, by the sentences that it would use itself. Source: its locales/en.json. */
const WORDS = {
  'Not enough arguments following: %s':
    'the option "%s" needs a value; write values that start with "-" as --option=-x',
  'Missing required argument: %s': {
    one: 'a required option is missing: %s',
    other: 'required options are missing: %s',
  },
  'Arguments %s and %s are mutually exclusive': '--%s and --%s cannot be used together',
};

function yargsOption(key: string, option: Option): Options {
  const common = {
    ...(option.alias === undefined ? {} : { alias: option.alias }),
    ...(option.conflicts === undefined ? {} : { conflicts: option.conflicts.map(optionName) }),
  };
  if (option.type === 'boolean') return { ...common, type: 'boolean' };
  const typed = typedName(key, option);
  return {
    ...common,
    type: 'string',
    nargs: (option.type === 'string' ? option.words : undefined) ?? 1,
    ...(option.required ? { demandOption: `${typed} ${option.placeholder}: ${option.describe}` } : {}),
    coerce: (given: string | readonly string[]) => checkedValue(typed, option, given),
  };
}

function isMultiple(option: Option): boolean {
  return option.type === 'string' && option.multiple === true;
}

/** yargs takes any word behind the "=" of a flag for `false`. */
function refuseOddFlags(name: string | null, options: OptionTable, words: readonly string[]): void {
  const flags = Object.entries(options).filter(([, { type }]) => type === 'boolean');
  const names = flags.flatMap(([key, { alias }]) => [
    `--${optionName(key)}`,
    `--no-${optionName(key)}`,
    `-${alias ?? ''}`,
  ]);
  const end = words.indexOf('--');
  for (const word of words.slice(0, end === -1 ? undefined : end)) {
    const [, flag = '', value = ''] = /^(-[^=]*)=(.*)$/su.exec(word) ?? [];
    if (names.includes(flag) && value !== 'true' && value !== 'false') {
      throw usageError(name, `${flag}: expected =true, =false or nothing, found "${word}"`);
    }
  }
}

function refuseUnknownOptions(
  name: string | null,
  options: OptionTable,
  found: Readonly<Record<string, unknown>>,
): void {
  const known = Object.entries(options).flatMap(([key, option]) => [
    typedName(key, option),
    ...(option.type === 'boolean' ? [`--${optionName(key)}`, `--no-${optionName(key)}`] : []),
    ...(option.alias === undefined ? [] : [`-${option.alias}`]),
  ]);
  for (const [key, value] of Object.entries(found)) {
    if (['_', '--', '$0'].includes(key)) continue;
    // `--no-x` is kept as a false x, whether there is an x or not.
    const isNegated = [value].flat().includes(false);
    const typed = key.length === 1 ? `-${key}` : isNegated ? `--no-${key}` : `--${key}`;
    if (known.includes(typed)) continue;
    throw usageError(name, `unknown option ${typed}${didYouMean(typed, known)}`);
  }
}

function checkedValue(
  typed: string,
  option: TextOption | NumberOption,
  given: string | readonly string[],
): string | number | readonly string[] {
  const words = [given].flat();
  if (words.length > 1 && !isMultiple(option)) throw new Error(`${typed} may be given only once`);
  if (words.includes('')) throw new Error(`${typed} needs a value, found an empty one`);
  if (option.type === 'number') return checkedNumber(typed, option, String(words[0]));
  const problem = choiceProblem(typed, option.choices, words);
  if (problem !== null) throw new Error(problem);
  return isMultiple(option) ? words : given;
}

function choiceProblem(
  typed: string,
  choices: readonly string[] | undefined,
  words: readonly string[],
): string | null {
  const odd = words.find((word) => choices?.includes(word) === false);
  return odd === undefined ? null : `${typed}: ${notOneOf(choices ?? [], odd)}`;
}

function checkedNumber(typed: string, option: NumberOption, word: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(word) ? Number(word) : NaN;
  const { integer, min = -Infinity, max = Infinity } = option;
  if (Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isSafeInteger(value))) {
    return value;
  }
  throw new Error(`${typed}: expected ${describeNumber(option)}, found "${word}"`);
}

/** "a whole number from 1 to 10": what an option accepts, in words. */
function describeNumber({ integer, min, max }: NumberOption): string {
  const kind = integer ? 'a whole number' : 'a number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} of at least ${min}`;
  return max === undefined ? kind : `${kind} of at most ${max}`;
}

/** Options that mean nothing without another one. yargs has this too (`implies`), but no words for it. */
function refuseLonelyOptions(name: string | null, options: OptionTable, parsed: Parsed): void {
  for (const [key, option] of Object.entries(options)) {
    const missing = option.requires?.find((other) => parsed[optionName(other)] === undefined);
    if (parsed[optionName(key)] === undefined || missing === undefined) continue;
    throw usageError(name, `${typedName(key, option)} requires --${optionName(missing)}`);
  }
}

/** What a checked option is for the handler, and one that was not given. */
function optionValue(option: Option, found: unknown): ArgumentValue {
  if (Array.isArray(found)) return found.map(String);
  if (typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') return found;
  if (option.type === 'boolean') return option.default ?? false;
  return isMultiple(option) ? [] : option.default;
}

function assignPositionals(
  name: string | null,
  positionals: Command['positionals'],
  words: readonly string[],
): Readonly<Record<string, ArgumentValue>> {
  const left = [...words];
  const values: Record<string, ArgumentValue> = {};
  for (const [key, positional] of Object.entries(positionals)) {
    const taken = left.splice(0, positional.variadic ? left.length : 1);
    if (positional.required && taken.length === 0) {
      throw usageError(name, `${key.toUpperCase()} is missing: ${positional.describe}`);
    }
    const problem = choiceProblem(key.toUpperCase(), positional.choices, taken);
    if (problem !== null) throw usageError(name, problem);
    values[key] = positional.variadic ? taken : taken[0];
  }
  if (left.length > 0) throw usageError(name, `unexpected argument "${String(left[0])}"`);
  return values;
}

function usageError(name: string | null, problem: string): UsageError {
  return name === null
    ? new UsageError(problem, { hint: "A command's own options follow its name; see `launchbench --help`." })
    : new UsageError(`${name}: ${problem}`, { hint: `See \`launchbench ${name} --help\`.` });
}
