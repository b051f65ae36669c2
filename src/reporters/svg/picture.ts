import type {
  CellAnalysis,
  EmulationAnalysis,
  ModelledEmulation,
  ScenarioAnalysis,
} from '../../analysis/analysis.ts';
import type { Purpose } from '../../core/planning/plan.ts';
import { nameOfRow } from '../../results/cell-name.ts';
import type { Counts } from '../../results/results.ts';
import { environmentLine, runLine } from '../compose/environment.ts';
import { machineLine, whatWasRun } from '../compose/results.ts';
import type { ResultsDocument } from '../document.ts';
import {
  formatFactor,
  formatLaunches,
  formatModelledRatio,
  formatMs,
  formatRatioAlone,
  formatRoughMs,
  launchesByPurpose,
  QUICK_LABEL,
  QUICK_MARK,
} from '../format-numbers.ts';
import { type Html, html, trustedMarkup } from '../html/markup.ts';
import { missingShardsSentences } from '../missing-shards.ts';
import { wrapText } from '../text-width.ts';
import {
  blocks,
  MARGIN_PX,
  panel,
  type Panel,
  type PanelRow,
  PLOT,
  rangedBar,
  text,
  WIDTH_PX,
} from './panel.ts';

/**
 * One picture of a run that stands on its own: how often each row launches, a block for each launch, and what CPU time that
 * takes, measured and modelled in panels of their own. It follows the reader's light or dark, needs no script and no
 * font, and says everything in text as well. As wide as a README is shown.
 */
