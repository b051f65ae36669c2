import * as z from 'zod';

const text = z.string().min(1);

/** A command line, as a list of words or as text. */
const commandLine = z.union([z.array(z.string()).min(1), text]).meta({
  id: 'commandLine',
  description: 'Words, as a list or as text that is taken apart as a shell would.',
});

/** What may stand at one command, and beside `commands` for all of them. */
const aroundCommands = z
  .strictObject({
    shell: text.describe(
      'Shell that runs the lines which are text: sh. Default: none; words are taken apart by us.',
    ),
    cwd: text.describe(
      'Working directory; relative ones start at the folder of this file. Default: that folder.',
    ),
    env: z
      .record(z.string().regex(/^[^=\0]+$/u, 'the name of a variable'), z.string())
      .describe('Variables beside those that launchbench was started with.'),
    setup: commandLine.describe('Run once before everything.'),
    cleanup: commandLine.describe('Run once after everything.'),
    prepare: commandLine.describe('Run before each sample, untimed.'),
    input: text.describe('File for standard input. Default: it is empty.'),
    status: z.int().min(0).max(255).describe('Exit status that is expected. Default: 0.'),
    ignoreFailure: z.boolean().describe('Whether any exit status is as expected. Default: false.'),
  })
  .partial();

const described = z.strictObject({
  command: commandLine.describe('The command itself.'),
  ...aroundCommands.shape,
});

const equivalence = z
  .union([
    z.enum(['exit', 'stdout']),
    z.strictObject({
      files: z
        .array(text)
        .min(1)
        .describe('They leave the same files: globs below the working directory, * matching / too.'),
    }),
    z.strictObject({
      check: commandLine.describe(
        'Run after a command in its working directory, with LAUNCHBENCH_COMMAND and LAUNCHBENCH_STDOUT in its ' +
          'environment; any status but 0 says that the command did not do what it should.',
      ),
    }),
  ])
  .describe(
    'What makes commands equivalent. exit: each ends with its status; stdout: they print the same. Default: exit.',
  );

const name = z
  .string()
  .regex(/^[^\p{Cc}]{1,200}$/u, 'a name of at most 200 characters, in one line')
  .refine((word) => word !== '__proto__' && word !== '*', { error: 'a name that means nothing else' });

/** The keys of a scenario of commands. */
export const commandsKeys = z.strictObject({
  commands: z
    .record(name, z.union([...commandLine.options, described]))
    .refine((named) => Object.keys(named).length > 0, { error: 'at least one command' })
    .optional()
    .describe('Commands to compare, by name; the first is what the others are compared with.'),
  equivalence: equivalence.optional(),
  ...aroundCommands.shape,
});

/** The keys of a scenario of commands that the validator has accepted. */
export type CommandsFile = z.infer<typeof commandsKeys>;
