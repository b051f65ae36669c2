import * as z from 'zod';
import { canonicalJson } from '../canonical-json.ts';
import { FormatError } from '../errors.ts';
import { modelSchema } from '../launch/emulations/emulation-schemas.ts';
import type { ModelEmulation } from '../launch/emulations/emulations.ts';
import { THIRD_PARAMETER_NAMES } from '../launch/emulations/model.ts';
import { isPresetName } from '../launch/emulations/presets.ts';
import type { Shape } from '../shape.ts';
import { readYaml } from './read-yaml.ts';

/** The name and major version of the model files that are written. */
export const MODEL_FORMAT = 'launchbench.model/1';

// Objects are loose throughout: a field that a later version adds is kept.

const text = z.string().min(1);
const amount = z.number().nonnegative();

/** What no parameter reaches, whatever the emulator: eleven days a launch, a million times slower. */
const MOST_MS = 1e9;
const MOST_TIMES = 1e6;

function range(most: number) {
  const bounded = amount.max(most);
  return z
    .looseObject({ value: bounded, low: bounded, high: bounded })
    .refine(({ value, low, high }) => low <= value && value <= high, {
      error: 'a value between low and high',
    });
}

const parameters = {
  launchMs: range(MOST_MS),
  cpuFactor: range(MOST_TIMES),
  perLibraryMs: range(MOST_MS).optional(),
  perPageMs: range(MOST_MS).optional(),
  firstLaunchExtraMs: range(MOST_MS),
  hostFactor: z.number().positive().max(MOST_TIMES),
};

const pointSchema = z.looseObject({
  call: text,
  launches: z.int().nonnegative(),
  libraries: amount.nullable().describe('libraries that were linked; null: not known'),
  pages: amount.nullable().describe('pages that were touched natively; null: not known'),
  nativeMs: amount.describe('median CPU time of the launches, milliseconds; also the next one'),
  emulatedMs: amount,
  predictedMs: amount,
  error: z.number().describe('prediction over measurement, less one: 0.08 is 8 % too much'),
});

const errorsSchema = z.looseObject({ rms: amount, max: amount });

const fitSchema = z.looseObject({
  ...errorsSchema.shape,
  points: z.array(pointSchema).describe('what the parameters were fitted to'),
  holdOut: pointSchema.describe('what no parameter was fitted to'),
  choices: z
    .array(errorsSchema.extend({ third: z.enum(THIRD_PARAMETER_NAMES).nullable() }))
    .describe('how far each choice of parameters missed points that were left out of its fit'),
});

/** What a model file holds. */
export const modelFileSchema = z
  .looseObject({
    schema: z.literal(MODEL_FORMAT),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]*$/u, 'a word of small letters, digits, "-", "_" and "."')
      .refine((name) => name !== 'native' && !isPresetName(name), {
        error: 'a name that no preset has, and not "native"',
      })
      .describe('what the emulation is called where the model is used'),
    model: modelSchema
      .extend({ ...parameters, source: text, confidence: text, calibratedOn: text })
      .refine((model) => THIRD_PARAMETER_NAMES.filter((name) => model[name] !== undefined).length <= 1, {
        error: `at most one of ${THIRD_PARAMETER_NAMES.join(', ')}`,
      }),
    fit: fitSchema.optional(),
  })
  .meta({ title: 'Model of an emulator, written by launchbench calibrate' });

/** A model, what it is called, and how well it fits. */
export type ModelFile = Shape<z.infer<typeof modelFileSchema>>;

/**
 * Reads a model file.
 *
 * @param file - name for messages
 * @throws FormatError that lists every problem found, each as `file:line:column: path: expected X, found Y`.
 */
export function parseModelFile(content: string, file: string): ModelFile {
  const hint = '`launchbench calibrate --output FILE` writes a model file.';
  // YAML knows where things stand, and what JSON has no word for: NaN is a wrong number there, and no wrong syntax.
  const format = { what: 'model file', schema: modelFileSchema, Failure: FormatError, hint };
  const { value, placeAt } = readYaml(content, file, format);
  try {
    JSON.parse(content);
  } catch (error) {
    const offset = Number(/position (\d+)/u.exec(String(error))?.[1] ?? 0);
    throw new FormatError(`${placeAt(offset)}: not valid JSON`, { hint });
  }
  return value;
}

/** The emulation that a model file stands for. */
export function emulationOf({ name, model }: ModelFile): ModelEmulation {
  return { kind: 'model', name, model };
}

/** The text of a model file: the same content gives the same bytes. */
export function formatModelFile(file: ModelFile): string {
  return canonicalJson(file);
}
