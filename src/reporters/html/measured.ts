import { html, NOTHING, type Html } from './markup.ts';
import { timeRange, toNativeWords, VERDICT_TONES } from '../compose/measured-table.ts';
import { ratiosOf } from '../compose/sentences.ts';
import {
  formatFactor,
  formatLaunches,
  formatMs,
  formatPercent,
  formatRatio,
  isClaim,
  launchesByPurpose,
  launchesInWords,
  METRIC_NAMES,
  QUICK_LABEL,
} from '../format-numbers.ts';
import { plural } from '../../plural.ts';
import { bar } from '../svg/bars.ts';
import { axis } from '../svg/plot.ts';
import { linearScale, logScale } from '../svg/scale.ts';
import { dotStrip, type Interval, intervalStrip } from '../svg/strips.ts';
import { METRICS, type Metric } from '../../results/sample-figures.ts';
import type { CellAnalysis, CellTime, EmulationAnalysis, RatioEstimate } from '../../analysis/analysis.ts';
import { ratioOf } from '../../analysis/cell-analysis.ts';
import { nameOfRow } from '../../results/cell-name.ts';
import type { Counts } from '../../results/results.ts';

/** The cells of one emulation, a row each: launches as a bar, times as dots, ratios as intervals. */
export function drawMeasured(emulation: EmulationAnalysis): Html {
  const { cells, kind, margin } = emulation;
  const most = Math.max(...cells.map(({ cell }) => cell.counts.launches ?? 0));
  if (kind === 'counted') {
    return html`<div class="panel">${cells.map((found) => drawRow(found, most, null))}</div>`;
  }
  const scales = scalesOf(emulation);
  return html`<div class="panel">
      ${cells.map((found) => drawRow(found, most, scales))}
      <div class="row axes" aria-hidden="true">
        <div></div>
        <div></div>
        <div class="column">${scales.timeAxis}</div>
        <div class="column">${scales.ratioAxis}</div>
      </div>
    </div>
    <p class="legend">
      <span class="key cpu">CPU time</span> <span class="key wall">wall time</span> A dot is a round, the
      first on top; the band is the middle half, the line the median. Whiskers are the intervals of the
      ratios; in the grey margin of ${formatPercent(margin)} around 1 nothing is claimed.
    </p>`;
}

type Scales = ReturnType<typeof scalesOf>;

function scalesOf(emulation: EmulationAnalysis) {
  const { margin } = emulation;
  const time = linearScale(0, timeRange(emulation).high);
  const ends = ratiosOf(emulation)
    .map(intervalOf)
    .flatMap(({ low, high }) => [low, high]);
  const low = Math.min(1 / (1 + margin), ...ends.filter((end) => end > 0));
  const high = Math.max(1 + margin, ...ends);
  const ratio = logScale(low / 1.05, high * 1.05);
  return {
    margin,
    time,
    timeAxis: axis(time, formatTick),
    ratio,
    ratioAxis: axis(ratio, (tick) => `${tick}×`),
  };
}

