import { CountError } from '../errors.ts';
import { type NotedOfPrograms, ProcessTree, type TracedTree } from './process-tree.ts';
import { readEvent } from './strace-log.ts';
import { StraceTextError } from './strace-text.ts';

/** A file that strace wrote: with -ff one for each process, which is in its name. */
export interface LogFile {
  readonly name: string;
  readonly pid: number | null;
  readonly text: string;
}

/** What was launched, as a log tells that was written with whatever options. */
export interface ForeignTrace {
  readonly tree: TracedTree;
  /** Whether lines say when something happened, and on which day. */
  readonly clock: 'none' | 'without-date' | 'whole';
  /** Whether it tells how processes ended, without which nobody knows whether it is whole. */
  readonly tellsEnds: boolean;
  /** Whether it tells who created every process. */
  readonly tellsCreators: boolean;
}

/**
 * Reads a log that strace -f wrote somewhere else, with whatever else it was told. What the log does not tell is said
 * and not guessed; what it should tell and does not is an error, because a count that may be short is worse than none.
 *
 * @param keepsVariable - which variables of environments are kept, where the log shows them; null: none
 * @throws CountError naming file and line, when one cannot be understood, or the log is not whole
 */
export function readForeignLog(
  files: readonly [LogFile, ...LogFile[]],
  keepsVariable: NotedOfPrograms['keepsVariable'] = null,
): ForeignTrace {
  const entries = inOrder(files.map((file) => [...entriesOf(file)]));
  const [first] = entries;
  const { name } = files[0];
  if (first === undefined || !FIRST.test(first.event)) throw beginsElsewhere(name, first);
  const tree = new ProcessTree(null, { abbreviated: true, keepsVariable });
  const hasTimes = entries.every(({ time }) => time !== null);
  for (const { pid, time, event, file, line } of entries) {
    if (event.startsWith('+++ exited ') && tree.callOf(pid)?.startsWith('execve') === true) {
      throw broken(file, line, `it is not told whether the exec in process ${pid} succeeded`);
    }
    try {
      readEvent(tree, pid, hasTimes ? (time?.seconds ?? 0) : 0, event);
    } catch (error) {
      if (error instanceof StraceTextError) throw broken(file, line, error.message, error);
      throw error;
    }
  }
  const tellsEnds = entries.some(({ event }) => event.startsWith('+++ '));
  const lost = tree.living();
  if (tellsEnds && lost.length > 0) {
    throw new CountError(`${name}: the end of process ${lost.slice(0, 10).join(', ')} is missing`, {
      hint: 'The log was cut short, or written without -f, which follows what a command starts; of -ff, all files are needed.',
    });
  }
  const [root, ...others] = tree.launches();
  if (root === undefined) throw beginsElsewhere(name, first);
  return {
    tree: { launches: [root, ...others], forks: tree.forks() },
    clock: !hasTimes ? 'none' : entries.every(({ time }) => time?.isDated) ? 'whole' : 'without-date',
    tellsEnds,
    tellsCreators: tree.orphans() === 0,
  };
}

/** One thing that happened to a process. */
interface Entry {
  readonly pid: number;
  readonly time: Time | null;
  /** In the words of strace, without number and time. */
  readonly event: string;
  readonly file: string;
  readonly line: number;
}

interface Time {
  /** Since the epoch, or since some midnight or beginning. */
  readonly seconds: number;
  readonly isDated: boolean;
  /** Whether it tells which of two events came first. */
  readonly isFine: boolean;
}

/** The first thing is that the command is executed. */
const FIRST = /^execve(?:at)?\(.*(?:\) += 0|<unfinished \.\.\.>)/su;

const PREFIX =
  /^(?:\[pid +(\d+)\] |(\d+) +(?![.:\d]*\.\d+ *$))? *(?:(\d\d):(\d\d):(\d\d(?:\.\d+)?) +|(\d+\.\d{3,9}) +)?(.*)$/su;

