import { html, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { METRIC_NAMES, timeRange, VERDICT_TONES } from '../compose/measured-table.ts';
import {
  formatLaunches,
  formatMs,
  formatPercent,
  formatRatio,
  isClaim,
  launchesByPurpose,
  plural,
  QUICK_LABEL,
  twoDecimals,
} from '../figures.ts';
import { bar } from '../svg/bars.ts';
import { axis } from '../svg/plot.ts';
import { linearScale, logScale } from '../svg/scale.ts';
import type { Scale } from '../svg/scale.ts';
import { dotStrip, intervalStrip } from '../svg/strips.ts';
import { METRICS } from '../../measurement/sample.ts';
import type { Metric } from '../../measurement/sample.ts';
import type { CellAnalysis, EmulationAnalysis } from '../../results/analysis.ts';
import type { RunFacts } from '../../results/results-file.ts';

/** The cells of one emulation, a row each: launches as a bar, times as dots, ratios as intervals. */
export function drawMeasured(emulation: EmulationAnalysis, mode: RunFacts['mode'], margin: number): Html {
  const { cells, comparisons } = emulation;
  const most = Math.max(...cells.map(({ cell }) => cell.counts.launches));
  const scales =
    mode === 'counts-only' ? null : { time: timeScale(emulation), ratio: ratioScale(cells, margin) };
  const rows = cells.map((found) => drawRow(found, most, scales, mode, margin));
  if (scales === null) return html`<div class="panel">${rows}</div>`;
  const confidence = cells.flatMap(({ ratio }) => (ratio.cpu === null ? [] : [ratio.cpu.confidence]))[0];
  return html`<div class="panel">
      ${rows}
      <div class="row axes" aria-hidden="true">
        <div></div>
        <div></div>
        <div class="column">${axis(scales.time, formatMs)}</div>
        <div class="column">${axis(scales.ratio, (tick) => `${tick}×`)}</div>
      </div>
    </div>
    <p class="legend">
      <span class="key cpu">CPU time</span> <span class="key wall">wall time</span> A dot is a round, the
      first on top; the band is the middle half, the line the median.
      ${
        mode === 'quick' || confidence === undefined
          ? ''
          : `Whiskers are ${formatPercent(confidence)} intervals (${plural(comparisons, 'comparison')} share 5 %); in the grey margin of ${formatPercent(margin)} around 1 nothing is claimed.`
      }
    </p>`;
}

interface Scales {
  readonly time: Scale;
  readonly ratio: Scale;
}

function timeScale(emulation: EmulationAnalysis): Scale {
  return linearScale(0, timeRange(emulation).high);
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
  most: number,
  scales: Scales | null,
  mode: RunFacts['mode'],
  margin: number,
): Html {
  const { cell, isReference } = found;
  return html`<div class="row${scales === null ? ' counts' : ''}">
    <div class="name">
      <strong>${cell.strategy}</strong>${verdictChip(found, mode)}
      <span class="aside"
        >${plural(cell.counts.patterns, 'pattern')}, ${plural(cell.counts.links, 'link')}</span
      >
    </div>
    ${drawCount(found, most, isReference)}
    ${scales === null ? NOTHING : drawTimes(found, scales, mode, margin)}
  </div>`;
}

function verdictChip({ cell, isReference, verdict }: CellAnalysis, mode: RunFacts['mode']): Html {
  if (cell.void !== null) return html` <span class="chip tone-bad">void</span>`;
  if (isReference) return html` <span class="chip">reference</span>`;
  if (mode === 'quick') return html` <span class="chip tone-warning">${QUICK_LABEL}</span>`;
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

function drawTimes(found: CellAnalysis, scales: Scales, mode: RunFacts['mode'], margin: number): Html {
  if (found.cell.void !== null) {
    return html`<div class="column wide"><p class="void">Void: ${found.cell.void}</p></div>`;
  }
  return html`<div class="column">
      ${METRICS.map((metric) => drawStrip(found, metric, scales.time, mode))}
    </div>
    <div class="column">
      ${METRICS.map((metric) => drawRatio(found, metric, scales.ratio, margin, mode))}
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
      <b>${twoDecimals(found.estimate)}${isClaim(found) ? '×' : ''}</b>
      ${formatRatio(found).replace(/^\S+ /u, '')}
    </p>
    ${intervalStrip(`${name}: ${formatRatio(found)} ${word}`, drawn, scale, margin, metric)}`;
}
