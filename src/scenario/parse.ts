import { type Document, LineCounter, parseDocument } from 'yaml';
import { describeIssue, type Problem } from '../describe-issue.ts';
import { ScenarioError } from '../errors.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import { plural } from '../plural.ts';
import { synthesize } from '../provision/synthesize.ts';
import { formatProblem, offsetOf } from './problem.ts';
import { rightForm } from './right-form.ts';
import type { Scenario, ScenarioBudget } from './scenario.ts';
import { type ScenarioFile, scenarioSchema } from './schema.ts';
import { toEmulation } from './to-emulation.ts';
import { architecturesOf, type ScenarioOrigin, toScenario } from './to-scenario.ts';

/**
 * Reads a scenario: YAML text → `Scenario`.
 *
 * @throws ScenarioError that lists the problems found, each as `file:line:column: path: expected X, found Y`.
 */
export function parseScenario(text: string, origin: ScenarioOrigin): Scenario {
  const lines = new LineCounter();
  const document = readYaml(text, lines, origin.source);
  const fail = (problems: readonly Problem[]): never => {
    const inOrder = problems
      .map((problem) => ({ problem, offset: offsetOf(document, problem) }))
      .sort((a, b) => a.offset - b.offset);
    const more = inOrder.length - MOST_PROBLEMS;
    throw new ScenarioError(
      [
        ...inOrder
          .slice(0, MOST_PROBLEMS)
          .map(({ problem }) => formatProblem(problem, origin.source, document, lines)),
        ...(more > 0 ? [`and ${plural(more, 'more problem')}`] : []),
      ].join('\n'),
      { hint: '`launchbench scenarios emulators` prints a scenario to copy from.' },
    );
  };

  const content = contentOf(document, origin.source);
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

/** What is read of a list of mistakes: the first ones, most often made again and again. */
const MOST_PROBLEMS = 20;

function readYaml(text: string, lines: LineCounter, file: string): Document {
  if (nestsDeeper(text, MAX_DEPTH)) {
    throw new ScenarioError(`${file}: not a usable scenario: it nests deeper than ${MAX_DEPTH} levels`);
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const [error] = document.errors;
    if (error === undefined) return document;
    const { line, col } = lines.linePos(error.pos[0]);
    throw new ScenarioError(`${file}:${line}:${col}: not valid YAML: ${error.message}`);
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    // Nesting beyond the stack, for one.
    throw new ScenarioError(`${file}: not valid YAML: ${String(error)}`, { cause: error });
  }
}

/** A scenario needs nine. */
const MAX_DEPTH = 100;

/** The YAML parser takes seconds and gigabytes for brackets that never end, so they are looked for beforehand. */
function nestsDeeper(text: string, levels: number): boolean {
  let depth = 0;
  for (const [mark] of text.matchAll(/[[\]{}]/gu)) {
    depth += mark === '[' || mark === '{' ? 1 : -1;
    if (depth > levels) return true;
  }
  return false;
}

/** The plain values. Aliases that unfold into more than a hundred times themselves are refused by the parser. */
function contentOf(document: Document, file: string): unknown {
  try {
    const content: unknown = document.toJS();
    return content;
  } catch (error) {
    throw new ScenarioError(`${file}: not usable YAML: ${String(error)}`, { cause: error });
  }
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
