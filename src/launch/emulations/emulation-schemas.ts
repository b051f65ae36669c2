import * as z from 'zod';
import type { Shape } from '../../shape.ts';

// What files say of emulations. Loaded only where one is read or written: others take types from here, which cost nothing.

const text = z.string();
const amount = z.number().nonnegative();

const rangeSchema = z.looseObject({ value: amount, low: amount, high: amount });

/** A parameter with the range it may lie in. */
export type ParameterRange = Shape<z.infer<typeof rangeSchema>>;

/** See `EmulatorIdentity`. */
export const emulatorSchema = z.looseObject({
  emulation: text,
  command: text.describe('its commands without their folders'),
  version: text.nullable(),
  configuration: text
    .nullable()
    .describe('digest of its configuration and the state of its code cache, where it has them'),
  rootFs: z
    .enum(['directory', 'image'])
    .optional()
    .describe('what the libraries of its guests lie in; left out: the host’s are used, or it is not known'),
});

/** The wrapper of an emulation, as it was found. */
export type EmulatorIdentity = Shape<z.infer<typeof emulatorSchema>>;

const calibrationSchema = z
  .looseObject({
    tool: z
      .looseObject({
        arch: text,
        kind: z.enum(['native', 'node', 'own', 'external']),
        name: text,
        version: text.nullable(),
        sha256: text.nullable(),
      })
      .describe('the capture tool that was launched'),
    emulator: emulatorSchema,
    cpu: text.describe('processor of the machine'),
    kernel: text,
    timer: z.enum(['helper', 'node']),
    cache: z.enum(['warm', 'cold']).describe('state of the file cache'),
    fileSystem: text.nullable().describe('that links were made on; null: not known'),
    environment: z
      .record(text, text)
      .describe('variables that change what a launch costs: FEX_*, BOX64_*, QEMU_*, LD_LIBRARY_PATH'),
    startedAt: text,
    loadAverage: z
      .looseObject({ before: amount.nullable(), after: amount.nullable() })
      .describe('of one minute; null: not told'),
    rounds: z.number().int().nonnegative(),
  })
  .describe('what the parameters were fitted on: where any of it has changed, they have to be fitted again');

/** What a calibrated model was fitted on. Source: our emulation specification, 3.3. */
export type CalibrationFacts = Shape<z.infer<typeof calibrationSchema>>;

/** See `Model`. */
export const modelSchema = z
  .looseObject({
    preset: text.nullable().describe('preset that it is, or was changed from; null: all its own'),
    launchMs: rangeSchema.describe(
      'milliseconds for each launch: starting the emulator, translating the common start-up code',
    ),
    cpuFactor: rangeSchema.describe('multiplies the native CPU time of a launch'),
    perLibraryMs: rangeSchema
      .optional()
      .describe(
        'milliseconds for each library that launches link, where a calibration found that it matters',
      ),
    perPageMs: rangeSchema
      .optional()
      .describe('milliseconds for each page that launches touch natively (minor faults), as above'),
    firstLaunchExtraMs: rangeSchema.describe(
      'milliseconds paid once in a cold period: server start, image mount',
    ),
    hostFactor: amount.describe(
      'native CPU time on the host of the emulator, as a multiple of that measured here',
    ),
    caller: z
      .enum(['native', 'emulated'])
      .default('emulated')
      .describe(
        'who captures where nothing is launched: a program that the emulator runs, or one of the host’s own, of whose launches alone it runs (as pressure-vessel on ARM since May 2026)',
      ),
    source: text,
    confidence: text,
    calibratedOn: text.describe('machine and date, or the program, that the parameters come from'),
    fittedOn: z
      .literal('own-tool')
      .optional()
      .describe('the tool that the parameters hold for; left out: the C capture tool'),
    calibration: calibrationSchema.optional(),
  })
  .describe('our emulation specification, section 3.1');

/** What a launch costs under an emulator that is not executed. Source: our emulation specification, section 3. */
export type Model = Shape<z.infer<typeof modelSchema>>;
