import { escapeCsv } from './escape.ts';
import { QUICK_LABEL } from './format-numbers.ts';
import { type Metric, METRICS } from '../results/sample-figures.ts';
import type { HistoryEntry, ReportDocument, TraceComparisonDocument } from './document.ts';
import type { Analysis, CellAnalysis, ModelledAnalysis, RatioEstimate } from '../analysis/analysis.ts';
import { toolWords } from './compose/environment.ts';
import { ratioOf } from '../analysis/cell-analysis.ts';
import type { Comparison, TimeComparison } from '../analysis/compare-results.ts';
import type { Finding } from '../analysis/finding.ts';
import type { Counts, ScenarioResult } from '../results/results.ts';
import { countsOf } from '../results/cells.ts';
import { nameIn, type TraceLaunch } from '../results/trace.ts';
import { formatCommandLine } from '../shell-words.ts';

type Field = string | number | boolean | null;
type Row = Readonly<Record<string, Field>>;

/** A table to filter and pivot: times in milliseconds, empty where there is no value. Raw samples are in the results file. */
export function renderCsv(document: Exclude<ReportDocument, TraceComparisonDocument>): string {
  switch (document.kind) {
    case 'results':
      return toCsv(cellRows(document.analysis));
    case 'history':
      return toCsv(document.entries.flatMap(historyRows));
    case 'comparison':
      return toCsv(comparedRows(document.comparison));
    case 'gate':
      return toCsv(document.verdict.findings.map(findingRow));
    case 'trace':
      return toCsv(document.trace.tree.map(launchRow));
  }
}

/** RFC 4180, but for plain line breaks; the columns are those of all rows, in the order of first use. */
function toCsv(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))];
  return lines.map((fields) => `${fields.map(escapeCsv).join(',')}\n`).join('');
}

/** One row a cell, not a sample. */
function cellRows({ scenarios, results: { missingShards, fingerprint } }: Analysis): readonly Row[] {
  const rows = scenarios.flatMap(({ scenario, emulations, modelled }) => [
    ...emulations.flatMap(({ cells }) => cells.map((found) => measuredRow(scenario.name, found))),
    ...modelled.flatMap(({ cells, quick }) => cells.map((found) => modelledRow(scenario, found, quick))),
  ]);
  const captureTool = toolWords(fingerprint.tools);
  return rows.map((row) => ({ missingShards: shardsField(missingShards), ...row, captureTool }));
}

/** First in every row, so that nobody takes a part for the whole. */
function shardsField(shards: readonly number[] = []): string | null {
  return shards.length === 0 ? null : shards.join(' ');
}

function measuredRow(scenario: string, { cell, isReference, claim, times }: CellAnalysis): Row {
  return {
    scenario,
    emulation: cell.emulation,
    row: cell.row,
    tool: cell.tool,
    kind: 'measured',
    ...countFields(cell.counts),
    reference: isReference,
    void: claim.kind === 'void' ? claim.reason : null,
    timeLabel: claim.kind === 'quick' ? QUICK_LABEL : null,
    ...perMetric((metric) => {
      const { summary, against, acrossTools } = times?.[metric] ?? {};
      const ratio = against && ratioOf(against);
      return {
        N: summary?.n ?? null,
        MedianMs: rounded(summary?.medianMs),
        MadMs: rounded(summary?.madMs),
        MinMs: rounded(summary?.minMs),
        MaxMs: rounded(summary?.maxMs),
        ...ratioFields('Ratio', ratio),
        RatioN: ratio?.n ?? null,
        Verdict: against?.kind === 'judged' ? against.verdict.word : null,
        ...ratioFields('ToolRatio', acrossTools?.ratio),
        ToolVerdict: acrossTools?.kind === 'judged' ? acrossTools.verdict.word : null,
      };
    }),
    ...predictedFields(null),
    preset: null,
    confidence: null,
  };
}

/** Predictions have columns of their own, so nobody averages them with measured times by mistake. */
function modelledRow(
  scenario: ScenarioResult,
  { cell, prediction, label }: ModelledAnalysis,
  quick: boolean,
): Row {
  const { row, tool, emulation, model } = cell;
  const labels = [
    ...['MODELLED', 'no emulator was executed'],
    ...(label === null ? [] : [label]),
    ...(quick ? [QUICK_LABEL] : []),
  ];
  return {
    scenario: scenario.name,
    emulation,
    row,
    tool,
    kind: 'modelled',
    ...countFields(countsOf(scenario, cell)),
    timeLabel: prediction === null ? null : labels.join('; '),
    ...predictedFields(prediction),
    preset: model.preset,
    confidence: model.confidence,
  };
}

