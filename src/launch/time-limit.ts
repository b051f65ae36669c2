/** Longest time that a timer of Node can wait, milliseconds; it does not wait at all for a longer one. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls when a time is over, in milliseconds; `clearTimeout` takes that back. */
export function startTimeLimit(ms: number, onOver: () => void): NodeJS.Timeout {
  return setTimeout(onOver, Math.min(ms, LONGEST_MS));
}
