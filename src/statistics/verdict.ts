import { plural } from '../plural.ts';
import type { RatioEstimate } from './paired-ratio.ts';
import { fewestForInterval, type Interval } from './order-statistics.ts';

/** Differences smaller than this are of no interest, unless told otherwise: 2 %. */
export const DEFAULT_MARGIN = 0.02;

/**
 * The verdict words; `inconclusive` (no difference found) and `same` (no difference) are not the same, and
 * `too-noisy` says that the machine, not the interval, is why nothing was decided.
 */
export type VerdictWord = 'faster' | 'slower' | 'same' | 'inconclusive' | 'too-noisy' | 'void';

/** What may be claimed about a cell against its reference, for one metric. */
export interface Verdict {
  readonly word: VerdictWord;
  /** What would decide it, what was too noisy, or why it is void; null for a plain verdict. */
  readonly reason: string | null;
}

/** What else than the interval decides about a verdict. */
export interface VerdictContext {
  /** A ratio within 1 ± margin counts as no difference. */
  readonly margin: number;
  /** Why such times cannot be trusted: a failed null control, disqualifying noise; null when they can. */
  readonly doubt: string | null;
}

/**
 * What may be claimed from a ratio. Only an interval that lies wholly on one side of the margin is a
 * difference; only one that lies wholly inside is none. Our measurement specification, section 4.8.
 */
export function judgeRatio(ratio: RatioEstimate | null, context: VerdictContext): Verdict {
  if (context.doubt !== null) return { word: 'too-noisy', reason: context.doubt };
  if (ratio === null) return inconclusive('no round has a usable value on both sides');
  const { interval, n, confidence } = ratio;
  if (interval === null) {
    return inconclusive(`${plural(n, 'round')}; an interval needs at least ${fewestForInterval(confidence)}`);
  }
  const most = 1 + context.margin;
  if (interval.low > most) return { word: 'faster', reason: null };
  if (interval.high < 1 / most) return { word: 'slower', reason: null };
  if (interval.low >= 1 / most && interval.high <= most) return { word: 'same', reason: null };
  return inconclusive(whatWouldDecide(ratio.estimate, interval, n, Math.log(most)));
}

/**
 * Whether the reference against itself shows no difference beyond the margin. If it does, the machine
 * invents differences, and no other one of that run can be believed (section 5.4). With too few rounds for
 * an interval nothing speaks against it.
 */
export function passesNullControl({ interval }: RatioEstimate, margin: number): boolean {
  return interval === null || (interval.low <= 1 + margin && interval.high >= 1 / (1 + margin));
}

function inconclusive(reason: string): Verdict {
  return { word: 'inconclusive', reason };
}

/**
 * The interval shrinks with the square root of the number of rounds, and the estimate stays where it is:
 * from that follows how many rounds would bring it clear of the nearer margin.
 */
function whatWouldDecide(estimate: number, interval: Interval, n: number, logMargin: number): string {
  const distance = Math.abs(Math.log(estimate));
  const room = Math.abs(distance - logMargin);
  const towardsOne = estimate > 1 ? estimate / interval.low : interval.high / estimate;
  const awayFromOne = estimate > 1 ? interval.high / estimate : estimate / interval.low;
  // Outside the margin the inner end must come out of it; inside, both ends must come in.
  const reach = Math.log(distance > logMargin ? towardsOne : Math.max(towardsOne, awayFromOne));
  const needed = Math.ceil(n * (reach / room) ** 2);
  const width = `an interval of ±${(room * 100).toFixed(1)} %`;
  return needed <= MOST_WORTH_NAMING
    ? `about ${Math.max(needed, n + 1)} rounds, ${width}, would decide it`
    : `${width} would decide it; more rounds will hardly do, a quieter machine may`;
}

/** Beyond so many rounds a number would be false comfort: drift between hours outweighs them. */
const MOST_WORTH_NAMING = 1000;
