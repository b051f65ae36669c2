import * as z from 'zod';
import { DEFAULT_EDITION, EDITION_NAMES, EDITIONS } from '../core/editions/editions.ts';
import { TOOL_NAME } from '../core/overrides/name-tools.ts';
import { STRATEGIES } from '../core/overrides/strategies.ts';
import { ARCHITECTURES } from '../core/sysroot/architectures.ts';
import { EMULATIONS } from '../launch/emulations/emulations.ts';
import { PRESETS } from '../launch/emulations/presets.ts';
import { TREE_KINDS } from '../provision/tree-source.ts';
import { DEFAULT_SAMPLING, DEFAULT_STRATEGIES, MAX_ROUNDS, MAX_TIMEOUT_S } from './defaults.ts';
import { commandsKeys } from './commands-schema.ts';
import { architectures, driverSetSchema, names } from './driver-set-schema.ts';
import { toNames } from './to-driver-set.ts';

const word = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/u, 'a word of small letters, digits, "-", "_" and "."');
const text = z.string().min(1);
const count = z.int().nonnegative();
const amount = z.number().nonnegative();

/** Source: Debian Policy, 5.6.7. Nothing that apt takes for an option, a task or a removal. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]*[a-z0-9](?::[a-z0-9]+)?$/u;

/** The words reach the command lines of apt and dpkg. */
const debianTree = z.strictObject({
  suite: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/u, 'the code name of a release, such as bookworm')
    .describe('Code name of the release; its updates are left out, so that the set seldom changes.'),
  packages: names
    .refine((given) => toNames(given).every((name) => PACKAGE.test(name)), {
      error: 'names of packages, each for all architectures, or as libc6:i386 for one',
    })
    .describe('Names of packages, as a list or separated by blanks; what they depend on comes along.'),
  files: driverSetSchema.shape.files,
});

const treeKinds = {
  synthetic: driverSetSchema.describe(TREE_KINDS.synthetic),
  directory: text.describe(`A path: ${TREE_KINDS.directory}`),
  archive: text.describe(`A path: ${TREE_KINDS.archive}`),
  debian: debianTree.describe(TREE_KINDS.debian),
} satisfies Record<keyof typeof TREE_KINDS, z.ZodType>;

const oneTreeKind = z
  .strictObject(treeKinds)
  .partial()
  .refine((tree) => Object.keys(tree).length === 1, {
    error: `exactly one of ${Object.keys(treeKinds).join(', ')}`,
  })
  .meta({
    description: 'Exactly one of these. Relative paths start at the folder of this file.',
    minProperties: 1,
    maxProperties: 1,
  });

const tree = z
  .union([z.literal('empty').describe('Nothing but the dynamic linkers.'), oneTreeKind])
  .meta({ id: 'tree' });

const range = z
  .union([
    amount,
    z
      .strictObject({ value: amount, low: amount, high: amount })
      .refine(({ value, low, high }) => low <= value && value <= high, {
        error: 'a value between low and high',
      }),
  ])
  .meta({ id: 'range', description: 'A parameter: a number, or with the range it may lie in.' })
  // A bare number stands for a range without width.
  .transform((given) => (typeof given === 'number' ? { value: given, low: given, high: given } : given));

const command = z.array(text).min(1).describe('Command line that is put before the tool.');

const presetNames = Object.keys(PRESETS);

/** What a model says of itself, or changes in a preset. */
const parameters = z
  .strictObject({
    preset: z.enum(presetNames).describe('Preset to change parameters of.'),
    launchMs: range.describe('Milliseconds added to every launch.'),
    cpuFactor: range.describe('Factor on the native CPU time of a launch.'),
    firstLaunchExtraMs: range.describe('Milliseconds paid once, when cold.'),
    hostFactor: z
      .number()
      .positive()
      .describe('Native CPU time on the host of the emulator, as a multiple of that measured here.'),
    caller: z
      .enum(['native', 'emulated'])
      .describe('What runs the program that captures in-process. Default: emulated.'),
    source: text.describe('Where the parameters come from.'),
    confidence: text.describe('How far they can be trusted.'),
    calibratedOn: text.describe('Machine and date of the calibration.'),
  })
  .partial();

