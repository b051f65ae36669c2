import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of the processes that are there now and were given this word. */
export function processesWith(word: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .filter((line) => line.split('\0').includes(word));
}
