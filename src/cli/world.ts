import { rmSync } from 'node:fs';
import { EXIT, InterruptedError } from '../errors.ts';
import { errorCode } from '../system-errors.ts';
import { endDescendants } from '../trace/traced-tasks.ts';
import { createFiles, type Files } from './files.ts';
import type { Installation } from './installation.ts';
import { createOutput, type Output, type OutputHost, type OutputOptions, type Terminal } from './output.ts';

/**
 * Everything outside our process that a command may touch: output, files, clock, environment, and the
 * wish of the user that we stop. Handlers get it as an argument and import none of it.
 */
export interface World extends Output {
  /** What was typed behind `launchbench`, for the line that reproduces it. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory, absolute. */
  readonly cwd: string;
  readonly files: Files;
  readonly installation: Installation;
  readonly terminal: Terminal;
  readonly verbose: boolean;
  /** The time of day. For durations there is `process.hrtime`. */
  readonly now: () => Date;
  /** Fires at the first SIGINT, SIGTERM or SIGHUP; the second one ends us at once. */
  readonly signal: AbortSignal;
  /** From now on no signal stops us: each is handed over, for a command that runs another one in its place. */
  readonly takeSignals: (handle: (name: NodeJS.Signals) => void) => void;
  /** Has a temporary folder removed before we end, after a second Ctrl-C too. */
  readonly addTemporaryFolder: (folder: string) => void;
}

/** What we need of the process that we run in, with its signals, its end, and errors that nobody caught. */
export interface Host extends OutputHost, Pick<NodeJS.EventEmitter, 'on' | 'off'> {
  cwd(): string;
  exit(status: number): never;
}

/** The world, and the ways to leave it. */
export interface OpenWorld {
  readonly world: World;
  /** Removes the temporary folders, then lets the output drain. Errors are thrown at the end. */
  readonly close: () => Promise<void>;
}

const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];
const OTHER_SIGNALS = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const satisfies readonly NodeJS.Signals[];

/** Opens the real world: from here on signals are ours to handle. */
export function openWorld(
  argv: readonly string[],
  options: OutputOptions,
  installation: Installation,
  host: Host,
): OpenWorld {
  const { output, terminal, drain } = createOutput(options, host);
  const interrupt = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    if (interrupt.signal.aborted) host.exit(EXIT.interrupted);
    interrupt.abort(new InterruptedError(`Stopped by ${name}`));
  };
  for (const name of STOPS) host.on(name, stop);
  const cwd = workingDirectory(host);
  const folders: string[] = [];
  const removeFolders = (): void => {
    // Those after one that cannot be removed are removed at the exit.
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) remove(folder);
  };
  let isOpen = true;
  // Whoever cannot wait for the others to end still leaves nothing behind: neither them nor what they write into.
  host.on('exit', () => {
    if (isOpen) endDescendants();
    removeFolders();
  });
  const world: World = {
    ...output,
    argv,
    env: host.env,
    cwd,
    files: createFiles(cwd),
    installation,
    terminal,
    verbose: options.verbose,
    now: () => new Date(),
    signal: interrupt.signal,
    takeSignals(handle) {
      for (const name of STOPS) host.off(name, stop);
      for (const name of [...STOPS, ...OTHER_SIGNALS]) host.on(name, handle);
    },
    addTemporaryFolder(folder) {
      folders.push(folder);
    },
  };
  return {
    world,
    async close() {
      isOpen = false;
      try {
        removeFolders();
      } finally {
        await drain();
      }
    },
  };
}

/** Removes a folder, also while a thread of Node still makes something in it that nobody waits for any more. */
function remove(folder: string): void {
  for (let triesLeft = 100; triesLeft > 0; triesLeft--) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (errorCode(error) !== 'ENOTEMPTY' || triesLeft === 1) throw error;
    }
  }
}

/** When the folder was removed there still has to be a world to say so in: then, where a shell says that we are. */
function workingDirectory(host: Host): string {
  try {
    return host.cwd();
  } catch {
    return host.env['PWD'] ?? '/';
  }
}
