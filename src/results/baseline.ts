import * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { FormatError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { nameOfRow, type CellName, type RowName } from './cell-name.ts';
import { BASELINE_FORMAT } from './format-version.ts';
import { readJsonFile } from './json-file.ts';
import { countLabels } from './launch-label.ts';
import { type MeasuredCell, packagesSchema, type PackagesOfTrees } from './results.ts';

const count = z.number().int().nonnegative();

const cellSchema = z.looseObject({
  launches: count.describe('what is judged, whatever the labels add up to'),
  labels: z
    .record(z.string(), count)
    .optional()
    .describe('what each launch is for → how often; names the launches that are new'),
  drivers: count.optional().describe('drivers that were captured'),
  links: count.optional(),
  forks: count.optional().describe('where a tracer counted them'),
  toolLaunches: count.optional().describe('launches by the launched tools themselves, where a tracer ran'),
});

/** What a baseline file holds. */
export const baselineSchema = z.looseObject({
  schema: z.literal(BASELINE_FORMAT),
  packages: z
    .record(z.string(), packagesSchema)
    .optional()
    .describe('scenario → packages that were counted with'),
  scenarios: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), cellSchema)))
    .describe(
      'scenario → row (a strategy, STRATEGY@TOOL where tools are named, or a command) → emulation → counts',
    ),
});

/**
 * The same, with nothing in it that would be passed over in silence: objects without a cell, and what is called
 * `__proto__`, which readers by name lose. A gate must not pass what it did not see.
 */
const readableSchema = z
  .unknown()
  .superRefine((document, context) => {
    for (const { path, message } of findUnseen(document, [])) {
      context.addIssue({ code: 'custom', path, message });
    }
  })
  .pipe(baselineSchema);

/** What an object holds at each depth: the document, its scenarios, one of them, one of its rows, a cell. */
const LEVELS = [
  'a baseline',
  'scenarios',
  'the strategies or commands of a scenario',
  'the emulations of a strategy or command',
  'the counts of a cell',
] as const;

function* findUnseen(value: unknown, path: string[]): Generator<{ path: string[]; message: string }> {
  if (typeof value !== 'object' || value === null || path.length >= LEVELS.length) return;
  const members = Object.entries(value);
  if (members.length === 0 && path.length > 1) {
    yield { path, message: LEVELS[path.length] ?? '' };
  }
  for (const [key, member] of members) {
    if (path.length === 0 && key !== 'scenarios') continue;
    if (key === '__proto__') {
      yield { path, message: 'no scenario, strategy or emulation called "__proto__"' };
    }
    yield* findUnseen(member, [...path, key]);
  }
}

/** The counts that a gate compares results with; under version control, read as a diff. */
export interface Baseline {
  /** Where it came from, for messages and annotations. */
  readonly file: string;
  readonly cells: readonly BaselineCell[];
  /** Packages that the trees of scenarios were made of, by scenario; of those that were made of some. */
  readonly packages?: Readonly<Record<string, PackagesOfTrees>> | undefined;
}

/** The counts of one cell; null: the file does not say. */
export interface BaselineCell extends CellName {
  readonly launches: number;
  /** What each launch is for (launch-label.ts), and how often; null in a baseline of before there were labels. */
  readonly labels: ReadonlyMap<string, number> | null;
  readonly drivers: number | null;
  readonly links: number | null;
  readonly forks: number | null;
  readonly toolLaunches: number | null;
  /** Line that the count of launches stands on; null in a baseline that was not read from a file. */
  readonly line: number | null;
}

/** What a baseline is read for. */
export interface ReadBaselineOptions {
  /** To be renewed: what is empty in it holds nothing yet. To judge by, it must hold something everywhere. */
  readonly renew?: boolean;
}

/**
 * Reads a baseline and keeps the line of every count, so that a finding can point at it.
 *
 * @throws FormatError when it is no baseline, a newer one, or, unless it is to be renewed, one that holds nothing
 */
