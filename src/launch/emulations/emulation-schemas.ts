import * as z from 'zod';
import type { Shape } from '../../shape.ts';

// What files say of emulations. Loaded only where one is read or written: others take types from here, which cost nothing.

const text = z.string();
const amount = z.number().nonnegative();

const rangeSchema = z.looseObject({ value: amount, low: amount, high: amount });

/** A parameter with the range it may lie in. */
export type ParameterRange = Shape<z.infer<typeof rangeSchema>>;

/** See `Model`. */
export const modelSchema = z
  .looseObject({
    preset: text.nullable().describe('preset that it is, or was changed from; null: all its own'),
    launchMs: rangeSchema.describe(
      'milliseconds for each launch: starting the emulator, translating the common start-up code',
    ),
    cpuFactor: rangeSchema.describe('multiplies the native CPU time of a launch'),
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
  })
  .describe('our emulation specification, section 3.1');

/** What a launch costs under an emulator that is not executed. Source: our emulation specification, section 3. */
export type Model = Shape<z.infer<typeof modelSchema>>;

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