/** A call that matters; of all others nothing is kept. */
const MATTERS = /^(?:<\.\.\. )?(?:execve|execveat|clone|clone3|fork|vfork|chdir|fchdir)(?:\(| resumed)/u;
const ANY_EVENT =
  /^(?:[a-z_]\w*\(|<\.\.\. \w+ resumed>|--- .* ---$|\?\?\?\(|\[ Process PID=\d+ runs in .* mode\. \]$|strace: |<unfinished \.\.\.>$)/su;
const ENDED = /^\+\+\+ .* \+\+\+$/su;
/** strace says this in the middle of a line where both write to one stream. */
const ATTACHED = /^(.*?)(?:strace: )?Process (\d+) attached(?: \(waiting for parent\))?$/su;
const DETACHED = /<detached \.\.\.>|^(?:strace: )?Process \d+ detached$/u;

/** What of a file matters, in its order. */
function* entriesOf({ name, pid: filePid, text }: LogFile): Generator<Entry> {
  const who = new Numbers(filePid);
  const clock = new Clock();
  let line = 0;
  for (const written of linesOf(text)) {
    line += 1;
    const [, bracketed, plain, hours, minutes, seconds, stamp, rest = ''] = PREFIX.exec(written) ?? [];
    const time = clock.read({ hours, minutes, seconds, stamp });
    const [, interrupted, attached] = ATTACHED.exec(rest) ?? [];
    const event =
      interrupted === undefined ? withoutDuration(rest) : interrupted && `${interrupted} <unfinished ...>`;
    if (DETACHED.test(event)) {
      throw broken(name, line, 'strace let go of the process here and saw nothing of it any more');
    }
    const isEnd = ENDED.test(event);
    const tail = bracketed === undefined && plain === undefined ? who.tail(rest) : null;
    if (tail !== null) {
      who.follow(tail.pid, tail.event);
      if (MATTERS.test(tail.event)) yield { ...tail, time, file: name, line };
      continue;
    }
    if (event !== '' && !isEnd && !ANY_EVENT.test(event)) {
      throw broken(name, line, `not a line of strace: ${JSON.stringify(written.slice(0, 80))}`);
    }
    const pid = event === '' ? null : who.of(bracketed ?? plain, event);
    if (attached === undefined) who.goOn();
    else who.began(Number(attached), pid);
    if (pid === null) {
      if (isEnd || MATTERS.test(event)) {
        throw broken(name, line, 'it is not told which process this is; strace -f -o LOG tells it');
      }
      continue;
    }
    who.follow(pid, event);
    if (isEnd || MATTERS.test(event)) {
      yield { pid, time, event: event.replace(/ <unavailable>$/u, ''), file: name, line };
    }
  }
  if (text !== '' && !text.endsWith('\n')) throw broken(name, line + 1, 'the last line is cut short');
}

function* linesOf(text: string): Generator<string> {
  let from = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
    yield text.slice(from, end);
    from = end + 1;
  }
}

/** Without what -T adds to a call. */
function withoutDuration(event: string): string {
  return event.replace(/ <\d+\.\d+>$/u, '');
}

/**
 * Which process a line is about. strace without -o names processes only while there are several, and the first one
 * only then.
 */
class Numbers {
  readonly #file: number | null;
  readonly #living = new Set<number>();
  /** Those of them that strace has told of: while there is but one, it does not name it. */
  readonly #told = new Set<number>();
  /** The process in whose line strace has just said that another is there. */
  #brokenOff: number | null = null;
  /** The number that stands for the first process until its own is told, and its own. */
  #root: number | null = null;
  /** The call in which a process stands, by process. */
  readonly #within = new Map<number, string>();

  constructor(file: number | null) {
    this.#file = file;
  }

  /** null: it is not told. */
  of(written: string | undefined, event: string): number | null {
    if (written !== undefined) return this.#known(Number(written), event);
    if (this.#file !== null) return this.#file;
    if (this.#living.size === 0 && this.#root === null) return this.#tell(UNNUMBERED);
    const [only, ...others] = this.#told.size === 0 ? this.#living : this.#told;
    return only !== undefined && others.length === 0 ? this.#tell(only) : null;
  }

  #tell(pid: number): number {
    this.#living.add(pid);
    this.#told.add(pid);
    return pid;
  }

  #known(pid: number, event: string): number {
    if (pid === this.#root) return UNNUMBERED;
    if (this.#living.has(pid) || this.#root !== null || !this.#living.has(UNNUMBERED)) {
      return this.#tell(pid);
    }
    const within = this.#within.get(UNNUMBERED);
    if (within !== undefined && !event.startsWith(`<... ${within} resumed>`)) return this.#tell(pid);
    this.#root = pid;
    return UNNUMBERED;
  }

  /**
   * The end of a call without its beginning: of one in whose line strace said something itself; and strace -z may leave
   * out whose call it is that ends, and which, known where one process alone stands in a call. Seen with strace 6.1.
   */
  tail(rest: string): { readonly pid: number; readonly event: string } | null {
    const [only, ...others] = this.#within;
    const pid = this.#brokenOff ?? (TAIL.test(rest) && others.length === 0 ? only?.[0] : undefined);
    const call = pid === undefined ? undefined : this.#within.get(pid);
    if (pid === undefined || call === undefined || ANY_EVENT.test(rest) || ENDED.test(rest)) return null;
    this.#brokenOff = null;
    return { pid, event: `<... ${call} resumed>${withoutDuration(rest)}` };
  }

  /** A process or thread is there, which strace said in the line of another; null: in one of its own. */
  began(pid: number, within: number | null): void {
    this.#tell(pid);
    this.#brokenOff = within ?? this.#brokenOff;
  }

  /** Another line has begun. */
  goOn(): void {
    this.#brokenOff = null;
  }

  follow(pid: number, event: string): void {
    if (ENDED.test(event)) {
      this.#within.delete(pid);
      this.#living.delete(pid);
      this.#told.delete(pid);
      return;
    }
    const [, call] = /^(?:<\.\.\. )?(\w+)(?:\(| resumed)/u.exec(event) ?? [];
    if (call === undefined) return;
    if (event.endsWith('<unfinished ...>')) {
      this.#within.set(pid, call);
      return;
    }
    this.#within.delete(pid);
    const [, child] = CREATED.exec(event) ?? [];
    if (child !== undefined) this.#living.add(Number(child));
  }
}

/** The end of a call without its beginning. */
const TAIL = /^(?:[^\w<+?-]|0x[\da-f]+, ).*\) += |^\) += /su;

/** No process has it. */
const UNNUMBERED = 0;

/** The end of a call that created a process or thread. */
const CREATED = /^(?:<\.\.\. )?(?:clone3?|v?fork)(?:\(| resumed).*\) += ([1-9]\d*)/su;

/** What the times of a file mean. */
class Clock {
  #last = 0;
  #days = 0;

  read({
    hours,
    minutes,
    seconds,
    stamp,
  }: Readonly<Record<'hours' | 'minutes' | 'seconds' | 'stamp', string | undefined>>): Time | null {
    if (stamp !== undefined) {
      const value = Number(stamp);
      // -r tells what passed since the line before; no log is from 1970.
      const isDated = value > YEAR_S;
      this.#last = isDated ? value : this.#last + value;
      return { seconds: this.#last, isDated, isFine: isDated };
    }
    if (hours === undefined) return null;
    const ofDay = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    // Midnight passed; processes may be told of a little out of order.
    if (ofDay < this.#last - DAY_S / 2) this.#days += 1;
    this.#last = ofDay;
    return { seconds: this.#days * DAY_S + ofDay, isDated: false, isFine: seconds?.includes('.') === true };
  }
}

const DAY_S = 24 * 60 * 60;
const YEAR_S = 365 * DAY_S;

/**
 * The files of one trace as one: by time where that tells what came first, else each process behind the call that
 * created it.
 */
function inOrder(files: readonly (readonly Entry[])[]): readonly Entry[] {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only;
  const byPid = new Map(
    files.flatMap((entries) => (entries[0] === undefined ? [] : [[entries[0].pid, entries]])),
  );
  const created = new Set(
    files.flat().flatMap(({ event }) => CREATED.exec(event)?.slice(1).map(Number) ?? []),
  );
  const roots = [...byPid.keys()].filter((pid) => !created.has(pid)).sort((a, b) => a - b);
  const spliced: Entry[] = [];
  const waiting = [...roots, ...byPid.keys()].map((pid) => ({ pid, next: 0 })).reverse();
  const begun = new Set<number>();
  for (let at = waiting.at(-1); at !== undefined; at = waiting.at(-1)) {
    const entries = byPid.get(at.pid) ?? [];
    const entry = at.next === 0 && begun.has(at.pid) ? undefined : entries[at.next];
    begun.add(at.pid);
    if (entry === undefined) {
      waiting.pop();
      continue;
    }
    at.next += 1;
    spliced.push(entry);
    const child = Number(CREATED.exec(entry.event)?.[1]);
    if (byPid.has(child) && !begun.has(child)) waiting.push({ pid: child, next: 0 });
  }
  return spliced.every(({ time }) => time?.isFine === true)
    ? spliced.sort((a, b) => (a.time?.seconds ?? 0) - (b.time?.seconds ?? 0))
    : spliced;
}

function beginsElsewhere(name: string, first: Entry | undefined): CountError {
  const where = first === undefined ? name : `${first.file}:${first.line}`;
  return new CountError(
    first === undefined
      ? `${where}: no launch is in this log`
      : `${where}: expected the exec of a command first, found ${JSON.stringify(first.event.slice(0, 80))}`,
    {
      hint: 'Expected a log of strace from its beginning, as of `strace -f -tt -s 4096 -o LOG CMD`: other tools write other logs, and strace -p begins in the middle.',
    },
  );
}

function broken(name: string, line: number, what: string, cause?: unknown): CountError {
  return new CountError(`${name}:${line}: ${what}`, {
    hint: 'A log of `strace -f -tt -s 4096 -o LOG CMD` can be read; from one that is damaged or cut short nothing is counted.',
    cause,
  });
}
