import { EXIT, type ExitStatus } from '../errors.ts';
import {
  typedName,
  type Command,
  type Option,
  type OptionTable,
  type Positional,
  type WordList,
} from './command.ts';
import { COMMANDS, type CommandName } from './commands.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { formatPage, type Rows } from './help-page.ts';
import type { Terminal } from './output.ts';

/** What `launchbench --help` says. */
export function formatOverview({ width }: Pick<Terminal, 'width'>): string {
  return formatPage(width, [
    {
      text: 'launchbench measures, explains and guards the cost of launching processes, natively and under emulators.',
    },
    { title: 'Usage', lines: ['launchbench COMMAND [ARGUMENT…] [OPTION…]'] },
    { title: 'Commands', rows: Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]) },
    { title: 'Options of every command', rows: optionRows(GLOBAL_OPTIONS) },
    { title: 'Exit status', rows: EXIT_STATUSES.map(([status, means]) => [String(status), means]) },
    { text: '`launchbench help COMMAND` shows what a command takes, with examples.' },
  ]);
}

/** What `launchbench COMMAND --help` says: all from the command's tables. */
export function formatCommandHelp(
  name: CommandName,
  command: Command,
  words: readonly WordList[],
  { width }: Pick<Terminal, 'width'>,
): string {
  const positionals = Object.entries(command.positionals);
  return formatPage(width, [
    { title: 'Usage', lines: [usageLine(name, command)] },
    { text: command.description },
    { title: 'Arguments', rows: positionals.map(([key, { describe }]) => [key.toUpperCase(), describe]) },
    { title: 'Options', rows: optionRows(command.options) },
    ...words.map(({ title, meanings }) => ({ title, rows: Object.entries(meanings) })),
    { title: 'Options of every command', rows: optionRows(GLOBAL_OPTIONS) },
    {
      title: 'Examples',
      lines: command.examples.flatMap(({ line, purpose }) => [`# ${purpose}`, line]),
    },
    ...(command.notes === undefined ? [] : [{ text: command.notes }]),
  ]);
}

const EXIT_STATUSES: readonly (readonly [ExitStatus, string])[] = [
  [EXIT.done, 'Done'],
  [EXIT.no, 'The answer is no: a gate or a budget failed, or strategies did not do the same work'],
  [EXIT.badInput, 'Bad usage or bad input'],
  [EXIT.lacking, 'This machine lacks something; the message says how to get it'],
  [
    EXIT.launchFailed,
    'A launched tool failed or timed out, a launch escaped its emulation, or a count cannot be trusted',
  ],
  [EXIT.bug, 'An internal error: please report it'],
  [EXIT.interrupted, 'Interrupted'],
];

function optionRows(options: OptionTable): Rows {
  return Object.entries(options).map(([key, option]) => [optionSyntax(key, option), meaning(option)]);
}

function usageLine(name: string, { positionals, options }: Command): string {
  const required = Object.entries(options).filter(([, option]) => 'required' in option && option.required);
  return [
    `launchbench ${name}`,
    ...Object.entries(positionals).map(([key, positional]) => positionalSyntax(key, positional)),
    ...required.map(([key, option]) => optionSyntax(key, option)),
    '[OPTION…]',
  ].join(' ');
}

function positionalSyntax(key: string, { required, variadic }: Positional): string {
  const word = `${key.toUpperCase()}${variadic ? '…' : ''}`;
  return required ? word : `[${word}]`;
}

function optionSyntax(key: string, option: Option): string {
  const alias = option.alias === undefined ? '' : `-${option.alias}, `;
  const value = option.type === 'boolean' ? '' : ` ${option.placeholder}`;
  return `${alias}${typedName(key, option)}${value}`;
}

/** What an option is for, and what it accepts where the placeholder does not say. */
function meaning(option: Option): string {
  const details: string[] = [];
  if (option.type === 'string' && option.choices) details.push(`one of ${option.choices.join(', ')}`);
  if (option.type === 'string' && option.multiple) details.push('repeatable');
  if (option.type !== 'boolean' && option.default !== undefined) details.push(`default: ${option.default}`);
  return details.length === 0 ? option.describe : `${option.describe} (${details.join('; ')})`;
}
