import * as z from 'zod';
import { DEFAULT_EDITION, EDITION_NAMES, EDITIONS } from '../core/editions/editions.ts';
import { TOOL_NAME } from '../core/overrides/name-tools.ts';
import { STRATEGIES } from '../core/overrides/strategies.ts';
import { ARCHITECTURES } from '../core/sysroot/architectures.ts';
import { EMULATIONS } from '../launch/emulations/emulations.ts';
import { PRESETS } from '../launch/emulations/presets.ts';
import { PROVIDER_KINDS } from '../provision/provision.ts';
import type { TreeKind } from '../provision/tree-source.ts';
import { DEFAULT_SAMPLING, DEFAULT_STRATEGIES, MAX_ROUNDS, MAX_TIMEOUT_S } from './defaults.ts';
import { commandsKeys } from './commands-schema.ts';
import { debianTreeSchema } from './debian-tree-schema.ts';
import { architectures, driverSetSchema } from './driver-set-schema.ts';

const word = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/u, 'a word of small letters, digits, "-", "_" and "."');
const text = z.string().min(1);
const count = z.int().nonnegative();

const treeKinds = {
  synthetic: driverSetSchema.optional().meta({ description: PROVIDER_KINDS.synthetic.summary }),
  directory: text.optional().meta({ description: `A path: ${PROVIDER_KINDS.directory.summary}` }),
  archive: text.optional().meta({ description: `A path: ${PROVIDER_KINDS.archive.summary}` }),
  debian: debianTreeSchema.optional().meta({ description: PROVIDER_KINDS.debian.summary }),
} satisfies Record<TreeKind, z.ZodType>;

const oneTreeKind = z
  .strictObject(treeKinds)
  .refine((tree) => Object.keys(tree).length === 1, {
    error: `exactly one of ${Object.keys(treeKinds).join(', ')}`,
  })
  .meta({
    description: 'Exactly one of these. Relative paths start at the folder of this file.',
    minProperties: 1,
    maxProperties: 1,
  });

const tree = z
  .union([z.literal('empty').meta({ description: 'Nothing but the dynamic linkers.' }), oneTreeKind])
  .meta({ id: 'tree' });

const range = z
  .union([
    z.number().nonnegative(),
    z
      .strictObject({
        value: z.number().nonnegative(),
        low: z.number().nonnegative(),
        high: z.number().nonnegative(),
      })
      .refine(({ value, low, high }) => low <= value && value <= high, {
        error: 'a value between low and high',
      }),
  ])
  .meta({ id: 'range', description: 'A parameter: a number, or with the range it may lie in.' });

const command = z.array(text).min(1).meta({ description: 'Command line that is put before the tool.' });

const presetNames = Object.keys(PRESETS);

const emulation = z.union([
  z.enum(['native', ...presetNames]).meta({
    description: `"native" (${EMULATIONS.native.summary.toLowerCase()}), or the name of a preset model.`,
  }),
  z
    .strictObject({
      wrapper: word.meta({ description: 'What the emulation is called.' }),
      command: z
        .union([command, z.partialRecord(z.enum(Object.keys(ARCHITECTURES)), command)])
        .meta({ description: 'A command for all architectures, or one for each.' }),
      optional: z.boolean().optional().meta({
        description:
          'Leave it out, with a note, where its program is missing, and where launches are only counted. Default: false.',
      }),
      rounds: z.int().positive().max(MAX_ROUNDS).optional().meta({
        description:
          'Rounds of its own, after the others, with the native cells beside it; shown without intervals.',
      }),
    })
    .meta({ description: `${EMULATIONS.wrapper.summary}.` }),
  z
    .strictObject({
      model: z
        .string()
        .regex(
          /^(?:[a-z0-9][a-z0-9._-]*|.+\.json)$/u,
          'a word of small letters, digits, "-", "_" and ".", or the path of a model file that ends in .json',
        )
        .meta({
          description:
            'What the emulation is called; a preset of that name gives the rest. Or a file that `launchbench calibrate` wrote, which says it all: a path that ends in .json and starts at the folder of this file.',
        }),
      preset: z.enum(presetNames).optional().meta({ description: 'Preset to change parameters of.' }),
      launchMs: range.optional().meta({ description: 'Milliseconds added to every launch.' }),
      cpuFactor: range.optional().meta({ description: 'Factor on the native CPU time of a launch.' }),
      firstLaunchExtraMs: range.optional().meta({ description: 'Milliseconds paid once, when cold.' }),
      hostFactor: z.number().positive().optional().meta({
        description: 'Native CPU time on the host of the emulator, as a multiple of that measured here.',
      }),
      caller: z.enum(['native', 'emulated']).optional().meta({
        description: 'What runs the program that captures in-process. Default: emulated.',
      }),
      source: text.optional().meta({ description: 'Where the parameters come from.' }),
      confidence: text.optional().meta({ description: 'How far they can be trusted.' }),
      calibratedOn: text.optional().meta({ description: 'Machine and date of the calibration.' }),
    })
    .meta({ description: `${EMULATIONS.model.summary}.` }),
]);

