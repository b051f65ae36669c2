import { EXIT, UsageError, type ExitStatus } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { VERSION } from '../version.ts';
import { COMMANDS, isCommandName, type CommandEntry, type CommandName } from './commands.ts';
import { formatFailure } from './failure.ts';
import { findInstallation } from './installation.ts';
import { GLOBAL_OPTIONS, splitCommandLine, type CommandLine } from './command-line.ts';
import { openWorld, type World } from './world.ts';

/** Runs one command line from beginning to end, and ends the process with its status. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const line = splitCommandLine(argv);
  const { world, close } = openWorld(argv, line.globals, findInstallation(import.meta.url));
  // Node would end with status 1 by itself, which says "no" in our language.
  process.on('uncaughtException', (error) => process.exit(report(error, world)));
  let status: ExitStatus;
  try {
    status = await dispatch(line, world);
  } catch (error) {
    status = report(error, world);
  }
  try {
    await close();
  } catch (error) {
    const failed = report(error, world);
    if (status === EXIT.done) status = failed;
  }
  // Not by the natural end: a child or a socket that somebody forgot must not keep us here.
  process.exit(status);
}

async function dispatch(line: CommandLine, world: World): Promise<ExitStatus> {
  if (line.wantsVersion) {
    world.write(`launchbench ${VERSION}\n`);
    return EXIT.done;
  }
  if (line.command === null) {
    const { formatOverview } = await import('./help.ts');
    // Asked for, help is the answer; otherwise nothing was done, and a script must be able to tell.
    const show = line.wantsHelp ? world.write : world.complain;
    show(formatOverview(world.terminal));
    return line.wantsHelp ? EXIT.done : EXIT.badInput;
  }
  const name = commandNamed(line.command);
  const entry: CommandEntry = COMMANDS[name];
  const command = await entry.load();
  if (line.wantsHelp) {
    const { formatCommandHelp } = await import('./help.ts');
    world.write(formatCommandHelp(name, command, world.terminal));
    return EXIT.done;
  }
  const { parseArguments } = await import('./parse-arguments.ts');
  return await command.run(parseArguments(name, command, line), world);
}

function commandNamed(word: string): CommandName {
  if (isCommandName(word)) return word;
  const isOption = word.startsWith('-');
  throw new UsageError(
    `There is no ${isOption ? 'option' : 'command'} "${word}"${didYouMean(word, isOption ? GLOBAL_NAMES : Object.keys(COMMANDS))}`,
    {
      hint: isOption
        ? "A command's own options follow its name; `launchbench --help` lists the commands."
        : '`launchbench --help` lists the commands.',
    },
  );
}

const GLOBAL_NAMES = Object.values(GLOBAL_OPTIONS).flatMap(({ names }) => names);

/** Says what went wrong on standard error; standard output stays the command's own, with --json too. */
function report(error: unknown, world: World): ExitStatus {
  const { text, status } = formatFailure(error, {
    verbose: world.verbose,
    interrupted: world.signal.aborted,
  });
  world.complain(text);
  return status;
}
