import type { ChildEnd } from '../core/overrides/server.ts';

/** How a program ended, in words; `called` says which. */
export function howItEnded(called: string, end: ChildEnd): string {
  switch (end.kind) {
    case 'exited':
      return `${called} ended with status ${end.status}`;
    case 'signalled':
      return `${called} was ended by ${end.signal}`;
    case 'timed-out':
      return `${called} was not over after ${end.timeoutMs / 1000} s, so it was ended`;
  }
}

/** The last lines that a program wrote to standard error, in one. */
export function lastLines(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return lines.length === 0 ? '' : `: ${lines.slice(-MOST_LINES).join(' / ')}`;
}

const MOST_LINES = 5;
