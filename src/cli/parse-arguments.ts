import yargs from 'yargs';
import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import {
  optionName,
  type ArgumentValue,
  type Command,
  type NumberOption,
  type Option,
  type OptionTable,
  type ParsedArguments,
} from './command.ts';
import { GLOBAL_OPTIONS, type CommandLine } from './command-line.ts';

/**
 * Turns the words behind a command's name into what its handler gets. The only file that knows yargs: it
 * takes the words apart; which of them are right is said here, in our own words.
 *
 * @throws UsageError that names the option or argument, what was found, and what would be right.
 */
export function parseArguments(name: string, command: Command, line: CommandLine): ParsedArguments {
  refuseUnknownOptions(
    name,
    command,
    line.words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/su, '')),
  );
  const parsed = takeApart(name, command.options, line.words);
  refuseUnknownOptions(name, command, Object.keys(parsed).filter(isOptionKey).map(typedOption));
  const values: Record<string, ArgumentValue> = {};
  for (const [key, option] of Object.entries(command.options)) {
    values[key] = optionValue(name, key, option, parsed[optionName(key)]);
  }
  assignPositionals(name, command, parsed._.map(String), values);
  if (line.behindDashes !== null) {
    throw usageError(name, 'it runs no other command, so nothing can follow "--"');
  }
  return { ...values, json: line.globals.json };
}

/** Which words are options, which are their values, which are neither. Values stay text: we check them. */
function takeApart(name: string, options: OptionTable, words: readonly string[]) {
  const parser = yargs()
    .help(false)
    .version(false)
    .exitProcess(false)
    .detectLocale(false)
    .fail((message: string, error: Error | undefined) => {
      const [, starved] = /^Not enough arguments following: (.+)$/u.exec(message) ?? [];
      if (starved === undefined) throw error ?? new Error(message);
      throw usageError(
        name,
        `${typedOption(starved)} needs a value; one that begins with "-" is written behind "="`,
      );
    })
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': true,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'strip-aliased': true,
    });
  for (const [key, option] of Object.entries(options)) {
    parser.option(optionName(key), {
      ...(option.alias === undefined ? {} : { alias: option.alias }),
      ...(option.type === 'boolean' ? { type: 'boolean' } : { type: 'string', nargs: 1 }),
    });
  }
  return parser.parseSync([...words]);
}

/** yargs keeps the positionals under `_` and the program under `$0`. */
function isOptionKey(key: string): boolean {
  return key !== '_' && key !== '$0';
}

function typedOption(key: string): string {
  return key.length === 1 ? `-${key}` : `--${key}`;
}

function refuseUnknownOptions(name: string, { options }: Command, typed: readonly string[]): void {
  const known = [
    ...Object.keys(options).map((key) => `--${optionName(key)}`),
    ...Object.values(options).flatMap(({ alias }) => (alias === undefined ? [] : [`-${alias}`])),
    ...Object.values(GLOBAL_OPTIONS).flatMap(({ names }) => names),
  ];
  for (const option of typed) {
    if (known.includes(option)) continue;
    throw usageError(name, `there is no option ${option}${didYouMean(option, known)}`);
  }
}

function optionValue(name: string, key: string, option: Option, found: unknown): ArgumentValue {
  const typed = `--${optionName(key)}`;
  if (option.type === 'boolean') return found === true;
  const given = found === undefined ? [] : [found].flat().map(String);
  if (option.type === 'string' && option.multiple) {
    for (const word of given) checkWord(name, typed, option.choices, word);
    return given;
  }
  if (given.length > 1) throw usageError(name, `${typed} is given ${given.length} times, once is right`);
  const [word] = given;
  if (word === undefined) {
    if (option.required)
      throw usageError(name, `${typed} ${option.placeholder} is missing: ${option.describe}`);
    return option.default;
  }
  if (option.type === 'number') return checkedNumber(name, typed, option, word);
  checkWord(name, typed, option.choices, word);
  return word;
}

function checkWord(name: string, typed: string, choices: readonly string[] | undefined, word: string): void {
  if (word === '') throw usageError(name, `${typed} needs a value, found an empty one`);
  if (choices === undefined || choices.includes(word)) return;
  throw usageError(
    name,
    `${typed}: expected one of ${choices.join(', ')}, found "${word}"${didYouMean(word, choices)}`,
  );
}

function checkedNumber(name: string, typed: string, option: NumberOption, word: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/iu.test(word) ? Number(word) : NaN;
  const { integer, min = -Infinity, max = Infinity } = option;
  if (Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isSafeInteger(value))) {
    return value;
  }
  throw usageError(name, `${typed}: expected ${describeNumber(option)}, found "${word}"`);
}

/** "a whole number from 1 to 10": what an option accepts, in words. */
function describeNumber({ integer, min, max }: NumberOption): string {
  const kind = integer ? 'a whole number' : 'a number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} of at least ${min}`;
  return max === undefined ? kind : `${kind} of at most ${max}`;
}

function assignPositionals(
  name: string,
  { positionals }: Command,
  words: readonly string[],
  values: Record<string, ArgumentValue>,
): void {
  let next = 0;
  for (const [key, positional] of Object.entries(positionals)) {
    const taken = words.slice(next, positional.variadic ? undefined : next + 1);
    if (positional.required && taken.length === 0) {
      throw usageError(name, `${key.toUpperCase()} is missing: ${positional.describe}`);
    }
    for (const word of taken) checkWord(name, key.toUpperCase(), positional.choices, word);
    next += taken.length;
    values[key] = positional.variadic ? taken : taken[0];
  }
  if (next < words.length)
    throw usageError(name, `there is no use for the argument "${String(words[next])}"`);
}

function usageError(name: string, problem: string): UsageError {
  return new UsageError(`${name}: ${problem}`, {
    hint: `\`launchbench ${name} --help\` shows what it takes.`,
  });
}
