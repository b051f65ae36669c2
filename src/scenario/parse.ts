import type { Document, LineCounter } from 'yaml';
import { describeIssue, type Problem } from '../describe-issue.ts';
import { didYouMean } from '../nearest.ts';
import { ScenarioError } from '../errors.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import { synthesize } from '../provision/synthesize.ts';
import { commandsKeys } from './commands-schema.ts';
import { formatProblems, offsetOf } from './problem.ts';
import { rightForm } from './right-form.ts';
import type { FileScenario, Scenario, ScenarioBudget } from './scenario.ts';
import { type ScenarioFile, scenarioSchema } from './schema.ts';
import { toEmulation } from './to-emulation.ts';
import { readYaml } from './read-yaml.ts';
import type { Attempt } from './to-commands.ts';
import {
  architecturesOf,
  type ScenarioOrigin,
  type StackFile,
  toCommandsScenario,
  toStackScenario,
} from './to-scenario.ts';

const SCENARIO = { what: 'scenario', Failure: ScenarioError } as const;

/**
 * Reads a scenario: YAML text → `Scenario`.
 *
 * @throws ScenarioError that lists the problems found, each as `file:line:column: path: expected X, found Y`.
 */
export function parseScenario(text: string, origin: ScenarioOrigin): Scenario {
  const { document, lines, content } = readYaml(text, origin.source, SCENARIO);
  const fail = (problems: readonly Problem[]): never => {
    throw new ScenarioError(formatProblems(problems, origin.source, document, lines), {
      hint: '`launchbench scenarios emulators` prints a scenario to copy from.',
    });
  };

  // One document: compiling the schema first, as zod does by itself, would take longer than checking it.
  const checked = scenarioSchema.safeParse(content, { jitless: true });
  if (!checked.success)
    return fail(
      checked.error.issues.flatMap((issue) => describeIssue(issue, content, scenarioSchema, rightForm)),
    );
  const file = checked.data;

  const problems: Problem[] = [...wrongKind(file)];
  if (problems.length > 0) return fail(problems);
  const attempt: Attempt = (path, act) => attemptAt(path, problems, act);
  const stack = isStack(file) ? file : null;
  const architectures = stack && architecturesOf(stack);
  const emulations = (file.emulations ?? ['native']).map((emulation, index) =>
    attempt(['emulations', index], () => toEmulation(emulation, architectures, origin.readModel)),
  );
  const understood = {
    emulations: emulations.filter((emulation) => emulation !== null),
    budget: budgetOf(file, document, lines),
    origin,
  };
  const scenario =
    stack === null ? toCommandsScenario(file, understood, attempt) : toStackScenario(stack, understood);
  if (scenario.kind === 'stack') {
    for (const role of ['provider', 'container'] as const) {
      const tree = scenario[role];
      if (tree.kind !== 'synthetic') continue;
      attempt([role, 'synthetic'], () => synthesize(tree.set, tree.architectures));
    }
  }
  problems.push(...contradictions(scenario, emulations));
  return problems.length === 0 ? scenario : fail(problems);
}

function isStack(file: ScenarioFile): file is StackFile {
  return file.provider !== undefined;
}

/** What only a scenario with a provider, or only one of commands, can say. */
function wrongKind(file: ScenarioFile): readonly Problem[] {
  const { provider, commands } = file;
  if (provider !== undefined && commands !== undefined) {
    return [
      {
        path: ['commands'],
        atKey: true,
        message: 'expected either provider or commands, found both; write two scenarios',
      },
    ];
  }
  if (provider === undefined && commands === undefined) {
    const message = `expected provider (a graphics stack) or commands, found neither${rightForm(['provider'], undefined, [])}, or ${EXAMPLE_COMMANDS}`;
    return [{ path: [], message }];
  }
  const misplaced = Object.keys(file).filter((key) =>
    commands === undefined ? Object.hasOwn(commandsKeys, key) : STACK_KEYS.has(key),
  );
  const wants = commands === undefined ? 'commands, not of a provider' : 'a provider, not of commands';
  return misplaced.map((key) => ({
    path: [key],
    atKey: true,
    message: `unexpected key "${key}": it belongs to a scenario of ${wants}`,
  }));
}

const EXAMPLE_COMMANDS = 'commands: { old: ./old start, new: ./new start }';

const STACK_KEYS: ReadonlySet<string> = new Set([
  'architectures',
  'edition',
  'container',
  'strategies',
  'tools',
]);

function attemptAt<T>(path: readonly PropertyKey[], problems: Problem[], act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    problems.push({
      path,
      message: [error.message.replace(/\.$/u, ''), error.hint].filter(Boolean).join('. '),
    });
    return null;
  }
}

function budgetOf({ budget }: ScenarioFile, document: Document, lines: LineCounter): ScenarioBudget | null {
  if (budget === undefined) return null;
  const { launches = {}, executables = {} } = budget;
  const bounds = [
    ...Object.keys(launches).map((key) => ['launches', key] as const),
    ...Object.keys(executables).map((key) => ['executables', key] as const),
  ];
  const lineOf = ([kind, key]: readonly [string, string]): number =>
    lines.linePos(offsetOf(document, { path: ['budget', kind, key], atKey: true })).line;
  return {
    launches,
    executables,
    lines: Object.fromEntries(bounds.map((bound) => [bound.join('.'), lineOf(bound)])),
  };
}

/** What is right on its own, and wrong together. */
function contradictions(
  scenario: FileScenario,
  emulations: readonly (Emulation | null)[],
): readonly Problem[] {
  const names = emulations.map((emulation, index) => emulation?.name ?? `(${index})`);
  const { plural, rows } = rowsOf(scenario);
  const unused = Object.keys(scenario.budget?.launches ?? {}).filter(
    (key) => key !== '*' && !rows.includes(key),
  );
  return [
    ...repeated(rows).map(({ index, word }) => ({
      path: [plural, index],
      message: `"${word}" is there twice`,
    })),
    ...repeated(names).map(({ index, word }) => ({
      path: ['emulations', index],
      message: `two emulations are called "${word}"`,
    })),
    ...unused.map((key) => ({
      path: ['budget', 'launches', key],
      atKey: true,
      message: `expected one of the ${plural} of this scenario (${rows.join(', ')}) or "*", found "${key}"${didYouMean(key, rows)}`,
    })),
  ];
}

function rowsOf(scenario: FileScenario): { readonly plural: string; readonly rows: readonly string[] } {
  switch (scenario.kind) {
    case 'stack':
      return { plural: 'strategies', rows: scenario.strategies };
    case 'commands':
      return { plural: 'commands', rows: scenario.commands.map(({ name }) => name) };
  }
}

function repeated(words: readonly string[]): readonly { readonly index: number; readonly word: string }[] {
  return words.flatMap((word, index) => (words.indexOf(word) < index ? [{ index, word }] : []));
}
