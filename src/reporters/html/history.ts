import { html } from './markup.ts';
import type { Html } from './markup.ts';
import { historyTrends } from '../compose/history.ts';
import type { Trend } from '../compose/history.ts';
import type { HistoryDocument } from '../document.ts';
import { formatRatio, twoDecimals } from '../figures.ts';
import { trendLine } from '../svg/trend.ts';
import type { RatioEstimate } from '../../results/analysis.ts';

/** A line of launches and a line of CPU ratios for every cell, oldest run at the left. */
export function drawHistory({ entries }: HistoryDocument): Html {
  return html`${historyTrends(entries).map(drawTrend)}`;
}

function drawTrend({ scenario, emulation, strategies, points }: Trend): Html {
  const launches = (strategy: string) =>
    points.map(({ cells }) => cells.get(strategy)?.cell.counts.launches ?? null);
  const ratios = (strategy: string): readonly (RatioEstimate | null)[] =>
    points.map(({ cells }) => {
      const found = cells.get(strategy);
      return found?.cell.void === null ? found.ratio.cpu : null;
    });
  const top = Math.max(1, ...strategies.flatMap(launches).map((value) => value ?? 0));
  const topRatio = Math.max(1, ...strategies.flatMap(ratios).map((ratio) => ratio?.estimate ?? 0));
  const rows = strategies.map((strategy) => {
    const counts = launches(strategy);
    const estimates = ratios(strategy);
    const last = estimates.findLast((ratio) => ratio !== null);
    const lastRatio = last === undefined ? 'reference, or not timed' : formatRatio(last);
    return html`<div class="row two">
      <div class="name">
        <strong>${strategy}</strong
        ><span class="aside">now ${counts.findLast((count) => count !== null) ?? 'unknown'} launches</span>
      </div>
      <div class="column">
        <span class="what">launches</span>
        ${trendLine(`${strategy}: launches run by run: ${counts.map((count) => count ?? 'unknown').join(', ')}`, { name: strategy, values: counts }, top, 'launches')}
      </div>
      <div class="column">
        <span class="what">CPU time, times faster than the first strategy: ${lastRatio}</span>
        ${trendLine(`${strategy}: ratio run by run: ${estimates.map((ratio) => (ratio === null ? 'unknown' : twoDecimals(ratio.estimate))).join(', ')}`, { name: strategy, values: estimates.map((ratio) => ratio?.estimate ?? null) }, topRatio, 'cpu')}
      </div>
    </div>`;
  });
  return html`<h2>${scenario}, ${emulation}</h2>
    <div class="panel">${rows}</div>`;
}
