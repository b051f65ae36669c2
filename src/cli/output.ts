import type { Writable } from 'node:stream';
import { systemErrorWords } from '../system-errors.ts';
import { EnvironmentError } from '../errors.ts';
import { isCi } from '../machine/ci-service.ts';
import { terminalText } from '../reporters/terminal-text.ts';
import type { GlobalOptions } from './global-options.ts';

/** Where a command's text goes. Lines to people go to standard error, answers to standard output. */
export interface Output {
  /** Writes to standard output, as it is. */
  readonly write: (text: string) => void;
  /** A line on standard error, harmless to the terminal whatever it says; nothing with `--quiet`. */
  readonly log: (line: string) => void;
  /** An error on standard error, with `--quiet` too. */
  readonly complain: (text: string) => void;
  /** A line on standard error with `--verbose` only, harmless likewise. */
  readonly detail: (line: string) => void;
  /**
   * Replaces the one status line at the bottom of the terminal; null removes it. Without a terminal on
   * standard error, or with `--quiet`, nothing is shown.
   */
  readonly status: (line: string | null) => void;
}

/** What standard output can show. */
export interface Terminal {
  readonly interactive: boolean;
  /** Width in characters: the terminal's, else COLUMNS, else 80. */
  readonly width: number;
  readonly color: boolean;
  /** The same of standard error. */
  readonly errorColor: boolean;
  /** False in the C locale, which knows ASCII alone. */
  readonly unicode: boolean;
  /** Whether a CI service may read along, and obey lines that begin with `::`. */
  readonly ci: boolean;
}

/** The streams of a process, and the environment that says how they are written to. */
export interface OutputHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** Only a terminal has the two. */
type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What was asked about output. */
export type OutputOptions = Pick<GlobalOptions, 'color' | 'quiet' | 'verbose'>;

/** Connects the output to the streams of a process. */
export function createOutput(
  options: OutputOptions,
  { env, stdout, stderr }: OutputHost,
): {
  readonly output: Output;
  readonly terminal: Terminal;
  /** Waits until everything has been handed to the system. */
  readonly drain: () => Promise<void>;
} {
  const out = guard(stdout, 'standard output');
  const err = guard(stderr, 'standard error');
  const terminal = describeTerminal(options, { env, stdout, stderr });
  const showsStatus = stderr.isTTY === true && !options.quiet;
  let shown = false;
  const clear = () => {
    if (shown) err.write('\r\x1b[K');
    shown = false;
  };
  const line = (text: string) => {
    clear();
    err.write(text.endsWith('\n') ? text : `${text}\n`);
  };
  return {
    output: {
      write(text) {
        clear();
        out.write(text);
      },
      log(text) {
        if (!options.quiet) line(terminalText(text, terminal));
      },
      complain: line,
      detail(text) {
        if (options.verbose) line(terminalText(text, terminal));
      },
      status(text) {
        if (!showsStatus) return;
        clear();
        if (text === null) return;
        err.write(text.slice(0, Math.max(1, (stderr.columns ?? 80) - 1)));
        shown = true;
      },
    },
    terminal,
    async drain() {
      clear();
      await Promise.all([out.drain(), err.drain()]);
    },
  };
}

/**
 * A stream that outlives its reader. When the reader of a pipe has left (`launchbench report x | head`)
 * the rest is dropped in silence and the command goes on: its files and its exit status still count.
 */
function guard(stream: Writable, name: string) {
  let failure: EnvironmentError | undefined;
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE')
      failure ??= new EnvironmentError(`Cannot write to ${name}: ${systemErrorWords(error)}`, {
        cause: error,
      });
  });
  return {
    write(text: string) {
      if (!gone) stream.write(text);
    },
    async drain() {
      if (!gone)
        await new Promise<void>((resolve) =>
          stream.write('', () => {
            resolve();
          }),
        );
      if (failure !== undefined) throw failure;
    },
  };
}

function describeTerminal({ color }: OutputOptions, { env, stdout, stderr }: OutputHost): Terminal {
  const { isTTY: interactive = false } = stdout;
  const columns = Number((interactive ? stdout.columns : env['COLUMNS']) ?? 80);
  return {
    interactive,
    width: Number.isInteger(columns) && columns > 0 ? columns : 80,
    color: color && wantsColor(env, interactive),
    errorColor: color && wantsColor(env, stderr.isTTY ?? false),
    ci: isCi(env),
    unicode: !['C', 'POSIX'].includes(env['LC_ALL'] ?? env['LC_CTYPE'] ?? env['LANG'] ?? ''),
  };
}

/** NO_COLOR (https://no-color.org) wins over FORCE_COLOR, which wins over what the terminal is. */
function wantsColor(env: OutputHost['env'], interactive: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return interactive && env['TERM'] !== 'dumb';
}
