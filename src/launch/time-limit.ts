/** Longest time that a timer of Node can wait, milliseconds; it does not wait at all for a longer one. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls when a time is over, milliseconds, which is never for null; `clearTimeout` takes that back. */
export function startTimeLimit(ms: number | null, onOver: () => void): NodeJS.Timeout | undefined {
  return ms === null ? undefined : setTimeout(onOver, Math.min(ms, LONGEST_MS));
}
