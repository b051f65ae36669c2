import { typedName, type Completion, type Option } from '../command.ts';
import { COMMANDS, type CommandEntry } from '../commands.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';

/** All that a shell needs to know to complete a command line. */
export interface Grammar {
  readonly commands: readonly CommandGrammar[];
  readonly globals: readonly OptionGrammar[];
}

/** One command, as a shell completes it. */
export interface CommandGrammar {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionGrammar[];
  /** What a word that is no option is completed with. */
  readonly words: Candidates;
}

/** One option, as a shell completes it. */
export interface OptionGrammar {
  /** As typed, with dashes, the long name first. */
  readonly names: readonly string[];
  readonly describe: string;
  /** null: it takes no value. */
  readonly value: Candidates | null;
  /** How many words a value is. */
  readonly valueWords: 1 | 2;
  readonly repeatable: boolean;
}

/** What can stand in a place: words that we know, and names of files or folders. */
export interface Candidates {
  readonly words: readonly string[];
  readonly paths: 'file' | 'folder' | null;
}

/** Reads the tables of all commands. This is the one place that loads every command. */
export async function loadGrammar(scenarios: readonly string[]): Promise<Grammar> {
  const entries: readonly (readonly [string, CommandEntry])[] = Object.entries(COMMANDS);
  return {
    commands: await Promise.all(entries.map(([name, entry]) => loadCommand(name, entry, scenarios))),
    globals: Object.entries(GLOBAL_OPTIONS).map(([key, option]) => optionGrammar(key, option, scenarios)),
  };
}

async function loadCommand(
  name: string,
  { summary, load }: CommandEntry,
  scenarios: readonly string[],
): Promise<CommandGrammar> {
  const { options, positionals } = await load();
  return {
    name,
    summary,
    options: Object.entries(options).map(([key, option]) => optionGrammar(key, option, scenarios)),
    words: join(Object.values(positionals).map((positional) => candidates(positional, scenarios))),
  };
}

function optionGrammar(key: string, option: Option, scenarios: readonly string[]): OptionGrammar {
  return {
    names: [typedName(key, option), ...(option.alias === undefined ? [] : [`-${option.alias}`])],
    describe: option.describe,
    value:
      option.type === 'boolean' ? null : option.type === 'number' ? NOTHING : candidates(option, scenarios),
    valueWords: option.type === 'string' ? (option.words ?? 1) : 1,
    repeatable: option.type === 'string' && option.multiple === true,
  };
}

const NOTHING: Candidates = { words: [], paths: null };

function candidates(
  { completes, choices }: { readonly completes?: Completion; readonly choices?: readonly string[] },
  scenarios: readonly string[],
): Candidates {
  if (choices !== undefined) return { words: choices, paths: null };
  if (completes === undefined) return NOTHING;
  if (completes === 'file' || completes === 'folder') return { words: [], paths: completes };
  if (completes === 'bundled-scenario') return { words: scenarios, paths: null };
  // A bundled scenario goes by its name, any other by its path.
  if (completes === 'scenario') return { words: scenarios, paths: 'file' };
  return { words: completes.words, paths: null };
}

/** A shell cannot tell which of several positionals stands under the cursor once options are about: offer all. */
function join(all: readonly Candidates[]): Candidates {
  return {
    words: all.flatMap((one) => one.words),
    paths: all.map((one) => one.paths).find((paths) => paths !== null) ?? null,
  };
}
