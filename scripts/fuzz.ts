// Reads damaged input of every kind that comes from outside, a given number of each, and fails when anything but an
// error for the user comes of it, or when one input takes too long.
//
//   npm run fuzz -- [COUNT] [SEED] [TARGET…]     100000 of each unless told; a seed repeats what was found
//
// Of kinds that take long to read a quarter of that, and of reuse-changes, which captures, a twenty-fifth.
import { TARGETS } from './fuzz/targets.ts';
import { fuzz, USUAL_COUNT } from './fuzz/fuzz.ts';

const words = process.argv.slice(2);
const numbers = words.filter((word) => /^\d+$/.test(word)).map(Number);
const [count = USUAL_COUNT, seed = Date.now()] = numbers;
const wanted = words.filter((word) => !/^\d+$/.test(word));
const unknown = wanted.find((word) => !Object.hasOwn(TARGETS, word));
if (unknown !== undefined) {
  console.error(`Nothing to read is called ${unknown}; there are ${Object.keys(TARGETS).join(', ')}`);
  process.exit(2);
}

console.log(`${count} damaged inputs of each kind, fewer of those that take long, seed ${seed}`);
for (const [name, openTarget] of Object.entries(TARGETS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { accepted, refused, crashes, longestMs } = await fuzz(await openTarget(), { count, seed });
  console.log(
    `${name}: ${accepted} read, ${refused} refused, ${crashes.length} crashes; the longest took ${Math.ceil(longestMs)} ms`,
  );
  for (const { number, input, why } of crashes.slice(0, 3)) {
    console.log(`  input ${number}: ${why}\n  ${JSON.stringify(input.toString('latin1').slice(0, 2000))}`);
  }
  if (crashes.length > 0) process.exitCode = 1;
}
