/** Options that hold for every command, all of them flags; each stands before or after the command's name. */
export const GLOBAL_OPTIONS = {
  help: { type: 'boolean', alias: 'h', describe: 'Show help, for a command too' },
  version: { type: 'boolean', alias: 'V', describe: 'Show the version' },
  json: { type: 'boolean', describe: 'Write one JSON document to standard output, and nothing else there' },
  color: { type: 'boolean', default: true, describe: 'No colours (NO_COLOR does the same)' },
  quiet: { type: 'boolean', alias: 'q', describe: 'No progress, no notes; only errors and answers' },
  verbose: { type: 'boolean', alias: 'v', describe: 'Say more about what is done, and about errors' },
} as const;

/** What was asked of all commands. */
export type GlobalOptions = Readonly<Record<keyof typeof GLOBAL_OPTIONS, boolean>>;
