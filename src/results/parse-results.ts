import { FormatError } from '../errors.ts';
import { figuresByRound, presentFigures } from './sample-figures.ts';
import { METRICS } from './sample.ts';
import type { Metric, SampleColumns } from './sample.ts';
import { summarize } from '../statistics/order-statistics.ts';
import type { Summary } from '../statistics/order-statistics.ts';
import { canonicalJson } from '../canonical-json.ts';
import { checkShape } from './check-shape.ts';
import { checkFormat } from './format-version.ts';
import { formatPath, parseJson } from './json-text.ts';
import type { JsonPath } from './json-text.ts';
import { RESULTS_SCHEMA } from './results-file.ts';
import type { MeasuredCell, Results, ScenarioResult } from './results-file.ts';
import { resultsSchema } from './results-schema.ts';

/**
 * Reads a results file and checks that it can be believed: its shape, that columns are of one length, that
 * no sample of a cell is missing, and that what is derived (launches, summaries) follows from what it is
 * derived from. Fields that we do not know are kept.
 *
 * @param file - name for messages
 * @throws FormatError with file, line, column and path of what is wrong
 */
export function parseResults(text: string, file: string): Results {
  const json = parseJson(text, file);
  checkFormat(json, RESULTS_SCHEMA, 'results file');
  const results: Results = checkShape(json, resultsSchema, 'results file');
  const [contradiction] = findContradictions(results);
  if (contradiction !== undefined) {
    const { path, message } = contradiction;
    throw new FormatError(`${json.where(path)}: ${formatPath(path)}: ${message}`, {
      hint: 'The file was changed after it was written, or it was written by something else.',
    });
  }
  return results;
}

/**
 * The text of a results file: the same content gives the same bytes. Summaries are written for readers
 * without our statistics, computed here and now, so they cannot be stale.
 */
export function formatResults(results: Results): string {
  return canonicalJson({
    ...results,
    scenarios: results.scenarios.map((scenario) => ({
      ...scenario,
      cells: scenario.cells.map((cell) =>
        cell.kind === 'measured' ? { ...cell, summary: summarizeCell(cell) } : cell,
      ),
    })),
  });
}

/** Something in a file that something else in it contradicts. */
interface Contradiction {
  readonly path: JsonPath;
  readonly message: string;
}

function* findContradictions(results: Results): Generator<Contradiction> {
  const names = results.scenarios.map(({ name }) => name);
  for (const [index, scenario] of results.scenarios.entries()) {
    const path = ['scenarios', index];
    if (names.indexOf(scenario.name) < index) {
      yield {
        path: [...path, 'name'],
        message: `the scenario ${JSON.stringify(scenario.name)} is in the file twice`,
      };
    }
    yield* inScenario(scenario, results.run.mode, path);
  }
}

function* inScenario(
  scenario: ScenarioResult,
  mode: Results['run']['mode'],
  path: JsonPath,
): Generator<Contradiction> {
  const seen = new Set<string>();
  for (const [index, cell] of scenario.cells.entries()) {
    const at = [...path, 'cells', index];
    const name = JSON.stringify([cell.strategy, cell.emulation]);
    if (seen.has(name)) {
      yield {
        path: at,
        message: `the cell ${cell.strategy} under ${cell.emulation} is in the scenario twice`,
      };
    }
    seen.add(name);
    const { launches, ledger } = cell.counts;
    if (launches !== ledger.length) {
      yield {
        path: [...at, 'counts', 'launches'],
        message: `says ${launches}, but the ledger beside it lists ${ledger.length} launches`,
      };
    }
    if (cell.kind === 'modelled') continue;
    yield* inSamples(cell.samples, [...at, 'samples']);
    if (cell.void === null) yield* inRounds(cell.samples, scenario.sampling.rounds, mode, [...at, 'samples']);
    yield* inSummary(cell, [...at, 'summary']);
  }
  for (const [name, control] of Object.entries(scenario.controls)) {
    if (isControl(control)) yield* inSamples(control.samples, [...path, 'controls', name, 'samples']);
  }
}

/** Unknown fields are kept, so there may be controls that we have never heard of. */
function isControl(control: unknown): control is { readonly samples: SampleColumns } {
  return typeof control === 'object' && control !== null && 'samples' in control;
}

function* inSamples(samples: SampleColumns, path: JsonPath): Generator<Contradiction> {
  const expected = samples.round.length;
  for (const [column, values] of Object.entries(samples)) {
    if (Array.isArray(values) && values.length !== expected) {
      yield {
        path: [...path, column],
        message: `holds ${values.length} samples, but the column "round" ${expected}; all columns must be of one length`,
      };
    }
  }
}

/** Every used round has one sample of every cell; that is what makes rounds comparable. */
function* inRounds(
  { round, warmup }: SampleColumns,
  expected: number,
  mode: Results['run']['mode'],
  path: JsonPath,
): Generator<Contradiction> {
  const used = round.filter((_, index) => warmup[index] === false);
  if (mode === 'counts-only') {
    if (used.length > 0) yield { path, message: `holds ${used.length} samples, but the run was counts-only` };
    return;
  }
  const missing = Array.from({ length: expected }, (_, index) => index).filter(
    (index) => !used.includes(index),
  );
  if (missing.length > 0) {
    yield {
      path,
      message: `samples are missing: no sample of round ${missing.slice(0, 5).join(', ')} of ${expected}`,
    };
  } else if (used.length !== expected) {
    yield {
      path,
      message: `holds ${used.length} used samples, but the scenario was sampled in ${expected} rounds`,
    };
  }
}

function* inSummary(cell: MeasuredCell, path: JsonPath): Generator<Contradiction> {
  if (cell.summary === undefined) return;
  const computed = summarizeCell(cell);
  for (const metric of METRICS) {
    const stored = cell.summary[metric];
    const expected = computed[metric];
    if (stored === null || expected === null) {
      if (stored !== expected) yield { path: [...path, metric], message: 'does not follow from the samples' };
      continue;
    }
    for (const figure of SUMMARY_FIGURES) {
      if (!isClose(stored[figure], expected[figure])) {
        yield {
          path: [...path, metric, figure],
          message: `says ${stored[figure]}, but the samples give ${expected[figure]}`,
        };
      }
    }
  }
}

const SUMMARY_FIGURES = [
  'n',
  'medianMs',
  'madMs',
  'minMs',
  'p25Ms',
  'p75Ms',
  'maxMs',
] as const satisfies readonly (keyof Summary)[];

function summarizeCell({ samples }: MeasuredCell): Record<Metric, Summary | null> {
  const summary = (metric: Metric): Summary | null =>
    summarize(presentFigures(figuresByRound(samples, metric)));
  return { cpu: summary('cpu'), wall: summary('wall') };
}

/** To nine digits: another version of ours may add up in another order. */
function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
}
