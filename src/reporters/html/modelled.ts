import { html, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { drawList } from './blocks.ts';
import { modelNotes } from '../compose/modelled.ts';
import { formatModelledRatio, formatPrediction, formatRoughMs, QUICK_LABEL } from '../format-numbers.ts';
import { plural } from '../../plural.ts';
import { axis } from '../svg/plot.ts';
import { linearScale } from '../svg/scale.ts';
import { predictionStrip } from '../svg/strips.ts';
import type { ModelledAnalysis, ModelledEmulation } from '../../analysis/analysis.ts';
import { nameOfRow } from '../../results/cell-name.ts';

/** The cells of one model, in a section of their own, hatched and dashed: nobody shall take them for measured. */
export function drawModelled(model: ModelledEmulation): Html {
  const { emulation, cells, quick } = model;
  const highest = Math.max(0, ...cells.map(({ cell }) => cell.prediction?.highMs ?? 0));
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
    ${modelNotes(model).map(({ title, facts }) => drawList(title, facts, 'plain'))}
  </div>`;
}

function drawRow(
  { cell, ratio }: ModelledAnalysis,
  scale: ReturnType<typeof linearScale>,
  quick: boolean,
): Html {
  const { inputs, prediction, label } = cell;
  const name = nameOfRow(cell);
  const ratioText = ratio === null ? '' : `, ${formatModelledRatio(ratio)} against the first strategy`;
  const predicted =
    prediction === null
      ? html`<p class="aside">Not predicted: nothing was timed.</p>`
      : html`<p class="what">
            <b>${formatPrediction(prediction)}</b>${ratioText}${quick ? ` (${QUICK_LABEL})` : ''}
          </p>
          ${predictionStrip(`${name}: ${formatPrediction(prediction)}`, { estimate: prediction.ms, low: prediction.lowMs, high: prediction.highMs }, scale)}`;
  return html`<div class="row two">
    <div class="name">
      <strong>${name}</strong>
      ${label === null ? NOTHING : html`<span class="chip">${label}</span>`}
      <span class="aside">${plural(inputs.launches, 'launch', 'launches')}</span>
    </div>
    <div class="column wide">${predicted}</div>
  </div>`;
}
