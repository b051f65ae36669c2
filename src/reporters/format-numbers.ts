import { plural } from '../plural.ts';
import { countBy } from '../group-by.ts';
import type { Prediction } from '../launch/emulations/model.ts';
import type { Metric } from '../results/sample-figures.ts';
import type { RatioEstimate } from '../analysis/analysis.ts';
import type { Counts } from '../results/results.ts';

/** How the metrics are called. CPU time leads: contention moves wall time, and hardly CPU time. */
export const METRIC_NAMES = { cpu: 'CPU', wall: 'wall' } as const satisfies Record<Metric, string>;

/** Marks the times of a `--quick` run, in every format. */
export const QUICK_LABEL = 'quick, not for claims';

/** Stands beside each time of a table whose caption has the whole label. */
export const QUICK_MARK = 'quick';

/** Fewer rounds than this make no claim: their ratio is shown without the × sign. */
const ROUNDS_FOR_A_RATIO = 6;

/** A measured duration, three significant digits: `0.952 ms`, `41.2 ms`, `4.48 s`. */
export function formatMs(ms: number): string {
  const inSeconds = Math.abs(ms) >= 999.5;
  return `${threeDigits(inSeconds ? ms / 1000 : ms)} ${inSeconds ? 's' : 'ms'}`;
}

/** A duration of a trace, `4.48 s`; a dash where it is not known. */
export function formatUs(us: number | null): string {
  return us === null ? '–' : formatMs(us / 1000);
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return value.toFixed(size === 0 ? 0 : 2);
}

/** A modelled duration, two significant digits and no more: `7.2 s`, `120 ms`. Without its `~`. */
export function formatRoughMs(ms: number): string {
  const rounded = Number(ms.toPrecision(2));
  const inSeconds = Math.abs(rounded) >= 1000;
  const value = inSeconds ? rounded / 1000 : rounded;
  return `${twoDigits(value)} ${inSeconds ? 's' : 'ms'}`;
}

function twoDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 10 || size === 0) return value.toFixed(0);
  return size >= 1 ? value.toFixed(1) : String(value);
}

/** `MODELLED ~7.2 s (3.6–12 s)`: a predicted time never stands without these marks. */
export function formatPrediction({ ms, lowMs, highMs }: Prediction): string {
  const [low, high] = [formatRoughMs(lowMs), formatRoughMs(highMs)];
  // The unit is said once where both ends have it.
  const unit = high.replace(/^\S+/u, '');
  const from = low.endsWith(unit) ? low.slice(0, -unit.length) : low;
  return `MODELLED ~${formatRoughMs(ms)} (${from}–${high})`;
}

/** `MODELLED ~3.9×`: a ratio of two predictions of one model. */
export function formatModelledRatio(ratio: number): string {
  return `MODELLED ~${twoDigits(Number(ratio.toPrecision(2)))}×`;
}

/** `1.82× [1.71, 1.94] n=20`. */
export function formatRatio(ratio: RatioEstimate): string {
  return `${formatRatioAlone(ratio)} n=${ratio.n}`;
}

/**
 * `1.82× [1.71, 1.94]`, for where n is said for all ratios together. Without an interval, or of too few
 * rounds, there is no × sign: such a ratio is not a claim.
 */
export function formatRatioAlone(ratio: RatioEstimate): string {
  const { estimate, interval } = ratio;
  if (interval === null || !isClaim(ratio)) return formatFactor(estimate);
  return `${formatFactor(estimate)}× [${formatFactor(interval.low)}, ${formatFactor(interval.high)}]`;
}

/** Whether a ratio may be shown as a claim, with its × sign. */
export function isClaim({ interval, n }: RatioEstimate): boolean {
  return interval !== null && n >= ROUNDS_FOR_A_RATIO;
}

/**
 * Two decimals, and fewer where they would not be significant: `1.82`, `72.8`, `108`. Small factors keep two
 * significant digits instead of becoming 0.00.
 */
export function formatFactor(value: number): string {
  return Math.abs(value) >= 0.1 || value === 0 ? threeDigits(value) : value.toPrecision(2);
}

/** `98.33 %`, without trailing zeros. */
export function formatPercent(share: number): string {
  return `${String(Number((share * 100).toFixed(2)))} %`;
}

/** `46`, or every count that was seen where the counting passes disagree: `46 / 47`; a dash where nobody counted. */
export function formatLaunches({ launches, seen }: Counts): string {
  const different = [...new Set(seen)];
  return different.length > 1 ? different.join(' / ') : formatCount(launches);
}

/** `46 launches`, or that nobody counted them. */
export function launchesInWords(launches: number | null): string {
  return launches === null ? 'launches not counted' : plural(launches, 'launch', 'launches');
}

/** A count, or a dash where it is not known. */
export function formatCount(count: number | null): string {
  return count === null ? '—' : String(count);
}

/** Launches by purpose, most first: `driver 44, main 2`. */
export function launchesByPurpose({ ledger }: Counts): readonly (readonly [string, number])[] {
  return [...countBy(ledger, ({ purpose }) => purpose)].sort(([, a], [, b]) => b - a);
}

/** `driver 44, main 2`; nothing where nothing was launched. */
export function formatPurposes(counts: Counts): string {
  return launchesByPurpose(counts)
    .map(([purpose, launches]) => `${purpose} ${launches}`)
    .join(', ');
}
