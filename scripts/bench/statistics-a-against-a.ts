// Shows that a cell held against itself is hardly ever called faster or slower: real launches, timed and
// judged as `run` does it. Our measurement specification, section 10: at most 5 of 100 runs of 20 rounds.
//
//   npx tsx scripts/bench/statistics-a-against-a.ts [RUNS]
import { METRICS } from '../../src/results/sample-figures.ts';
import { judgePair, openHelper, tally } from './support/paired-run.ts';
import type { Argv } from './support/paired-run.ts';
import { countArgument } from './support/count-argument.ts';

const MOST_WRONG = 0.05;
const runs = countArgument(process.argv[2], 100);
const cell: Argv = ['/bin/true'];

const timer = await openHelper();
try {
  const verdicts = [];
  for (let run = 0; run < runs; run += 1) {
    verdicts.push(await judgePair(timer, [cell, cell], { rounds: 20, launches: 5, seed: run }));
  }
  for (const metric of METRICS) {
    const words = verdicts.map((verdict) => verdict[metric]);
    const wrong = words.filter((word) => word === 'faster' || word === 'slower').length;
    console.log(`${metric}: wrong in ${wrong} of ${runs} runs of 20 rounds (${tally(words)})`);
    if (wrong > MOST_WRONG * runs) process.exitCode = 1;
  }
} finally {
  await timer.close();
}
