// Shows that a true difference of 5 % of CPU time is found: a loop in the shell that takes 5 % longer, in
// 40 interleaved rounds. Our measurement specification, section 10: found in 95 of 100 runs on a quiet
// machine. A run takes some two seconds, so fewer than a hundred are made unless told.
//
//   npx tsx scripts/bench/statistics-true-5-percent.ts [RUNS]
import { METRICS } from '../../src/results/sample-figures.ts';
import { median } from '../../src/statistics/order-statistics.ts';
import { judgePair, openHelper, tally, timeLaunch } from './support/paired-run.ts';
import type { Argv } from './support/paired-run.ts';
import { countArgument } from './support/count-argument.ts';

const LEAST_FOUND = 0.95;
const TURNS = 30_000;
const runs = countArgument(process.argv[2], 40);

const timer = await openHelper();
try {
  const start = await typicalCpuMs(0);
  const whole = await typicalCpuMs(TURNS);
  // The start of the shell does not take longer, so the loop must make up for it.
  const slower = Math.round(TURNS * (1 + (0.05 * whole) / (whole - start)));
  console.log(
    `${TURNS} turns take ${whole.toFixed(1)} ms of CPU time, ${start.toFixed(1)} ms of it the start; ${slower} turns take 5 % more`,
  );

  const verdicts = [];
  for (let run = 0; run < runs; run += 1) {
    verdicts.push(
      await judgePair(timer, [loop(TURNS), loop(slower)], { rounds: 40, launches: 1, seed: run }),
    );
  }
  for (const metric of METRICS) {
    const words = verdicts.map((verdict) => verdict[metric]);
    const found = words.filter((word) => word === 'slower').length;
    console.log(`${metric}: found in ${found} of ${runs} runs of 40 rounds (${tally(words)})`);
    if (metric === 'cpu' && found < LEAST_FOUND * runs) process.exitCode = 1;
  }
} finally {
  await timer.close();
}

function loop(turns: number): Argv {
  return ['/bin/sh', '-c', `i=0; while [ $i -lt ${turns} ]; do i=$((i+1)); done`];
}

async function typicalCpuMs(turns: number): Promise<number> {
  const times = [];
  for (let launch = 0; launch < 21; launch += 1) times.push((await timeLaunch(timer, loop(turns))).cpu);
  return median(times);
}
