import * as z from 'zod';
import { RULES } from '../analysis/finding.ts';
import { fingerprintSchema } from '../machine/machine-description.ts';
import { modelSchema } from '../launch/emulations/emulation-schemas.ts';
import { countsSchema, runSchema, scenarioSchema } from '../results/results.ts';
import { summarySchema } from '../results/stored-summary.ts';
import { REPORT_FORMAT } from '../results/format-version.ts';
import type { Shape } from '../shape.ts';

// Objects are loose throughout: a field that a later version adds is no mistake.

const text = z.string();
const textOrNull = text.nullable();
const count = z.number().int().nonnegative();
const number = z.number();

const perMetric = <Value extends z.ZodType>(value: Value) => z.looseObject({ cpu: value, wall: value });

const rowName = {
  row: text.describe('the strategy, or the command'),
  tool: textOrNull.describe('name of the capture tool, where tools are named'),
};

const intervalSchema = z.looseObject({ low: number, high: number }).nullable();

const ratioSchema = z.looseObject({
  estimate: number.describe('how many times faster than what it is compared with; median over rounds'),
  interval: intervalSchema.describe('of the sign test; null: too few rounds, so nothing is claimed'),
  n: count.describe('rounds'),
  dropped: count.describe('rounds without a usable value on both sides'),
  confidence: number.describe('of this interval, where several comparisons share the 5 %'),
});

const verdictSchema = z.looseObject({
  word: z.enum(['faster', 'slower', 'same', 'inconclusive', 'too-noisy', 'void']),
  reason: textOrNull,
});

const comparedSchema = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('quick'), ratio: ratioSchema }),
  z.looseObject({ kind: z.literal('judged'), ratio: ratioSchema.nullable(), verdict: verdictSchema }),
]);

const timesSchema = z.looseObject({
  summary: summarySchema.nullable().describe('null where the timer could not tell'),
  values: z.array(number).describe('milliseconds, one a used round, in order'),
  outliers: z.array(
    z.looseObject({
      round: count,
      ms: number,
      involuntarySwitches: count.nullable(),
      stealTicks: number.nullable(),
    }),
  ),
  against: z
    .union([z.looseObject({ kind: z.literal('reference') }), comparedSchema])
    .describe('beside the first row of its tool under the same emulation'),
  acrossTools: comparedSchema.nullable().describe('beside the same row of the first tool'),
  toNative: number.nullable().describe('how many times longer than the same row natively'),
});

const cellSchema = z.looseObject({
  ...rowName,
  isReference: z.boolean(),
  claim: z
    .looseObject({
      kind: z.enum(['void', 'counted', 'quick', 'timed']),
      cause: z.enum(['failed', 'nondeterministic', 'escaped', 'overrides-differ']).optional(),
      reason: text.optional(),
    })
    .describe('what may be said of it: nothing, its counts, times without intervals, times with them'),
  counts: countsSchema,
  times: perMetric(timesSchema).nullable().describe('null unless the claim is quick or timed'),
});

const costSchema = z
  .looseObject({ ms: number, low: number.nullable(), high: number.nullable() })
  .nullable()
  .describe('null with fewer than two different counts');

const emulationSchema = z.looseObject({
  emulation: text,
  emulator: z
    .looseObject({ command: text, version: textOrNull })
    .nullable()
    .describe('the program behind it; null where launches were native'),
  kind: z.enum(['counted', 'quick', 'timed']),
  comparisons: count.describe('number of comparisons that share the 5 %'),
  costPerLaunch: perMetric(costSchema).describe(
    'from one strategy to the next, milliseconds; null for commands',
  ),
  cells: z.array(cellSchema),
});

const predictionSchema = z.looseObject({ ms: number, lowMs: number, highMs: number });

const modelledSchema = z
  .looseObject({
    emulation: text,
    quick: z.boolean().describe('predicted from times that claim nothing'),
    cells: z.array(
      z.looseObject({
        kind: z.literal('modelled'),
        ...rowName,
        launches: count.nullable(),
        model: modelSchema,
        prediction: perMetric(predictionSchema).nullable(),
        label: textOrNull.describe('what the prediction is about, where that is not what was launched'),
        ratio: perMetric(number).nullable().describe('to the first row of its tool under the same model'),
        toNative: perMetric(number).nullable(),
      }),
    ),
  })
  .describe('computed from native cells; no emulator was executed');

const warningSchema = z
  .looseObject({ kind: text, text: text.describe('in whole sentences') })
  .describe('with the numbers that it rests on');

const reportedScenarioSchema = scenarioSchema
  .pick({
    ...{ name: true, description: true, digest: true, source: true, drivers: true, architectures: true },
    ...{ packages: true, commands: true, recording: true, sampling: true, equivalence: true, notes: true },
  })
  .extend({
    warnings: z.array(warningSchema),
    floorLaunchMs: number.nullable().describe('median of one launch of /bin/true; null where not timed'),
    nullControl: z
      .looseObject({ passed: z.boolean(), metric: z.enum(['cpu', 'wall']), ratio: ratioSchema })
      .nullable()
      .describe('the reference against itself'),
    emulations: z.array(emulationSchema).describe('what was measured'),
    modelled: z.array(modelledSchema),
    modelErrors: z
      .array(
        z.looseObject({
          modelled: text,
          measured: text,
          rows: z.array(z.looseObject({ ...rowName, error: perMetric(number) })),
        }),
      )
      .describe('models against the emulators that they are about: 0.08 is 8 % too much'),
  });

