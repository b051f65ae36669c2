import { constants } from 'node:os';

/** Name of a signal by its number, e.g. 9 → `SIGKILL`; `signal 64` where it has no name of its own. */
export function signalName(number: number): string {
  const named = Object.entries(constants.signals).find(([, value]) => value === number);
  return named?.[0] ?? `signal ${number}`;
}

/** Number of a signal by its name; 0 where this machine knows no such signal. */
export function signalNumber(name: string): number {
  return Object.entries(constants.signals).find(([known]) => known === name)?.[1] ?? 0;
}
