import { EnvironmentError, EXIT, InterruptedError, UsageError } from '../../errors.ts';
import { groupBy } from '../../group-by.ts';
import { plural } from '../../plural.ts';
import type { TraceDocument } from '../../reporters/document.ts';
import type { Block } from '../../reporters/blocks.ts';
import { argumentsWidth, composeBudget, composeTrace } from '../../reporters/compose/trace.ts';
import { drawTerminal } from '../../reporters/terminal.ts';
import { isDeterministic, launchesIn, type Saved, type Trace, withoutSaved } from '../../results/trace.ts';
import { type CountRequest, openLaunchCounter, type LaunchCounter } from '../../runner/launch-counter.ts';
import type { LaunchBudget } from '../../scenario/launch-budget.ts';
import { processPathsIn } from '../../trace/process-paths.ts';
import { installedTracer } from '../../launch/installed-helper.ts';
import type { RunningTrace } from '../../trace/trace-command.ts';
import { defineCommand, type OptionTable, type OptionValues } from '../command.ts';
import { formatOption, formatWords, parseTargets, refuseToReplace, writeReports } from '../reports.ts';
import {
  acceptLaunches,
  BUDGET_OPTIONS,
  judgeByBudget,
  loadBudget,
  refuseBlindLimits,
} from '../trace-budget.ts';
import { loadStraceLog } from '../load-strace-log.ts';
import { COUNT, FILE, SECONDS } from '../option-kinds.ts';
import type { World } from '../world.ts';

const OPTIONS = {
  tree: { type: 'boolean', describe: 'Also show who started whom, and when' },
  top: { ...COUNT, min: 1, default: 20, describe: 'How many executables are listed' },
  repeat: {
    ...COUNT,
    min: 1,
    max: 1000,
    default: 1,
    describe: 'Run it N times, and fail when the counts differ',
  },
  shim: {
    type: 'string',
    placeholder: 'NAME[,NAME]',
    multiple: true,
    describe: 'Where no tracer can be used: count these executables alone, called by name through PATH',
  },
  timeout: { ...SECONDS, max: 2_147_483, describe: 'End everything after so long; not unless told' },
  linger: {
    type: 'number',
    placeholder: 'SECONDS',
    min: 0,
    max: 2_147_483,
    default: 10,
    describe: 'How long processes that the command leaves behind may go on, before they are ended',
  },
  limit: {
    ...COUNT,
    min: 1,
    default: 1_000_000,
    describe: 'End everything when more processes, threads and programs than this were started',
  },
  from: {
    type: 'string',
    placeholder: 'LOG',
    completes: 'file',
    conflicts: ['repeat', 'shim', 'timeout', 'linger', 'limit'],
    describe: 'Run nothing: read a log that strace -f wrote elsewhere; of -ff, its name without the numbers',
  },
  ...BUDGET_OPTIONS,
  save: {
    ...FILE,
    describe: 'Write a recording, for replay and advise: the trace, and what its launches were given',
  },
  saveEnv: {
    type: 'string',
    placeholder: 'NAME[,NAME]',
    multiple: true,
    requires: ['save'],
    describe: "Variables of each launch's environment that are saved, by name or glob; none unless told",
  },
  keepSecrets: {
    type: 'boolean',
    requires: ['save'],
    describe:
      'Save what looks like a token, too, instead of ***, in the recording alone, which nobody else may read',
  },
  output: {
    ...FILE,
    alias: 'o',
    describe: 'Write the trace as JSON to a file, for compare and for programs',
  },
  format: formatOption('trace'),
} as const satisfies OptionTable;

type TraceArguments = OptionValues<typeof OPTIONS>;

