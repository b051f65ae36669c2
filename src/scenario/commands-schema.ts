import * as z from 'zod';

const text = z.string().min(1);

/** A command line, as a list of words or as text. */
const commandLine = z.union([z.array(z.string()).min(1), text]).meta({
  id: 'commandLine',
  description: 'Words, as a list or as text that is taken apart as a shell would.',
});

/** What may stand at one command, and beside `commands` for all of them. */
const aroundCommands = {
  shell: text.optional().meta({
    description: 'Shell that runs the lines which are text: sh. Default: none; words are taken apart by us.',
  }),
  cwd: text.optional().meta({
    description: 'Working directory; relative ones start at the folder of this file. Default: that folder.',
  }),
  env: z
    .record(z.string().regex(/^[^=\0]+$/u, 'the name of a variable'), z.string())
    .optional()
    .meta({ description: 'Variables beside those that launchbench was started with.' }),
  setup: commandLine.optional().meta({ description: 'Run once before everything.' }),
  cleanup: commandLine.optional().meta({ description: 'Run once after everything.' }),
  prepare: commandLine.optional().meta({ description: 'Run before each sample, untimed.' }),
  input: text.optional().meta({ description: 'File for standard input. Default: it is empty.' }),
  status: z
    .int()
    .min(0)
    .max(255)
    .optional()
    .meta({ description: 'Exit status that is expected. Default: 0.' }),
  ignoreFailure: z
    .boolean()
    .optional()
    .meta({ description: 'Whether any exit status is as expected. Default: false.' }),
};

const described = z.strictObject({
  command: commandLine.meta({ description: 'The command itself.' }),
  ...aroundCommands,
});

const equivalence = z
  .union([
    z.enum(['exit', 'stdout']),
    z.strictObject({
      files: z.array(text).min(1).meta({
        description: 'They leave the same files: globs below the working directory, * matching / too.',
      }),
    }),
    z.strictObject({
      check: commandLine.meta({
        description:
          'Run after a command in its working directory, with LAUNCHBENCH_COMMAND and LAUNCHBENCH_STDOUT in its ' +
          'environment; any status but 0 says that the command did not do what it should.',
      }),
    }),
  ])
  .meta({
    description:
      'What makes commands equivalent. exit: each ends with its status; stdout: they print the same. Default: exit.',
  });

const name = z
  .string()
  .regex(/^[^\p{Cc}]{1,200}$/u, 'a name of at most 200 characters, in one line')
  .refine((word) => word !== '__proto__' && word !== '*', { error: 'a name that means nothing else' });

/** The keys of a scenario of commands. */
export const commandsKeys = {
  commands: z
    .record(name, z.union([...commandLine.options, described]))
    .refine((named) => Object.keys(named).length > 0, { error: 'at least one command' })
    .optional()
    .meta({
      description: 'Commands to compare, by name; the first is what the others are compared with.',
    }),
  equivalence: equivalence.optional(),
  ...aroundCommands,
};

/** The keys of a scenario of commands that the validator has accepted. */
export type CommandsFile = z.infer<z.ZodObject<typeof commandsKeys, z.core.$strict>>;