const sampling = z.strictObject({
  rounds: z
    .int()
    .positive()
    .max(MAX_ROUNDS)
    .optional()
    .meta({
      description: `Rounds that are used. Default: ${DEFAULT_SAMPLING.rounds}.`,
    }),
  warmup: z.int().min(0).max(10).optional().meta({ description: 'Rounds before them. Default: 1.' }),
  precision: z.number().positive().max(1).optional().meta({
    description: 'Go on until every interval is narrower than this, as a ratio: 0.05.',
  }),
  maxTime: z
    .number()
    .positive()
    .max(MAX_TIMEOUT_S)
    .optional()
    .meta({ description: 'Add no rounds after so many seconds.' }),
  seed: count.optional().meta({ description: 'Seed of the order. Default: drawn for each run.' }),
  timeout: z
    .number()
    .positive()
    .max(MAX_TIMEOUT_S)
    .optional()
    .meta({
      description: `Limit for each launch, seconds. Default: ${DEFAULT_SAMPLING.timeoutMs / 1000}.`,
    }),
});

const edition = z.union(EDITION_NAMES.map((name) => z.literal(Number(name))));
const editionSummaries = Object.values(EDITIONS)
  .map(({ name, summary }) => `${name}: ${summary}`)
  .join('; ');

const strategyName = z.enum(Object.keys(STRATEGIES));

const budget = z.strictObject({
  launches: z
    .record(text, count)
    .optional()
    .meta({ description: 'Most launches by strategy or command; "*" stands for every one.' }),
  executables: z
    .record(text, count)
    .optional()
    .meta({ description: 'Most launches by executable, as a glob: capture-libs*.' }),
});

const tools = z
  .record(
    z.string().regex(TOOL_NAME, 'a word of letters, digits, "-", "_" and "."'),
    z.union([text, z.partialRecord(z.enum(Object.keys(ARCHITECTURES)), text)]).meta({
      description: 'A path, or one for each architecture. Relative paths start at the folder of this file.',
    }),
  )
  .refine((named) => Object.keys(named).length > 0, { error: 'at least one tool' });

/** A scenario file: what the validator accepts, and what the JSON Schema for editors is generated from. */
export const scenarioSchema = z
  .strictObject({
    version: z.literal(1).meta({ description: 'Version of this format.' }),
    name: word.meta({ description: 'Word that names the scenario in results.' }),
    description: text.optional().meta({ description: 'One or two sentences for readers of a report.' }),
    architectures: architectures.optional().meta({
      description: 'What to capture for. Default: what this machine runs and both trees have.',
    }),
    edition: edition.optional().meta({
      description: `Which pressure-vessel to do as. ${editionSummaries}. Default: ${DEFAULT_EDITION}.`,
    }),
    provider: tree.optional().meta({
      description: 'The tree that drivers come from: of a scenario that captures a graphics stack.',
    }),
    container: tree.meta({ description: 'The tree they go into. Default: empty.' }).optional(),
    strategies: z
      .array(strategyName)
      .min(1)
      .optional()
      .meta({
        description: `What to compare; the first is what the others are compared with. Default: ${DEFAULT_STRATEGIES.join(', ')}.`,
      }),
    tools: tools.optional().meta({
      description:
        'Builds of the capture tool to compare, by name; the first is the reference. Default: our own tool.',
    }),
    ...commandsKeys,
    emulations: z.array(emulation).min(1).optional().meta({
      description: 'How launches are run, measured or modelled. Default: native.',
    }),
    sampling: sampling.optional().meta({ description: 'How samples are taken.' }),
    budget: budget
      .optional()
      .meta({ description: 'Most launches that may happen: gated without a baseline.' }),
  })
  .meta({
    title: 'launchbench scenario',
    description: 'A scenario has either a provider or commands.',
    oneOf: [{ required: ['provider'] }, { required: ['commands'] }],
  });

/** A scenario file that the validator has accepted. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;