/** `launchbench trace`: what does this command launch? */
export const trace = defineCommand({
  description:
    'Runs a command as it is, with its own input, output, terminal, signals and exit status, and counts every launch ' +
    'and every fork in its tree. What was counted goes to standard error.',
  positionals: {
    command: {
      describe: 'The command and its arguments, best put after --',
      variadic: true,
    },
  },
  options: OPTIONS,
  examples: [
    { purpose: 'What does a build launch?', line: 'launchbench trace -- make' },
    { purpose: 'Who starts whom?', line: 'launchbench trace --tree -- npm test' },
    {
      purpose: 'For a program: one line of JSON, the last of standard output',
      line: 'launchbench trace --json -- ./start',
    },
    {
      purpose: 'Fail when it launches git more than three times',
      line: 'launchbench trace --max git=3 -- npm test',
    },
    {
      purpose: 'The same from a file, with a reason for each limit',
      line: 'launchbench trace --budget launches.yaml -- npm test',
    },
    {
      purpose: 'Record what it launches, to replay it under an emulator',
      line: "launchbench trace --save start.json --save-env 'LD_*,PATH' -- ./start",
    },
    {
      purpose: 'What did it launch on another machine, where strace -f -tt -o start.log ran?',
      line: 'launchbench trace --from start.log --output start.json',
    },
    { purpose: 'Is the count the same each time?', line: 'launchbench trace --repeat 5 -- ./start' },
  ],
  words: () => [formatWords('trace')],
  notes:
    'The exit status is that of the command, 128 and the number of the signal that ended it, 127 where it is not there ' +
    'and 126 where it cannot be executed; 1 where it succeeded and is over its budget. A launch is an exec that succeeded below the command; a fork is a process that ' +
    'never executes a program. Under the tracer setuid programs have no privileges, and programs that trace others fail. With --from the exit ' +
    'status tells of the reading and of the budget alone, and what a log does not tell is said. A recording has the arguments, ' +
    'working directory and saved variables of every launch, and what /proc/self/fd/N in its arguments led to, looked up while it ran.',
  async run(args, world) {
    const { json, output, format } = args;
    const targets = [
      ...(format.length > 0 || json
        ? parseTargets('trace', { format, json: json && output === undefined })
        : []),
      ...(output === undefined ? [] : [{ kind: 'trace', format: 'json', file: output } as const]),
    ];
    const recordings =
      args.save === undefined
        ? []
        : [{ kind: 'trace', format: 'json', file: args.save, isSecret: args.keepSecrets } as const];
    await refuseToReplace(
      recordings,
      targets.flatMap(({ file }) => (file === null ? [] : [file])),
      world,
    );
    await refuseToReplace([...targets, ...recordings], [args.budget, args.from], world);
    const saved = savedBy(args);
    const budget = await loadBudget(args, world);
    const recording =
      args.from === undefined
        ? await traceCommands(budget, saved, args, world)
        : await readLog(args.from, budget, saved, args.command, targets, world);
    const record = withoutSaved(recording);
    const verdict = budget && judgeByBudget(record, budget, args);
    const document: TraceDocument = { kind: 'trace', trace: record, view: args, verdict };
    await writeReports(recordings, { ...document, trace: recording }, world);
    await writeReports(targets, document, world);
    const lost = lostPaths(recording);
    if (lost !== null) world.log(lost);
    if (!args.quiet && !targets.some(({ file }) => file === null)) {
      await show(composeTrace(document, argumentsWidth(world.terminal.width, world.verbose)), args, world);
    } else if (verdict?.passed === false) await show(composeBudget(verdict), args, world);
    const accepted = args.update ? await acceptLaunches(record, args, world) : EXIT.done;
    if (args.from === undefined && record.status !== null && record.status !== 0) return record.status;
    return isDeterministic(record) && verdict?.passed !== false ? accepted : EXIT.no;
  },
});

/**
 * A trace of what ran elsewhere.
 *
 * @throws UsageError when a command is to be run too, or the log does not tell what is asked
 */
async function readLog(
  log: string,
  budget: LaunchBudget | null,
  saved: Saved | undefined,
  command: readonly string[],
  targets: readonly { readonly format: string }[],
  { files }: World,
): Promise<Trace> {
  if (command.length > 0) throw new UsageError('trace: --from LOG runs nothing, but a command is given');
  const record = await loadStraceLog(log, files, saved);
  const timed = targets.find(({ format }) => format === 'perfetto' || format === 'folded');
  if (timed !== undefined && record.durationUs === null) {
    throw new UsageError(`--format ${timed.format}: ${log} does not tell the times that it shows`, {
      hint: 'strace -f -tt writes a log that does.',
    });
  }
  if (budget !== null && (record.launches.total === null || record.forks === null)) {
    throw new UsageError(`${log} does not tell all that was launched, so no budget can be judged by it`, {
      hint: record.notes?.join(' '),
    });
  }
  return record;
}

