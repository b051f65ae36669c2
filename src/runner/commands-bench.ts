import { closeSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildEnd } from '../core/overrides/server.ts';
import { LaunchError } from '../errors.ts';
import { createDirectLauncher } from '../launch/direct-launcher.ts';
import { guestsExecEmulated } from '../launch/emulations/detect.ts';
import { wrapCommand } from '../launch/emulations/emulations.ts';
import { spawnFailure } from '../launch/spawn-failure.ts';
import { readTail } from '../launch/stderr-tail.ts';
import type { SpawnReport } from '../launch/timer.ts';
import { executableName } from '../results/launch-label.ts';
import { maskSecrets } from '../results/mask-secrets.ts';
import type { CommandLine, CommandPlan, CommandsScenario } from '../scenario/scenario.ts';
import { formatCommandLine } from '../shell-words.ts';
import { errorCode } from '../system-errors.ts';
import { traceCommand } from '../trace/trace-command.ts';
import type { Tracer } from '../trace/tracer.ts';
import { countBelow } from '../trace/verify.ts';
import { howItEnded, lastLines } from './bad-end.ts';
import type { Bench } from './bench.ts';
import { openLaunchers } from './bench-launchers.ts';
import type { CellRecord, CellRun } from './cell-record.ts';
import { whatWasLeft } from './command-output.ts';
import type { MeasuredCellPlan } from './plan-cells.ts';
import { COUNTING_PASSES } from './run-rounds.ts';
import type { MeasureOptions } from './subject.ts';
import type { Account } from './take-sample.ts';

/** A command that was found: its program is an absolute path. */
export interface FoundCommand extends CommandPlan {
  /** As it was written; messages show it. */
  readonly typed: CommandLine;
}

/** What commands are run with. */
export interface CommandsBenchOptions extends MeasureOptions {
  readonly commands: readonly FoundCommand[];
  readonly cells: readonly MeasuredCellPlan[];
  /** Environment of every command, without what each adds. */
  readonly env: Readonly<Record<string, string>>;
  /** Gets the names of programs that a command left running. */
  readonly onLeftRunning: (command: string, programs: readonly string[]) => void;
}

/** How long what a command leaves running may go on in a counting pass, milliseconds, before it is ended. */
const LINGER_MS = 2_000;

/** Programs and processes that one counted run may start. */
const MOST_STARTED = 1_000_000;

/** Makes a bench of commands: each run is one launch through the timer, counted in runs of their own under the tracer. */
export function openCommandsBench(
  { name: scenario, equivalence, sampling: { timeoutMs } }: CommandsScenario,
  options: CommandsBenchOptions,
): Bench {
  const { cells, timer, env, tracer, workDir, signal } = options;
  const { ledger, launchTrivial } = openLaunchers(timer, workDir, { env, timeoutMs });
  const files = { stdout: join(workDir, 'log', 'stdout'), stderr: join(workDir, 'log', 'stderr') };
  const commandOf = commandFinder(options.commands);
  const runHelper = helperRunner(env, timeoutMs, signal);

  const makeReady = async (command: FoundCommand): Promise<void> => {
    if (command.prepare !== null) await runHelper('prepare', command.prepare, command);
    for (const file of [files.stdout, files.stderr]) truncate(file);
  };
  const examine = (command: FoundCommand): Promise<CellRun> => {
    const told = { LAUNCHBENCH_COMMAND: command.name, LAUNCHBENCH_STDOUT: files.stdout };
    return whatWasLeft(command, equivalence, files.stdout, (check) =>
      runHelper('check', check, { cwd: command.cwd, env: { ...command.env, ...told } }),
    );
  };

  const countRun = async (cell: CellRecord, by: Tracer): Promise<void> => {
    const { emulation, row } = cell.plan;
    const command = commandOf(row);
    await makeReady(command);
    const argv = wrapCommand(emulation, null, command.argv);
    const opened: number[] = [];
    const open = (stage: 'stdin' | 'stdout' | 'stderr', path: string): number => {
      try {
        const stream = openSync(path, stage === 'stdin' ? 'r' : 'a');
        opened.push(stream);
        return stream;
      } catch (error) {
        throw spawnFailure({ stage, code: errorCode(error), path });
      }
    };
    const traced = await (async () => {
      try {
        const running = await traceCommand(by, {
          argv,
          cwd: command.cwd,
          env: { ...env, ...command.env },
          stdio: [
            open('stdin', command.input ?? '/dev/null'),
            open('stdout', files.stdout),
            open('stderr', files.stderr),
          ],
          timeoutMs,
          lingerMs: LINGER_MS,
          limit: MOST_STARTED,
          signal,
        });
        return await running.done;
      } finally {
        for (const stream of opened) closeSync(stream);
      }
    })();
    refuseBadEnd(command, traced.end, files.stderr);
    if (traced.leftBehind.size > 0) options.onLeftRunning(row, [...traced.leftBehind.values()]);
    const counted = countBelow({ argv: command.argv, command: argv }, traced.tree, {
      guestsExecEmulated: guestsExecEmulated(emulation),
    });
    cell.count(
      counted.deeper.map(({ path, argv: words }) => ({
        executable: path,
        argv: masked(words),
        purpose: executableName(path),
        arch: null,
      })),
    );
    const { forks, escaped, hostExecs } = counted;
    cell.trace({ toolLaunches: null, forks, escaped: escaped.length, hostExecs });
    // Nothing else will be run.
    if (options.mode === 'counts-only') cell.examine(await examine(command));
  };

  return {
    cells,
    ledger,
    uncountedLaunches: 1,
    toolStart: null,
    async count(records) {
      if (tracer === null) return;
      for (let pass = 0; pass < COUNTING_PASSES; pass += 1) {
        for (const cell of records.filter((record) => record.void === null)) {
          signal.throwIfAborted();
          options.onProgress(scenario, {
            phase: 'counting',
            round: pass + 1,
            rounds: COUNTING_PASSES,
            cell: cell.plan,
            leftMs: null,
          });
          try {
            await countRun(cell, tracer);
          } catch (error) {
            cell.fail(error, signal);
          }
        }
      }
    },
    async prepare({ row, emulation }) {
      const command = commandOf(row);
      await makeReady(command);
      return {
        async run() {
          const argv = wrapCommand(emulation, null, command.argv);
          const report = await timer.spawn({
            argv,
            env: { ...env, ...command.env },
            cwd: command.cwd,
            stdinFile: command.input,
            stdoutFile: files.stdout,
            stderrFile: files.stderr,
            timeoutMs,
          });
          ledger.add({
            ...report,
            executable: command.argv[0],
            argv: command.argv,
            command: argv,
            purpose: 'command',
            arch: null,
          });
          refuseBadEnd(command, report.end, files.stderr);
          return accountOf([report]);
        },
        examine: () => examine(command),
        discard: () => Promise.resolve(),
      };
    },
    async launchTrivial(argv, times) {
      const before = ledger.entries.length;
      await launchTrivial(argv, times);
      return accountOf(ledger.entries.slice(before));
    },
  };
}