const emulation = z.union([
  z
    .enum(['native', ...presetNames])
    .describe(`"native" (${EMULATIONS.native.summary.toLowerCase()}), or the name of a preset model.`),
  z
    .strictObject({
      wrapper: word.describe('What the emulation is called.'),
      command: z
        .union([command, z.partialRecord(z.enum(Object.keys(ARCHITECTURES)), command)])
        .describe('A command for all architectures, or one for each.'),
      optional: z
        .boolean()
        .optional()
        .describe(
          'Leave it out, with a note, where its program is missing, and where launches are only counted. Default: false.',
        ),
      rounds: z
        .int()
        .positive()
        .max(MAX_ROUNDS)
        .optional()
        .describe(
          'Rounds of its own, after the others, with the native cells beside it; shown without intervals.',
        ),
    })
    .describe(`${EMULATIONS.wrapper.summary}.`),
  z
    .strictObject({
      model: z
        .string()
        .regex(
          /^(?:[a-z0-9][a-z0-9._-]*|.+\.json)$/u,
          'a word of small letters, digits, "-", "_" and ".", or the path of a model file that ends in .json',
        )
        .describe(
          'What the emulation is called; a preset of that name gives the rest. Or a file that `launchbench calibrate` wrote, which says it all: a path that ends in .json and starts at the folder of this file.',
        ),
      ...parameters.shape,
    })
    .describe(`${EMULATIONS.model.summary}.`),
]);

const sampling = z
  .strictObject({
    rounds: z
      .int()
      .positive()
      .max(MAX_ROUNDS)
      .describe(`Rounds that are used. Default: ${DEFAULT_SAMPLING.rounds}.`),
    warmup: z.int().min(0).max(10).describe('Rounds before them. Default: 1.'),
    precision: z
      .number()
      .positive()
      .max(1)
      .describe('Go on until every interval is narrower than this, as a ratio: 0.05.'),
    maxTime: z.number().positive().max(MAX_TIMEOUT_S).describe('Add no rounds after so many seconds.'),
    seed: count.describe('Seed of the order. Default: drawn for each run.'),
    timeout: z
      .number()
      .positive()
      .max(MAX_TIMEOUT_S)
      .describe(`Limit for each launch, seconds. Default: ${DEFAULT_SAMPLING.timeoutMs / 1000}.`),
  })
  .partial();

const edition = z.union(EDITION_NAMES.map((name) => z.literal(Number(name))));
const editionSummaries = Object.values(EDITIONS)
  .map(({ name, summary }) => `${name}: ${summary}`)
  .join('; ');

const budget = z
  .strictObject({
    launches: z
      .record(text, count)
      .describe('Most launches by strategy or command; "*" stands for every one.'),
    executables: z.record(text, count).describe('Most launches by executable, as a glob: capture-libs*.'),
  })
  .partial();

const tools = z
  .record(
    z.string().regex(TOOL_NAME, 'a word of letters, digits, "-", "_" and "."'),
    z
      .union([text, z.partialRecord(z.enum(Object.keys(ARCHITECTURES)), text)])
      .describe('A path, or one for each architecture. Relative paths start at the folder of this file.'),
  )
  .refine((named) => Object.keys(named).length > 0, { error: 'at least one tool' });

/** The keys of a scenario that captures a graphics stack. */
export const stackKeys = z
  .strictObject({
    architectures: architectures.describe(
      'What to capture for. Default: what this machine runs and both trees have.',
    ),
    edition: edition.describe(
      `Which pressure-vessel to do as. ${editionSummaries}. Default: ${DEFAULT_EDITION}.`,
    ),
    provider: tree.describe('The tree that drivers come from: of a scenario that captures a graphics stack.'),
    container: tree.describe('The tree they go into. Default: empty.'),
    strategies: z
      .array(z.enum(Object.keys(STRATEGIES)))
      .min(1)
      .describe(
        `What to compare; the first is what the others are compared with. Default: ${DEFAULT_STRATEGIES.join(', ')}.`,
      ),
    tools: tools.describe(
      'Builds of the capture tool to compare, by name; the first is the reference. Default: our own tool.',
    ),
  })
  .partial();

/** A scenario file: what the validator accepts, and what the JSON Schema for editors is generated from. */
export const scenarioSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    name: word.describe('Word that names the scenario in results.'),
    description: text.optional().describe('One or two sentences for readers of a report.'),
    ...stackKeys.shape,
    ...commandsKeys.shape,
    emulations: z
      .array(emulation)
      .min(1)
      .optional()
      .describe('How launches are run, measured or modelled. Default: native.'),
    sampling: sampling.optional().describe('How samples are taken.'),
    budget: budget.optional().describe('Most launches that may happen: gated without a baseline.'),
  })
  .meta({
    title: 'launchbench scenario',
    description: 'A scenario has either a provider or commands.',
    oneOf: [{ required: ['provider'] }, { required: ['commands'] }],
  });

/** A scenario file that the validator has accepted. */
export type ScenarioFile = z.infer<typeof scenarioSchema>;
