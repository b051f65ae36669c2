import { mkdir } from 'node:fs/promises';
import { EnvironmentError } from '../errors.ts';
import { groupBy } from '../group-by.ts';
import { createDirectLauncher } from '../launch/direct-launcher.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import { nameOfRow } from '../results/cell-name.ts';
import { maskSecrets } from '../results/mask-secrets.ts';
import type { CommandLine, CommandPlan, CommandsScenario } from '../scenario/scenario.ts';
import { formatCommandLine } from '../shell-words.ts';
import { locateCommand } from '../launch/locate-command.ts';
import { type FoundCommand, openCommandsBench, runHelper } from './commands-bench.ts';
import { planCells, rowOf } from './plan-cells.ts';
import { type Collected, COUNTING_PASSES } from './run-rounds.ts';
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
  const { signal, timer, tracer, whyNoTracer, workDir, mode } = options;
  const { commands } = scenario;
  const { timeoutMs } = scenario.sampling;
  if (mode === 'counts-only' && tracer === null) {
    throw new EnvironmentError(`What a command launches cannot be counted: ${whyNoTracer ?? 'no tracer'}`);
  }
  await mkdir(workDir, { recursive: true });
  const env = definedIn(options.env);
  const once = async (
    key: 'setup' | 'cleanup',
    launcher = createDirectLauncher({ signal }),
  ): Promise<void> => {
    for (const { argv, cwd, own } of distinctLines(commands, key)) {
      await runHelper(launcher, foundLine(argv, env, cwd), {
        cwd,
        env: { ...env, ...own },
        timeoutMs,
        role: key,
      });
    }
  };
  await once('setup');
  const found = commands.map((command) => findCommand(command, env));
  const plan = planCells(
    commands.map(({ name }) => ({ name, launches: true })),
    emulations,
  );
  const leftRunning = new Map<string, string>();
  const bench = await openCommandsBench({
    commands: found,
    cells: plan.measured,
    equivalence: scenario.equivalence,
    timer,
    tracer,
    helpers: createDirectLauncher({ signal }),
    env,
    timeoutMs,
    workDir,
    countsOnly: mode === 'counts-only',
    signal,
    onCounting: (pass, cell) => {
      options.onProgress(scenario.name, {
        phase: 'counting',
        round: pass + 1,
        rounds: COUNTING_PASSES,
        row: nameOfRow(rowOf(cell)),
        emulation: cell.emulation.name,
        leftMs: null,
      });
    },
    onLeftRunning: (command, programs) => leftRunning.set(command, [...new Set(programs)].join(', ')),
  });
  return {
    plan,
    bench,
    facts: {
      kind: 'commands',
      commands: Object.fromEntries(commands.map(({ name, argv }) => [name, maskSecrets(argv)])),
    },
    tools: [],
    roots: [{ name: '{WORK}', path: workDir }],
    source: null,
    foreseenLinks: new Map(),
    verify: (collected) => Promise.resolve(collected),
    notesOn: (collected) =>
      Promise.resolve([
        ...(tracer === null ? [`Launches and forks were not counted: ${whyNoTracer ?? 'no tracer'}.`] : []),
        ...outputNote(scenario, collected),
        ...[...leftRunning].map(
          ([command, programs]) =>
            `${command} left ${programs} running, which was ended after it was counted.`,
        ),
      ]),
    // Not with the signal: what was set up is undone when the user stops us, too.
    end: () => once('cleanup', createDirectLauncher()),
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
): readonly { readonly argv: CommandLine; readonly cwd: string; readonly own: CommandPlan['env'] }[] {
  const lines = commands.flatMap(({ [key]: argv, cwd, env: own }) =>
    argv === null ? [] : [{ argv, cwd, own }],
  );
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

function definedIn(env: MeasureOptions['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
