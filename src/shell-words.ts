/**
 * A command line as one line that a POSIX shell takes apart again. Names of folders in braces, such as `{WORK}`,
 * need no quotes: shells expand braces around a list or a range alone.
 */
export function formatCommandLine(argv: readonly string[]): string {
  return argv.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

const PLAIN = /^(?:[\w@%+=:,./-]|\{\w+\})+$/u;
