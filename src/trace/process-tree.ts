import type { ChildEnd } from '../core/overrides/server.ts';
import { processPathsIn } from './process-paths.ts';
import { type ExecArguments, type ExecReading, StraceTextError } from './strace-text.ts';

/** One launch as the tracer saw it: one exec that succeeded, by whatever process. */
export interface TracedLaunch extends ExecArguments {
  /** The process, also where one of its threads made the call. */
  readonly pid: number;
  /** The process that created it; null for the root, and where that process died creating it. */
  readonly parentPid: number | null;
  /** Place among the execs of this process, from 0: a chain of them is several launches in one process. */
  readonly image: number;
  /** Index of the launch that this one came from: of the program that created its process, or that it replaced. */
  readonly startedBy: number | null;
  /** Working directory when it began; null where the log does not tell. */
  readonly cwd: string | null;
  /** Files of the same name that its process tried to execute before, as along PATH; no more than 100. */
  readonly tried: readonly string[];
  /** What `/proc/self/fd/9` and its like in its arguments led to, as far as that was looked up. */
  readonly processPaths: Readonly<Record<string, string>>;
  /** Processes that this program, or one that it forked, created and that never executed a program. */
  readonly forks: number;
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
  /** The task that created it, and how many programs that had executed by then; undefined while it is not known. */
  creator: { readonly task: Task; readonly images: number } | undefined;
  isThread: boolean;
  readonly images: Image[];
  readonly origin: Origin;
  /** Shared by tasks that were created with CLONE_FS, as threads are. */
  place: { folder: Folder };
  /** Files that it failed to execute since it began or executed another. */
  tried: string[];
  hasEnded: boolean;
  /** Both of no meaning while it lives. */
  endS: number;
  end: ChildEnd;
}

interface Image {
  readonly task: Task;
  readonly position: number;
  readonly seq: number;
  readonly folder: Folder;
  /** What is told of it as it was noted. */
  readonly noted: ExecArguments & Pick<TracedLaunch, 'tried' | 'processPaths' | 'startS'>;
  forks: number;
}

/** What is noted of programs, beside that they were executed. */
export interface NotedOfPrograms extends ExecReading {
  /** Says what paths lead to that mean something in one process alone; null: nothing does. */
  readonly lookUp: LookUp | null;
}

/** Says what a path leads to in a process; null: to nothing that is known. */
export type LookUp = (pid: number, path: string) => string | null;

/** A working directory: where the process began, or a whole path, and what it changed to from there. */
interface Folder {
  readonly origin: Origin;
  readonly changes: string;
}

/** Where a process began; null while the call that created it has not returned, and where nothing tells. */
interface Origin {
  path: string | null;
  /** The folder of its creator, where that one waits for the same. */
  from: Folder | null;
}

const REPLACED = { kind: 'replaced' } as const;
const UNKNOWN = { kind: 'exited', status: 0 } as const;

/** All arguments together are kept up to so many characters; what comes then keeps the beginning of them. */
const MOST_ARGUMENTS = 64 * 1024 * 1024;
const BEGINNING = 1024;

/** No PATH is that long, and a process may try without end. */
const MOST_TRIED = 100;

/** Source: PATH_MAX, limits.h. Whoever goes in circles by relative paths is not followed further. */
const LONGEST_PATH = 4096;
const NOWHERE: Folder = { origin: { path: null, from: null }, changes: '' };

/** The processes of a trace as they come and go. What ended without a trace of its own takes no memory. */
export class ProcessTree {
  readonly #living = new Map<number, Task>();
  /** Tasks that were seen before the call that created them returned, by number. */
  readonly #orphans = new Map<number, Task[]>();
  readonly #suspended = new Map<number, { readonly call: string; readonly text: string }>();
  readonly #images: Image[] = [];
  #root: Task | undefined;
  readonly #cwd: string | null;
  #created = 0;
  #forks = 0;
  /** Forks whose creator was still waiting for its own. */
  #unattributed: Task[] = [];
  #argumentsKept = 0;

  /** What is noted of programs. */
  readonly noted: NotedOfPrograms;

  /** @param cwd - working directory of the root; null: it is not known. */
  constructor(cwd: string | null = null, noted: Partial<NotedOfPrograms> = {}) {
    this.#cwd = cwd;
    this.noted = { abbreviated: false, keepsVariable: null, lookUp: null, ...noted };
  }

  /** A call whose second half comes later. */
  suspend(pid: number, call: string, text: string): void {
    this.#task(pid);
    this.#suspended.set(pid, { call, text });
  }

