import { definedVariables } from '../variables.ts';
import { EnvironmentError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import { nameOfRow } from '../results/cell-name.ts';
import { maskSecrets } from '../results/mask-secrets.ts';
import type { CommandLine, CommandPlan, CommandsScenario } from '../scenario/scenario.ts';
import { formatCommandLine } from '../shell-words.ts';
import { locateCommand } from '../launch/locate-command.ts';
import type { Bench } from './bench.ts';
import { type FoundCommand, helperRunner, type HelperRunner, openCommandsBench } from './commands-bench.ts';
import { planCells } from './plan-cells.ts';
import type { Collected } from './run-rounds.ts';
import type { MeasureOptions, Subject } from './subject.ts';

/**
 * Sets up commands to be measured: runs their set-ups, then finds their programs, which a set-up may have built.
 *
 * @throws EnvironmentError when a command is not there, or launches alone are wanted and cannot be counted; LaunchError
 * when a set-up fails.
 */
export async function setUpCommands(
  scenario: CommandsScenario,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Promise<Subject> {
  const { signal, tracer, whyNoTracer, workDir, mode } = options;
  const { commands } = scenario;
  const { timeoutMs } = scenario.sampling;
  if (mode === 'counts-only' && tracer === null) {
    throw new EnvironmentError(`What a command launches cannot be counted: ${whyNoTracer ?? 'no tracer'}`);
  }
  const plan = planCells(
    commands.map(({ name }) => ({ name, launches: true })),
    emulations,
  );
  const env = definedVariables(options.env);
  const once = async (key: 'setup' | 'cleanup', runHelper: HelperRunner): Promise<void> => {
    for (const line of distinctLines(commands, key)) {
      await runHelper(key, foundLine(line.argv, { ...env, ...line.env }, line.cwd), line);
    }
  };
  // Not with the signal: what was set up is undone when the user stops us, too.
  const end = (): Promise<void> => once('cleanup', helperRunner(env, timeoutMs));
  const leftRunning = new Map<string, string>();
  let bench: Bench;
  try {
    await once('setup', helperRunner(env, timeoutMs, signal));
    bench = openCommandsBench(scenario, {
      ...options,
      commands: commands.map((command) => findCommand(command, env)),
      cells: plan.measured,
      env,
      onLeftRunning: (command, programs) => leftRunning.set(command, [...new Set(programs)].join(', ')),
    });
  } catch (error) {
    // What went wrong first is told, also where what was set up cannot be undone.
    await end().catch(() => undefined);
    throw error;
  }
  return {
    plan,
    bench,
    facts: {
      drivers: {},
      architectures: [],
      commands: Object.fromEntries(commands.map(({ name, argv }) => [name, maskSecrets(argv)])),
    },
    tools: [],
    roots: [{ name: '{WORK}', path: workDir }],
    source: null,
    foreseenLinks: new Map(),
    verifying: null,
    notesOn: (collected) =>
      Promise.resolve([
        ...(tracer === null ? [`Launches and forks were not counted: ${whyNoTracer ?? 'no tracer'}.`] : []),
        ...outputNote(scenario, collected),
        ...[...leftRunning].map(
          ([command, programs]) =>
            `${command} left ${programs} running, which was ended after it was counted.`,
        ),
      ]),
    end,
  };
}

/** Where equal output is not asked for, that it differs is worth a line. */
function outputNote({ equivalence }: CommandsScenario, { cells }: Collected): readonly string[] {
  if (equivalence.kind === 'stdout') return [];
  const ran = cells.filter(({ firstRun }) => firstRun !== null);
  const groups = [...groupBy(ran, ({ firstRun }) => firstRun?.targetsDigest).values()];
  if (groups.length < 2) return [];
  const names = groups.map((same) => [...new Set(same.map(({ plan }) => nameOfRow(plan)))].join(' and '));
  return [
    `What they print to standard output differs (${names.join('; ')}), which is not asked to be equal; equivalence: stdout asks for it.`,
  ];
}

/** The lines of one kind, each with the directory and variables it runs with, once. */
function distinctLines(
  commands: readonly CommandPlan[],
  key: 'setup' | 'cleanup',
): readonly Pick<CommandPlan, 'argv' | 'cwd' | 'env'>[] {
  const lines = commands.flatMap(({ [key]: argv, cwd, env }) => (argv === null ? [] : [{ argv, cwd, env }]));
  return [...groupBy(lines, (line) => JSON.stringify(line)).values()].map(([first]) => first);
}

function findCommand(command: CommandPlan, env: Readonly<Record<string, string>>): FoundCommand {
  const { argv, cwd, prepare } = command;
  return {
    ...command,
    typed: argv,
    argv: foundLine(argv, { ...env, ...command.env }, cwd),
    prepare: prepare === null ? null : foundLine(prepare, { ...env, ...command.env }, cwd),
  };
}

/** The same line with the path of its program in place of its name. */
function foundLine(argv: CommandLine, env: Readonly<Record<string, string>>, cwd: string): CommandLine {
  const [program, ...words] = argv;
  const located = locateCommand(program, env['PATH'], cwd);
  if (located.kind === 'found') return [located.path, ...words];
  throw new EnvironmentError(
    `Cannot run ${JSON.stringify(program)}, in ${JSON.stringify(formatCommandLine(maskSecrets(argv)))}: ${located.why}`,
    {
      hint:
        located.kind === 'missing'
          ? 'Check the name and the working directory; what a shell knows (functions, built-ins) needs --shell.'
          : 'Make it executable (chmod +x), or name the program that runs it.',
    },
  );
}
