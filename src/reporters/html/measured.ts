import { html, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { timeRange, VERDICT_TONES } from '../compose/measured-table.ts';
import {
  formatFactor,
  formatLaunches,
  formatMs,
  formatPercent,
  formatRatio,
  isClaim,
  launchesByPurpose,
  METRIC_NAMES,
  QUICK_LABEL,
} from '../figures.ts';
import { plural } from '../../plural.ts';
import { bar } from '../svg/bars.ts';
import { axis } from '../svg/plot.ts';
import { linearScale, logScale } from '../svg/scale.ts';
import type { Scale } from '../svg/scale.ts';
import { dotStrip, intervalStrip } from '../svg/strips.ts';
import { METRICS } from '../../results/sample.ts';
import type { Metric } from '../../results/sample.ts';
import type { CellAnalysis, EmulationAnalysis, Verdict } from '../../analysis/analysis.ts';
import type { RunFacts, ScenarioResult } from '../../results/results-file.ts';
import { reasonToVoid } from '../../analysis/void.ts';

/** The cells of one emulation, a row each: launches as a bar, times as dots, ratios as intervals. */
export function drawMeasured(
  emulation: EmulationAnalysis,
  scenario: ScenarioResult,
  mode: RunFacts['mode'],
  margin: number,
): Html {
  const { cells } = emulation;
  const most = Math.max(...cells.map(({ cell }) => cell.counts.launches));
  const scales =
    mode === 'counts-only'
      ? null
      : { time: linearScale(0, timeRange(emulation, scenario).high), ratio: ratioScale(cells, margin) };
  const rows = cells.map((found) =>
    drawRow(found, reasonToVoid(scenario, found.cell), most, scales, mode, margin),
  );
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
  const ends = cells.flatMap(({ ratio }) =>
    METRICS.flatMap((metric) => {
      const found = ratio[metric];
      return found === null
        ? []
        : [found.interval?.low ?? found.estimate, found.interval?.high ?? found.estimate];
    }),
  );
  const low = Math.min(1 / (1 + margin), ...ends.filter((end) => end > 0));
  const high = Math.max(1 + margin, ...ends);
  return logScale(low / 1.05, high * 1.05);
}

function drawRow(
  found: CellAnalysis,
  whyVoid: string | null,
  most: number,
  scales: Scales | null,
  mode: RunFacts['mode'],
  margin: number,
): Html {
  const { cell, isReference } = found;
  return html`<div class="row${scales === null ? ' counts' : ''}">
    <div class="name">
      <strong>${cell.strategy}</strong> ${verdictChip(found, whyVoid, mode)}
      <span class="aside"
        >${plural(cell.counts.patterns, 'pattern')}, ${plural(cell.counts.links, 'link')}</span
      >
    </div>
    ${drawCount(found, most, isReference)}
    ${scales === null ? NOTHING : drawTimes(found, whyVoid, scales, mode, margin)}
  </div>`;
}

function verdictChip(
  { isReference, verdict }: CellAnalysis,
  whyVoid: string | null,
  mode: RunFacts['mode'],
): Html {
  if (whyVoid !== null) return html` <span class="chip tone-bad">void</span>`;
  const quick = mode === 'quick' ? html` <span class="chip tone-warning">${QUICK_LABEL}</span>` : NOTHING;
  if (isReference) return html` <span class="chip">reference</span>${quick}`;
  if (mode === 'quick') return quick;
  if (verdict.cpu === null) return NOTHING;
  return html` <span
    class="chip tone-${VERDICT_TONES[verdict.cpu.word]}"
    title="${verdict.cpu.reason ?? 'verdict on CPU time'}"
    >${verdict.cpu.word}</span
  >`;
}

function drawCount({ cell: { strategy, counts } }: CellAnalysis, most: number, isReference: boolean): Html {
  const purposes = launchesByPurpose(counts).map(([name, value]) => ({ name, value }));
  const parts = purposes.length > 0 ? purposes : [{ name: 'launches', value: counts.launches }];
  const listed = purposes.map(({ name, value }) => `${name} ${value}`).join(' · ');
  return html`<div class="column">
    <p class="what"><b class="count">${formatLaunches(counts)}</b> launches</p>
    ${bar(`${strategy}: ${plural(counts.launches, 'launch', 'launches')}`, parts, most, isReference ? 'launches reference' : 'launches')}
    <p class="aside small">${listed}</p>
  </div>`;
}

function drawTimes(
  found: CellAnalysis,
  whyVoid: string | null,
  scales: Scales,
  mode: RunFacts['mode'],
  margin: number,
): Html {
  if (whyVoid !== null) {
    return html`<div class="column wide"><p class="void">Void: ${whyVoid}</p></div>`;
  }
  // On a phone the columns stand under each other, so each brings its own axis.
  return html`<div class="column">
      ${METRICS.map((metric) => drawStrip(found, metric, scales.time, mode))}
      <div class="own-axis">${timeAxis(scales)}</div>
    </div>
    <div class="column${found.isReference ? ' of-reference' : ''}">
      ${METRICS.map((metric) => drawRatio(found, metric, scales.ratio, margin, mode))}
      <div class="own-axis">${ratioAxis(scales)}</div>
    </div>`;
}

function drawStrip(
  { cell, summary, values }: CellAnalysis,
  metric: Metric,
  scale: Scale,
  mode: RunFacts['mode'],
): Html {
  const found = summary[metric];
  if (found === null) return html`<p class="aside">${METRIC_NAMES[metric]} time not known</p>`;
  const { n, p25Ms: p25, medianMs: median, p75Ms: p75 } = found;
  const label = mode === 'quick' ? `, ${QUICK_LABEL}` : '';
  const words =
    `${cell.strategy}, ${METRIC_NAMES[metric]} time${label}: median ${formatMs(median)}, ` +
    `middle half ${formatMs(p25)} to ${formatMs(p75)}, ${plural(n, 'sample')}`;
  return html`<p class="what">${METRIC_NAMES[metric]} <b>${formatMs(median)}</b></p>
    ${dotStrip(words, { values: values[metric], p25, median, p75 }, scale, metric)}`;
}

/** The verdict on one metric; a quick run has none. */
function wordOf(verdict: Verdict | null, mode: RunFacts['mode']): Html {
  if (verdict === null || mode === 'quick') return NOTHING;
  return html`<span class="tone-${VERDICT_TONES[verdict.word]}">${verdict.word}</span>`;
}

function drawRatio(
  { cell, isReference, ratio, verdict }: CellAnalysis,
  metric: Metric,
  scale: Scale,
  margin: number,
  mode: RunFacts['mode'],
): Html {
  const found = ratio[metric];
  const name = `${cell.strategy}, ${METRIC_NAMES[metric]} time`;
  if (found === null) {
    return html`<p class="what">${isReference ? 'reference' : '—'}</p>
      ${intervalStrip(`${name}: ${isReference ? 'the reference, 1' : 'no ratio'}`, null, scale, margin, metric)}`;
  }
  const interval = found.interval;
  const word = mode === 'quick' ? QUICK_LABEL : (verdict[metric]?.word ?? '');
  const drawn = {
    estimate: found.estimate,
    low: interval?.low ?? found.estimate,
    high: interval?.high ?? found.estimate,
  };
  return html`<p class="what${isClaim(found) ? '' : ' aside'}">
      ${METRIC_NAMES[metric]} <b>${formatFactor(found.estimate)}${isClaim(found) ? '×' : ''}</b>
      ${formatRatio(found).replace(/^\S+ /u, '')} ${wordOf(verdict[metric], mode)}
    </p>
    ${intervalStrip(`${name}: ${formatRatio(found)} ${word}`, drawn, scale, margin, metric)}`;
}
