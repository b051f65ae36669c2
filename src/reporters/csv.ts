import { escapeCsv } from './escape.ts';
import { QUICK_LABEL } from './format-numbers.ts';
import { METRICS } from '../results/sample-figures.ts';
import type {
  ComparisonDocument,
  GateDocument,
  HistoryDocument,
  ResultsDocument,
  TraceDocument,
} from './document.ts';
import type { Analysis, CellAnalysis, ModelledAnalysis } from '../analysis/analysis.ts';
import { toolWords } from './compose/environment.ts';
import { ratioOf } from '../analysis/cell-analysis.ts';
import type { TimeComparison } from '../analysis/compare.ts';
import type { Counts, ScenarioResult } from '../results/results.ts';
import { countsOf } from '../results/cells.ts';
import { nameIn } from '../results/trace.ts';
import { formatCommandLine } from '../shell-words.ts';

type Field = string | number | boolean | null;
type Row = Readonly<Record<string, Field>>;

/**
 * One row a cell, not a sample: a table to filter and pivot. Raw samples are in the results file. Times in milliseconds; empty where there is no value.
 */
export function renderResultsCsv({ analysis }: ResultsDocument): string {
  return toCsv(cellRows(analysis));
}

/** The rows of every run, each with the run it is from. */
export function renderHistoryCsv({ entries }: HistoryDocument): string {
  return toCsv(
    entries.flatMap(({ label, analysis }) =>
      cellRows(analysis).map((row) => ({
        file: label,
        startedAt: analysis.results.run.startedAt,
        commit: analysis.results.fingerprint.launchbench.commit,
        ...row,
      })),
    ),
  );
}

/** One row a cell of either file. */
export function renderComparisonCsv({ comparison }: ComparisonDocument): string {
  const { base, head } = comparison;
  return toCsv(
    comparison.cells.map(({ scenario, row, tool, emulation, verdict, times, ...counts }) => ({
      missingShardsBase: shardsField(base.missingShards),
      missingShardsHead: shardsField(head.missingShards),
      scenario,
      row,
      tool,
      emulation,
      verdict,
      ...Object.fromEntries(
        (['launches', 'patterns', 'drivers', 'links', 'toolLaunches', 'forks'] as const).flatMap(
          (name): readonly (readonly [string, Field])[] => [
            [`${name}Base`, counts[name].base],
            [`${name}Head`, counts[name].head],
          ],
        ),
      ),
      ...Object.fromEntries(
        METRICS.flatMap((metric): readonly (readonly [string, Field])[] => {
          const { kind, ratio, low, high, remark } = timeFields(times[metric], comparison.quick);
          return [
            [`${metric}Comparison`, kind],
            [`${metric}Ratio`, ratio],
            [`${metric}RatioLow`, low],
            [`${metric}RatioHigh`, high],
            [`${metric}Remark`, remark],
          ];
        }),
      ),
    })),
  );
}

/** One row a finding. */
export function renderGateCsv({ verdict }: GateDocument): string {
  return toCsv(
    verdict.findings.map(({ newLaunches, location, ...finding }) => ({
      ...finding,
      newLaunches: newLaunches.length,
      file: location?.file ?? null,
      line: location?.line ?? null,
    })),
  );
}

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
    ...Object.fromEntries(
      METRICS.flatMap((metric): readonly (readonly [string, Field])[] => {
        const { summary = null, against = null, acrossTools = null } = times?.[metric] ?? {};
        const ratio = against === null ? null : ratioOf(against);
        return [
          [`${metric}N`, summary?.n ?? null],
          [`${metric}MedianMs`, rounded(summary?.medianMs)],
          [`${metric}MadMs`, rounded(summary?.madMs)],
          [`${metric}MinMs`, rounded(summary?.minMs)],
          [`${metric}MaxMs`, rounded(summary?.maxMs)],
          [`${metric}Ratio`, rounded(ratio?.estimate)],
          [`${metric}RatioLow`, rounded(ratio?.interval?.low)],
          [`${metric}RatioHigh`, rounded(ratio?.interval?.high)],
          [`${metric}RatioN`, ratio?.n ?? null],
          [`${metric}Verdict`, against?.kind === 'judged' ? against.verdict.word : null],
          [`${metric}ToolRatio`, rounded(acrossTools?.ratio?.estimate)],
          [`${metric}ToolRatioLow`, rounded(acrossTools?.ratio?.interval?.low)],
          [`${metric}ToolRatioHigh`, rounded(acrossTools?.ratio?.interval?.high)],
          [`${metric}ToolVerdict`, acrossTools?.kind === 'judged' ? acrossTools.verdict.word : null],
        ];
      }),
    ),
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
  return {
    scenario: scenario.name,
    emulation,
    row,
    tool,
    kind: 'modelled',
    ...countFields(countsOf(scenario, cell)),
    timeLabel:
      prediction === null
        ? null
        : [
            'MODELLED',
            'no emulator was executed',
            ...(label === null ? [] : [label]),
            ...(quick ? [QUICK_LABEL] : []),
          ].join('; '),
    ...predictedFields(prediction),
    preset: model.preset,
    confidence: model.confidence,
  };
}