/** Ticks are round numbers; they need no third digit. */
function formatTick(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

function drawRow(found: CellAnalysis, most: number, scales: Scales | null): Html {
  const { cell } = found;
  return html`<div class="row${scales === null ? ' counts' : ''}">
    <div class="name">
      <strong>${nameOfRow(cell)}</strong> ${verdictChip(found)}
      <span class="aside">${countsBeside(cell.counts)}</span>
    </div>
    ${drawCount(found, most)} ${scales === null ? NOTHING : drawTimes(found, scales)}
  </div>`;
}

/** What was counted besides launches. */
function countsBeside({ patterns, links, forks }: Counts): string {
  if (patterns !== null && links !== null) return `${plural(patterns, 'pattern')}, ${plural(links, 'link')}`;
  return forks === null ? '' : plural(forks, 'fork');
}

function verdictChip({ isReference, claim, times }: CellAnalysis): Html {
  if (claim.kind === 'void') return html` <span class="chip tone-bad">void</span>`;
  const quick =
    claim.kind === 'quick' ? html` <span class="chip tone-warning">${QUICK_LABEL}</span>` : NOTHING;
  if (isReference) return html` <span class="chip">reference</span>${quick}`;
  const against = times?.cpu.against;
  if (against?.kind !== 'judged') return quick;
  const { word, reason } = against.verdict;
  return html` <span class="chip tone-${VERDICT_TONES[word]}" title="${reason ?? 'verdict on CPU time'}"
    >${word}</span
  >`;
}

function drawCount({ cell: { counts, ...cell }, isReference }: CellAnalysis, most: number): Html {
  const purposes = launchesByPurpose(counts);
  const parts = purposes.length > 0 ? purposes : [['launches', counts.launches ?? 0] as const];
  const listed = purposes.map(([purpose, launches]) => `${purpose} ${launches}`).join(' · ');
  return html`<div class="column">
    <p class="what">
      <b class="count">${formatLaunches(counts)}</b> ${counts.launches === 1 ? 'launch' : 'launches'}
    </p>
    ${bar(`${nameOfRow(cell)}: ${launchesInWords(counts.launches)}`, parts, most, isReference ? 'launches reference' : 'launches')}
    <p class="aside small">${listed}</p>
  </div>`;
}

function drawTimes(row: CellAnalysis, scales: Scales): Html {
  const { claim, isReference, times } = row;
  if (claim.kind === 'void') {
    return html`<div class="column wide"><p class="void">Void: ${claim.reason}</p></div>`;
  }
  if (times === null) return html`<div class="column wide"><p class="aside">Not timed.</p></div>`;
  // On a phone the columns stand under each other, so each brings its own axis.
  return html`<div class="column">
      ${METRICS.map((metric) => drawStrip(row, metric, times[metric], scales))}
      <div class="own-axis">${scales.timeAxis}</div>
    </div>
    <div class="column${isReference ? ' of-reference' : ''}">
      ${METRICS.map((metric) => drawRatio(row, metric, times[metric], scales))}
      <div class="own-axis">${scales.ratioAxis}</div>
    </div>`;
}

function drawStrip(row: CellAnalysis, metric: Metric, { summary, values }: CellTime, { time }: Scales): Html {
  if (summary === null) return html`<p class="aside">${METRIC_NAMES[metric]} time not known</p>`;
  const { n, p25Ms, medianMs, p75Ms } = summary;
  const label = row.claim.kind === 'quick' ? `, ${QUICK_LABEL}` : '';
  const words =
    `${nameOfTime(row, metric)}${label}: median ${formatMs(medianMs)}, ` +
    `middle half ${formatMs(p25Ms)} to ${formatMs(p75Ms)}, ${plural(n, 'sample')}`;
  const toNative = toNativeWords(row, metric);
  const beside = toNative === null ? '' : `, ${toNative} to native`;
  return html`<p class="what">${METRIC_NAMES[metric]} <b>${formatMs(medianMs)}</b>${beside}</p>
    ${dotStrip(words, { values, summary }, time, metric)}`;
}

function drawRatio(
  row: CellAnalysis,
  metric: Metric,
  { against }: CellTime,
  { ratio: scale, margin }: Scales,
): Html {
  const name = nameOfTime(row, metric);
  const ratio = ratioOf(against);
  if (ratio === null) {
    return html`<p class="what">${row.isReference ? 'reference' : '—'}</p>
      ${intervalStrip(`${name}: ${row.isReference ? 'the reference, 1' : 'no ratio'}`, null, scale, margin, metric)}`;
  }
  const verdict = against.kind === 'judged' ? against.verdict.word : null;
  return html`<p class="what${isClaim(ratio) ? '' : ' aside'}">
      ${METRIC_NAMES[metric]} <b>${formatFactor(ratio.estimate)}${isClaim(ratio) ? '×' : ''}</b>
      ${formatRatio(ratio).replace(/^\S+ /u, '')}
      ${verdict === null ? NOTHING : html`<span class="tone-${VERDICT_TONES[verdict]}">${verdict}</span>`}
    </p>
    ${intervalStrip(`${name}: ${formatRatio(ratio)} ${verdict ?? QUICK_LABEL}`, intervalOf(ratio), scale, margin, metric)}`;
}

function nameOfTime({ cell }: CellAnalysis, metric: Metric): string {
  return `${nameOfRow(cell)}, ${METRIC_NAMES[metric]} time`;
}

/** As it is drawn: a ratio without an interval is a place. */
function intervalOf({ estimate, interval }: RatioEstimate): Interval {
  return { estimate, low: interval?.low ?? estimate, high: interval?.high ?? estimate };
}
