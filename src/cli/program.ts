import { EXIT, UsageError, type ExitStatus } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { createPaint } from '../reporters/paint.ts';
import { VERSION } from '../version.ts';
import { COMMANDS, isCommandName, type CommandEntry, type CommandName } from './commands.ts';
import type { Command } from './command.ts';
import { formatFailure } from './failure.ts';
import { findInstallation, type Installation } from './installation.ts';
import type { OutputOptions } from './output.ts';
import { openWorld, type Host, type World } from './world.ts';

/** Runs one command line from beginning to end, and ends the process with its status. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // Not by the natural end: a child or a socket that was left open must not keep us here.
  process.exit(await runCommandLine(argv, process, findInstallation(import.meta.url)));
}

/** Runs one command line to its status in a process, ours or one that a test has made up. */
export async function runCommandLine(
  argv: readonly string[],
  host: Host,
  installation: Installation,
): Promise<number> {
  const task = await understand(argv);
  const { world, close } = openWorld(argv, task.options, installation, host);
  const paint = await createPaint(world.terminal.errorColor);
  const report = (error: unknown): ExitStatus => {
    const { verbose, signal, terminal } = world;
    const { ci } = terminal;
    const { text, status } = formatFailure(error, { verbose, interrupted: signal.aborted, ci, paint });
    // Standard output stays the command's own, with --json too.
    world.complain(text);
    return status;
  };
  // Node would end with status 1 by itself, which means "no" here.
  host.on('uncaughtException', (error) => host.exit(report(error)));
  let status: number;
  try {
    status = await task.run(world);
  } catch (error) {
    status = report(error);
  }
  try {
    await close();
  } catch (error) {
    const failed = report(error);
    if (status === EXIT.done) status = failed;
  }
  return status;
}

/** What a command line asks for, and how its answer is to be shown. */
interface Task {
  readonly options: OutputOptions;
  run(world: World): number | Promise<number>;
}

async function understand(argv: readonly string[]): Promise<Task> {
  try {
    const { findCommand, parseArguments } = await import('./parse-arguments.ts');
    const { command: word, words } = findCommand(argv);
    if (word === null) {
      const options = parseArguments(null, { options: {}, positionals: {} }, words);
      return { options, run: options.version ? showVersion : (world) => showOverview(options.help, world) };
    }
    const name = commandNamed(word);
    const entry: CommandEntry = COMMANDS[name];
    const command = await entry.load();
    const args = parseArguments(name, command, words);
    if (args.version) return { options: args, run: showVersion };
    if (args.help) return { options: args, run: (world) => showHelp(name, command, world) };
    return { options: args, run: (world) => command.run(args, world) };
  } catch (error) {
    const typed = (...names: readonly string[]) => names.some((name) => argv.includes(name));
    return {
      options: { color: !typed('--no-color'), quiet: false, verbose: typed('-v', '--verbose') },
      run: () => {
        throw error;
      },
    };
  }
}

function showVersion(world: World): ExitStatus {
  world.write(`launchbench ${VERSION}\n`);
  return EXIT.done;
}

/** Asked for, help is the answer; otherwise nothing was done, and a script must be able to tell. */
async function showOverview(wanted: boolean, world: World): Promise<ExitStatus> {
  const { formatOverview } = await import('./help.ts');
  const show = wanted ? world.write : world.complain;
  show(formatOverview(world.terminal));
  return wanted ? EXIT.done : EXIT.badInput;
}

async function showHelp(name: CommandName, command: Command, world: World): Promise<ExitStatus> {
  const { formatCommandHelp } = await import('./help.ts');
  world.write(formatCommandHelp(name, command, (await command.words?.(world)) ?? [], world.terminal));
  return EXIT.done;
}

function commandNamed(word: string): CommandName {
  if (isCommandName(word)) return word;
  throw new UsageError(`unknown command "${word}"${didYouMean(word, Object.keys(COMMANDS))}`, {
    hint: '`launchbench --help` lists the commands.',
  });
}
