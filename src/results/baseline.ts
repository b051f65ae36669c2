import { FormatError } from '../errors.ts';
import { countBy } from '../launch/ledger.ts';
import { baselineSchema } from './baseline-schema.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { CellName } from './cells.ts';
import { checkShape } from './check-shape.ts';
import { checkFormat } from './format-version.ts';
import { parseJson } from './json-text.ts';
import type { MeasuredCell } from './results-file.ts';

/** The name and major version of the format that is written. */
const BASELINE_SCHEMA = 'launchbench.baseline/1';

/** The launch counts that a gate holds results against; under version control, read as a diff. */
export interface Baseline {
  /** Where it came from, for messages and annotations. */
  readonly file: string;
  readonly cells: readonly BaselineCell[];
}

/** The counts of one cell. */
export interface BaselineCell extends CellName {
  readonly launches: number;
  readonly executables: Readonly<Record<string, number>>;
  readonly purposes: Readonly<Record<string, number>>;
  /** Line that the count of launches stands on; null in a baseline that was not read from a file. */
  readonly line: number | null;
}

/**
 * Reads a baseline and keeps the line of every count, so that a finding can point at it.
 *
 * @throws FormatError when it is no baseline, a newer one, or one without a single cell
 */
export function parseBaseline(text: string, file: string): Baseline {
  const json = parseJson(text, file);
  checkFormat(json, BASELINE_SCHEMA, 'baseline');
  const { scenarios } = checkShape(json, baselineSchema, 'baseline');
  const cells = Object.entries(scenarios).flatMap(([scenario, strategies]) =>
    Object.entries(strategies).flatMap(([strategy, emulations]) =>
      Object.entries(emulations).map(
        ([emulation, { launches, executables = {}, purposes = {} }]): BaselineCell => ({
          scenario,
          strategy,
          emulation,
          launches,
          executables,
          purposes,
          line: json.line(['scenarios', scenario, strategy, emulation, 'launches']),
        }),
      ),
    ),
  );
  if (cells.length === 0) {
    throw new FormatError(
      `${json.where(['scenarios'])}: scenarios: holds no cell, so there is nothing to hold results against`,
      {
        hint: 'Write the counts with `launchbench gate RESULTS --baseline FILE --update`.',
      },
    );
  }
  return { file, cells };
}

/** The text of a baseline: sorted, one count a line, so that a change of one launch is a change of few lines. */
export function formatBaseline({ cells }: Baseline): string {
  const scenarios = nest(
    cells,
    ({ scenario }) => scenario,
    (ofScenario) =>
      nest(
        ofScenario,
        ({ strategy }) => strategy,
        (ofStrategy) =>
          nest(
            ofStrategy,
            ({ emulation }) => emulation,
            ([cell]) =>
              cell && { launches: cell.launches, executables: cell.executables, purposes: cell.purposes },
          ),
      ),
  );
  return canonicalJson({ schema: BASELINE_SCHEMA, scenarios });
}

/** The counts of a measured cell, as a baseline keeps them. */
export function baselineCellOf(
  scenario: string,
  { strategy, emulation, counts }: MeasuredCell,
): BaselineCell {
  return {
    scenario,
    strategy,
    emulation,
    launches: counts.launches,
    executables: countBy(counts.ledger, ({ executable }) => executable),
    purposes: countBy(counts.ledger, ({ purpose }) => purpose),
    line: null,
  };
}

function nest<Value>(
  cells: readonly BaselineCell[],
  key: (cell: BaselineCell) => string,
  value: (cells: readonly BaselineCell[]) => Value,
): Record<string, Value> {
  return Object.fromEntries(
    [...new Set(cells.map(key))].map((name) => [name, value(cells.filter((cell) => key(cell) === name))]),
  );
}
