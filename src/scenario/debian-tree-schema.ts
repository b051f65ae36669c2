import * as z from 'zod';
import { absolutePath, names } from './driver-set-schema.ts';
import { toNames } from './to-driver-set.ts';

/** Source: Debian Policy, 5.6.7. Nothing that apt takes for an option, a task or a removal. */
const PACKAGE = /^[a-z0-9][a-z0-9+.-]*[a-z0-9](?::[a-z0-9]+)?$/u;

/** A tree of Debian's packages, as a scenario file describes it. The words reach the command lines of apt and dpkg. */
export const debianTreeSchema = z.strictObject({
  suite: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/u, 'the code name of a release, such as bookworm')
    .meta({
      description: 'Code name of the release; its updates are left out, so that the set seldom changes.',
    }),
  packages: names
    .refine((given) => toNames(given).every((name) => PACKAGE.test(name)), {
      error: 'names of packages, each for all architectures, or as libc6:i386 for one',
    })
    .meta({
      description: 'Names of packages, as a list or separated by blanks; what they depend on comes along.',
    }),
  files: z
    .record(absolutePath, z.string())
    .optional()
    .meta({ description: 'Further text files: absolute path → content.' }),
});
