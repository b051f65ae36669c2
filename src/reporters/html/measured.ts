import { html, NOTHING, type Html } from './markup.ts';
import { timeRange, toNativeWords, VERDICT_TONES } from '../compose/measured-table.ts';
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
import { linearScale, logScale, type Scale } from '../svg/scale.ts';
import { dotStrip, intervalStrip } from '../svg/strips.ts';
import { METRICS, type Metric } from '../../results/sample-figures.ts';
import type { AgainstReference, CellAnalysis, CellTime, EmulationAnalysis } from '../../analysis/analysis.ts';
import { ratioOf } from '../../analysis/cell-analysis.ts';
import { nameOfRow } from '../../results/cell-name.ts';
import type { Counts } from '../../results/results.ts';

/** The cells of one emulation, a row each: launches as a bar, times as dots, ratios as intervals. */
export function drawMeasured(emulation: EmulationAnalysis): Html {
  const { cells, kind, margin } = emulation;
  const most = Math.max(...cells.map(({ cell }) => cell.counts.launches ?? 0));
  const scales =
    kind === 'counted'
      ? null
      : { time: linearScale(0, timeRange(emulation).high), ratio: ratioScale(cells, margin), margin };
  const rows = cells.map((found) => drawRow(found, most, scales));
  if (scales === null) return html`<div class="panel">${rows}</div>`;
  return html`<div class="panel">
      ${rows}
      <div class="row axes" aria-hidden="true">
        <div></div>
        <div></div>
        <div class="column">${timeAxis(scales)}</div>
        <div class="column">${ratioAxis(scales)}</div>
      </div>
    </div>
    <p class="legend">
      <span class="key cpu">CPU time</span> <span class="key wall">wall time</span> A dot is a round, the
      first on top; the band is the middle half, the line the median. Whiskers are the intervals of the
      ratios; in the grey margin of ${formatPercent(margin)} around 1 nothing is claimed.
    </p>`;
}

interface Scales {
  readonly time: Scale;
  readonly ratio: Scale;
  readonly margin: number;
}

function timeAxis({ time }: Scales): Html {
  return axis(time, formatTick);
}

function ratioAxis({ ratio }: Scales): Html {
  return axis(ratio, (tick) => `${tick}×`);
}

/** Ticks are round numbers; they need no third digit. */
function formatTick(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}

function ratioScale(cells: readonly CellAnalysis[], margin: number): Scale {
  const ends = cells.flatMap(({ times }) =>
    METRICS.flatMap((metric) => {
      const ratio = times === null ? null : ratioOf(times[metric].against);
      return ratio === null
        ? []
        : [ratio.interval?.low ?? ratio.estimate, ratio.interval?.high ?? ratio.estimate];
    }),
  );
  const low = Math.min(1 / (1 + margin), ...ends.filter((end) => end > 0));
  const high = Math.max(1 + margin, ...ends);
  return logScale(low / 1.05, high * 1.05);
}

function drawRow(found: CellAnalysis, most: number, scales: Scales | null): Html {
  const { cell, isReference } = found;
  return html`<div class="row${scales === null ? ' counts' : ''}">
    <div class="name">
      <strong>${nameOfRow(cell)}</strong> ${verdictChip(found)}
      <span class="aside">${countsBeside(cell.counts)}</span>
    </div>
    ${drawCount(found, most, isReference)} ${scales === null ? NOTHING : drawTimes(found, scales)}
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

function drawCount({ cell: { counts, ...cell } }: CellAnalysis, most: number, isReference: boolean): Html {
  const purposes = launchesByPurpose(counts).map(([name, value]) => ({ name, value }));
  const parts = purposes.length > 0 ? purposes : [{ name: 'launches', value: counts.launches ?? 0 }];
  const listed = purposes.map(({ name, value }) => `${name} ${value}`).join(' · ');
  return html`<div class="column">
    <p class="what">
      <b class="count">${formatLaunches(counts)}</b> ${counts.launches === 1 ? 'launch' : 'launches'}
    </p>
    ${bar(`${nameOfRow(cell)}: ${launchesInWords(counts.launches)}`, parts, most, isReference ? 'launches reference' : 'launches')}
    <p class="aside small">${listed}</p>
  </div>`;
}

function drawTimes(row: CellAnalysis, scales: Scales): Html {
  const { cell, claim, isReference, times } = row;
  if (claim.kind === 'void') {
    return html`<div class="column wide"><p class="void">Void: ${claim.reason}</p></div>`;
  }
  if (times === null) return html`<div class="column wide"><p class="aside">Not timed.</p></div>`;
  const label = claim.kind === 'quick' ? `, ${QUICK_LABEL}` : '';
  // On a phone the columns stand under each other, so each brings its own axis.
  return html`<div class="column">
      ${METRICS.map((metric) =>
        drawStrip(
          `${nameOfRow(cell)}, ${METRIC_NAMES[metric]} time${label}`,
          metric,
          times[metric],
          scales.time,
          toNativeWords(row, metric),
        ),
      )}
      <div class="own-axis">${timeAxis(scales)}</div>
    </div>
    <div class="column${isReference ? ' of-reference' : ''}">
      ${METRICS.map((metric) =>
        drawRatio(`${nameOfRow(cell)}, ${METRIC_NAMES[metric]} time`, metric, times[metric].against, scales),
      )}
      <div class="own-axis">${ratioAxis(scales)}</div>
    </div>`;
}

function drawStrip(
  name: string,
  metric: Metric,
  { summary, values }: CellTime,
  scale: Scale,
  toNative: string | null,
): Html {
  if (summary === null) return html`<p class="aside">${METRIC_NAMES[metric]} time not known</p>`;
  const { n, p25Ms: p25, medianMs: median, p75Ms: p75 } = summary;
  const words =
    `${name}: median ${formatMs(median)}, ` +
    `middle half ${formatMs(p25)} to ${formatMs(p75)}, ${plural(n, 'sample')}`;
  const beside = toNative === null ? '' : `, ${toNative} to native`;
  return html`<p class="what">${METRIC_NAMES[metric]} <b>${formatMs(median)}</b>${beside}</p>
    ${dotStrip(words, { values, p25, median, p75 }, scale, metric)}`;
}

function drawRatio(
  name: string,
  metric: Metric,
  against: AgainstReference,
  { ratio: scale, margin }: Scales,
): Html {
  const ratio = ratioOf(against);
  if (ratio === null) {
    const isReference = against.kind === 'reference';
    return html`<p class="what">${isReference ? 'reference' : '—'}</p>
      ${intervalStrip(`${name}: ${isReference ? 'the reference, 1' : 'no ratio'}`, null, scale, margin, metric)}`;
  }
  const { estimate, interval } = ratio;
  const verdict = against.kind === 'judged' ? against.verdict.word : null;
  const drawn = { estimate, low: interval?.low ?? estimate, high: interval?.high ?? estimate };
  return html`<p class="what${isClaim(ratio) ? '' : ' aside'}">
      ${METRIC_NAMES[metric]} <b>${formatFactor(estimate)}${isClaim(ratio) ? '×' : ''}</b>
      ${formatRatio(ratio).replace(/^\S+ /u, '')}
      ${verdict === null ? NOTHING : html`<span class="tone-${VERDICT_TONES[verdict]}">${verdict}</span>`}
    </p>
    ${intervalStrip(`${name}: ${formatRatio(ratio)} ${verdict ?? QUICK_LABEL}`, drawn, scale, margin, metric)}`;
}
