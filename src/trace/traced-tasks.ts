import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends everything that a tracer traces, in whatever session or group it is. The tracer is stopped meanwhile: whoever
 * creates a process waits for it then, so nothing can multiply faster than it is ended. Source: ptrace(2), proc(5).
 */
export function endTracedTasks(tracer: number): void {
  if (!send(tracer, 'SIGSTOP')) return;
  const ended = new Set<number>();
  for (let found = tracedBy(tracer, ended); found.length > 0; found = tracedBy(tracer, ended)) {
    for (const pid of found) {
      send(pid, 'SIGKILL');
      ended.add(pid);
    }
  }
  send(tracer, 'SIGCONT');
}

/** Sends a signal; false when there is no such process any more. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function tracedBy(tracer: number, but: ReadonlySet<number>): readonly number[] {
  const traced = new RegExp(`^TracerPid:\\s+${tracer}$`, 'm');
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name);
    return Number.isInteger(pid) && !but.has(pid) && traced.test(statusOf(name)) ? [pid] : [];
  });
}

function statusOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}
