import { EXIT, InterruptedError } from '../errors.ts';
import { createFiles, type Files } from './files.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Installation } from './installation.ts';
import { createOutput, type Output, type Terminal } from './output.ts';

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
  /**
   * Keeps something to be done before we end, however we end: removing a temporary tree, ending a child.
   * The last one added is the first one done. Returns a function that does it now.
   */
  readonly addCleanup: (cleanUp: () => void | Promise<void>) => () => Promise<void>;
}

/** The world, and the ways to leave it. */
export interface OpenWorld {
  readonly world: World;
  /** Does everything that was kept by `addCleanup`, then lets the output drain. Errors are thrown at the end. */
  readonly close: () => Promise<void>;
}

/** Opens the real world: from here on signals are ours to handle. */
export function openWorld(
  argv: readonly string[],
  options: GlobalOptions,
  installation: Installation,
): OpenWorld {
  const { output, terminal, drain } = createOutput(options);
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
      interrupt.abort(new InterruptedError(`Stopped by ${name}`));
    });
  }
  const cwd = workingDirectory();
  const cleanups: Cleanup[] = [];
  const world: World = {
    ...output,
    argv,
    env: process.env,
    cwd,
    files: createFiles(cwd),
    installation,
    terminal,
    verbose: options.verbose,
    now: () => new Date(),
    signal: interrupt.signal,
    addCleanup(cleanUp) {
      const once = onlyOnce(cleanUp);
      cleanups.push(once);
      return once;
    },
  };
  return {
    world,
    async close() {
      const errors = await runAll(cleanups.reverse());
      await drain();
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** When the folder was removed there still has to be a world to say so in: then, where a shell says that we are. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return process.env['PWD'] ?? '/';
  }
}

type Cleanup = () => Promise<void>;

function onlyOnce(cleanUp: () => void | Promise<void>): Cleanup {
  let done: Promise<void> | undefined;
  return () => (done ??= Promise.resolve().then(cleanUp));
}

async function runAll(cleanups: readonly Cleanup[]): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  for (const cleanUp of cleanups) {
    try {
      await cleanUp();
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
}
