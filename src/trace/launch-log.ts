import { CountError } from '../errors.ts';
import { signalName } from '../launch/signals.ts';
import { errnoName } from '../launch/spawn-failure.ts';
import { processEntry } from './process-paths.ts';
import type { LookUp, TracedTree } from './process-tree.ts';
import { type ExecArguments, keptVariables } from './strace-text.ts';
import { TraceLog } from './trace-log.ts';

/** More than an event can hold: launch-tracer.c keeps 8 MiB of one exec. */
const MOST_BYTES = 9 * 1024 * 1024;
const LONGEST_LINE = 200;

/** An exec that was asked for, and of which it is not known yet whether it succeeds. */
interface Asked extends ExecArguments {
  readonly timeS: number;
  /** What entries of its folder below /proc led to. */
  readonly links: ReadonlyMap<string, string>;
}

/** Reads what our own tracer writes; its form is described in launch-tracer.c. */
export class LaunchLog extends TraceLog {
  readonly #asked = new Map<number, Asked>();
  /** What was not taken in yet, and how long it has to be before that is tried again. */
  #pieces: string[] = [];
  #length = 0;
  #wanted = 1;
  /** Bytes that were taken in. */
  #at = 0;
  #isOver = false;

  read(piece: string): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length < this.#wanted) return;
    const text = this.#pieces.join('');
    let at = 0;
    while (at < text.length) {
      const begun = text.length - at;
      const taken = this.#take(text, at);
      if (taken > begun) {
        this.#wanted = taken;
        break;
      }
      at += taken;
      this.#at += taken;
      this.#wanted = 1;
    }
    this.#pieces = at === text.length ? [] : [text.slice(at)];
    this.#length = text.length - at;
  }

  override end(): TracedTree {
    if (!this.#isOver || this.#length > 0) this.fail('it ends in the middle');
    return super.end();
  }

  /** Takes in the event that begins there; how long it is, or, where it is not whole yet, has to be at least. */
  #take(text: string, at: number): number {
    const end = text.indexOf('\n', at);
    if (end === -1 || end - at > LONGEST_LINE) {
      if (text.length - at > LONGEST_LINE) this.#unknown(text, at);
      return text.length - at + 1;
    }
    const line = text.slice(at, end);
    const [, size] = PAYLOAD.exec(line) ?? [];
    const length = end + 1 - at + Number(size ?? 0);
    if (Number(size ?? 0) > MOST_BYTES) this.#unknown(text, at);
    if (at + length > text.length) return length;
    if (!this.#event(line, text.slice(end + 1, at + length))) this.#unknown(text, at);
    return length;
  }

  /** Takes in one event; false when it is none. */
  #event(line: string, payload: string): boolean {
    if (this.#isOver) return false;
    if (this.#at === 0) return line === FIRST_LINE;
    const [, asking, timeText, howMuch, argumentCount, variableCount] = ASKED.exec(line) ?? [];
    if (asking !== undefined) {
      const [path, interpreter, ...given] = strings(payload);
      const [argumentsEnd, variablesEnd] = [
        Number(argumentCount),
        Number(argumentCount) + Number(variableCount),
      ];
      if (path === undefined || interpreter === undefined || given.length < variablesEnd) return false;
      const { keepsVariable } = this.tree.noted;
      this.#ask(Number(asking), {
        timeS: seconds(timeText),
        path,
        interpreter: interpreter || null,
        argv: given.slice(0, argumentsEnd),
        isCut: howMuch === 'cut',
        variables: keepsVariable && keptVariables(given.slice(argumentsEnd, variablesEnd), keepsVariable),
        links: new Map(pairs(given.slice(variablesEnd))),
      });
      return true;
    }
    const [, task, caller] = EXECUTED.exec(line) ?? [];
    if (task !== undefined) return this.#execute(Number(task), Number(caller), fromBytes(payload));
    const [, creator, created, kind] = CREATED.exec(line) ?? [];
    if (creator !== undefined) {
      this.#settle(Number(creator));
      this.tree.clone(Number(creator), Number(created), { isThread: kind === 'thread', sharesFolder: false });
      return true;
    }
    const [, ended, endText, how, number] = ENDED.exec(line) ?? [];
    if (ended !== undefined) {
      this.#settle(Number(ended));
      this.tree.end(
        Number(ended),
        seconds(endText),
        how === 'exited'
          ? { kind: 'exited', status: Number(number) }
          : { kind: 'signalled', signal: signalName(Number(number)) },
      );
      return true;
    }
    const [, errno] = REFUSED.exec(line) ?? [];
    if (errno !== undefined) {
      this.rootFailure = errnoName(Number(errno));
      return true;
    }
    this.#isOver = line === 'over';
    return this.#isOver;
  }

  #ask(task: number, asked: Asked): void {
    this.#settle(task);
    this.#asked.set(task, asked);
  }

  /** Something else happened to a task, so the exec that it asked for has failed. */
  #settle(task: number): void {
    const failed = this.#asked.get(task);
    if (failed === undefined) return;
    this.#asked.delete(task);
    this.tree.tryExec(task, failed.path);
  }

  #execute(task: number, caller: number, folder: string): boolean {
    const asked = this.#asked.get(caller);
    if (asked === undefined) return false;
    this.#asked.delete(caller);
    this.#settle(task);
    const { timeS, links, ...given } = asked;
    this.tree.chdir(task, folder);
    // The tracer has looked up what there was, while the process stood still.
    const lookUp: LookUp = (_pid, path) => links.get(processEntry(path) ?? '') ?? null;
    const wanted = this.tree.noted.lookUp && lookUp;
    if (caller === task) this.tree.exec(task, timeS, given, wanted);
    else this.tree.supersede(task, caller, timeS, given, wanted);
    return true;
  }

  #unknown(text: string, at: number): never {
    const [line = ''] = text.slice(at, at + 80).split('\n', 1);
    this.fail(`byte ${this.#at}: not an event of the launch tracer: ${JSON.stringify(line)}`);
  }

  protected fail(what: string): never {
    throw new CountError(`${this.name}: ${what}`, {
      hint: 'The launches cannot be counted from this trace; run it again.',
    });
  }
}

const FIRST_LINE = 'launch-tracer 1';
const PAYLOAD = /^(?:asked|executed) .* (\d{1,9})$/;
const ASKED = /^asked (\d+) (\d+) (whole|cut) (\d{1,7}) (\d{1,7}) \d+$/;
const EXECUTED = /^executed (\d+) (\d+) \d+$/;
const CREATED = /^created (\d+) (\d+) (process|thread)$/;
const ENDED = /^ended (\d+) (\d+) (exited|signalled) (\d+)$/;
const REFUSED = /^refused ([1-9]\d{0,3})$/;

function seconds(microseconds: string | undefined): number {
  return Number(microseconds) / 1e6;
}

function pairs(words: readonly string[]): readonly (readonly [string, string])[] {
  return words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? ''] as const] : []));
}

/** Strings that each end with NUL. */
function strings(bytes: string): readonly string[] {
  return bytes.split('\0').slice(0, -1).map(fromBytes);
}

/** Bytes that are not UTF-8 are replaced. */
function fromBytes(bytes: string): string {
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString();
}