  /** The call whose second half is still to come; undefined: there is none. */
  callOf(pid: number): string | undefined {
    return this.#suspended.get(pid)?.call;
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

  /** A process failed to execute a file. */
  tryExec(pid: number, path: string): void {
    const { tried } = this.#task(pid);
    if (tried.length < MOST_TRIED) tried.push(copy(path));
  }

  exec(pid: number, time: number, given: ExecArguments, lookUp = this.noted.lookUp): void {
    const task = this.#task(pid);
    const name = fileName(given.path);
    const image = {
      task,
      position: task.images.length,
      seq: this.#images.length,
      folder: task.place.folder,
      noted: {
        ...this.#keep(given),
        tried: task.tried.splice(0).filter((path) => fileName(path) === name),
        processPaths: lookUp === null ? {} : lookUpIn([given.path, ...given.argv], pid, lookUp),
        startS: time,
      },
      forks: 0,
    };
    task.place = { folder: task.place.folder };
    task.images.push(image);
    this.#images.push(image);
  }

  clone(
    pid: number,
    child: number,
    { isThread, sharesFolder }: { readonly isThread: boolean; readonly sharesFolder: boolean },
  ): void {
    const creator = this.#task(pid);
    const task = this.#orphans.get(child)?.shift() ?? this.#begin(child);
    if (this.#orphans.get(child)?.length === 0) this.#orphans.delete(child);
    task.creator = { task: creator, images: creator.images.length };
    task.isThread = isThread;
    if (sharesFolder) task.place = creator.place;
    const path = pathOf(creator.place.folder);
    task.origin.path = path;
    if (path === null) task.origin.from = creator.place.folder;
    if (task.hasEnded) this.#countFork(task);
  }

  chdir(pid: number, path: string): void {
    const { place } = this.#task(pid);
    const { origin, changes } = place.folder;
    if (path === '') place.folder = NOWHERE;
    else if (path.startsWith('/')) place.folder = { origin: { path, from: null }, changes: '' };
    else if (changes.length + path.length < LONGEST_PATH)
      place.folder = { origin, changes: `${changes}/${path}` };
    else place.folder = NOWHERE;
  }

  end(pid: number, time: number, end: ChildEnd): void {
    const task = this.#task(pid);
    task.endS = time;
    task.end = end;
    task.hasEnded = true;
    this.#living.delete(pid);
    this.#suspended.delete(pid);
    if (task.creator !== undefined) this.#countFork(task);
  }

  /** The first half of an exec of a thread that took the number of its process meanwhile. */
  resumeExec(thread: number): { readonly call: 'execve' | 'execveat'; readonly text: string } {
    const { call, text = '' } = this.#suspended.get(thread) ?? {};
    if (call !== 'execve' && call !== 'execveat')
      throw new StraceTextError(`a process became its thread ${thread}, of which no exec is known`);
    return { call, text };
  }

  /** A thread executed a program: it takes the number of its process, and its own is gone. */
  supersede(
    pid: number,
    thread: number,
    time: number,
    given: ExecArguments,
    lookUp = this.noted.lookUp,
  ): void {
    const task = this.#task(thread);
    task.isThread = true;
    this.#suspended.delete(pid);
    this.#task(pid).tried = task.tried;
    this.end(thread, time, { kind: 'exited', status: 0 });
    this.exec(pid, time, given, lookUp);
  }

  /** Numbers of the processes and threads that have not ended. */
  living(): readonly number[] {
    return [...this.#living.keys()];
  }

  /** Base name of the program that each living process runs, by number. */
  running(): ReadonlyMap<number, string> {
    const processes = [...this.#living.values()].filter(({ isThread }) => !isThread);
    return new Map(
      processes.map((task) => {
        const image = task.images.at(-1) ?? launcherOf(task);
        return [task.pid, fileName(image?.noted.path ?? '')];
      }),
    );
  }

  /** How and when the root ended; null while it lives. */
  rootEnd(): { readonly end: ChildEnd; readonly endS: number } | null {
    return this.#root?.hasEnded === true ? this.#root : null;
  }

  /** Number of the traced command's process; undefined before it was seen. */
  rootPid(): number | undefined {
    return this.#root?.pid;
  }

  /** Processes and threads that were created so far, and programs that were executed. */
  size(): number {
    return this.#created + this.#images.length;
  }

  /** Processes and threads of which it was not seen who created them. */
  orphans(): number {
    return [...this.#orphans.values()].reduce((sum, { length }) => sum + length, 0);
  }

  forks(): number {
    // Those whose creation was never seen are taken as they appear.
    const orphans = [...this.#orphans.values()].flat();
    return this.#forks + orphans.filter(({ isThread, images }) => !isThread && images.length === 0).length;
  }

  launches(): readonly TracedLaunch[] {
    for (const task of this.#unattributed.splice(0)) {
      const program = launcherOf(task);
      if (program !== undefined) program.forks += 1;
    }
    return this.#images.map(({ task, position, folder, noted, forks }) => {
      const next = task.images[position + 1];
      const from = position > 0 ? task.images[position - 1] : launcherOf(task);
      return {
        ...noted,
        forks,
        pid: task.pid,
        parentPid: task.creator === undefined ? null : processOf(task.creator.task).pid,
        image: position,
        startedBy: from?.seq ?? null,
        cwd: pathOf(folder),
        endS: next?.noted.startS ?? task.endS,
        end: next === undefined ? task.end : REPLACED,
      };
    });
  }

  #task(pid: number): Task {
    const living = this.#living.get(pid);
    if (living !== undefined) return living;
    const task = this.#begin(pid);
    // The root was created by the tracer; everything else by a call that is still to be seen.
    if (this.#root === undefined) {
      this.#root = task;
      task.origin.path = this.#cwd;
      return task;
    }
    const waiting = this.#orphans.get(pid);
    if (waiting === undefined) this.#orphans.set(pid, [task]);
    else waiting.push(task);
    return task;
  }

  #begin(pid: number): Task {
    const origin = { path: null, from: null };
    const task: Task = {
      pid,
      creator: undefined,
      isThread: false,
      images: [],
      origin,
      place: { folder: { origin, changes: '' } },
      tried: [],
      hasEnded: false,
      endS: 0,
      end: UNKNOWN,
    };
    this.#created += 1;
    this.#living.set(pid, task);
    return task;
  }

  #countFork(task: Task): void {
    if (task.isThread || task.images.length > 0) return;
    this.#forks += 1;
    const program = launcherOf(task);
    if (program === undefined) this.#unattributed.push(task);
    else program.forks += 1;
  }

  #keep({ path, argv, isCut: wasCut, interpreter, variables }: ExecArguments): ExecArguments {
    const given = Object.entries(variables ?? {});
    const length = [path, ...argv, ...given.flat()].reduce((sum, word) => sum + word.length, 0);
    const isCut = this.#argumentsKept + length > MOST_ARGUMENTS && length > BEGINNING;
    const kept = isCut ? beginning(argv) : argv;
    this.#argumentsKept += isCut ? BEGINNING : length;
    return {
      path: copy(path),
      argv: kept.map(copy),
      isCut: isCut || wasCut,
      variables:
        variables === null || isCut
          ? null
          : Object.fromEntries(given.map(([name, value]) => [copy(name), copy(value)])),
      interpreter: interpreter && copy(interpreter),
    };
  }
}

