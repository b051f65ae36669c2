import { closeSync, constants, openSync, readdirSync, readFileSync } from 'node:fs';

/**
 * Ends everything that a tracer traces, in whatever session or group it is. The tracer is stopped meanwhile: whoever
 * creates a process waits for it then, so nothing can multiply faster than it is ended. Source: ptrace(2), proc(5).
 */
export function endTracedTasks(tracer: number): void {
  if (!send(tracer, 'SIGSTOP')) return;
  const traced = new RegExp(`^TracerPid:\\s+${tracer}$`, 'm');
  endWhile((pid) => traced.test(contentOf(pid, 'status')));
  send(tracer, 'SIGCONT');
}

/**
 * Ends everything that has this word in its environment, wherever it is. What multiplies faster than it is found goes on;
 * a tracer can do better.
 */
export function endMarkedTasks(word: string): void {
  endWhile((pid) => pid !== process.pid && contentOf(pid, 'environ').includes(word));
}

/** Ends processes, each once, until no other is found. */
function endWhile(isWanted: (pid: number) => boolean): void {
  const ended = new Set<number>();
  for (;;) {
    const left = processes().filter((pid) => !ended.has(pid) && isWanted(pid));
    if (left.length === 0) return;
    for (const pid of left) {
      send(pid, 'SIGKILL');
      ended.add(pid);
    }
  }
}

/**
 * Ends everything that descends from this process, in whatever session or group it is, and waits until it has ended. What is
 * found is stopped first, so that it starts nothing while the rest is looked for.
 */
export function endDescendants(): void {
  const family = new Set([process.pid]);
  for (let known = 0; known < family.size;) {
    known = family.size;
    for (const { pid, parent } of runningAmong(processes())) {
      if (family.has(parent) && !family.has(pid) && send(pid, 'SIGSTOP')) family.add(pid);
    }
  }
  family.delete(process.pid);
  for (const pid of family) send(pid, 'SIGKILL');
  for (let waits = 0; waits < MOST_WAITS; waits++) {
    if (runningAmong([...family]).length === 0) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
  }
}

/** What hangs in the system does not end, and is not waited for longer than this allows: two seconds. */
const MOST_WAITS = 1000;
const WAIT_MS = 2;

/** Passes a signal on to a process, unless the terminal has sent it there as well. */
export function forwardSignal(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid !== undefined && !(KEYS.has(signal) && hasTerminal())) send(pid, signal);
}

/** Signals that keys of the terminal send to all processes in its foreground. */
const KEYS: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

/** Whether we have a controlling terminal. Source: tty(4). */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}

/** Sends a signal; false when there is no such process any more. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function processes(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Those that have not ended yet. Source: proc(5), /proc/pid/stat. */
function runningAmong(pids: readonly number[]): readonly { readonly pid: number; readonly parent: number }[] {
  return pids.flatMap((pid) => {
    const [, parent] = /^.*\) [^ZX] (\d+) /s.exec(contentOf(pid, 'stat')) ?? [];
    return parent === undefined ? [] : [{ pid, parent: Number(parent) }];
  });
}

function contentOf(pid: number, file: 'environ' | 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // It has ended meanwhile, or is not ours.
    return '';
  }
}
