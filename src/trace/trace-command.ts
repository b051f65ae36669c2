import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { ChildEnd } from '../core/overrides/server.ts';
import { CommandError, CountError, EnvironmentError, EXIT, LaunchError } from '../errors.ts';
import { makeTemporaryFolder } from '../provision/make-temporary-folder.ts';
import { plural } from '../plural.ts';
import { formatCommandLine } from '../shell-words.ts';
import { errnoWords, errorCode, systemErrorWords } from '../system-errors.ts';
import { locateCommand } from '../launch/locate-command.ts';
import { nodeSpawnFailure } from '../launch/node-spawn-failure.ts';
import { startTimeLimit } from '../launch/time-limit.ts';
import { lookUpProcessPath } from './look-up-process-path.ts';
import type { NotedOfPrograms, TracedTree } from './process-tree.ts';
import type { TraceLog } from './trace-log.ts';
import { endTracedTasks, forwardSignal } from './traced-tasks.ts';
import type { Tracer } from './tracer.ts';

/** Most that outlives its command ends at once; nothing is said about that. */
const NOTICE_MS = 500;

/** A command to be traced. */
export interface TraceRequest {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it reads from and writes to: our own streams, nothing, or open files: its input, output and error. */
  readonly stdio: 'inherit' | 'ignore' | readonly [stdin: number, stdout: number, stderr: number];
  /** After so many milliseconds everything is ended and the count fails; null: never. */
  readonly timeoutMs: number | null;
  /** How long processes that the command leaves behind may go on, before they are ended. */
  readonly lingerMs: number;
  /** Processes, threads and programs that may come to be, before everything is ended and the count fails. */
  readonly limit: number;
  /** What is noted so that launches can be made again; nothing unless told. */
  readonly recording?: Pick<NotedOfPrograms, 'keepsVariable'> | undefined;
  /** When it fires, everything is ended. */
  readonly signal?: AbortSignal | undefined;
  /** Is told when the command has ended and others have not: their programs, by process. */
  readonly onLingering?: ((running: ReadonlyMap<number, string>) => void) | undefined;
}

/** A command that is being traced. */
export interface RunningTrace<Found> {
  /** Passes a signal on to the command, unless the terminal has sent it to the command as well. */
  forward(signal: NodeJS.Signals): void;
  /**
   * Comes when the command and everything that it started have ended.
   *
   * @throws CommandError when the command could not be executed
   * @throws LaunchError when its time is over, or it started too much
   * @throws CountError when the count cannot be trusted
   */
  readonly done: Promise<Found>;
}

/** What a traced command did. */
export interface CommandTrace {
  readonly tree: TracedTree;
  /** How the command itself ended. */
  readonly end: ChildEnd;
  /** Programs that were still running a while after the command, by process; they were ended. */
  readonly leftBehind: ReadonlyMap<number, string>;
}

/**
 * Runs a command under a tracer as it would run without: in our process group, on our terminal, with our streams. What
 * the tracer writes comes through a FIFO and is read while it comes, so that no log is kept.
 *
 * @throws CommandError when there is no such command
 * @throws LaunchError when its working directory is not there, or its arguments are larger than the kernel allows
 * @throws EnvironmentError when a FIFO cannot be made
 */
