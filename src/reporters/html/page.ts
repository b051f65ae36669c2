import { drawHtmlBlocks } from './blocks.ts';
import { drawHistory } from './history.ts';
import { html, trustedMarkup, type Html } from './markup.ts';
import { drawResults } from './results.ts';
import { SEARCH_SOURCE } from './search.ts';
import { drawTrace } from './trace.ts';
import { STYLE } from './style.ts';
import { composeComparison } from '../compose/comparison.ts';
import { composeTraceComparison } from '../compose/trace-comparison.ts';
import { composeGate } from '../compose/gate.ts';
import { composeHistory } from '../compose/history.ts';
import type { HistoryDocument, ReportDocument } from '../document.ts';

/**
 * One page that stands alone: style inside, plots as SVG, no font, no request, and no script but one
 * that searches a timeline. The content security policy holds it to that even if an escape were ever missed.
 */
export function renderHtml(document: ReportDocument): string {
  const { title, body, script } = content(document);
  return `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy(script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${trustedMarkup(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        ${HATCHING} ${body}
      </body>
    </html>`.markup
  }\n`;
}

/** @param script - the hash of the one script that may run; undefined: none may */
function policy(script: string | undefined): string {
  return `default-src 'none'; ${script === undefined ? '' : `script-src ${script}; `}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** The fill of everything modelled. Hidden by size: a pattern inside `display: none` does not paint. */
const HATCHING = html`<svg width="0" height="0" class="defs" aria-hidden="true">
  <defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="hatch-ground" width="6" height="6" />
      <line class="hatch-line" x1="0" y1="0" x2="0" y2="6" />
    </pattern>
  </defs>
</svg>`;

interface Content {
  readonly title: string;
  readonly body: Html;
  /** Hash of the one script of it. */
  readonly script?: string;
}

function content(document: ReportDocument): Content {
  switch (document.kind) {
    case 'results': {
      const names = document.analysis.scenarios.map(({ scenario }) => scenario.name).join(', ');
      return { title: `${names}: launches and times`, body: drawResults(document) };
    }
    case 'comparison':
      return simple('Two runs compared', drawHtmlBlocks(composeComparison(document, 'wide')));
    case 'gate':
      return simple(`Gate ${document.verdict.word}`, drawHtmlBlocks(composeGate(document)));
    case 'trace':
      return { title: 'Launches of a command', body: drawTrace(document), script: SEARCH_SOURCE };
    case 'trace-comparison':
      return simple('Two traces compared', drawHtmlBlocks(composeTraceComparison(document)));
    case 'history':
      return simple('Launches through time', drawThroughTime(document));
  }
}

/** What is to be known of all runs, then plots, then the figures. */
function drawThroughTime(document: HistoryDocument): Html {
  const blocks = composeHistory(document);
  const figures = blocks.findIndex(({ kind }) => kind === 'heading');
  const before = figures === -1 ? blocks.length : figures;
  return html`${drawHtmlBlocks(blocks.slice(0, before))}${drawHistory(document)}${drawHtmlBlocks(blocks.slice(before))}`;
}

function simple(title: string, body: Html): Content {
  return {
    title,
    body: html`<header class="top">
        <p class="brand">launchbench</p>
        <h1>${title}</h1>
      </header>
      <main id="content"><section class="card">${body}</section></main>`,
  };
}
