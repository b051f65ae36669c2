import { CountError } from '../errors.ts';
import { ProcessTree, type TracedTree } from './process-tree.ts';
import { parseExecArguments, StraceTextError } from './strace-text.ts';

/**
 * Reads what strace wrote with the options of tracer.ts. Nothing is guessed and nothing left out: a count that may be
 * short is worse than none.
 *
 * @param name - What messages call the log.
 * @throws CountError naming the line, when one cannot be understood, the log ends early or a process is lost.
 */
export function parseStraceLog(text: string, name: string): TracedTree {
  const lines = text.split('\n');
  if (lines.pop() !== '') fail(name, lines.length + 1, 'the last line is cut short');
  const tree = new ProcessTree();
  for (const [index, line] of lines.entries()) {
    try {
      readLine(tree, line);
    } catch (error) {
      if (error instanceof StraceTextError) fail(name, index + 1, error.message, error);
      throw error;
    }
  }
  const lost = tree.living();
  if (lost.length > 0) fail(name, lines.length, `the end of process ${lost.join(', ')} is missing`);
  const [root, ...others] = tree.launches();
  if (root === undefined) fail(name, lines.length, 'nothing was launched');
  return { launches: [root, ...others], forks: tree.forks() };
}

function fail(name: string, line: number, what: string, cause?: unknown): never {
  throw new CountError(`${name}:${line}: ${what}`, {
    hint: 'The launches cannot be counted from this trace; run it again.',
    cause,
  });
}

const LINE = /^(\d+) +(\d+\.\d+) (.*)$/s;
const CALL = /^(execve|execveat|clone|clone3|fork|vfork)\((.*)$/s;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/s;
const UNFINISHED = /^(.*?) ?<(?:unfinished|pid changed to (\d+)) \.\.\.>$/s;
/** The result at the end of a finished call; a pid may be followed by what it is outside of its namespace. */
const RESULT = /^(.*)\) += (-?\d+|\?)(?: \/\* (\d+) in strace's PID NS \*\/| E\w+ \(.*\)| ERESTART\w*.*)?$/s;
const EXITED = /^\+\+\+ exited with (\d+) \+\+\+$/;
const KILLED = /^\+\+\+ killed by (\w+)(?: \(core dumped\))? \+\+\+$/;
const SUPERSEDED = /^\+\+\+ superseded by execve in pid (\d+) \+\+\+$/;
/** A call of a thread that was being ended with its process: strace could not read it any more, and it never took place. */
const NEVER_BEGUN = /^\?\?\?\(.*\) += \?$/s;
const STOPPED = /^--- .* ---$/;

function readLine(tree: ProcessTree, line: string): void {
  const [, pidText, timeText, event = ''] = LINE.exec(line) ?? [];
  if (pidText === undefined)
    throw new StraceTextError(`not a line of strace: ${JSON.stringify(line.slice(0, 80))}`);
  const pid = Number(pidText);
  const time = Number(timeText);

  const [, exited] = EXITED.exec(event) ?? [];
  if (exited !== undefined) {
    tree.end(pid, time, { kind: 'exited', status: Number(exited) });
    return;
  }
  const [, signal] = KILLED.exec(event) ?? [];
  if (signal !== undefined) {
    tree.end(pid, time, { kind: 'signalled', signal });
    return;
  }
  const [, thread] = SUPERSEDED.exec(event) ?? [];
  if (thread !== undefined) {
    tree.supersede(pid, Number(thread), time);
    return;
  }
  if (!STOPPED.test(event) && !NEVER_BEGUN.test(event)) readCall(tree, pid, time, event);
}

function readCall(tree: ProcessTree, pid: number, time: number, event: string): void {
  const [, resumed, rest = ''] = RESUMED.exec(event) ?? [];
  let call: string | undefined;
  let text: string;
  if (resumed !== undefined) {
    const begun = tree.resume(pid, resumed);
    // Its exec succeeded as one of its threads; what is resumed is only the rest of it.
    if (begun === null) return;
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
    return;
  }
  const [, given = '', result, outside] = RESULT.exec(text) ?? [];
  if (result === undefined)
    throw new StraceTextError(`a call without its result: ${JSON.stringify(text.slice(-80))}`);
  if (result === '?' || result.startsWith('-')) return;
  if (call === 'execve' || call === 'execveat') {
    if (result === '0') tree.exec(pid, time, parseExecArguments(call, given));
  } else if (result !== '0') {
    tree.clone(pid, Number(outside ?? result), time, /\bCLONE_THREAD\b/.test(given));
  }
}
