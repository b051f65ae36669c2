import { composeComparison } from './compose/comparison.ts';
import { composeGate } from './compose/gate.ts';
import { composeHistory } from './compose/history.ts';
import { composeResults } from './compose/results.ts';
import { composeTraceComparison } from './compose/trace-comparison.ts';
import { argumentsWidth, composeTrace } from './compose/trace.ts';
import {
  renderComparisonCsv,
  renderGateCsv,
  renderHistoryCsv,
  renderResultsCsv,
  renderTraceCsv,
} from './csv.ts';
import type { DocumentKind, RenderOptions, ReportDocument, Reporter } from './document.ts';
import { renderGithub } from './github.ts';
import { renderGitlab } from './gitlab.ts';
import { renderHtml } from './html/page.ts';
import { renderFolded } from './folded.ts';
import { renderPerfetto } from './perfetto.ts';
import { renderTraceLines } from './trace-lines.ts';
import { renderJson, renderTraceComparisonJson, renderTraceJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { drawMarkdown } from './markdown.ts';
import { renderPicture } from './svg/picture.ts';
import { drawTerminal } from './terminal.ts';
import { renderBencher, renderBenchmarkAction } from './trend-services.ts';
import { UsageError } from '../errors.ts';

/** Every report format the CLI offers. To add one, write its file and add its entry here. */
export const REPORTERS = {
  table: {
    summary: 'for the terminal, as wide as it is',
    extension: '.txt',
    render: {
      results: (document, options) => drawTerminal(composeResults(document, 'stacked'), options),
      comparison: (document, options) => drawTerminal(composeComparison(document, 'stacked'), options),
      gate: (document, options) => drawTerminal(composeGate(document), options),
      history: (document, options) => drawTerminal(composeHistory(document), options),
      'trace-comparison': (document, options) => drawTerminal(composeTraceComparison(document), options),
      trace: (document, options) =>
        drawTerminal(composeTrace(document, argumentsWidth(options.width, options.verbose)), options),
    },
  },
  markdown: {
    summary: 'for a merge request or a GitHub step summary, below 1 MiB',
    extension: '.md',
    render: {
      results: (document) => drawMarkdown(composeResults(document, 'wide')),
      comparison: (document) => drawMarkdown(composeComparison(document, 'wide')),
      gate: (document) => drawMarkdown(composeGate(document)),
      history: (document) => drawMarkdown(composeHistory(document)),
      'trace-comparison': (document) => drawMarkdown(composeTraceComparison(document)),
      trace: (document) => drawMarkdown(composeTrace(document, argumentsWidth(Infinity))),
    },
  },
  json: {
    summary: 'every figure, for programs',
    extension: '.json',
    render: {
      results: renderJson,
      comparison: renderJson,
      gate: renderJson,
      history: renderJson,
      trace: renderTraceJson,
      'trace-comparison': renderTraceComparisonJson,
    },
  },
  csv: {
    summary: 'for a spreadsheet, one row a cell or launch',
    extension: '.csv',
    render: {
      trace: renderTraceCsv,
      results: renderResultsCsv,
      comparison: renderComparisonCsv,
      gate: renderGateCsv,
      history: renderHistoryCsv,
    },
  },
  html: {
    summary: 'one page with plots that works offline',
    extension: '.html',
    render: {
      results: renderHtml,
      comparison: renderHtml,
      gate: renderHtml,
      history: renderHtml,
      'trace-comparison': renderHtml,
      trace: renderHtml,
    },
  },
  svg: {
    summary: 'one picture for a README: launches and CPU time',
    extension: '.svg',
    render: { results: renderPicture },
  },
  junit: {
    summary: 'JUnit XML, one test case a cell and rule',
    extension: '.xml',
    render: { results: renderJunit, comparison: renderJunit, gate: renderJunit, trace: renderJunit },
  },
  github: {
    summary: 'annotations for GitHub Actions, printed to its log',
    extension: '.txt',
    render: { results: renderGithub, comparison: renderGithub, gate: renderGithub, trace: renderGithub },
  },
  gitlab: {
    summary: 'a code quality report for GitLab',
    extension: '.json',
    render: { results: renderGitlab, comparison: renderGitlab, gate: renderGitlab, trace: renderGitlab },
  },
  'github-action-benchmark': {
    summary: 'for the trends of github-action-benchmark (customSmallerIsBetter)',
    extension: '.json',
    render: { results: renderBenchmarkAction },
  },
  bencher: {
    summary: 'for the trends of Bencher (Bencher Metric Format)',
    extension: '.json',
    render: { results: renderBencher },
  },
  jsonl: {
    summary: 'a line of JSON for each launch',
    extension: '.jsonl',
    render: { trace: renderTraceLines },
  },
  folded: {
    summary: 'stacks of who started whom, for flame graphs and speedscope',
    extension: '.txt',
    render: { trace: renderFolded },
  },
  perfetto: {
    summary: 'a track for each process, for ui.perfetto.dev; into a file',
    extension: '.pftrace',
    render: {},
    renderBytes: renderPerfetto,
  },
} as const satisfies Record<string, Reporter>;

/** A report format. */
export type ReporterName = keyof typeof REPORTERS;

/** The formats that can show a kind of document, for help texts and for checking an option. */
export function reportersFor(kind: DocumentKind): readonly ReporterName[] {
  return reporterNames().filter((name) => {
    const { render, renderBytes } = reporter(name);
    return render[kind] !== undefined || (kind === 'trace' && renderBytes !== undefined);
  });
}

/**
 * Renders a document. Writes nothing: the text is returned.
 *
 * @throws UsageError when the format has no way to show this kind of document.
 */
export async function renderReport(
  name: ReporterName,
  document: ReportDocument,
  options: RenderOptions,
): Promise<string> {
  const { render } = reporter(name);
  switch (document.kind) {
    case 'results':
      return (render.results ?? cannotShow(name, document.kind))(document, options);
    case 'comparison':
      return (render.comparison ?? cannotShow(name, document.kind))(document, options);
    case 'gate':
      return (render.gate ?? cannotShow(name, document.kind))(document, options);
    case 'history':
      return (render.history ?? cannotShow(name, document.kind))(document, options);
    case 'trace':
      return (render.trace ?? cannotShow(name, document.kind))(document, options);
    case 'trace-comparison':
      return (render['trace-comparison'] ?? cannotShow(name, document.kind))(document, options);
  }
}

/** Renders a document in a format that is no text; null for one that is. */
export async function renderBytes(name: ReporterName, document: ReportDocument): Promise<Uint8Array | null> {
  const { renderBytes: render } = reporter(name);
  return render === undefined || document.kind !== 'trace' ? null : await render(document);
}

/** Whether a format is no text, so that it wants a file. */
export function isBinary(name: ReporterName): boolean {
  return reporter(name).renderBytes !== undefined;
}

/** The entry of a format under its general type: each literal entry knows only the kinds it has. */
function reporter(name: ReporterName): Reporter {
  return REPORTERS[name];
}

function reporterNames(): readonly ReporterName[] {
  return Object.keys(REPORTERS).filter((name): name is ReporterName => name in REPORTERS);
}

function cannotShow(name: ReporterName, kind: DocumentKind): never {
  throw new UsageError(`The format "${name}" cannot show a ${kind} document.`, {
    hint: `Formats that can: ${reportersFor(kind).join(', ')}.`,
  });
}