export function parseBaseline(
  text: string,
  file: string,
  { renew = false }: ReadBaselineOptions = {},
): Baseline {
  if (NOTHING_AT_ALL.test(text.trim())) {
    if (renew) return { file, cells: [] };
    throw new FormatError(`${file}:1:1: holds nothing, so there is nothing to compare results with`, {
      hint: HOW_TO_RENEW,
    });
  }
  const { value, places } = readJsonFile(text, file, {
    what: 'baseline',
    name: BASELINE_FORMAT,
    schema: readableSchema,
    ...(renew ? { upgrade: withoutEmpty } : { hint: HOW_TO_FILL }),
  });
  const { scenarios } = value;
  const cells = Object.entries(scenarios).flatMap(([scenario, rows]) =>
    Object.entries(rows).flatMap(([row, emulations]) =>
      Object.entries(emulations).map(([emulation, counts]): BaselineCell => ({
        scenario,
        ...parseRow(row),
        emulation,
        launches: counts.launches,
        labels: counts.labels === undefined ? null : new Map(Object.entries(counts.labels)),
        drivers: counts.drivers ?? null,
        links: counts.links ?? null,
        forks: counts.forks ?? null,
        toolLaunches: counts.toolLaunches ?? null,
        line: places().line(['scenarios', scenario, row, emulation, 'launches']),
      })),
    ),
  );
  if (cells.length === 0 && !renew) {
    throw new FormatError(
      `${places().where(['scenarios'])}: scenarios: holds no cell, so there is nothing to compare results with`,
      { hint: HOW_TO_RENEW },
    );
  }
  return { file, cells, packages: value.packages };
}

/** The text of a baseline: sorted, one count a line, so that a change of one launch is a change of few lines. */
export function formatBaseline({ cells, packages }: Baseline): string {
  const scenarios = nest(
    cells,
    ({ scenario }) => scenario,
    (ofScenario) =>
      nest(ofScenario, nameOfRow, (ofRow) =>
        nest(
          ofRow,
          ({ emulation }) => emulation,
          ([cell]) => countsIn(cell),
        ),
      ),
  );
  return canonicalJson({ schema: BASELINE_FORMAT, packages, scenarios });
}

/** The counts of a measured cell, as a baseline keeps them. */
export function baselineCellOf(
  scenario: string,
  { row, tool, emulation, counts }: MeasuredCell,
): BaselineCell {
  return {
    scenario,
    row,
    tool,
    emulation,
    launches: counts.launches ?? 0,
    labels: countLabels(counts.ledger),
    drivers: counts.drivers?.captured ?? null,
    links: counts.links,
    forks: counts.forks,
    toolLaunches: counts.toolLaunches,
    line: null,
  };
}

/** A file of nothing, or of an object without a member. */
const NOTHING_AT_ALL = /^(\{\s*\})?$/;

/** A document without the objects that hold nothing; `scenarios` is there in any case. */
function withoutEmpty(document: unknown): unknown {
  const filled = prune(document, LEVELS.length);
  return isObject(filled) ? { scenarios: {}, ...filled } : document;
}

/** What a cell counts may well be nothing: a cell without launches has no labels. */
function prune(value: unknown, levels: number): unknown {
  if (!isObject(value) || levels === 0) return value;
  const members = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    const filled = prune(member, levels - 1);
    return levels > 1 && isObject(filled) && Object.keys(filled).length === 0 ? [] : [[key, filled]];
  });
  return Object.fromEntries(members);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const HOW_TO_FILL =
  'Not a usable baseline: it was changed by hand, or written by another program. What is empty in it is filled by `launchbench gate RESULTS --baseline FILE --update`.';

const HOW_TO_RENEW = 'Make it anew with `launchbench gate RESULTS --baseline FILE --update`.';

/** The inverse of `nameOfRow`. */
function parseRow(name: string): RowName {
  const at = name.lastIndexOf('@');
  return at <= 0 ? { row: name, tool: null } : { row: name.slice(0, at), tool: name.slice(at + 1) };
}

/** What is not known is left out. */
function countsIn({ launches, labels, ...counts }: BaselineCell): z.input<typeof cellSchema> {
  return {
    launches,
    drivers: counts.drivers ?? undefined,
    links: counts.links ?? undefined,
    forks: counts.forks ?? undefined,
    toolLaunches: counts.toolLaunches ?? undefined,
    labels: labels === null ? undefined : Object.fromEntries(labels),
  };
}

function nest<Value>(
  cells: readonly BaselineCell[],
  key: (cell: BaselineCell) => string,
  value: (cells: readonly [BaselineCell, ...BaselineCell[]]) => Value,
): Record<string, Value> {
  return Object.fromEntries([...groupBy(cells, key)].map(([name, same]) => [name, value(same)]));
}