export async function traceCommand(
  tracer: Tracer,
  request: TraceRequest,
): Promise<RunningTrace<CommandTrace>> {
  const { argv, cwd, env } = request;
  const located = locateCommand(argv[0], env['PATH'], cwd);
  if (located.kind !== 'found') throw cannotRun(argv[0], located);
  request.signal?.throwIfAborted();
  const folder = makeTemporaryFolder();
  try {
    return run(tracer, request, folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function makeFifo(path: string): void {
  try {
    const folders = [process.env['PATH'], '/usr/bin', '/bin'].filter(Boolean);
    execFileSync('mkfifo', ['-m', '600', path], { stdio: 'ignore', env: { PATH: folders.join(':') } });
  } catch (cause) {
    throw new EnvironmentError(`Cannot make a FIFO with mkfifo: ${systemErrorWords(cause)}`, { cause });
  }
}

function run(tracer: Tracer, request: TraceRequest, folder: string): RunningTrace<CommandTrace> {
  const fifo = join(folder, 'trace.fifo');
  makeFifo(fifo);
  // Opened before the tracer does, which would wait for a reader; not to be waited for ourselves.
  const source = new Socket({
    fd: openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  const { recording } = request;
  const keepsVariable = recording?.keepsVariable ?? null;
  const lookUp = recording === undefined ? null : lookUpProcessPath;
  const log = tracer.openLog('the trace', request.cwd, { keepsVariable, lookUp });
  const [program, ...words] = [
    ...tracer.command(fifo, { environments: keepsVariable !== null }),
    ...request.argv,
  ];
  let traced: ChildProcess;
  try {
    traced = spawn(program, words, {
      cwd: request.cwd,
      env: request.env,
      stdio: typeof request.stdio === 'string' ? request.stdio : [...request.stdio],
    });
  } catch (error) {
    source.destroy();
    throw nodeSpawnFailure(error, request.argv[0], request.cwd);
  }
  let leftBehind: ReadonlyMap<number, string> = new Map();
  let lingering: NodeJS.Timeout | undefined;
  let notice: NodeJS.Timeout | undefined;
  const endAll = (): void => {
    if (traced.pid !== undefined && traced.exitCode === null) endTracedTasks(traced.pid);
  };
  const stop = stopOf(request, () => overtime(request, soFar(log)));
  stop.signal.addEventListener('abort', endAll);

  source.setEncoding('latin1');
  source.on('data', (piece: string) => {
    if (stop.signal.aborted) return;
    try {
      log.read(piece);
      if (log.tree.size() > request.limit) throw tooMany(request, log);
    } catch (error) {
      stop.abort(error);
      return;
    }
    if (lingering !== undefined || log.tree.rootEnd() === null || log.tree.living().length === 0) return;
    lingering = startTimeLimit(request.lingerMs, () => {
      leftBehind = log.tree.running();
      endAll();
    });
    notice = setTimeout(() => request.onLingering?.(log.tree.running()), NOTICE_MS);
  });

  const ended = new Promise<number | null>((resolve, reject) => {
    traced.once('error', (error) => {
      reject(nodeSpawnFailure(error, request.argv[0], request.cwd));
    });
    traced.once('exit', resolve);
  });
  const read = new Promise<void>((resolve, reject) => {
    source.once('error', reject);
    source.once('end', resolve);
  });
  const finish = async (): Promise<CommandTrace> => {
    try {
      const status = await ended;
      endReading(fifo);
      await read;
      stop.signal.throwIfAborted();
      return result(log, request, status, leftBehind);
    } finally {
      stop.release();
      clearTimeout(lingering);
      clearTimeout(notice);
      source.destroy();
      await rm(folder, { recursive: true, force: true });
    }
  };
  return {
    forward(signal) {
      if (log.tree.rootEnd() === null) forwardSignal(log.tree.rootPid(), signal);
    },
    done: finish(),
  };
}

/** Ends a run before its time: when that is over, when the user stops it, or for another reason; the first one counts. */
export function stopOf(
  { timeoutMs, signal }: TraceRequest,
  overtime: () => Error,
): Pick<AbortController, 'abort' | 'signal'> & { readonly release: () => void } {
  const stop = new AbortController();
  const abort = (reason: unknown): void => {
    stop.abort(reason);
  };
  const limit = startTimeLimit(timeoutMs, () => {
    abort(overtime());
  });
  const interrupt = (): void => {
    abort(signal?.reason);
  };
  signal?.addEventListener('abort', interrupt);
  const release = (): void => {
    clearTimeout(limit);
    signal?.removeEventListener('abort', interrupt);
  };
  return { signal: stop.signal, abort, release };
}

/** Where the tracer never opened the FIFO, reading would never end: a writer that comes and goes ends it. */
function endReading(fifo: string): void {
  try {
    closeSync(openSync(fifo, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (error) {
    // No reader: it has ended already.
    if (errorCode(error) !== 'ENXIO') throw error;
  }
}

function result(
  log: TraceLog,
  { argv }: TraceRequest,
  status: number | null,
  leftBehind: ReadonlyMap<number, string>,
): CommandTrace {
  const rootEnd = log.tree.rootEnd();
  if (log.rootFailure !== null) {
    const exitStatus = log.rootFailure === 'ENOENT' ? EXIT.notFound : EXIT.notExecutable;
    throw cannotRun(argv[0], { why: reasonFor(log.rootFailure), exitStatus });
  }
  if (rootEnd === null) {
    throw new CountError(`the tracer ended with status ${status ?? 'unknown'} before the command did`, {
      hint: 'What it wrote is above; nothing was counted.',
    });
  }
  return { tree: log.end(), end: rootEnd.end, leftBehind };
}

/** The error for a command that could not be executed. */
export function cannotRun(
  command: string,
  { why, exitStatus }: { readonly why: string; readonly exitStatus: CommandError['exitStatus'] },
): CommandError {
  return new CommandError(`cannot run ${JSON.stringify(command)}: ${why}`, { exitStatus });
}

/** Of a file that is there and may be executed. */
function reasonFor(errno: string): string {
  switch (errno) {
    case 'ENOENT':
      return 'the interpreter or dynamic linker that it names is not there';
    case 'ENOEXEC':
      return 'it is no program of this machine, nor a script that begins with #!';
    default:
      return errnoWords(errno);
  }
}

/** The error for a command whose time is over; `soFar` says what it did until then. */
export function overtime({ argv, timeoutMs }: TraceRequest, soFar = ''): LaunchError {
  return new LaunchError(
    `${formatCommandLine(argv)}: not over after ${(timeoutMs ?? 0) / 1000} s, so it was ended with all that it started`,
    { hint: `${soFar} That is not the whole, so nothing is counted; --timeout gives it more time.`.trim() },
  );
}

function tooMany(request: TraceRequest, log: TraceLog): LaunchError {
  return new LaunchError(
    `${formatCommandLine(request.argv)}: started more than ${request.limit} processes, threads and programs, so it was ended with all of them`,
    { hint: `${soFar(log)} If that is as it should be, raise --limit.` },
  );
}

function soFar({ tree }: TraceLog): string {
  return `By then ${plural(tree.size(), 'process, thread or program', 'processes, threads and programs')} had been started.`;
}
