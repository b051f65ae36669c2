import * as z from 'zod';
import { modelSchema } from '../launch/emulations/emulation-schemas.ts';
import { fingerprintSchema, noiseFindingSchema } from '../machine/machine-description.ts';
import type { Shape } from '../shape.ts';
import { isSameRow, nameOfCell, nameOfRow } from './cell-name.ts';
import { RESULTS_FORMAT } from './format-version.ts';
import { summaryContradictions } from './stored-summary.ts';
import { readJsonFile } from './json-file.ts';
import { fromResults1 } from './results-1.ts';
import { samplesSchema } from './sample.ts';

export type {
  EmulatorIdentity,
  Fingerprint,
  NoiseFinding,
  ToolIdentity,
} from '../machine/machine-description.ts';

// Objects are loose throughout: a field that a later version adds is kept.

const text = z.string();
const textOrNull = text.nullable();
const count = z.number().int().nonnegative();
const amount = z.number().nonnegative();

const launchSchema = z
  .looseObject({ executable: text, argv: z.array(text), purpose: text, arch: textOrNull })
  .describe('one launch; temporary roots are replaced by named ones ({WORK}), so files compare');

/** One launch. Temporary roots are replaced by named ones (`{WORK}`), so files compare. */
export type LaunchRecord = Shape<z.infer<typeof launchSchema>>;

export const countsSchema = z.looseObject({
  launches: count
    .nullable()
    .describe('derived from the ledger; null: of a command that no tracer saw, so that they are not known'),
  patterns: count.nullable().describe('of all capture calls; null: nothing is captured'),
  links: count.nullable().describe('in the overrides; null: nothing is captured'),
  seen: z
    .array(count)
    .describe('number of launches in each counting pass; more than one value: nondeterministic'),
  ledger: z.array(launchSchema).describe('every launch of the first counting pass'),
  drivers: z
    .looseObject({ captured: count, offered: count })
    .nullable()
    .describe('drivers whose links are there, of those that were asked for; null: not known'),
  foreseenLinks: count.nullable().describe('links that the same plan makes in-process; null: not computed'),
  toolLaunches: count
    .nullable()
    .describe('launches made by launched tools themselves, not among `launches`; null: no tracer ran'),
  forks: count.nullable().describe('processes that never executed a program; null: no tracer ran'),
  escaped: count.nullable().describe('launches that left their emulation; null: no tracer ran'),
  hostExecs: count
    .nullable()
    .describe('execs of the kernel, those of the emulator included; null: no tracer ran'),
  overridesDigest: text.describe(
    'over what makes two overrides, or what two commands leave, equivalent; that is what overrides offer a container',
  ),
  targetsDigest: text.describe(
    'over (path, link target), or what a command prints to standard output; for information',
  ),
});

/** What was counted; exact. */
export type Counts = Shape<z.infer<typeof countsSchema>>;

const cellNames = {
  row: text.min(1).describe('the strategy, or the command'),
  tool: text.min(1).nullable().describe('name of the capture tool, where tools are named'),
  emulation: text.min(1),
};

const measuredCellSchema = z
  .looseObject({
    kind: z.literal('measured'),
    ...cellNames,
    counts: countsSchema,
    void: textOrNull.describe('why nothing may be claimed about it; null when all is well'),
    samples: samplesSchema,
  })
  .describe('a cell that was really run');

/** A cell that was really run. */
export type MeasuredCell = Shape<z.infer<typeof measuredCellSchema>>;

const modelledCellSchema = z
  .looseObject({
    kind: z.literal('modelled'),
    ...cellNames,
    model: modelSchema,
  })
  .describe(
    'a cell that is computed, when it is read, from the native cell of its row and tool, whose counts it has; no emulator was executed',
  );

/** A cell that is computed from the natively measured one of its row and tool; no emulator was executed. */
export type ModelledCell = Shape<z.infer<typeof modelledCellSchema>>;

/** One row under one emulation in one scenario. */
export type Cell = MeasuredCell | ModelledCell;

const ownRoundsSchema = z
  .looseObject({
    emulation: text.min(1),
    rounds: count,
    native: z
      .array(z.looseObject({ row: text.min(1), tool: text.min(1).nullable(), samples: samplesSchema }))
      .describe('samples of the native cells that were taken in these rounds'),
  })
  .describe('an emulation with rounds of its own, after the others; the samples of its cells are of these');

const controlSchema = z
  .looseObject({ launches: count, samples: samplesSchema })
  .describe('a hidden cell: so many launches of something trivial, for scale');

/** A hidden cell: so many launches of something trivial, for scale. */
export type Control = Shape<z.infer<typeof controlSchema>>;

