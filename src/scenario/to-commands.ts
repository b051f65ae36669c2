import { resolve } from 'node:path';
import { ScenarioError } from '../errors.ts';
import { splitCommandLine } from '../shell-words.ts';
import type { CommandsFile } from './commands-schema.ts';
import type { CommandLine, CommandPlan, Equivalence } from './scenario.ts';

type NamedCommands = NonNullable<CommandsFile['commands']>;
type CommandFile = NamedCommands[string];
type LineFile = Extract<CommandFile, string | readonly string[]>;
type DescribedCommand = Exclude<CommandFile, LineFile>;

/** Tries what can go wrong at one place of a file, and notes the problem there; null when it did. */
export type Attempt = <T>(path: readonly PropertyKey[], act: () => T) => T | null;

/** Spells out what the commands of a scenario file leave to defaults; paths stay as they are written. */
export function toCommands(file: CommandsFile, attempt: Attempt): readonly CommandPlan[] {
  return Object.entries(file.commands ?? {}).flatMap(([name, given]) => {
    const described: DescribedCommand = isLine(given) ? { command: given } : given;
    const at = isLine(given) ? ['commands', name] : ['commands', name, 'command'];
    const { shell, cwd = '.', input = null, status = 0, ignoreFailure } = { ...file, ...described };
    const argv = attempt(at, () => toWords(described.command, shell));
    const around = (key: 'setup' | 'cleanup' | 'prepare'): CommandLine | null => {
      const own = described[key];
      const line = own ?? file[key];
      if (line === undefined) return null;
      return attempt(own === undefined ? [key] : ['commands', name, key], () => toWords(line, shell));
    };
    const plan = {
      name,
      cwd,
      env: { ...file.env, ...described.env },
      setup: around('setup'),
      cleanup: around('cleanup'),
      prepare: around('prepare'),
      input,
      // A status of its own goes before what is said of all commands.
      status: described.status === undefined && ignoreFailure === true ? null : status,
    };
    return argv === null ? [] : [{ ...plan, argv }];
  });
}

/** What makes them equivalent; each ending as it should, unless told. */
export function toEquivalence({ equivalence = 'exit', shell }: CommandsFile, attempt: Attempt): Equivalence {
  if (typeof equivalence === 'string') return { kind: equivalence };
  if ('files' in equivalence) return { kind: 'files', globs: equivalence.files };
  const { check } = equivalence;
  const argv = attempt(['equivalence', 'check'], () => toWords(check, shell));
  return argv === null ? { kind: 'exit' } : { kind: 'check', argv };
}

/** Paths start at a folder. The digest is taken before, so it is the same on every machine. */
export function locateCommands(commands: readonly CommandPlan[], folder: string): readonly CommandPlan[] {
  return commands.map(({ cwd, input, ...command }) => ({
    ...command,
    cwd: resolve(folder, cwd),
    input: input === null ? null : resolve(folder, cwd, input),
  }));
}

/**
 * The words of a command line: those of a list as they are, those of a text as a shell would take it apart, or the
 * shell itself with the text.
 *
 * @throws ScenarioError for a text that wants a shell where none is named, or that is no command line.
 */
function toWords(line: string | readonly string[], shell: string | undefined): CommandLine {
  if (typeof line !== 'string') {
    const [program = '', ...words] = line;
    if (program === '') throw new ScenarioError('expected the name of a program first, found an empty word');
    return [program, ...words];
  }
  if (shell !== undefined) return [shell, '-c', line];
  const split = splitCommandLine(line);
  switch (split.kind) {
    case 'words':
      if (split.words[0] === '')
        throw new ScenarioError('expected the name of a program first, found an empty word');
      return split.words;
    case 'needs-shell':
      throw new NeedsShellError(
        `expected words that need no shell, found ${JSON.stringify(split.what)} at character ${split.column} of ${JSON.stringify(line)}`,
        { hint: `Put it in quotes if it is meant as it stands; a shell runs the line with "shell: sh".` },
      );
    case 'broken':
      throw new ScenarioError(
        `expected a command line, found ${split.what} at character ${split.column} of ${JSON.stringify(line)}`,
      );
  }
}

/** Only a shell can run the line. */
export class NeedsShellError extends ScenarioError {}

function isLine(given: CommandFile): given is LineFile {
  return typeof given === 'string' || Array.isArray(given);
}