function countFields(counts: Counts | null): Row {
  return {
    launches: counts?.launches ?? null,
    launchesSeen: counts?.seen.join(' ') ?? null,
    patterns: counts?.patterns ?? null,
    links: counts?.links ?? null,
  };
}

/** Two digits: a model knows no more. */
function predictedFields(prediction: ModelledAnalysis['prediction']): Row {
  const digits = (ms: number | undefined): number | null =>
    ms === undefined ? null : Number(ms.toPrecision(2));
  return perMetric((metric) => ({
    PredictedMs: digits(prediction?.[metric].ms),
    PredictedLowMs: digits(prediction?.[metric].lowMs),
    PredictedHighMs: digits(prediction?.[metric].highMs),
  }));
}

/** The fields of both metrics, under their names: `cpuMedianMs`. */
function perMetric(fieldsOf: (metric: Metric) => Row): Row {
  const fields = METRICS.flatMap((metric) =>
    Object.entries(fieldsOf(metric)).map(([name, field]) => [`${metric}${name}`, field] as const),
  );
  return Object.fromEntries(fields);
}

function ratioFields(name: string, ratio: RatioEstimate | null | undefined): Row {
  return {
    [name]: rounded(ratio?.estimate),
    [`${name}Low`]: rounded(ratio?.interval?.low),
    [`${name}High`]: rounded(ratio?.interval?.high),
  };
}

/** Microseconds, or six digits of a ratio below ten: the rest is noise. The JSON report has it all. */
function rounded(value: number | undefined): number | null {
  if (value === undefined) return null;
  return Math.abs(value) >= 10 ? Number(value.toFixed(3)) : Number(value.toPrecision(6));
}

/** The rows of a run, each with the run it is from. */
function historyRows({ label, analysis }: HistoryEntry): readonly Row[] {
  const { run, fingerprint } = analysis.results;
  const of = { file: label, startedAt: run.startedAt, commit: fingerprint.launchbench.commit };
  return cellRows(analysis).map((row) => ({ ...of, ...row }));
}

/** One row a cell of either file. */
function comparedRows({ base, head, cells, quick }: Comparison): readonly Row[] {
  return cells.map(({ scenario, row, tool, emulation, verdict, times, ...counts }) => ({
    missingShardsBase: shardsField(base.missingShards),
    missingShardsHead: shardsField(head.missingShards),
    ...{ scenario, row, tool, emulation, verdict },
    ...Object.fromEntries(
      (['launches', 'patterns', 'drivers', 'links', 'toolLaunches', 'forks'] as const).flatMap((name) => [
        [`${name}Base`, counts[name].base],
        [`${name}Head`, counts[name].head],
      ]),
    ),
    ...perMetric((metric) => comparedFields(times[metric], quick)),
  }));
}

/** One comparison of times; a time is never without the words that say what it is worth. */
function comparedFields(time: TimeComparison | null, quick: boolean): Row {
  const kind = { Comparison: time?.kind ?? null };
  switch (time?.kind) {
    case undefined:
      return { ...kind, ...ratioFields('Ratio', null), Remark: null };
    case 'paired': {
      const Remark = quick ? QUICK_LABEL : time.verdict.word;
      return { ...kind, ...ratioFields('Ratio', time.ratio), Remark };
    }
    case 'unpaired': {
      const Remark = `unpaired, hint only${quick ? `; ${QUICK_LABEL}` : ''}`;
      return { ...kind, ...ratioFields('Ratio', null), Ratio: rounded(time.ratioOfMedians), Remark };
    }
    case 'refused':
      return { ...kind, ...ratioFields('Ratio', null), Remark: time.reason };
  }
}

function findingRow({ newLaunches, location, ...finding }: Finding): Row {
  return {
    ...finding,
    newLaunches: newLaunches.length,
    file: location?.file ?? null,
    line: location?.line ?? null,
  };
}

/** A program that was executed. */
function launchRow(launch: TraceLaunch): Row {
  const { seq, startedBy, pid, parentPid, executable, argv, cwd, startUs, durationUs, end, forks } = launch;
  return {
    ...{ seq, startedBy, pid, parentPid, name: nameIn(launch), executable },
    ...{ command: formatCommandLine(argv), cwd, startUs, durationUs },
    status: end?.kind === 'exited' ? end.status : null,
    signal: end?.kind === 'signalled' ? end.signal : null,
    forks,
  };
}
