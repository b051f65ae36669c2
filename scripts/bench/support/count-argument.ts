/**
 * How many rounds or runs a benchmark makes: a word of the command line, or its default. Anything but a whole number
 * from 1 up ends it with status 2: a benchmark of no rounds would find that everything is as claimed.
 */
export function countArgument(word: string | undefined, fallback: number): number {
  const count = Number(word ?? fallback);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  console.error(`Expected a whole number of rounds from 1 up, found ${JSON.stringify(word)}`);
  process.exit(2);
}
