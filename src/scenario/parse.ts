import type { Document, LineCounter } from 'yaml';
import { describeIssue, type Problem } from '../describe-issue.ts';
import { ScenarioError } from '../errors.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import { synthesize } from '../provision/synthesize.ts';
import { formatProblems, offsetOf } from './problem.ts';
import { rightForm } from './right-form.ts';
import type { Scenario, ScenarioBudget } from './scenario.ts';
import { type ScenarioFile, scenarioSchema } from './schema.ts';
import { toEmulation } from './to-emulation.ts';
import { architecturesOf, type ScenarioOrigin, toScenario } from './to-scenario.ts';
import { readYaml } from './read-yaml.ts';

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

  const checked = scenarioSchema.safeParse(content);
  if (!checked.success)
    return fail(
      checked.error.issues.flatMap((issue) => describeIssue(issue, content, scenarioSchema, rightForm)),
    );
  const file = checked.data;

  const problems: Problem[] = [];
  const emulations = (file.emulations ?? ['native']).map((emulation, index) =>
    attempt(['emulations', index], problems, () => toEmulation(emulation, architecturesOf(file))),
  );
  const usable = emulations.filter((emulation) => emulation !== null);
  const scenario = toScenario(file, usable, budgetOf(file, document, lines), origin);
  for (const role of ['provider', 'container'] as const) {
    const tree = scenario[role];
    if (tree.kind !== 'synthetic') continue;
    attempt([role, 'synthetic'], problems, () => synthesize(tree.set, tree.architectures));
  }
  problems.push(...contradictions(scenario, emulations));
  return problems.length === 0 ? scenario : fail(problems);
}

function attempt<T>(path: readonly PropertyKey[], problems: Problem[], act: () => T): T | null {
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
    launches: Object.fromEntries(
      Object.entries(launches).flatMap(([key, most]) => (most === undefined ? [] : [[key, most]])),
    ),
    executables,
    lines: Object.fromEntries(bounds.map((bound) => [bound.join('.'), lineOf(bound)])),
  };
}

/** What is right on its own, and wrong together. */
function contradictions(
  { strategies, budget }: Scenario,
  emulations: readonly (Emulation | null)[],
): readonly Problem[] {
  const names = emulations.map((emulation, index) => emulation?.name ?? `(${index})`);
  const unused = Object.keys(budget?.launches ?? {}).filter(
    (key) => key !== '*' && !strategies.some((strategy) => strategy === key),
  );
  return [
    ...repeated(strategies).map(({ index, word }) => ({
      path: ['strategies', index],
      message: `"${word}" is there twice`,
    })),
    ...repeated(names).map(({ index, word }) => ({
      path: ['emulations', index],
      message: `two emulations are called "${word}"`,
    })),
    ...unused.map((key) => ({
      path: ['budget', 'launches', key],
      atKey: true,
      message: `expected one of the strategies of this scenario (${strategies.join(', ')}) or "*", found "${key}"`,
    })),
  ];
}

function repeated(words: readonly string[]): readonly { readonly index: number; readonly word: string }[] {
  return words.flatMap((word, index) => (words.indexOf(word) < index ? [{ index, word }] : []));
}