/** Our own process only waited; the timer stood next to what was launched. */
function accountOf(launched: readonly Pick<SpawnReport, 'startNs' | 'endNs'>[]): Account {
  const wallNs = launched.reduce((sum, { startNs, endNs }) => sum + Number(endNs - startNs), 0);
  return { wallNs, ownUserUs: 0, ownSystemUs: 0 };
}

function commandFinder(commands: readonly FoundCommand[]): (name: string) => FoundCommand {
  const byName = new Map(commands.map((command) => [command.name, command]));
  return (name) => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`no command is called ${name}`);
    return found;
  };
}

/** Runs a line that stands around a command to its end, in the directory and with the variables of that command. */
export type HelperRunner = (
  role: 'setup' | 'prepare' | 'cleanup' | 'check',
  argv: CommandLine,
  command: Pick<CommandPlan, 'cwd' | 'env'>,
) => Promise<void>;

/**
 * Makes what runs such lines; it throws a LaunchError when one fails.
 *
 * @param env - environment of all of them, without what their commands add
 */
export function helperRunner(
  env: Readonly<Record<string, string>>,
  timeoutMs: number,
  signal?: AbortSignal,
): HelperRunner {
  const launcher = createDirectLauncher({ signal });
  return async (role, argv, { cwd, env: own }) => {
    const { end, stderr } = await launcher.launch({
      argv,
      cwd,
      env: { ...env, ...own },
      timeoutMs,
      purpose: role,
      arch: null,
      executable: argv[0],
    });
    if (end.kind === 'exited' && end.status === 0) return;
    const called = JSON.stringify(formatCommandLine(masked(argv)));
    throw new LaunchError(`${role}: ${howItEnded(called, end)}${lastLines(stderr)}`, {
      hint: end.kind === 'timed-out' ? MORE_TIME : undefined,
    });
  };
}

const MORE_TIME = '--timeout gives it more time.';

/** A failed run is no sample; its message voids the cell. */
function refuseBadEnd({ name, typed, status }: FoundCommand, end: ChildEnd, stderrFile: string): void {
  if (end.kind === 'exited' && (status === null || end.status === status)) return;
  if (end.kind === 'signalled' && status === null) return;
  const words = formatCommandLine(masked(typed));
  const called = words === name ? JSON.stringify(words) : `${JSON.stringify(name)} (${words})`;
  const expected = status === null || status === 0 || end.kind !== 'exited' ? '' : `, not ${status}`;
  const help =
    end.kind === 'timed-out'
      ? `; ${MORE_TIME}`
      : '; where that is as it should be, --ignore-failure (ignoreFailure: true) accepts it.';
  throw new LaunchError(
    `${howItEnded(called, end)}${expected}${lastLines(readTail(stderrFile, 0))}${help}`.replace(/\.$/u, ''),
  );
}

function masked(argv: readonly string[]): CommandLine {
  const [program = '', ...words] = maskSecrets(argv);
  return [program, ...words];
}

/** Every run starts with empty files. */
function truncate(file: string): void {
  closeSync(openSync(file, 'a'));
  truncateSync(file);
}
