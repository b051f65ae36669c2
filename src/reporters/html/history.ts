import { html, type Html } from './markup.ts';
import { historyTrends, type Trend } from '../compose/history.ts';
import type { HistoryDocument } from '../document.ts';
import { formatFactor, formatRatio, QUICK_LABEL } from '../format-numbers.ts';
import { ratioOf } from '../../analysis/cell-analysis.ts';
import { trendLine } from '../svg/trend.ts';

/** A line of launches and a line of CPU ratios for every cell, oldest run at the left. */
export function drawHistory({ entries }: HistoryDocument): Html {
  return html`${historyTrends(entries).map(drawTrend)}`;
}

function drawTrend(trend: Trend): Html {
  const rows = trend.strategies.map((strategy) => rowOf(trend, strategy));
  const mostLaunches = Math.max(1, ...rows.flatMap(({ launches }) => launches.map((count) => count ?? 0)));
  const highestRatio = Math.max(1, ...rows.flatMap(({ ratios }) => ratios.map((ratio) => ratio ?? 0)));
  return html`<h2>${trend.scenario}, ${trend.emulation}</h2>
    <div class="panel">${rows.map((row) => drawRow(row, mostLaunches, highestRatio))}</div>`;
}

/** One strategy through time; null where a run has no such figure. */
function rowOf({ points }: Trend, strategy: string) {
  const found = points.map(({ cells }) => cells.get(strategy));
  const ratios = found.map((cell) => (cell?.times ? ratioOf(cell.times.cpu.against) : null));
  const last = ratios.findLast((ratio) => ratio !== null);
  const quick = found.some((cell) => cell?.claim.kind === 'quick');
  return {
    strategy,
    launches: found.map((cell) => cell?.cell.counts.launches ?? null),
    ratios: ratios.map((ratio) => ratio?.estimate ?? null),
    lastRatio:
      last === undefined
        ? 'reference, or not timed'
        : `${formatRatio(last)}${quick ? ` (with runs that are ${QUICK_LABEL})` : ''}`,
  };
}

function drawRow(
  { strategy, launches, ratios, lastRatio }: ReturnType<typeof rowOf>,
  mostLaunches: number,
  highestRatio: number,
): Html {
  const counted = launches.map((count) => count ?? 'unknown').join(', ');
  const estimated = ratios.map((ratio) => (ratio === null ? 'unknown' : formatFactor(ratio))).join(', ');
  return html`<div class="row two">
    <div class="name"><strong>${strategy}</strong></div>
    <div class="column">
      <p class="what">launches <b>${launches.findLast((count) => count !== null) ?? 'unknown'}</b></p>
      ${trendLine(`${strategy}, launches run by run: ${counted}`, launches, mostLaunches, 'launches')}
    </div>
    <div class="column">
      <p class="what">CPU ratio to the first: ${lastRatio}</p>
      ${trendLine(`${strategy}, CPU ratio run by run: ${estimated}`, ratios, highestRatio, 'cpu')}
    </div>
  </div>`;
}