export function renderPicture(document: ResultsDocument): string {
  const { results, scenarios } = document.analysis;
  const panels = scenarios.flatMap(panelsOf);
  const missing = missingShardsSentences(document);
  const footer = [
    runLine(results),
    environmentLine(results.fingerprint),
    ...scenarios.map((scenario) => whatWasRun(scenario, results)),
    ...new Set(scenarios.map(({ warnings }) => machineLine(warnings))),
  ].flatMap((line) => wrapText(line, FOOTER_COLUMNS));
  let y = TOP_PX + missing.length * LINE_PX;
  const drawn = panels.map((panel) => {
    const from = y;
    y += panel.heightPx + PANEL_GAP_PX;
    return html`<g transform="translate(0 ${from})">${panel.marks}</g>`;
  });
  const heightPx = y + footer.length * LINE_PX + BOTTOM_PX;
  const title = `${scenarios.map(({ scenario }) => scenario.name).join(', ')}: launches and CPU time`;
  const words = [...missing, ...panels.map((panel) => panel.words)].join(' ');
  return `${
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      width="${WIDTH_PX}"
      height="${heightPx}"
      viewBox="0 0 ${WIDTH_PX} ${heightPx}"
      role="img"
      aria-labelledby="title desc"
    >
      <title id="title">${title}</title>
      <desc id="desc">${words}</desc>
      <style>
        ${trustedMarkup(STYLE)}
      </style>
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="ground" width="6" height="6" />
          <rect class="modelled" width="3" height="6" />
        </pattern>
      </defs>
      <rect class="ground" width="${WIDTH_PX}" height="${heightPx}" rx="10" />
      ${missing.map((sentence, index) => text(MARGIN_PX, TOP_PX + (index + 1) * LINE_PX - 4, sentence, 'heading'))}
      ${drawn} ${footer.map((line, index) => text(MARGIN_PX, y + index * LINE_PX, line, 'small'))}
    </svg>`.markup
  }\n`;
}

const TOP_PX = 18;
const PANEL_GAP_PX = 22;
const LINE_PX = 16;
const BOTTOM_PX = 4;
const FOOTER_COLUMNS = 128;

/** A panel, and what it shows in words. */
interface WordedPanel extends Panel {
  readonly words: string;
}

function panelsOf(analysis: ScenarioAnalysis): readonly WordedPanel[] {
  const { emulations, modelled } = analysis;
  const [first] = emulations;
  return [
    ...(first === undefined ? [] : [launchesPanel(analysis, first)]),
    ...emulations.filter(({ kind }) => kind !== 'counted').map(measuredPanel),
    ...modelled.map(modelledPanel),
  ];
}

/** How often each row launches. A model, and an emulator that works, change none of it. */
function launchesPanel({ scenario }: ScenarioAnalysis, { cells }: EmulationAnalysis): WordedPanel {
  const most = Math.max(1, ...cells.map(({ cell }) => cell.counts.launches ?? 0));
  const stepPx = Math.min(MOST_STEP_PX, PLOT.width / most);
  const rows = cells.map(({ cell: { counts, ...name }, claim }) => ({
    name: nameOfRow(name),
    marks: launchBlocks(counts, stepPx),
    value: formatLaunches(counts),
    note: claim.kind === 'void' ? 'void' : collisionWords(counts),
  }));
  const collides = cells.some(({ cell }) => collisionsIn(cell.counts) > 0);
  const legend = ' Orange, at the end: a driver alone, because of a file name that collides.';
  const aside = `A block is a launch.${collides ? legend : ''}`;
  return {
    ...panel(`${scenario.name}: launches`, aside, rows),
    words: wordsOf(`${scenario.name}, launches`, rows),
  };
}

const MOST_STEP_PX = 12;

/** Those that share nothing with others stand at the end. */
function launchBlocks(counts: Counts, stepPx: number): readonly Html[] {
  const collisions = collisionsIn(counts);
  const others = (counts.launches ?? 0) - collisions;
  return [blocks(0, others, stepPx, 'launch'), blocks(others, collisions, stepPx, 'collision')];
}

/** Launches that a batch would have spared; where every driver has a launch of its own, a collision costs none. */
function collisionsIn(counts: Counts): number {
  const launches = new Map<string, number>(launchesByPurpose(counts));
  return launches.has(ALONE) ? 0 : (launches.get(COLLIDED) ?? 0);
}

const ALONE: Purpose = 'driver';
const COLLIDED: Purpose = 'driver-numbered';

function collisionWords(counts: Counts): string {
  const collisions = collisionsIn(counts);
  return collisions === 0 ? '' : `${collisions} for names that collide`;
}

function measuredPanel({ emulation, kind, cells }: EmulationAnalysis): WordedPanel {
  const highest = Math.max(LEAST_MS, ...cells.map(({ times }) => times?.cpu.summary?.p75Ms ?? 0));
  const rows = cells.map(({ cell, claim, times }) => {
    const summary = times?.cpu.summary ?? null;
    return {
      name: nameOfRow(cell),
      marks:
        summary === null
          ? []
          : rangedBar({ value: summary.medianMs, low: summary.p25Ms, high: summary.p75Ms }, highest, 'cpu'),
      value: summary === null ? '—' : formatMs(summary.medianMs),
      note: claim.kind === 'void' ? 'void' : ratioWords(times),
    };
  });
  const quick = kind === 'quick';
  const aside = `Measured: median, middle half of the rounds, and ratio to the first${quick ? `; ${QUICK_LABEL}` : ' with its interval'}.`;
  return {
    ...panel(`CPU time, ${emulation}`, aside, rows),
    words: wordsOf(`CPU time measured, ${emulation}${quick ? `, ${QUICK_LABEL}` : ''}`, rows),
  };
}

/** Where nothing took any time, or nothing was timed. */
const LEAST_MS = 1e-6;

function ratioWords(times: CellAnalysis['times']): string {
  const against = times?.cpu.against;
  if (against === undefined) return '';
  switch (against.kind) {
    case 'reference':
      return 'reference';
    case 'quick':
      return `${formatFactor(against.ratio.estimate)} ${QUICK_MARK}`;
    case 'judged':
      return [
        ...(against.ratio === null ? [] : [formatRatioAlone(against.ratio)]),
        against.verdict.word,
      ].join(' ');
  }
}

/** Hatched, and marked in each of its texts: nobody shall take it for measured. */
function modelledPanel({ emulation, quick, cells }: ModelledEmulation): WordedPanel {
  const highest = Math.max(LEAST_MS, ...cells.map(({ prediction }) => prediction?.cpu.highMs ?? 0));
  const rows = cells.map(({ cell, prediction, ratio }) => {
    const cpu = prediction?.cpu ?? null;
    return {
      name: nameOfRow(cell),
      marks:
        cpu === null
          ? []
          : rangedBar({ value: cpu.ms, low: cpu.lowMs, high: cpu.highMs }, highest, 'modelled'),
      value: cpu === null ? '—' : `~${formatRoughMs(cpu.ms)}`,
      note: ratio === null ? 'MODELLED, reference' : formatModelledRatio(ratio.cpu),
    };
  });
  const label = quick ? `; ${QUICK_LABEL}` : '';
  return {
    ...panel(
      `CPU time, ${emulation}: MODELLED`,
      `Predicted from the native figures, with the range of the model; no emulator was executed${label}.`,
      rows,
    ),
    words: wordsOf(`CPU time MODELLED, ${emulation}${label}`, rows),
  };
}

function wordsOf(what: string, rows: readonly PanelRow[]): string {
  const each = rows.map(({ name, value, note }) => `${name} ${value}${note === '' ? '' : ` (${note})`}`);
  return `${what}: ${each.join(', ')}.`;
}

/** Every pair of text and ground has a contrast of at least 4.5 to 1 (WCAG 2.1, 1.4.3). */
const STYLE = `
svg { --ground: #ffffff; --ink: #161a22; --soft: #586174; --launch: #2f5bd7; --collision: #e08a00; --cpu: #0f8a76; --modelled: #b78cf0; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --ink: #e8ebf2; --soft: #9ca6b8; --launch: #7ea2ff; --collision: #f3b04b; --cpu: #3fd0b6; --modelled: #8a5fd0; }
}
text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink); font-variant-numeric: tabular-nums; }
text.heading { font-size: 15px; font-weight: 650; }
text.small { font-size: 12px; fill: var(--soft); }
text.value { text-anchor: end; font-weight: 650; }
.ground { fill: var(--ground); }
.launch { fill: var(--launch); }
.collision { fill: var(--collision); }
.cpu { fill: var(--cpu); }
.modelled { fill: var(--modelled); }
rect.modelled[rx] { fill: url(#hatch); stroke: var(--modelled); }
.whisker { stroke: var(--ink); stroke-width: 1.2; fill: none; }
`;