const budgetSchema = z.looseObject({
  launches: z.record(text, count).describe('by strategy or command, or * for every one'),
  executables: z.record(text, count).describe('by executable, as a glob'),
  lines: z
    .record(text, count)
    .describe('line of the scenario file of each bound: launches.KEY or executables.KEY → line'),
});

/** Upper bounds on launches that stand in a scenario file; gated without any baseline. */
export type Budget = Shape<z.infer<typeof budgetSchema>>;

const equivalenceSchema = z
  .looseObject({ equivalent: z.boolean(), differences: z.array(text) })
  .describe('whether what all cells left is equivalent; the first ten differing entries if not');

const samplingSchema = z.looseObject({
  rounds: count.describe('rounds that are kept and used, warm-up not included'),
  warmup: count,
  cells: count.describe('measured cells in a round: the side of the Latin square'),
  precision: amount
    .nullable()
    .describe('width that intervals had to reach, as a ratio; null: a fixed number of rounds'),
  seed: count.optional().describe('where the scenario has one of its own; else that of the run holds'),
});

export const packagesSchema = z
  .looseObject({ provider: z.record(text, text).optional(), container: z.record(text, text).optional() })
  .describe('of trees of Debian packages: libc6:amd64 → version');

/** Versions of the packages that trees were made of. */
export type PackagesOfTrees = Shape<z.infer<typeof packagesSchema>>;

export const scenarioSchema = z.looseObject({
  name: text.min(1),
  description: textOrNull,
  digest: text
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')
    .describe('SHA-256 of the scenario in canonical form'),
  source: text.describe(
    'path of the scenario file relative to the working directory, bundled:NAME, bench:ARGUMENTS or replay:ARGUMENTS',
  ),
  budget: budgetSchema.nullable(),
  drivers: z.record(text, count).describe('number of drivers by class'),
  architectures: z.array(text),
  packages: packagesSchema.optional(),
  commands: z
    .record(text, z.array(text))
    .optional()
    .describe(
      'of a scenario of commands: the arguments of each, by name, with what looks like a token masked',
    ),
  recording: z
    .array(text)
    .optional()
    .describe('of a replay: the arguments of the command whose launches were recorded'),
  sampling: samplingSchema,
  ownRounds: z.array(ownRoundsSchema).default([]),
  cells: z.array(
    z.discriminatedUnion('kind', [measuredCellSchema, modelledCellSchema], {
      error: 'measured or modelled',
    }),
  ),
  controls: z
    .looseObject({
      floor: controlSchema.nullable(),
      toolStart: controlSchema.nullable(),
      nullControl: z.looseObject({ ...cellNames, samples: samplesSchema }).nullable(),
    })
    .describe('timed at the start of each round: /bin/true, the tool’s own start, the reference again'),
  equivalence: equivalenceSchema,
  noise: z.array(noiseFindingSchema),
  notes: z.array(text).describe('anything else worth saying beside the table, in whole sentences'),
});

/** One scenario as it was measured. */
export type ScenarioResult = Shape<z.infer<typeof scenarioSchema>>;

export const runSchema = z.looseObject({
  id: text.min(1).describe('random identity of the run; all shards of one run share it'),
  startedAt: z.iso.datetime({ error: 'a time in ISO 8601, UTC' }),
  mode: z
    .enum(['timed', 'quick', 'counts-only'])
    .describe('quick: few rounds, no intervals, not for claims; counts-only: nothing was timed'),
  seed: count,
  complete: z.boolean().describe('false when the run was interrupted; only whole blocks are kept'),
  droppedSamples: count.describe('samples that were dropped because their block was not finished'),
  argv: z.array(text).describe('arguments of the command line that made it'),
  cache: z.enum(['warm', 'cold']).describe('file cache state that each sample starts from'),
});

/** How the run was made. */
export type RunFacts = Shape<z.infer<typeof runSchema>>;

const shardSchema = z
  .looseObject({ index: count.min(1), count: count.min(1), run: text.min(1) })
  .describe('which part of a run a file is; a shard takes whole scenarios; index from 1');

/** Which part of a run a file is; a shard takes whole scenarios. */
export type Shard = Shape<z.infer<typeof shardSchema>>;

/** What a results file holds, without what is true of all of it together. */
export const resultsFileSchema = z.looseObject({
  schema: z.literal(RESULTS_FORMAT),
  run: runSchema,
  shard: shardSchema.nullable(),
  fingerprint: fingerprintSchema,
  fingerprintOf: z
    .record(text, fingerprintSchema)
    .optional()
    .describe('in a merge of shards: those of scenarios measured on another machine, by name'),
  missingShards: z
    .array(count.min(1))
    .optional()
    .describe('in a merge that is not whole: the shards that are missing, from 1'),
  scenarios: z.array(scenarioSchema),
});

