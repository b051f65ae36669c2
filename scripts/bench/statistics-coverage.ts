// Shows that the interval behind every verdict holds what it promises: on simulated launch times, which are
// skewed, drift from round to round and have different tails in the two cells, how often the interval of
// the ratio holds the true ratio. Our measurement specification, sections 4.6 and 10: never below 94 %.
//
//   npx tsx scripts/bench/statistics-coverage.ts [TRIALS]
import { pairedRatio } from '../../src/statistics/paired-ratio.ts';
import { createRandom } from '../../src/statistics/random.ts';
import { median, sharedConfidence } from '../../src/statistics/order-statistics.ts';
import { countArgument } from './support/count-argument.ts';

const NEVER_BELOW = 0.94;
const trials = countArgument(process.argv[2], 20_000);
const random = createRandom(20_261_122);

// The median of ln a − ln b has no closed form when the tails differ; from so many draws its own error is
// a hundredth of the intervals' width.
const trueRatio = Math.exp(
  median(Array.from({ length: 1_000_000 }, () => Math.log(timeOfA()) - Math.log(timeOfB()))),
);

let worst = 1;
for (const comparisons of [1, 4]) {
  const confidence = sharedConfidence(comparisons);
  for (const n of [6, 8, 10, 12, 16, 20, 24, 30, 40]) {
    const intervals = Array.from({ length: trials }, () => oneRun(n, confidence)).filter(
      (interval) => interval !== null,
    );
    if (intervals.length === 0) continue;
    const covered =
      intervals.filter(({ low, high }) => low <= trueRatio && trueRatio <= high).length / intervals.length;
    const width = median(intervals.map(({ low, high }) => high / low - 1));
    worst = Math.min(worst, covered);
    console.log(
      `${(confidence * 100).toFixed(2)} %, n = ${String(n).padStart(2)}: holds the true ratio in ` +
        `${(covered * 100).toFixed(1)} % of ${trials} runs; median width ${(width * 100).toFixed(1)} %`,
    );
  }
}
console.log(`worst ${(worst * 100).toFixed(1)} %, allowed ${NEVER_BELOW * 100} %`);
process.exitCode = worst >= NEVER_BELOW ? 0 : 1;

/** One run of n rounds: the machine drifts, and both cells of a round feel it alike. */
function oneRun(n: number, confidence: number) {
  let drift = 0;
  const a = new Map<number, number>();
  const b = new Map<number, number>();
  for (let round = 0; round < n; round += 1) {
    drift += 0.05 * (random() - 0.5);
    a.set(round, Math.exp(drift) * timeOfA());
    b.set(round, Math.exp(drift) * timeOfB());
  }
  return pairedRatio(a, b, confidence)?.interval ?? null;
}

/** A floor, a skewed bulk above it and now and then a hiccup. */
function timeOfA(): number {
  return 100 + exponential(6) + (random() < 0.15 ? exponential(60) : 0);
}

/** The same kind with a lower floor and lighter tails. */
function timeOfB(): number {
  return 60 + exponential(2) + (random() < 0.05 ? exponential(20) : 0);
}

function exponential(mean: number): number {
  return -mean * Math.log(1 - random());
}
