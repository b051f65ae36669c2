import { html, NOTHING, type Html } from './markup.ts';
import { drawList } from './blocks.ts';
import { confidenceSentence, modelErrorSentences, modelNotes } from '../compose/modelled.ts';
import {
  formatModelledRatio,
  formatPrediction,
  formatRoughMs,
  launchesInWords,
  METRIC_NAMES,
  QUICK_LABEL,
} from '../format-numbers.ts';
import { axis } from '../svg/plot.ts';
import { linearScale } from '../svg/scale.ts';
import { predictionStrip } from '../svg/strips.ts';
import type { ModelledAnalysis, ModelledEmulation, ScenarioAnalysis } from '../../analysis/analysis.ts';
import { METRICS } from '../../results/sample-figures.ts';
import { nameOfRow } from '../../results/cell-name.ts';

/** The cells of one model, in a section of their own, hatched and dashed: nobody shall take them for measured. */
export function drawModelled(model: ModelledEmulation, analysis: ScenarioAnalysis): Html {
  const { emulation, cells, quick } = model;
  const highest = Math.max(
    0,
    ...cells.flatMap(({ prediction }) => METRICS.map((metric) => prediction?.[metric].highMs ?? 0)),
  );
  const scale = linearScale(0, highest);
  const rows = cells.map((found) => drawRow(found, scale, quick));
  const label = quick ? `; from times that are ${QUICK_LABEL}` : '';
  return html`<div class="card modelled-card">
    <h3>${emulation} <span class="badge modelled-badge">MODELLED</span></h3>
    <p class="lead">
      Predicted from natively measured launches and CPU time. No emulator was executed${label}.
    </p>
    <div class="panel">
      ${rows}
      ${
        highest > 0
          ? html`<div class="row two axes" aria-hidden="true">
              <div></div>
              <div class="column wide">${axis(scale, formatRoughMs)}</div>
            </div>`
          : NOTHING
      }
    </div>
    <p class="aside">${confidenceSentence(model, analysis)}</p>
    ${modelErrorSentences(model, analysis).map((sentence) => html`<p>${sentence}</p>`)}
    ${modelNotes([model]).map(({ title, facts }) => drawList(title, facts, 'plain'))}
  </div>`;
}

function drawRow(
  { cell, launches, prediction, label, ratio, toNative }: ModelledAnalysis,
  scale: ReturnType<typeof linearScale>,
  quick: boolean,
): Html {
  const name = nameOfRow(cell);
  const predicted =
    prediction === null
      ? html`<p class="aside">Not predicted: nothing was timed.</p>`
      : METRICS.map((metric) => {
          const { ms, lowMs, highMs } = prediction[metric];
          const text = `${METRIC_NAMES[metric]} ${formatPrediction(prediction[metric])}`;
          const beside = [
            ...(ratio === null ? [] : [`, ${formatModelledRatio(ratio[metric])} against the first strategy`]),
            ...(toNative === null ? [] : [`, ${formatModelledRatio(toNative[metric])} to native`]),
          ];
          return html`<p class="what"><b>${text}</b>${beside.join('')}${quick ? ` (${QUICK_LABEL})` : ''}</p>
            ${predictionStrip(`${name}: ${text}`, { estimate: ms, low: lowMs, high: highMs }, scale)}`;
        });
  // On a phone the columns stand under each other, so each brings its own axis.
  const ownAxis =
    prediction === null ? NOTHING : html`<div class="own-axis">${axis(scale, formatRoughMs)}</div>`;
  return html`<div class="row two">
    <div class="name">
      <strong>${name}</strong>
      ${label === null ? NOTHING : html`<span class="chip">${label}</span>`}
      <span class="aside">${launchesInWords(launches)}</span>
    </div>
    <div class="column wide">${predicted}${ownAxis}</div>
  </div>`;
}
