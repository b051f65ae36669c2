import { drawHtmlBlocks, drawList } from './blocks.ts';
import { drawLaunches } from './launches.ts';
import { html, NOTHING, type Html } from './markup.ts';
import { drawMeasured } from './measured.ts';
import { drawModelled } from './modelled.ts';
import { environmentFacts, environmentLine, runLine } from '../compose/environment.ts';
import { measuredTable } from '../compose/measured-table.ts';
import { modelledTable } from '../compose/modelled.ts';
import { answerOf, type CpuClaim, cpuWords, headlineOf } from '../compose/headline.ts';
import { toolsTable } from '../compose/tools-table.ts';
import { runWarnings, warningBlocks, whatWasRun } from '../compose/results.ts';
import {
  emulationSentences,
  emulatorLine,
  nullControlSentence,
  overallSentences,
  tableCaption,
} from '../compose/sentences.ts';
import { heading, text, type Block } from '../blocks.ts';
import type { ResultsDocument } from '../document.ts';
import { missingShardsSentences } from '../missing-shards.ts';
import { formatRatio } from '../format-numbers.ts';
import type { EmulationAnalysis, ScenarioAnalysis } from '../../analysis/analysis.ts';
import { rowWord } from '../../results/cells.ts';
import type { Results } from '../../results/results.ts';

/** The page of one run: what was found in large, then plots, then everything in figures. */
export function drawResults(document: ResultsDocument): Html {
  const { analysis } = document;
  const { results, scenarios } = analysis;
  const warnings = runWarnings(results);
  const overall = overallSentences(analysis);
  return html`<header class="top">
      <p class="brand">launchbench</p>
      <h1>${scenarios.length === 1 ? (scenarios[0]?.scenario.name ?? '') : 'Launches and times'}</h1>
      ${missingShardsSentences(document).map(drawBanner)}
      ${scenarios.length === 1 ? scenarios.map(drawHeadline) : NOTHING}
      <p class="lead">${runLine(results)}</p>
      <p class="aside">${environmentLine(results.fingerprint)}</p>
      ${warnings.map(drawBanner)} ${scenarios.length > 1 ? contents(scenarios) : NOTHING}
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

function drawBanner(sentence: string): Html {
  return html`<p class="banner">${sentence}</p>`;
}

function contents(scenarios: readonly ScenarioAnalysis[]): Html {
  return html`<nav aria-label="Scenarios">
    <ul>
      ${scenarios.map((analysis, index) => {
        const answer = answerOf(analysis);
        return html`<li>
          <a href="#scenario-${index}">${analysis.scenario.name}</a>
          ${answer === null ? NOTHING : html`<span class="aside">${answer}</span>`}
        </li>`;
      })}
    </ul>
  </nav>`;
}

function drawScenario(analysis: ScenarioAnalysis, results: Results, index: number, titled: boolean): Html {
  const { scenario, emulations, modelled } = analysis;
  const notes = [...nullControlSentence(analysis), ...scenario.notes];
  return html`<section class="scenario" id="scenario-${index}" aria-label="${scenario.name}">
    ${
      titled
        ? html`<h2>${scenario.name}</h2>
            ${drawHeadline(analysis)}`
        : NOTHING
    }
    ${scenario.description === null ? NOTHING : html`<p class="lead">${scenario.description}</p>`}
    <p class="aside">${whatWasRun(analysis, results)}</p>
    ${drawHtmlBlocks(warningBlocks(analysis.warnings))}
    ${emulations.map((emulation) => drawEmulation(emulation, analysis))}
    ${modelled.map((model) => drawModelled(model, analysis))}
    ${notes.length === 0 ? NOTHING : drawList('Notes', notes, 'plain')}
    <div class="card">
      <h3>Every launch</h3>
      <p class="aside">What each ${rowWord([scenario])} launched in its first counting pass, in order.</p>
      ${emulations.flatMap(({ cells }) => cells.map(({ cell }) => drawLaunches(cell)))}
    </div>
    <div class="card">
      <h3>All figures</h3>
      ${drawHtmlBlocks(figureBlocks(analysis))}
    </div>
  </section>`;
}

/** The answer in large. */
function drawHeadline(analysis: ScenarioAnalysis): Html {
  const headline = headlineOf(analysis);
  if (headline === null) {
    const answer = answerOf(analysis);
    return answer === null ? NOTHING : html`<p class="lead">${answer}</p>`;
  }
  const { emulation, reference, best, launches, cpu } = headline;
  return html`<div class="stats" role="group" aria-label="In short, ${emulation}">
    <div class="stat">
      <p class="big">
        ${
          launches === null
            ? '—'
            : launches.from === launches.to
              ? launches.to
              : html`${launches.from}<small> → </small>${launches.to}`
        }
      </p>
      <p>launches<br /><span class="aside">${reference} → ${best}, ${emulation}</span></p>
    </div>
    ${cpu === null ? NOTHING : drawCpuChange(cpu)}
  </div>`;
}

function drawCpuChange(cpu: CpuClaim): Html {
  const [factor, words] = cpuWords(cpu);
  return html`<div class="stat">
    <p class="big">${factor === null ? '=' : html`${factor}<small>×</small>`}</p>
    <p>${words}<br /><span class="aside">${formatRatio(cpu.ratio)}</span></p>
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
