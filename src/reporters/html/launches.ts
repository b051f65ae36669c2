import { html, NOTHING, type Html } from './markup.ts';
import { formatPurposes, launchesInWords } from '../format-numbers.ts';
import { formatCommandLine } from '../../shell-words.ts';
import type { MeasuredCell } from '../../results/results.ts';
import { nameOfRow } from '../../results/cell-name.ts';

/** Launches listed for a cell; a page of ten thousand command lines helps nobody. */
const LAUNCHES_LISTED = 500;

/** The launches of one cell, behind a line that says how many; opened by mouse or keyboard without a script. */
export function drawLaunches({ counts, ...cell }: MeasuredCell): Html {
  const unlisted = counts.ledger.length - LAUNCHES_LISTED;
  const launches = counts.ledger.slice(0, LAUNCHES_LISTED).map(
    ({ executable, argv, purpose, arch }) =>
      html`<li>
        <span class="purpose">${purpose}</span
        >${arch === null ? NOTHING : html` <span class="aside">${arch}</span>`}
        <code><b>${executable}</b> ${formatCommandLine(argv.slice(1))}</code>
      </li>`,
  );
  return html`<details class="launches">
    <summary>
      <strong>${nameOfRow(cell)}</strong> under ${cell.emulation}: ${launchesInWords(counts.launches)}
      <span class="aside">${formatPurposes(counts)}</span>
    </summary>
    ${
      counts.launches === null
        ? html`<p class="aside">No tracer was there to see them.</p>`
        : launches.length === 0
          ? html`<p class="aside">Nothing was launched.</p>`
          : html`<ol>
              ${launches}
            </ol>`
    }
    ${unlisted > 0 ? html`<p class="aside">${unlisted} more are in the results file.</p>` : NOTHING}
  </details>`;
}