/** Two digits: a model knows no more. */
function predictedFields(prediction: ModelledAnalysis['prediction']): Row {
  const digits = (ms: number | undefined): number | null =>
    ms === undefined ? null : Number(ms.toPrecision(2));
  return Object.fromEntries(
    METRICS.flatMap((metric) => [
      [`${metric}PredictedMs`, digits(prediction?.[metric].ms)],
      [`${metric}PredictedLowMs`, digits(prediction?.[metric].lowMs)],
      [`${metric}PredictedHighMs`, digits(prediction?.[metric].highMs)],
    ]),
  );
}

/** Microseconds, or six digits of a ratio below ten: the rest is noise. The JSON report has it all. */
function rounded(value: number | undefined): number | null {
  if (value === undefined) return null;
  return Math.abs(value) >= 10 ? Number(value.toFixed(3)) : Number(value.toPrecision(6));
}

function countFields(counts: Counts | null): Row {
  return {
    launches: counts?.launches ?? null,
    launchesSeen: counts?.seen.join(' ') ?? null,
    patterns: counts?.patterns ?? null,
    links: counts?.links ?? null,
  };
}

/** One comparison of times; a time is never without the words that say what it is worth. */
function timeFields(
  time: TimeComparison | null,
  quick: boolean,
): Readonly<Record<'kind' | 'ratio' | 'low' | 'high' | 'remark', Field>> {
  const nothing = { ratio: null, low: null, high: null };
  if (time === null) return { kind: null, ...nothing, remark: null };
  switch (time.kind) {
    case 'paired': {
      const { estimate, interval } = time.ratio;
      const remark = quick ? QUICK_LABEL : time.verdict.word;
      return {
        kind: 'paired',
        ratio: rounded(estimate),
        low: rounded(interval?.low),
        high: rounded(interval?.high),
        remark,
      };
    }
    case 'unpaired': {
      const remark = `unpaired, hint only${quick ? `; ${QUICK_LABEL}` : ''}`;
      return { kind: 'unpaired', ...nothing, ratio: rounded(time.ratioOfMedians), remark };
    }
    case 'refused':
      return { kind: 'refused', ...nothing, remark: time.reason };
  }
}

/** One row a program that was executed, in order. */
export function renderTraceCsv({ trace }: TraceDocument): string {
  return toCsv(
    trace.tree.map((launch): Row => {
      const { seq, startedBy, pid, parentPid, executable, argv, cwd, startUs, durationUs, end, forks } =
        launch;
      return {
        seq,
        startedBy,
        pid,
        parentPid,
        name: nameIn(launch),
        executable,
        command: formatCommandLine(argv),
        cwd,
        startUs,
        durationUs,
        status: end?.kind === 'exited' ? end.status : null,
        signal: end?.kind === 'signalled' ? end.signal : null,
        forks,
      };
    }),
  );
}

/** RFC 4180, but for plain line breaks; the columns are those of all rows, in the order of first use. */
function toCsv(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))];
  return lines.map((fields) => `${fields.map(escapeCsv).join(',')}\n`).join('');
}
