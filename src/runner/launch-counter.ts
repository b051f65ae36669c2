import { EnvironmentError } from '../errors.ts';
import { keeperOf } from '../results/kept-variables.ts';
import { type Saved, traceOf, traceOfShims, type Trace } from '../results/trace.ts';
import { shimCommand } from '../trace/shim-command.ts';
import { type RunningTrace, traceCommand, type TraceRequest } from '../trace/trace-command.ts';
import { findTracer, type TracerSearch } from '../trace/tracer.ts';

/** A way to count what a command launches. */
export interface LaunchCounter {
  /** What it cannot see, in a sentence; null: it sees everything. */
  readonly blindness: string | null;
  /** The only executables that it counts; null: it counts all. */
  readonly executables: readonly string[] | null;
  /** Runs a command and counts; `saved` is what is kept so that launches can be made again. */
  start(request: CountRequest): Promise<RunningTrace<Trace>>;
}

/** A command whose launches are counted. */
export interface CountRequest extends Omit<TraceRequest, 'recording'> {
  /** What is kept so that launches can be made again; shims cannot tell it. */
  readonly saved?: Saved | undefined;
}

/**
 * The best way that there is: a tracer, else shims for the executables that are named.
 *
 * @param shims - names of executables that may be counted by shims where no tracer can be used
 * @throws EnvironmentError when there is neither
 */
export async function openLaunchCounter(
  search: TracerSearch,
  shims: readonly string[],
): Promise<LaunchCounter> {
  try {
    const tracer = await findTracer(search);
    return {
      blindness: null,
      executables: null,
      start: async ({ saved, ...request }) =>
        recorded(
          await traceCommand(tracer, {
            ...request,
            recording: saved && { keepsVariable: keeperOf(saved.variables) },
          }),
          (found) => traceOf(found, { command: commandOf(request), tracer, saved }),
        ),
    };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    if (shims.length > 0) return shimCounter(shims, error.message);
    throw new EnvironmentError(error.message, {
      hint: `${error.hint ?? ''} Without it, named executables can be counted: --shim git,node.`.trim(),
      cause: error,
    });
  }
}

function shimCounter(names: readonly string[], why: string): LaunchCounter {
  return {
    blindness: `Counted by shims, so only ${names.join(', ')}, and only where called by name: ${why}`,
    executables: names,
    start: (request) =>
      Promise.resolve(
        recorded(shimCommand(names, request), (found) =>
          traceOfShims(found, { command: commandOf(request), executables: names }),
        ),
      ),
  };
}

function commandOf({ argv, cwd }: Pick<TraceRequest, 'argv' | 'cwd'>): Trace['command'] {
  return { argv, cwd };
}

function recorded<Found>(running: RunningTrace<Found>, record: (found: Found) => Trace): RunningTrace<Trace> {
  return {
    forward: (signal) => {
      running.forward(signal);
    },
    done: running.done.then(record),
  };
}
