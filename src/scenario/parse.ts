import type { Problem } from '../describe-issue.ts';
import { didYouMean } from '../nearest.ts';
import { ScenarioError } from '../errors.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import { synthesize } from '../provision/synthesize.ts';
import { commandsKeys } from './commands-schema.ts';
import { rightForm } from './right-form.ts';
import type { FileScenario, Scenario, ScenarioBudget } from './scenario.ts';
import { type ScenarioFile, scenarioSchema, stackKeys } from './schema.ts';
import { toEmulation } from './to-emulation.ts';
import { readYaml, type YamlFile } from './read-yaml.ts';
import type { Attempt } from './to-commands.ts';
import {
  architecturesOf,
  type ScenarioOrigin,
  type StackFile,
  toCommandsScenario,
  toStackScenario,
} from './to-scenario.ts';

const SCENARIO = {
  what: 'scenario',
  schema: scenarioSchema,
  Failure: ScenarioError,
  hint: '`launchbench scenarios emulators` prints a scenario to copy from.',
  rightForm,
};

/**
 * Reads a scenario: YAML text → `Scenario`.
 *
 * @throws ScenarioError that lists the problems found, each as `file:line:column: path: expected X, found Y`.
 */
export function parseScenario(text: string, origin: ScenarioOrigin): Scenario {
  const yaml = readYaml(text, origin.source, SCENARIO);
  const file = yaml.value;
  const problems: Problem[] = [...wrongKind(file)];
  if (problems.length > 0) throw yaml.failure(problems);
  const attempt: Attempt = (path, act) => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      const message = [error.message.replace(/\.$/u, ''), error.hint].filter(Boolean).join('. ');
      problems.push({ path, message });
      return null;
    }
  };
  const stack = isStack(file) ? file : null;
  const architectures = stack && architecturesOf(stack);
  const emulations = (file.emulations ?? ['native']).map((emulation, index) =>
    attempt(['emulations', index], () => toEmulation(emulation, architectures, origin.readModel)),
  );
  const understood = {
    emulations: emulations.filter((emulation) => emulation !== null),
    budget: budgetOf(yaml),
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
  if (problems.length > 0) throw yaml.failure(problems);
  return scenario;
}

function isStack(file: ScenarioFile): file is StackFile {
  return file.provider !== undefined;
}

/** What only a scenario with a provider, or only one of commands, can say. */
function* wrongKind(file: ScenarioFile): Generator<Problem> {
  const { provider, commands } = file;
  if (provider !== undefined && commands !== undefined) {
    const message = 'expected either provider or commands, found both; write two scenarios';
    yield { path: ['commands'], atKey: true, message };
    return;
  }
  if (provider === undefined && commands === undefined) {
    const message = `expected provider (a graphics stack) or commands, found neither${rightForm(['provider'], undefined, [])}, or ${EXAMPLE_COMMANDS}`;
    yield { path: [], message };
    return;
  }
  const [others, wants] =
    commands === undefined
      ? [commandsKeys.shape, 'commands, not of a provider']
      : [stackKeys.shape, 'a provider, not of commands'];
  for (const key of Object.keys(file).filter((key) => Object.hasOwn(others, key))) {
    const message = `unexpected key "${key}": it belongs to a scenario of ${wants}`;
    yield { path: [key], atKey: true, message };
  }
}

const EXAMPLE_COMMANDS = 'commands: { old: ./old start, new: ./new start }';

function budgetOf({ value: { budget }, lineOf }: YamlFile<ScenarioFile>): ScenarioBudget | null {
  if (budget === undefined) return null;
  const { launches = {}, executables = {} } = budget;
  const lines = Object.entries({ launches, executables }).flatMap(([kind, bounds]) =>
    Object.keys(bounds).map((key) => [`${kind}.${key}`, lineOf(['budget', kind, key])] as const),
  );
  return { launches, executables, lines: Object.fromEntries(lines) };
}

/** What is right on its own, and wrong together. */
function* contradictions(
  scenario: FileScenario,
  emulations: readonly (Emulation | null)[],
): Generator<Problem> {
  const names = emulations.map((emulation, index) => emulation?.name ?? `(${index})`);
  const { plural, rows }: { readonly plural: string; readonly rows: readonly string[] } =
    scenario.kind === 'stack'
      ? { plural: 'strategies', rows: scenario.strategies }
      : { plural: 'commands', rows: scenario.commands.map(({ name }) => name) };
  for (const { index, word } of repeated(rows)) {
    yield { path: [plural, index], message: `"${word}" is there twice` };
  }
  for (const { index, word } of repeated(names)) {
    yield { path: ['emulations', index], message: `two emulations are called "${word}"` };
  }
  for (const key of Object.keys(scenario.budget?.launches ?? {})) {
    if (key === '*' || rows.includes(key)) continue;
    const message = `expected one of the ${plural} of this scenario (${rows.join(', ')}) or "*", found "${key}"${didYouMean(key, rows)}`;
    yield { path: ['budget', 'launches', key], atKey: true, message };
  }
}

function repeated(words: readonly string[]): readonly { readonly index: number; readonly word: string }[] {
  return words.flatMap((word, index) => (words.indexOf(word) < index ? [{ index, word }] : []));
}
