import { Document, isMap } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../describe-issue.ts';
import { FormatError } from '../errors.ts';
import type { LaunchBudget, LaunchCount, LaunchLimit } from './launch-budget.ts';
import { readYaml, type YamlFile } from './read-yaml.ts';

const count = z.number().int().nonnegative();

const limitSchema = z
  .union([
    count,
    z.strictObject({
      max: count.describe('The most that is allowed.'),
      why: z.string().min(1).optional().describe('Why this limit: shown when it is exceeded.'),
    }),
  ])
  .describe('The most that is allowed: a number, or {max, why}.');

/** What a budget file holds. */
export const budgetSchema = z
  .strictObject({
    version: z.literal(1),
    launches: limitSchema.optional().describe('Launches below the command, all together.'),
    forks: limitSchema.optional().describe('Processes that never execute a program.'),
    executables: z
      .record(z.string().min(1), limitSchema)
      .optional()
      .describe('By executable: a glob, about the name of the file where it has no slash.'),
    known: z
      .record(z.string(), count)
      .optional()
      .describe('What was launched when the budget was written, and how often; written by --update.'),
  })
  .meta({ title: 'Budget of a command for launchbench trace' });

type BudgetFile = z.infer<typeof budgetSchema>;

/**
 * Reads a budget: YAML text → `LaunchBudget`.
 *
 * @param file - name for messages
 * @throws FormatError that lists every problem found, each as `file:line:column: path: expected X, found Y`.
 */
export function parseBudget(text: string, file: string): LaunchBudget {
  const { value, lineOf } = readBudget(text, file);
  const { launches, forks, executables = {}, known } = value;
  const limitOf = (
    path: readonly string[],
    given: z.infer<typeof limitSchema>,
    counts: LaunchCount,
  ): LaunchLimit => {
    const { max, why = null } = typeof given === 'number' ? { max: given } : given;
    return { counts, max, why, location: { file, line: lineOf(path) } };
  };
  const limits = [
    ...(launches === undefined ? [] : [limitOf(['launches'], launches, { kind: 'launches' })]),
    ...(forks === undefined ? [] : [limitOf(['forks'], forks, { kind: 'forks' })]),
    ...Object.entries(executables).map(([glob, limit]) =>
      limitOf(['executables', glob], limit, { kind: 'executable', glob }),
    ),
  ];
  if (limits.length === 0) throw new FormatError(`${file}: sets no limit`, { hint: EXAMPLE });
  return { limits, known: known === undefined ? null : new Map(Object.entries(known)) };
}

/** What a budget is to say. */
export interface BudgetCounts {
  readonly launches: number;
  readonly forks: number;
  readonly byExecutable: ReadonlyMap<string, number>;
  /** How many launches are meant by a glob. */
  readonly matching: (glob: string) => number;
  readonly known: ReadonlyMap<string, number>;
}

/**
 * The text of a budget of exactly these counts. What there is keeps its limits, their reasons and its comments; a new
 * one limits the launches, the forks, and every executable.
 *
 * @throws FormatError when the old one cannot be read
 */
export function formatBudget(
  counts: BudgetCounts,
  old: { readonly text: string; readonly file: string } | null,
): string {
  const document = old === null ? newDocument() : readBudget(old.text, old.file).document;
  const set = (path: readonly string[], max: number): void => {
    const reasoned = document.hasIn([...path, 'max']);
    document.setIn(reasoned ? [...path, 'max'] : path, max);
  };
  const had = (key: string): boolean => old === null || document.has(key);
  if (had('launches')) set(['launches'], counts.launches);
  if (had('forks')) set(['forks'], counts.forks);
  if (old === null) {
    for (const [name, launches] of sorted(counts.byExecutable))
      set(['executables', name === '__proto__' ? '?_proto__' : name], launches);
  } else {
    const executables = document.get('executables');
    for (const { key } of isMap(executables) ? executables.items : []) {
      const glob = String(key);
      set(['executables', glob], counts.matching(glob));
    }
  }
  document.delete('known');
  if (counts.known.size > 0)
    document.set('known', document.createNode(Object.fromEntries(sorted(counts.known))));
  return document.toString({ lineWidth: 0 });
}

const EXAMPLE = 'For example: "version: 1", "launches: 40", and below "executables:" a line like "git: 3".';

function newDocument(): Document {
  const document = new Document({ version: 1 });
  document.commentBefore =
    ' yaml-language-server: $schema=node_modules/launchbench/results/schemas/budget.schema.json\n' +
    ' The most that this command may launch. A reason is shown with its limit: git: { max: 3, why: "…" }';
  return document;
}

function readBudget(text: string, file: string): YamlFile<BudgetFile> {
  const format = { what: 'budget', schema: budgetSchema, Failure: FormatError, hint: EXAMPLE };
  const yaml = readYaml(text, file, format);
  const lost = lostKeys(yaml.content);
  if (lost.length > 0) throw yaml.failure(lost);
  return yaml;
}

/** The validator loses a key of this name, and a limit that is not seen would never be exceeded. */
function lostKeys(content: unknown): readonly Problem[] {
  const executables = content instanceof Object && 'executables' in content ? content.executables : null;
  return executables instanceof Object && Object.hasOwn(executables, '__proto__')
    ? [
        {
          path: ['executables', '__proto__'],
          atKey: true,
          message: 'expected another name than "__proto__"; write it as the glob "?_proto__"',
        },
      ]
    : [];
}

function sorted<Value>(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
