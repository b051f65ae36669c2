import { drawHtmlBlocks, drawList } from './blocks.ts';
import { drawLaunches } from './launches.ts';
import { html, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { drawMeasured } from './measured.ts';
import { drawModelled } from './modelled.ts';
import { environmentFacts, environmentLine, runLine } from '../compose/environment.ts';
import { measuredTable } from '../compose/measured-table.ts';
import { modelledTable } from '../compose/modelled.ts';
import { toolsTable } from '../compose/tools-table.ts';
import { runWarnings, whatWasRun } from '../compose/results.ts';
import {
  emulationSentences,
  emulatorLine,
  nullControlSentence,
  overallSentences,
  tableCaption,
} from '../compose/sentences.ts';
import { heading, text } from '../blocks.ts';
import type { Block } from '../blocks.ts';
import type { ResultsDocument } from '../document.ts';
import { formatFactor, formatRatio, isClaim } from '../format-numbers.ts';
import { warningWords } from '../warning-words.ts';
import type { CellAnalysis, EmulationAnalysis, ScenarioAnalysis } from '../../analysis/analysis.ts';
import { decidedWord, ratioOf } from '../../analysis/cell-analysis.ts';
import type { Results } from '../../results/results.ts';
import { nameOfRow } from '../../results/cell-name.ts';

/** The page of one run: what was found in large, then plots, then everything in figures. */
export function drawResults({ analysis, remarks = [] }: ResultsDocument): Html {
  const { results, scenarios } = analysis;
  const warnings = [...remarks, ...runWarnings(results)];
  const overall = overallSentences(analysis);
  return html`<header class="top">
      <p class="brand">launchbench</p>
      <h1>${scenarios.length === 1 ? (scenarios[0]?.scenario.name ?? '') : 'Launches and times'}</h1>
      <p class="lead">${runLine(results)}</p>
      <p class="aside">${environmentLine(results.fingerprint)}</p>
      ${warnings.map((warning) => html`<p class="banner">${warning}</p>`)}
      ${scenarios.length > 1 ? contents(scenarios) : NOTHING}
    </header>
    <main id="content">
      ${scenarios.map((scenario, index) => drawScenario(scenario, results, index, scenarios.length > 1))}
      ${overall.length === 0 ? NOTHING : drawList('Over all scenarios: geometric means, bootstrap intervals, for information', overall, 'plain')}
      ${drawEnvironment(results)}
    </main>
    <footer>
      <p>
        Ratios are medians over paired rounds with exact sign-test intervals. Launch counts are exact. All raw
        samples are in the results file.
      </p>
    </footer>`;
}

function contents(scenarios: readonly ScenarioAnalysis[]): Html {
  return html`<nav aria-label="Scenarios">
    <ul>
      ${scenarios.map(({ scenario }, index) => html`<li><a href="#scenario-${index}">${scenario.name}</a></li>`)}
    </ul>
  </nav>`;
}

function drawScenario(analysis: ScenarioAnalysis, results: Results, index: number, titled: boolean): Html {
  const { scenario, emulations, modelled } = analysis;
  const warnings = analysis.warnings.map(warningWords);
  const notes = [...nullControlSentence(analysis), ...scenario.notes];
  return html`<section class="scenario" id="scenario-${index}" aria-label="${scenario.name}">
    ${titled ? html`<h2>${scenario.name}</h2>` : NOTHING}
    ${scenario.description === null ? NOTHING : html`<p class="lead">${scenario.description}</p>`}
    <p class="aside">${whatWasRun(analysis, results)}</p>
    ${headline(analysis)} ${warnings.length === 0 ? NOTHING : drawList('Warnings', warnings, 'warning')}
    ${emulations.map((emulation) => drawEmulation(emulation, analysis))} ${modelled.map(drawModelled)}
    ${notes.length === 0 ? NOTHING : drawList('Notes', notes, 'plain')}
    <div class="card">
      <h3>Every launch</h3>
      <p class="aside">What each strategy launched in its first counting pass, in order.</p>
      ${emulations.flatMap(({ cells }) => cells.map(({ cell }) => drawLaunches(cell)))}
    </div>
    <div class="card">
      <h3>All figures</h3>
      ${drawHtmlBlocks(figureBlocks(analysis))}
    </div>
  </section>`;
}

/** The first emulation in large: where the launches went, and what that did to CPU time. */
function headline({ emulations: [first] }: ScenarioAnalysis): Html {
  const usable = first?.cells.filter(({ claim }) => claim.kind !== 'void') ?? [];
  const reference = usable.find(({ isReference }) => isReference);
  const others = usable.filter(({ isReference }) => !isReference);
  const best = others.reduce<CellAnalysis | undefined>(
    (least, next) =>
      least === undefined || next.cell.counts.launches < least.cell.counts.launches ? next : least,
    undefined,
  );
  if (first === undefined || reference === undefined || best === undefined) return NOTHING;
  if (best.cell.counts.launches === reference.cell.counts.launches) return NOTHING;
  const against = best.times?.cpu.against ?? { kind: 'reference' };
  const ratio = ratioOf(against);
  const word = decidedWord(against);
  const time =
    ratio === null || word === null || !isClaim(ratio)
      ? NOTHING
      : html`<div class="stat">
          <p class="big">${formatFactor(ratio.estimate)}<small>×</small></p>
          <p>${word} in CPU time<br /><span class="aside">${formatRatio(ratio)}</span></p>
        </div>`;
  return html`<div class="stats" role="group" aria-label="In short, ${first.emulation}">
    <div class="stat">
      <p class="big">${reference.cell.counts.launches}<small> → </small>${best.cell.counts.launches}</p>
      <p>
        launches<br /><span class="aside"
          >${nameOfRow(reference.cell)} → ${nameOfRow(best.cell)}, ${first.emulation}</span
        >
      </p>
    </div>
    ${time}
  </div>`;
}

function drawEmulation(emulation: EmulationAnalysis, analysis: ScenarioAnalysis): Html {
  const caption = tableCaption(emulation);
  const sentences = [...(caption === null ? [] : [caption]), ...emulationSentences(emulation, analysis)];
  return html`<div class="card">
    <h3>
      ${emulation.emulation}
      <span class="badge">${emulation.kind === 'counted' ? 'counted' : 'measured'}</span>
    </h3>
    ${emulatorLine(emulation).map((emulator) => html`<p class="aside">${emulator}</p>`)}
    ${drawMeasured(emulation)} ${drawHtmlBlocks(toolsTable(emulation))}
    ${sentences.map((sentence) => html`<p class="aside">${sentence}</p>`)}
  </div>`;
}

/** Every plot again as a table, for reading exact values and for screen readers. */
function figureBlocks({ emulations, modelled }: ScenarioAnalysis): readonly Block[] {
  return [
    ...emulations.flatMap((emulation): readonly Block[] => [
      heading(3, `${emulation.emulation}, measured`),
      measuredTable(emulation, 'wide'),
    ]),
    ...modelled.flatMap((model): readonly Block[] => [
      heading(3, `${model.emulation}, MODELLED`),
      text('No emulator was executed.', 'muted'),
      modelledTable(model),
    ]),
  ];
}

function drawEnvironment(results: Results): Html {
  const facts = environmentFacts(results).map(
    ([name, value]) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`,
  );
  return html`<section class="card">
    <h2>Environment</h2>
    <dl class="facts">${facts}</dl>
  </section>`;
}
