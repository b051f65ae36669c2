import { UsageError } from '../errors.ts';
import { compose } from './compose/compose.ts';
import { argumentsWidth } from './compose/trace.ts';
import { renderCsv } from './csv.ts';
import type { DocumentKind, DocumentOf, RenderOptions, ReportDocument, Reporter } from './document.ts';
import { renderFolded } from './folded.ts';
import { renderGithub } from './github.ts';
import { renderGitlab } from './gitlab.ts';
import { renderHtml } from './html/page.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { drawMarkdown } from './markdown.ts';
import { renderPerfetto } from './perfetto.ts';
import { renderPicture } from './svg/picture.ts';
import { drawTerminal } from './terminal.ts';
import { renderTraceLines } from './trace-lines.ts';
import { renderBencher, renderBenchmarkAction } from './trend-services.ts';

const RUNS = ['results', 'comparison', 'gate', 'history'] as const;
const EVERYTHING = [...RUNS, 'trace', 'trace-comparison'] as const;
const JUDGED = ['results', 'comparison', 'gate', 'trace'] as const;

/** Every report format the CLI offers. To add one, write its file and add its entry here. */
export const REPORTERS = {
  table: reporter({
    summary: 'for the terminal, as wide as it is',
    extension: '.txt',
    shows: EVERYTHING,
    render: (document, options) =>
      drawTerminal(compose(document, 'stacked', argumentsWidth(options.width, options.verbose)), options),
  }),
  markdown: reporter({
    summary: 'for a merge request or a GitHub step summary, below 1 MiB',
    extension: '.md',
    shows: EVERYTHING,
    render: (document) => drawMarkdown(compose(document, 'wide', argumentsWidth(Infinity))),
  }),
  json: reporter({
    summary: 'every figure, for programs',
    extension: '.json',
    shows: EVERYTHING,
    render: renderJson,
  }),
  csv: reporter({
    summary: 'for a spreadsheet, one row a cell or launch',
    extension: '.csv',
    shows: [...RUNS, 'trace'],
    render: renderCsv,
  }),
  html: reporter({
    summary: 'one page with plots that works offline',
    extension: '.html',
    shows: EVERYTHING,
    render: renderHtml,
  }),
  svg: reporter({
    summary: 'one picture for a README: launches and CPU time',
    extension: '.svg',
    shows: ['results'],
    render: renderPicture,
  }),
  junit: reporter({
    summary: 'JUnit XML, one test case a cell and rule',
    extension: '.xml',
    shows: JUDGED,
    render: renderJunit,
  }),
  github: reporter({
    summary: 'annotations for GitHub Actions, printed to its log',
    extension: '.txt',
    shows: JUDGED,
    render: renderGithub,
  }),
  gitlab: reporter({
    summary: 'a code quality report for GitLab',
    extension: '.json',
    shows: JUDGED,
    render: renderGitlab,
  }),
  'github-action-benchmark': reporter({
    summary: 'for the trends of github-action-benchmark (customSmallerIsBetter)',
    extension: '.json',
    shows: ['results'],
    render: renderBenchmarkAction,
  }),
  bencher: reporter({
    summary: 'for the trends of Bencher (Bencher Metric Format)',
    extension: '.json',
    shows: ['results'],
    render: renderBencher,
  }),
  jsonl: reporter({
    summary: 'a line of JSON for each launch',
    extension: '.jsonl',
    shows: ['trace'],
    render: renderTraceLines,
  }),
  folded: reporter({
    summary: 'stacks of who started whom, for flame graphs and speedscope',
    extension: '.txt',
    shows: ['trace'],
    render: renderFolded,
  }),
  perfetto: reporter({
    summary: 'a track for each process, for ui.perfetto.dev; into a file',
    extension: '.pftrace',
    shows: ['trace'],
    renderBytes: renderPerfetto,
  }),
} as const;

/** A report format. */
export type ReporterName = keyof typeof REPORTERS;

/** A format as its users see it, whatever kinds of documents it shows. */
interface Format extends Pick<Reporter, 'summary' | 'extension' | 'shows'> {
  /** Whether it is no text, so that it wants a file. */
  readonly isBinary: boolean;
  /** Null for a document that it cannot show. */
  readonly render: (document: ReportDocument, options: RenderOptions) => string | Promise<string> | null;
  /** Null for a format that is text. */
  readonly renderBytes: (document: ReportDocument) => Promise<Uint8Array> | null;
}

function reporter<Kind extends DocumentKind>(format: Reporter<Kind>): Format {
  const { render, renderBytes } = format;
  const isShown = (document: ReportDocument): document is DocumentOf<Kind> =>
    format.shows.some((kind) => kind === document.kind);
  return {
    ...format,
    isBinary: renderBytes !== undefined,
    render: (document, options) => (render && isShown(document) ? render(document, options) : null),
    renderBytes: (document) => (renderBytes && isShown(document) ? renderBytes(document) : null),
  };
}

/** The formats that can show a kind of document, for help texts and for checking an option. */
export function reportersFor(kind: DocumentKind): readonly ReporterName[] {
  return Object.keys(REPORTERS)
    .filter((name): name is ReporterName => name in REPORTERS)
    .filter((name) => REPORTERS[name].shows.includes(kind));
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
  const text = await REPORTERS[name].render(document, options);
  if (text !== null) return text;
  throw new UsageError(`The format "${name}" cannot show a ${document.kind} document.`, {
    hint: `Formats that can: ${reportersFor(document.kind).join(', ')}.`,
  });
}
