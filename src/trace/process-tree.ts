import type { ChildEnd } from '../core/overrides/server.ts';
import { type ExecArguments, parseExecArguments, StraceTextError } from './strace-text.ts';

/** One launch as the tracer saw it: one exec that succeeded, by whatever process. */
export interface TracedLaunch extends ExecArguments {
  /** The process, also where one of its threads made the call. */
  readonly pid: number;
  /** The process that created it; null for the root, and where that process died creating it. */
  readonly parentPid: number | null;
  /** Place among the execs of this process, from 0: a chain of them is several launches in one process. */
  readonly image: number;
  /** Seconds since the epoch. */
  readonly startS: number;
  readonly endS: number;
  /** `replaced`: the process went on as another program. */
  readonly end: ChildEnd | { readonly kind: 'replaced' };
}

/** Everything that was launched below one command. */
export interface TracedTree {
  /** In order; the first is the root: the traced command itself, which is no launch of its own. */
  readonly launches: readonly [TracedLaunch, ...TracedLaunch[]];
  /** Processes that were created and never executed a program. Threads are none. */
  readonly forks: number;
}

/** A process or thread, from its creation to its end; numbers are used again, so the number is not its identity. */
interface Task {
  readonly pid: number;
  /** The task that created it; undefined while that is not known. */
  creator: Task | undefined;
  isThread: boolean;
  readonly images: Image[];
  /** Both of no meaning while it lives. */
  endS: number;
  end: ChildEnd;
}

interface Image extends ExecArguments {
  readonly task: Task;
  readonly position: number;
  readonly startS: number;
}

const REPLACED = { kind: 'replaced' } as const;
const UNKNOWN = { kind: 'exited', status: 0 } as const;

/** The processes of a trace as they come and go. */
export class ProcessTree {
  readonly #tasks: Task[] = [];
  readonly #living = new Map<number, Task>();
  /** Tasks that were seen before the call that created them returned, by number. */
  readonly #orphans = new Map<number, Task[]>();
  readonly #suspended = new Map<number, { readonly call: string; readonly text: string }>();
  readonly #images: Image[] = [];

  /** A call whose second half comes later. */
  suspend(pid: number, call: string, text: string): void {
    this.#task(pid);
    this.#suspended.set(pid, { call, text });
  }

  /** The first half of a call; null when an exec of a thread has already been taken for it. */
  resume(pid: number, call: string): string | null {
    const suspended = this.#suspended.get(pid);
    if (suspended?.call !== call) {
      if (this.#task(pid).images.length > 0 && call.startsWith('execve')) return null;
      throw new StraceTextError(`the beginning of ${call} in process ${pid} is missing`);
    }
    this.#suspended.delete(pid);
    return suspended.text;
  }

  exec(pid: number, time: number, given: ExecArguments): void {
    const task = this.#task(pid);
    const image = { ...given, task, position: task.images.length, startS: time };
    task.images.push(image);
    this.#images.push(image);
  }

  clone(pid: number, child: number, time: number, isThread: boolean): void {
    const creator = this.#task(pid);
    const task = this.#orphans.get(child)?.shift() ?? this.#begin(child);
    task.creator = creator;
    task.isThread = isThread;
  }

  end(pid: number, time: number, end: ChildEnd): void {
    const task = this.#task(pid);
    task.endS = time;
    task.end = end;
    this.#living.delete(pid);
    this.#suspended.delete(pid);
  }

  /** A thread executed a program: it takes the number of its process, and its own is gone. */
  supersede(pid: number, thread: number, time: number): void {
    const suspended = this.#suspended.get(thread);
    if (suspended?.call !== 'execve' && suspended?.call !== 'execveat') {
      throw new StraceTextError(`process ${pid} became its thread ${thread}, of which no exec is known`);
    }
    const task = this.#task(thread);
    task.isThread = true;
    this.#suspended.delete(pid);
    this.end(thread, time, { kind: 'exited', status: 0 });
    this.exec(pid, time, parseExecArguments(suspended.call, suspended.text));
  }

  living(): readonly number[] {
    return [...this.#living.keys()];
  }

  forks(): number {
    return this.#tasks.filter((task, index) => index > 0 && !task.isThread && task.images.length === 0)
      .length;
  }

  launches(): readonly TracedLaunch[] {
    return this.#images.map(({ task, position, ...image }) => {
      const next = task.images[position + 1];
      return {
        pid: task.pid,
        parentPid: task.creator === undefined ? null : processOf(task.creator).pid,
        image: position,
        ...image,
        endS: next?.startS ?? task.endS,
        end: next === undefined ? task.end : REPLACED,
      };
    });
  }

  #task(pid: number): Task {
    const living = this.#living.get(pid);
    if (living !== undefined) return living;
    const task = this.#begin(pid);
    const waiting = this.#orphans.get(pid);
    // The root was created by the tracer; everything else by a call that is still to be seen.
    if (this.#tasks.length === 1) return task;
    if (waiting === undefined) this.#orphans.set(pid, [task]);
    else waiting.push(task);
    return task;
  }

  #begin(pid: number): Task {
    const task: Task = { pid, creator: undefined, isThread: false, images: [], endS: 0, end: UNKNOWN };
    this.#tasks.push(task);
    this.#living.set(pid, task);
    return task;
  }
}

function processOf(task: Task): Task {
  return task.isThread && task.creator !== undefined ? processOf(task.creator) : task;
}
