import { CountError } from '../errors.ts';
import type { ProcessTree, TracedTree } from './process-tree.ts';
import { parseExecArguments, parseFolder, parseTriedPath, StraceTextError } from './strace-text.ts';
import { TraceLog } from './trace-log.ts';

/**
 * Reads a log of strace that was written with the options of tracer.ts, and keeps the launches and nothing else of it.
 * Nothing is guessed and nothing left out: a count that may be short is worse than none. Its errors name the line.
 */
export class StraceLog extends TraceLog {
  #lines = 0;
  /** Pieces of a line whose end has not come yet. */
  #begun: string[] = [];

  read(piece: string): void {
    let from = 0;
    for (let end = piece.indexOf('\n'); end !== -1; end = piece.indexOf('\n', from)) {
      this.#begun.push(piece.slice(from, end));
      from = end + 1;
      const line = this.#begun.length === 1 ? (this.#begun[0] ?? '') : this.#begun.join('');
      this.#begun = [];
      this.#lines += 1;
      this.#readLine(line);
    }
    if (from < piece.length) this.#begun.push(piece.slice(from));
  }

  override end(): TracedTree {
    if (this.#begun.length > 0) this.fail('the last line is cut short', this.#lines + 1);
    return super.end();
  }

  #readLine(line: string): void {
    try {
      const failure = readLine(this.tree, line);
      if (failure !== null && this.tree.size() < 2) this.rootFailure = failure;
    } catch (error) {
      if (error instanceof StraceTextError) this.fail(error.message, this.#lines, error);
      throw error;
    }
  }

  protected fail(what: string, line = this.#lines, cause?: unknown): never {
    throw new CountError(`${this.name}:${line}: ${what}`, {
      hint: 'The launches cannot be counted from this trace; run it again.',
      cause,
    });
  }
}

const LINE = /^(\d+) +(\d+\.\d+) (.*)$/s;
const CALL = /^(execve|execveat|clone|clone3|fork|vfork|chdir|fchdir)\((.*)$/s;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/s;
const UNFINISHED = /^(.*?) ?<(?:unfinished|pid changed to (\d+)) \.\.\.>$/s;
/** The result at the end of a finished call; a pid may be followed by what it is outside of its namespace. */
const RESULT =
  /^(.*)\) += (-?\d+|\?)(?: \/\* (\d+) in strace's PID NS \*\/| (E\w+) \(.*\)| ERESTART\w*.*)?$/s;
const EXITED = /^\+\+\+ exited with (\d+) \+\+\+$/;
const KILLED = /^\+\+\+ killed by (\w+)(?: \(core dumped\))? \+\+\+$/;
const SUPERSEDED = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+$/;
/** A call of a thread that was being ended with its process: strace could not read it any more, and it never took place. */
const NEVER_BEGUN = /^(?:\?\?\?\(|<\.\.\. \?\?\? resumed>)(?:.* <unfinished \.\.\.>|.*\) += \?)$/s;
const STOPPED = /^--- .* ---$/;

/** Takes one line in; the name of the error when it tells of an exec that failed. */
function readLine(tree: ProcessTree, line: string): string | null {
  const [, pidText, timeText, event = ''] = LINE.exec(line) ?? [];
  if (pidText === undefined)
    throw new StraceTextError(`not a line of strace: ${JSON.stringify(line.slice(0, 80))}`);
  return readEvent(tree, Number(pidText), Number(timeText), event);
}

/** Takes in what happened to one process; the name of the error when an exec failed. */
export function readEvent(tree: ProcessTree, pid: number, time: number, event: string): string | null {
  const [, exited] = EXITED.exec(event) ?? [];
  if (exited !== undefined) {
    tree.end(pid, time, { kind: 'exited', status: Number(exited) });
    return null;
  }
  const [, signal] = KILLED.exec(event) ?? [];
  if (signal !== undefined) {
    tree.end(pid, time, { kind: 'signalled', signal });
    return null;
  }
  const [, thread] = SUPERSEDED.exec(event) ?? [];
  if (thread !== undefined) {
    const { call, text } = tree.resumeExec(Number(thread));
    tree.supersede(pid, Number(thread), time, parseExecArguments(call, text, tree.noted));
    return null;
  }
  return STOPPED.test(event) || NEVER_BEGUN.test(event) ? null : readCall(tree, pid, time, event);
}

function readCall(tree: ProcessTree, pid: number, time: number, event: string): string | null {
  const [, resumed, rest = ''] = RESUMED.exec(event) ?? [];
  let call: string | undefined;
  let text: string;
  if (resumed !== undefined) {
    const begun = tree.resume(pid, resumed);
    // Its exec succeeded as one of its threads; what is resumed is only the rest of it.
    if (begun === null) return null;
    call = resumed;
    text = begun + rest;
  } else {
    const [, name, afterName = ''] = CALL.exec(event) ?? [];
    call = name;
    text = afterName;
  }
  if (call === undefined)
    throw new StraceTextError(`not an event of strace: ${JSON.stringify(event.slice(0, 80))}`);

  const [, begun] = UNFINISHED.exec(text) ?? [];
  if (begun !== undefined) {
    tree.suspend(pid, call, begun);
    return null;
  }
  const [, given = '', result, outside, failure] = RESULT.exec(text) ?? [];
  if (result === undefined)
    throw new StraceTextError(`a call without its result: ${JSON.stringify(text.slice(-80))}`);
  const failed = result === '?' || result.startsWith('-');
  switch (call) {
    case 'execve':
    case 'execveat':
      if (failed) {
        const tried = call === 'execve' ? parseTriedPath(given) : null;
        if (tried !== null) tree.tryExec(pid, tried);
        return failure ?? null;
      }
      if (result === '0') tree.exec(pid, time, parseExecArguments(call, given, tree.noted));
      return null;
    case 'chdir':
    case 'fchdir':
      if (!failed) tree.chdir(pid, parseFolder(call, given));
      return null;
    default:
      if (!failed && result !== '0') {
        tree.clone(pid, Number(outside ?? result), {
          isThread: /\bCLONE_THREAD\b/.test(given),
          sharesFolder: /\bCLONE_FS\b/.test(given),
        });
      }
      return null;
  }
}