const comparisonSchema = z
  .looseObject({
    scenario: text,
    emulation: text,
    row: text.describe('STRATEGY, STRATEGY@TOOL where tools are named, or the command'),
    reference: text,
    claim: cellSchema.shape.claim.shape.kind,
    launches: z.looseObject({ row: count.nullable(), reference: count.nullable() }),
    forks: z.looseObject({ row: count.nullable(), reference: count.nullable() }),
    ratio: perMetric(number.nullable()).nullable(),
    verdict: perMetric(verdictSchema.shape.word.nullable()).nullable(),
  })
  .describe('a row beside its reference, in short: what most readers look for');

const runReport = {
  run: runSchema,
  fingerprint: fingerprintSchema,
  missingShards: z.array(count).describe('shards of the run that were not given, from 1'),
  margin: number.describe('ratios within 1 ± this are no difference'),
  comparisons: z.array(comparisonSchema),
  scenarios: z.array(reportedScenarioSchema),
  overall: z
    .array(
      z.looseObject({
        ...rowName,
        emulation: text,
        metric: z.enum(['cpu', 'wall']),
        scenarios: count,
        estimate: number,
        interval: intervalSchema,
      }),
    )
    .describe('geometric means over all scenarios, for information'),
};

const newLaunchSchema = z.looseObject({
  label: text,
  found: count,
  known: count.nullable(),
  launches: z.array(z.looseObject({ executable: text, argv: z.array(text) })),
});

const findingSchema = z.looseObject({
  rule: z.enum(RULES),
  level: z.enum(['error', 'warn']),
  outcome: z.enum(['passed', 'failed', 'inconclusive']),
  scenario: text.describe('*: the run'),
  ...rowName,
  emulation: text,
  expected: text,
  found: text,
  newLaunches: z.array(newLaunchSchema).describe('exactly the launches that the baseline does not have'),
  reproduce: textOrNull,
  accept: textOrNull,
  location: z.looseObject({ file: text, line: count }).nullable(),
});

const medians = { baseMs: number, headMs: number };

const bothSides = z.looseObject({ base: count.nullable(), head: count.nullable() });

const comparedCellSchema = z.looseObject({
  scenario: text,
  ...rowName,
  emulation: text,
  verdict: z.enum([
    ...(['fewer launches', 'more launches', 'same launches', 'fewer drivers'] as const),
    ...(['not counted', 'new', 'gone', 'void'] as const),
  ]),
  launches: bothSides,
  patterns: bothSides,
  drivers: bothSides.describe('drivers that were captured'),
  links: bothSides,
  toolLaunches: bothSides.describe('launches by the launched tools themselves, where a tracer ran'),
  forks: bothSides,
  newLaunches: z.array(newLaunchSchema),
  goneLaunches: z.array(newLaunchSchema),
  times: perMetric(
    z
      .discriminatedUnion('kind', [
        z.looseObject({ kind: z.literal('paired'), ...medians, ratio: ratioSchema, verdict: verdictSchema }),
        z.looseObject({
          kind: z.literal('unpaired'),
          ...medians,
          ratioOfMedians: number,
          p: number.nullable().describe('of a two-sided Mann–Whitney test'),
        }),
        z.looseObject({ kind: z.literal('refused'), reason: text }),
      ])
      .nullable(),
  ),
});

const comparedRunSchema = z.looseObject({ label: text, missingShards: z.array(count) });

const head = {
  schema: z.literal(REPORT_FORMAT),
  timeLabel: textOrNull.describe('what may be made of the times; null: what the verdicts say'),
};

/** The shape of JSON reports. Samples stand in results files; a report has one figure a round. */
export const reportSchema = z.discriminatedUnion('kind', [
  z.looseObject({ ...head, kind: z.literal('results'), ...runReport }),
  z.looseObject({
    ...head,
    kind: z.literal('history'),
    entries: z.array(z.looseObject({ label: text, ...runReport })).describe('oldest first'),
  }),
  z.looseObject({
    ...head,
    kind: z.literal('comparison'),
    comparison: z.looseObject({
      base: comparedRunSchema,
      head: comparedRunSchema,
      quick: z.boolean(),
      cells: z.array(comparedCellSchema),
      warnings: z.array(warningSchema),
    }),
  }),
  z.looseObject({
    ...head,
    kind: z.literal('gate'),
    baseline: textOrNull.describe('path of the baseline; null where budgets alone were gated'),
    runs: z.array(runSchema),
    verdict: z.looseObject({
      passed: z.boolean(),
      word: z.enum(['passed', 'passed in part', 'failed']),
      missingShards: z.array(count),
      findings: z.array(findingSchema),
      notes: z.array(text),
    }),
  }),
]);

/** What `--json` and `--format json` write of a run, a history, a comparison or a gate. */
export type Report = Shape<z.infer<typeof reportSchema>>;

/** A run as a report shows it. */
export type RunReport = Omit<Extract<Report, { readonly kind: 'results' }>, 'schema' | 'kind' | 'timeLabel'>;