function lookUpIn(words: readonly string[], pid: number, lookUp: LookUp): Readonly<Record<string, string>> {
  const paths = [...new Set(words.flatMap(processPathsIn))];
  return Object.fromEntries(
    paths.flatMap((path) => {
      const target = lookUp(pid, path);
      return target === null ? [] : [[path, target]];
    }),
  );
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Without it, a word that was cut out of the log keeps the whole piece of the log in memory. */
function copy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function beginning(argv: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let room = BEGINNING;
  for (const word of argv) {
    if (room <= 0) break;
    kept.push(word.length > room ? `${word.slice(0, room)}…` : word);
    room -= word.length + 1;
  }
  return kept;
}

function processOf(task: Task): Task {
  let process = task;
  while (process.isThread && process.creator !== undefined) process = process.creator.task;
  return process;
}

/** The program that a process ran when it began: that of whoever created it. */
function launcherOf(task: Task): Image | undefined {
  for (let at = task.creator; at !== undefined; at = at.task.creator) {
    const image = at.task.images[at.images - 1];
    if (image !== undefined) return image;
  }
  return undefined;
}

/** A path that goes up may have come through a link, so it is put together and not shortened. */
function pathOf({ origin, changes }: Folder): string | null {
  if (origin.path !== null) return `${origin.path === '/' && changes !== '' ? '' : origin.path}${changes}`;
  const from = origin.from === null ? null : pathOf(origin.from);
  return from === null ? null : `${from}${changes}`;
}
