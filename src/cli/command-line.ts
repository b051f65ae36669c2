/** What was asked for before any command was looked at; these options hold for every command. */
export interface GlobalOptions {
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** False with `--no-color`; otherwise the environment and the terminal decide. */
  readonly color: boolean;
  /** Standard output belongs to one JSON document. */
  readonly json: boolean;
}

/** A command line in its three parts: what holds for all commands, the command, and what is its own. */
export interface CommandLine {
  readonly globals: GlobalOptions;
  readonly wantsHelp: boolean;
  readonly wantsVersion: boolean;
  /** The command's name as it was typed; null when there is none. */
  readonly command: string | null;
  /** The command's own words: options, positionals, in order; global options are taken out. */
  readonly words: readonly string[];
  /** What follows `--`; null when there was no `--`. */
  readonly behindDashes: readonly string[] | null;
}

/** Options that hold for every command; each stands before or after the command's name. */
export const GLOBAL_OPTIONS = {
  help: { names: ['--help', '-h'], describe: 'Show help, for a command too' },
  version: { names: ['--version', '-V'], describe: 'Show the version' },
  json: { names: ['--json'], describe: 'Write one JSON document to standard output, and nothing else there' },
  noColor: { names: ['--no-color'], describe: 'No colours (NO_COLOR does the same)' },
  quiet: { names: ['--quiet', '-q'], describe: 'No progress, no notes; errors and answers alone' },
  verbose: { names: ['--verbose', '-v'], describe: 'Say more about what is done, and about errors' },
} satisfies Record<string, { readonly names: readonly string[]; readonly describe: string }>;

/** Splits a command line without knowing any command. None of the global options takes a value. */
export function splitCommandLine(argv: readonly string[]): CommandLine {
  const dashes = argv.indexOf('--');
  const ours = dashes === -1 ? argv : argv.slice(0, dashes);
  const isSet = ({ names }: { readonly names: readonly string[] }) =>
    ours.some((word) => names.includes(word));
  const globalNames = Object.values(GLOBAL_OPTIONS).flatMap(({ names }) => names);
  const rest = ours.filter((word) => !globalNames.includes(word));
  const words = rest[0] === 'help' ? rest.slice(1) : rest;
  return {
    globals: {
      quiet: isSet(GLOBAL_OPTIONS.quiet),
      verbose: isSet(GLOBAL_OPTIONS.verbose),
      color: !isSet(GLOBAL_OPTIONS.noColor),
      json: isSet(GLOBAL_OPTIONS.json),
    },
    wantsHelp: rest[0] === 'help' || isSet(GLOBAL_OPTIONS.help),
    wantsVersion: isSet(GLOBAL_OPTIONS.version),
    command: words[0] ?? null,
    words: words.slice(1),
    behindDashes: dashes === -1 ? null : argv.slice(dashes + 1),
  };
}
