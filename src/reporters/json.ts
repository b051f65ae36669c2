import { canonicalJson } from '../canonical-json.ts';
import { escapeJson } from './escape.ts';
import { QUICK_LABEL } from './format-numbers.ts';
import { warningWords } from './warning-words.ts';
import type { ReportDocument, TraceDocument } from './document.ts';
import type { AgainstReference, Analysis } from '../analysis/analysis.ts';
import { ratioOf } from '../analysis/cell-analysis.ts';
import { nameOfRow } from '../results/cell-name.ts';
import { compareRows } from '../results/cells.ts';
import type { MeasuredCell } from '../results/results.ts';
import type { Warning } from '../analysis/warnings.ts';

/** The name and major version of the JSON reports. */
const REPORT_SCHEMA = 'launchbench.report/1';

/**
 * The whole document as JSON: everything the other formats show, and everything it was derived from.
 * `timeLabel` says what may be made of the times; modelled cells carry `"kind": "modelled"`.
 */
export async function renderJson(document: Exclude<ReportDocument, TraceDocument>): Promise<string> {
  const { inFile } = await import('../results/sample.ts');
  const report = { schema: REPORT_SCHEMA, timeLabel: timeLabel(document), ...worded(document) };
  return escapeJson(canonicalJson(report, inFile));
}

/** Every warning with its numbers and its words. */
function worded(document: Exclude<ReportDocument, TraceDocument>): object {
  switch (document.kind) {
    case 'results':
      return {
        comparisons: comparisonsIn(document.analysis),
        ...document,
        analysis: wordedAnalysis(document.analysis),
      };
    case 'history':
      return {
        ...document,
        entries: document.entries.map((entry) => ({ ...entry, analysis: wordedAnalysis(entry.analysis) })),
      };
    case 'comparison': {
      const { comparison } = document;
      return { ...document, comparison: { ...comparison, warnings: comparison.warnings.map(withWords) } };
    }
    case 'gate':
      return document;
  }
}

/** What every row came to beside its references, in short: the ratios and the verdicts. */
function comparisonsIn({ scenarios }: Analysis): readonly object[] {
  return scenarios.flatMap(({ scenario, emulations }) =>
    emulations.flatMap(({ emulation, cells }) =>
      compareRows(cells.map(({ cell }) => cell)).flatMap(({ cell, first, acrossTools }, index) => {
        const { claim, times } = cells[index] ?? {};
        const beside = (reference: MeasuredCell | null, kind: 'against' | 'acrossTools'): object[] => {
          if (reference === null) return [];
          const each = (of: (against: AgainstReference | null) => number | string | null): object | null =>
            times ? { cpu: of(times.cpu[kind]), wall: of(times.wall[kind]) } : null;
          return [
            {
              scenario: scenario.name,
              emulation,
              row: nameOfRow(cell),
              reference: nameOfRow(reference),
              claim: claim?.kind ?? null,
              launches: { row: cell.counts.launches, reference: reference.counts.launches },
              ratio: each((against) => (against && ratioOf(against)?.estimate) ?? null),
              verdict: each((against) => (against?.kind === 'judged' ? against.verdict.word : null)),
            },
          ];
        };
        return [...beside(first, 'against'), ...beside(acrossTools, 'acrossTools')];
      }),
    ),
  );
}

function wordedAnalysis(analysis: Analysis): object {
  const scenarios = analysis.scenarios.map((scenario) => ({
    ...scenario,
    warnings: scenario.warnings.map(withWords),
  }));
  return { ...analysis, scenarios };
}

function withWords(warning: Warning): object {
  return { ...warning, text: warningWords(warning) };
}

/** A trace as one line: it may come after the output of the command that was traced. */
export function renderTraceJson({ trace, verdict }: TraceDocument): string {
  const budget = verdict && { passed: verdict.passed, findings: verdict.findings };
  return `${escapeJson(JSON.stringify({ ...trace, budget }))}\n`;
}

/** JSON for people and machines: canonical, with invisible characters escaped. */
export function stringifyJson(value: unknown): string {
  return escapeJson(canonicalJson(value));
}

function timeLabel(document: Exclude<ReportDocument, TraceDocument>): string | null {
  switch (document.kind) {
    case 'results':
      return document.analysis.results.run.mode === 'quick' ? QUICK_LABEL : null;
    case 'history':
      return document.entries.some(({ analysis }) => analysis.results.run.mode === 'quick')
        ? `runs of mode "quick": ${QUICK_LABEL}`
        : null;
    case 'gate':
      return document.results.some(({ run }) => run.mode === 'quick') ? QUICK_LABEL : null;
    case 'comparison':
      return document.comparison.quick ? QUICK_LABEL : null;
  }
}
