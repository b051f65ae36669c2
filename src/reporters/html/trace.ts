import { drawHtmlBlocks } from './blocks.ts';
import { html, NOTHING, trustedMarkup, type Html } from './markup.ts';
import { SEARCH_BOX, SEARCH_SCRIPT } from './search.ts';
import { composeTrace } from '../compose/trace.ts';
import { formatMs, formatUs } from '../format-numbers.ts';
import { clip } from '../text-width.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import { formatCommandLine } from '../../shell-words.ts';
import { launchesIn, nameIn, type Trace, type TraceLaunch } from '../../results/trace.ts';
import type { TraceDocument } from '../document.ts';

/** Rows of the timeline; a page of ten thousand helps nobody. */
const ROWS = 2000;
/** Executables that the timeline can be reduced to. */
const CHOICES = 30;
/** Set in no further than this. */
const DEEPEST = 12;

/** A trace as a page: the counts, then a timeline with a row for each program, opened by mouse or keyboard. */
export function drawTrace(document: TraceDocument): Html {
  const { trace } = document;
  return html`<header class="top">
      <p class="brand">launchbench trace</p>
      <h1>${formatCommandLine(trace.command.argv)}</h1>
    </header>
    <main id="content">
      <section class="card">
        ${drawHtmlBlocks(composeTrace({ ...document, view: { ...document.view, tree: false } }, 60))}
      </section>
      ${drawTimeline(trace)}
    </main>`;
}

function drawTimeline(trace: Trace): Html {
  const names = [...groupBy(launchesIn(trace), nameIn)]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, CHOICES)
    .map(([name, { length }], index) => ({ name, length, id: `x${index}` }));
  const ids = new Map(names.map(({ name, id }) => [name, id]));
  const depths: number[] = [];
  for (const { startedBy } of trace.tree) depths.push(startedBy === null ? 0 : (depths[startedBy] ?? 0) + 1);
  const hidden = trace.tree.length - ROWS;
  const rules = names
    .map(({ id }) => `.timeline:has(#${id}:checked) .tl:not(.${id}) { display: none; }`)
    .join('\n');
  return html`<section class="card timeline">
    <h2>Timeline</h2>
    <style>
      ${trustedMarkup(rules)}
    </style>
    ${SEARCH_BOX}
    <fieldset>
      <legend>Show</legend>
      <label><input type="radio" name="executable" checked /> everything</label>
      ${names.map(
        ({ name, length, id }) =>
          html`<label><input type="radio" name="executable" id="${id}" /> ${name} ${length}</label>`,
      )}
    </fieldset>
    ${trace.tree
      .slice(0, ROWS)
      .map((launch) => drawRow(launch, trace, ids.get(nameIn(launch)) ?? '', depths[launch.seq] ?? 0))}
    ${hidden > 0 ? html`<p class="aside">${plural(hidden, 'more program')} in --format jsonl.</p>` : NOTHING}
    ${SEARCH_SCRIPT}
  </section>`;
}

function drawRow(launch: TraceLaunch, { durationUs, tree }: Trace, id: string, depth: number): Html {
  const whole = Math.max(1, durationUs ?? 0);
  const left = Math.min(100, (100 * (launch.startUs ?? 0)) / whole).toFixed(2);
  const width = Math.min(100, (100 * (launch.durationUs ?? 0)) / whole).toFixed(2);
  const parent = launch.startedBy === null ? undefined : tree[launch.startedBy];
  const after = launch.startUs === null ? 'not known' : formatMs(launch.startUs / 1000);
  return html`<details class="tl ${id}">
    <summary>
      <span class="tl-name" style="padding-left: ${Math.min(depth, DEEPEST) * 10}px">
        <b>${nameIn(launch)}</b> ${clip(formatCommandLine(launch.argv.slice(1)), 80)}
      </span>
      <span class="tl-bar"><i style="margin-left: min(${left}%, 100% - 2px); width: ${width}%"></i></span>
      <span class="tl-time">${formatUs(launch.durationUs)}</span>
    </summary>
    <dl class="facts">
      ${fact('Command', formatCommandLine(launch.argv), 'sought')}
      ${fact('Executable', launch.executable, 'sought')}
      ${launch.interpreter === undefined ? NOTHING : fact('Interpreter', launch.interpreter)}
      ${fact('Folder', launch.cwd ?? 'not known')}
      ${fact('Started by', parent === undefined ? 'launchbench' : formatCommandLine(parent.argv))}
      ${fact('After', after)} ${fact('Process', String(launch.pid ?? 'not known'))}
      ${fact('End', endOf(launch.end))}
    </dl>
  </details>`;
}

function fact(name: string, value: string, kind = ''): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd class="${kind}">${value}</dd>
  </div>`;
}

function endOf(end: TraceLaunch['end']): string {
  switch (end?.kind) {
    case undefined:
      return 'not known';
    case 'exited':
      return `status ${end.status}`;
    case 'signalled':
      return `ended by ${end.signal}`;
    case 'replaced':
      return 'went on as another program';
  }
}