/** Everything that one run found out: what a results file holds. Units are in the names. */
export type Results = Shape<z.infer<typeof resultsFileSchema>>;

/** A results file and its name, for messages. */
export interface NamedResults {
  readonly file: string;
  readonly results: Results;
}

/** The shape of a results file, then what in it must not contradict itself. */
const resultsSchema = resultsFileSchema.pipe(
  z.custom<z.output<typeof resultsFileSchema>>().superRefine((results, context) => {
    for (const { path, message } of findContradictions(results))
      context.addIssue({ code: 'custom', path, message });
  }),
);

/**
 * Reads a results file and checks that it can be believed: its shape, that columns are of one length, that no sample
 * of a cell is missing, that what is derived follows from what it is derived from. Fields that we do not know are kept.
 *
 * @param file - name for messages
 * @throws FormatError with file, line, column and path of what is wrong
 */
export function parseResults(content: string, file: string): Results {
  const { value } = readJsonFile(content, file, {
    what: 'results file',
    name: RESULTS_FORMAT,
    schema: resultsSchema,
    upgrade: (document, version) => (version === 1 ? fromResults1(document) : document),
  });
  return withoutSummaries(value);
}

/** They have been checked; what is derived is not kept. */
function withoutSummaries(results: Results): Results {
  const scenarios = results.scenarios.map((scenario) => ({
    ...scenario,
    cells: scenario.cells.map((cell) => ('summary' in cell ? { ...cell, summary: undefined } : cell)),
  }));
  return { ...results, scenarios };
}

/** Something in a file that something else in it contradicts. */
interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

function* findContradictions({ scenarios, run }: Results): Generator<Contradiction> {
  const names = new Set<string>();
  for (const [index, scenario] of scenarios.entries()) {
    const path = ['scenarios', index];
    if (names.has(scenario.name)) {
      yield { path: [...path, 'name'], message: 'a name that no other scenario of the file has' };
    }
    names.add(scenario.name);
    yield* inScenario(scenario, run.mode, path);
  }
}

function* inScenario(
  scenario: ScenarioResult,
  mode: RunFacts['mode'],
  path: Contradiction['path'],
): Generator<Contradiction> {
  const seen = new Set<string>();
  for (const [index, cell] of scenario.cells.entries()) {
    const at = [...path, 'cells', index];
    const name = nameOfCell(cell);
    if (seen.has(name)) yield { path: at, message: `one cell ${name} in the scenario` };
    seen.add(name);
    if (cell.kind === 'modelled') {
      if (scenario.cells.some((other) => isNativeCellOf(other, cell))) continue;
      yield { path: at, message: `a native cell ${nameOfRow(cell)} beside it, which it is computed from` };
      continue;
    }
    const { launches, ledger } = cell.counts;
    if (launches === null ? ledger.length > 0 : launches !== ledger.length) {
      yield {
        path: [...at, 'counts', 'launches'],
        message: `${ledger.length}, as many as the ledger beside it lists`,
      };
    }
    if ('summary' in cell) {
      for (const { path: inside, message } of summaryContradictions(cell.summary, cell.samples)) {
        yield { path: [...at, 'summary', ...inside], message };
      }
    }
    const rounds = roundsOf(scenario, cell.emulation);
    if (cell.void === null) yield* inRounds(cell.samples, rounds, mode, [...at, 'samples']);
  }
}

function isNativeCellOf(cell: Cell, modelled: ModelledCell): boolean {
  return cell.kind === 'measured' && cell.emulation === 'native' && isSameRow(cell, modelled);
}

/** Rounds that the cells of an emulation were timed in: all of the scenario, or its own. */
function roundsOf({ sampling, ownRounds }: ScenarioResult, emulation: string): number {
  return (ownRounds.find((own) => own.emulation === emulation) ?? sampling).rounds;
}

/** Every used round has one sample of every cell; that is what makes rounds comparable. */
function* inRounds(
  samples: MeasuredCell['samples'],
  rounds: number,
  mode: RunFacts['mode'],
  path: Contradiction['path'],
): Generator<Contradiction> {
  const used = samples.filter(({ warmup }) => !warmup);
  if (mode === 'counts-only') {
    if (used.length > 0) yield { path, message: 'no used sample, since the run was counts-only' };
    return;
  }
  // So it is in what we write. The number of rounds is data from a file: nothing of its size is made.
  if (used.length === rounds && used.every(({ round }, index) => round === index)) return;
  const seen = new Set(used.map(({ round }) => round).filter((round) => round < rounds)).size;
  if (used.length === rounds && seen === rounds) return;
  yield {
    path,
    message: `one used sample of each of ${rounds} rounds (samples are missing or there are too many: ${seen} rounds in ${used.length} used samples)`,
  };
}
