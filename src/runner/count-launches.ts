import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import { installedTracer } from '../launch/installed-helper.ts';
import type { Trace } from '../results/trace.ts';

/** How `countLaunches` runs a command; what is left out is as it is for this process. */
export interface CountLaunchesOptions {
  /** Working directory. */
  readonly cwd?: string | undefined;
  /** The whole environment of the command. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Where its output goes, and whether it reads our input: nowhere and no, unless told. */
  readonly stdio?: 'ignore' | 'inherit' | undefined;
  /** After so many milliseconds everything is ended and the count fails; never unless told. */
  readonly timeoutMs?: number | undefined;
  /** How long processes that the command leaves behind may go on; 10 s unless told. */
  readonly lingerMs?: number | undefined;
  /** Processes, threads and programs that may come to be before everything is ended; 1 000 000 unless told. */
  readonly limit?: number | undefined;
  /** Executables that are counted by shims, and nothing else is, where no tracer can be used. */
  readonly shims?: readonly string[] | undefined;
  /** When it fires, everything is ended and the count is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command under a tracer and counts every launch and fork in its tree. How the command ended is in `status`; that it
 * failed is no error.
 *
 * @param argv - the command and its arguments; no shell takes them apart
 * @throws CommandError when there is no such command
 * @throws EnvironmentError when there is no tracer, or it may not trace
 * @throws LaunchError when its time is over, or it started too much
 * @throws CountError when the count cannot be trusted
 */
export async function countLaunches(
  argv: readonly string[],
  options: CountLaunchesOptions = {},
): Promise<Trace> {
  const [program, ...words] = checkedArgv(argv);
  const { openLaunchCounter } = await import('./launch-counter.ts');
  const { cwd = process.cwd(), env = process.env, signal } = options;
  const counter = await openLaunchCounter(
    { ownPath: ownTracer(), path: process.env['PATH'] },
    options.shims ?? [],
  );
  const { done } = await counter.start({
    argv: [program, ...words],
    cwd,
    env,
    stdio: options.stdio ?? 'ignore',
    timeoutMs: options.timeoutMs ?? null,
    lingerMs: options.lingerMs ?? 10_000,
    limit: options.limit ?? 1_000_000,
    signal,
  });
  return done;
}

/** The tracer in our package; null where there is none, as when we are part of another program's bundle. */
function ownTracer(): string | null {
  let manifest: string;
  try {
    manifest = createRequire(import.meta.url).resolve('launchbench/package.json');
  } catch {
    // A bundle that is CommonJS does not even have import.meta.url.
    return null;
  }
  return installedTracer(dirname(manifest), process.env);
}

/** JavaScript calls it too, where the compiler checks nothing. */
function checkedArgv(argv: unknown): readonly [string, ...string[]] {
  if (Array.isArray(argv) && argv.every((word) => typeof word === 'string')) {
    const [program, ...words] = argv;
    if (program !== undefined) return [program, ...words];
  }
  throw new UsageError('countLaunches: expected a command and its arguments, as in ["git", "status"]', {
    hint: 'A line for a shell is given as ["sh", "-c", "git status | cat"].',
  });
}
