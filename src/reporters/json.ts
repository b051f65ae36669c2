import { canonicalJson } from '../canonical-json.ts';
import { escapeJson } from './escape.ts';
import { QUICK_LABEL } from './format-numbers.ts';
import { warningWords } from './warning-words.ts';
import type { DocumentOf, ReportDocument, TraceDocument } from './document.ts';
import type { AgainstReference, Analysis, ScenarioAnalysis, VerdictWord } from '../analysis/analysis.ts';
import { ratioOf } from '../analysis/cell-analysis.ts';
import { nameOfRow } from '../results/cell-name.ts';
import { compareRows } from '../results/cells.ts';
import { REPORT_FORMAT } from '../results/format-version.ts';
import type { MeasuredCell, Results } from '../results/results.ts';
import type { Report, RunReport } from './report-format.ts';
import type { Warning } from '../analysis/warnings.ts';

/**
 * A document as JSON: everything the other formats show. The shape of runs is that of report-format.ts. `timeLabel` says
 * what may be made of the times; modelled cells carry `"kind": "modelled"`.
 */
export function renderJson(document: ReportDocument): string {
  switch (document.kind) {
    case 'trace':
      return traceLine(document);
    case 'trace-comparison':
      return stringifyJson({ schema: 'launchbench.trace-comparison/1', ...document.comparison });
    case 'results':
    case 'history':
    case 'comparison':
    case 'gate':
      return stringifyJson(reportOf(document));
  }
}

function reportOf(document: DocumentOf<Report['kind']>): Report {
  switch (document.kind) {
    case 'results': {
      const { analysis } = document;
      return { ...head(isQuick(analysis.results)), kind: 'results', ...runReport(analysis) };
    }
    case 'history': {
      const { entries } = document;
      const quick = entries.some(({ analysis }) => isQuick(analysis.results));
      return {
        ...head(quick, `runs of mode "quick": ${QUICK_LABEL}`),
        kind: 'history',
        entries: entries.map(({ label, analysis }) => ({ label, ...runReport(analysis) })),
      };
    }
    case 'comparison': {
      const { base, head: later, cells, quick, warnings } = document.comparison;
      const comparison = { base, head: later, cells, quick, warnings: warnings.map(withWords) };
      return { ...head(quick), kind: 'comparison', comparison };
    }
    case 'gate': {
      const { verdict, baseline, results } = document;
      return {
        ...head(results.some(isQuick)),
        kind: 'gate',
        ...{ verdict, baseline, runs: results.map(({ run }) => run) },
      };
    }
  }
}

function head(quick: boolean, label = QUICK_LABEL): Pick<Report, 'schema' | 'timeLabel'> {
  return { schema: REPORT_FORMAT, timeLabel: quick ? label : null };
}

function isQuick({ run }: Results): boolean {
  return run.mode === 'quick';
}

function runReport(analysis: Analysis): RunReport {
  const { results, margin, scenarios, overall } = analysis;
  const { run, fingerprint, missingShards = [] } = results;
  return {
    ...{ run, fingerprint, missingShards, margin, overall },
    comparisons: comparisonsIn(analysis),
    scenarios: scenarios.map(scenarioReport),
  };
}

function scenarioReport(analysis: ScenarioAnalysis): RunReport['scenarios'][number] {
  const { scenario, emulations, modelled, modelErrors, floorLaunchMs, nullControl, warnings } = analysis;
  const { name, description, digest, source, drivers, architectures, packages, commands, recording } =
    scenario;
  const { sampling, equivalence, notes } = scenario;
  return {
    ...{ name, description, digest, source, drivers, architectures, packages, commands, recording },
    ...{ sampling, equivalence, notes, modelErrors, floorLaunchMs, nullControl },
    warnings: warnings.map(withWords),
    emulations: emulations.map(({ emulation, emulator, kind, comparisons, costPerLaunch, cells }) => ({
      ...{ emulation, emulator, kind, comparisons, costPerLaunch },
      cells: cells.map(({ cell: { row, tool, counts }, isReference, claim, times }) => ({
        ...{ row, tool, isReference, claim, counts, times },
      })),
    })),
    modelled: modelled.map(({ emulation, quick, cells }) => ({
      ...{ emulation, quick },
      cells: cells.map(({ cell: { kind, row, tool, model }, ...predicted }) => ({
        ...{ kind, row, tool, model },
        ...predicted,
      })),
    })),
  };
}

/** What every row came to beside its references, in short: the ratios and the verdicts. */
function comparisonsIn({ scenarios }: Analysis): RunReport['comparisons'] {
  return scenarios.flatMap(({ scenario, emulations }) =>
    emulations.flatMap(({ emulation, cells }) =>
      compareRows(cells.map((found) => ({ ...found.cell, found }))).flatMap(
        ({ cell, first, acrossTools }) => {
          const { claim, times } = cell.found;
          const beside = (
            reference: MeasuredCell | null,
            kind: 'against' | 'acrossTools',
          ): RunReport['comparisons'] => {
            if (reference === null) return [];
            const cpu = times?.cpu[kind] ?? null;
            const wall = times?.wall[kind] ?? null;
            return [
              {
                scenario: scenario.name,
                emulation,
                row: nameOfRow(cell),
                reference: nameOfRow(reference),
                claim: claim.kind,
                launches: { row: cell.counts.launches, reference: reference.counts.launches },
                forks: { row: cell.counts.forks, reference: reference.counts.forks },
                ratio: times && { cpu: estimateOf(cpu), wall: estimateOf(wall) },
                verdict: times && { cpu: wordOf(cpu), wall: wordOf(wall) },
              },
            ];
          };
          return [...beside(first, 'against'), ...beside(acrossTools, 'acrossTools')];
        },
      ),
    ),
  );
}

function estimateOf(against: AgainstReference | null): number | null {
  return (against && ratioOf(against)?.estimate) ?? null;
}

function wordOf(against: AgainstReference | null): VerdictWord | null {
  return against?.kind === 'judged' ? against.verdict.word : null;
}

function withWords(warning: Warning): RunReport['scenarios'][number]['warnings'][number] {
  return { ...warning, text: warningWords(warning) };
}

/** A trace as one line: it may come after the output of the command that was traced. */
function traceLine({ trace, verdict }: TraceDocument): string {
  const budget = verdict && { passed: verdict.passed, findings: verdict.findings };
  return `${escapeJson(JSON.stringify({ ...trace, budget }))}\n`;
}

/** JSON for people and machines: canonical, with invisible characters escaped. */
export function stringifyJson(value: unknown): string {
  return escapeJson(canonicalJson(value));
}