/** A trace of what is run here. */
async function traceCommands(
  budget: LaunchBudget | null,
  saved: Saved | undefined,
  args: TraceArguments & { readonly command: readonly string[] },
  world: World,
): Promise<Trace> {
  const [program, ...words] = args.command;
  if (program === undefined) {
    throw new UsageError('trace: COMMAND is missing', {
      hint: 'It is what is run: launchbench trace -- CMD…; --from LOG reads what was traced elsewhere.',
    });
  }
  const counter = await openLaunchCounter(
    { ownPath: installedTracer(world.installation.root, world.env), path: world.env['PATH'] },
    args.shim.flatMap((names) => names.split(',')),
  );
  if (counter.blindness !== null) world.log(counter.blindness);
  refuseBlindLimits(budget, counter);
  if (saved !== undefined && counter.executables !== null) {
    throw new EnvironmentError('--save: shims do not tell what launches were given; a tracer does', {
      hint: '`launchbench doctor` says how to get one. Or leave --save out: --output keeps what shims count.',
    });
  }
  return traceRuns(counter, { argv: [program, ...words], cwd: world.cwd, saved }, args, world);
}

/**
 * What is kept so that launches can be made again; undefined where no recording is written.
 *
 * @throws UsageError for what can be no name
 */
function savedBy({ save, saveEnv, keepSecrets }: TraceArguments): Saved | undefined {
  const variables = saveEnv.flatMap((names) => names.split(','));
  const wrong = variables.find((name) => name === '' || /[=\0]/u.test(name));
  if (wrong !== undefined) {
    throw new UsageError(`--save-env: expected names of variables, found ${JSON.stringify(wrong)}`, {
      hint: "Names or globs with commas between them, as in --save-env 'PATH,LD_*'; no values.",
    });
  }
  return save === undefined ? undefined : { variables, secrets: keepSecrets };
}

/** Says of how many launches it is not known what was open in them; null: of none. */
function lostPaths(recording: Trace): string | null {
  const { saved } = recording;
  const lost = launchesIn(recording).filter(({ executable, argv, processPaths = {} }) =>
    [executable, ...argv].flatMap(processPathsIn).some((path) => !Object.hasOwn(processPaths, path)),
  );
  if (saved === undefined || lost.length === 0) return null;
  return `What was open in ${plural(lost.length, 'launch', 'launches')} is not known, so ${lost.length === 1 ? 'it' : 'they'} cannot be replayed: it is no file, or the process ended before one could look.`;
}

/** Runs the command as often as is wanted, until it fails; the record is that of the first run that failed, else the first. */
async function traceRuns(
  counter: LaunchCounter,
  command: Pick<CountRequest, 'argv' | 'cwd' | 'saved'>,
  limits: TraceArguments,
  world: World,
): Promise<Trace> {
  const runs: Trace[] = [];
  const received: NodeJS.Signals[] = [];
  let running: RunningTrace<Trace> | undefined;
  world.takeSignals((signal) => {
    received.push(signal);
    running?.forward(signal);
  });
  const request = {
    ...command,
    env: world.env,
    stdio: 'inherit',
    timeoutMs: limits.timeout === undefined ? null : limits.timeout * 1000,
    lingerMs: limits.linger * 1000,
    limit: limits.limit,
    onLingering: (names: ReadonlyMap<number, string>) => {
      world.log(lingeringLine(names, limits.linger));
    },
  } as const;
  while (runs.length < limits.repeat && received.length === 0 && runs.every(({ status }) => status === 0)) {
    running = await counter.start(request);
    runs.push(await running.done);
  }
  return summarize(runs);
}

/** The run that failed, else the first one; with the counts of all of them. */
function summarize(runs: readonly Trace[]): Trace {
  const told = runs.findLast(({ status }) => status !== 0) ?? runs[0];
  if (told === undefined) throw new InterruptedError('Stopped before the command began');
  const others = runs.filter((run) => run !== told);
  return { ...told, runs: [told, ...others].flatMap((run) => run.runs) };
}

function lingeringLine(names: ReadonlyMap<number, string>, linger: number): string {
  const programs = [...groupBy([...names.values()], (name) => name)].map(([name, same]) =>
    same.length === 1 ? name : `${same.length} × ${name}`,
  );
  return `The command has ended; waiting up to ${linger} s for what it left running: ${programs.join(', ')}`;
}

/** Standard output is the command's own, where one was run; then what we have to say goes to standard error. */
async function show(
  blocks: readonly Block[],
  { from }: TraceArguments,
  { terminal, verbose, complain, write }: World,
): Promise<void> {
  const color = from === undefined ? terminal.errorColor : terminal.color;
  const drawn = await drawTerminal(blocks, { ...terminal, color, verbose });
  if (from === undefined) complain(drawn);
  else write(`${drawn.replace(/\n$/u, '')}\n`);
}
