import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { calibrate as fit } from '../../analysis/calibrate.ts';
import { calibratedModel, calibrationPoints } from '../../analysis/calibrated-model.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { nameTools } from '../../core/overrides/name-tools.ts';
import { machineFamily } from '../../core/overrides/machine-family.ts';
import { EnvironmentError, EXIT, type ExitStatus, InterruptedError, UsageError } from '../../errors.ts';
import { NATIVE, type WrapperEmulation } from '../../launch/emulations/emulations.ts';
import { findExecutable } from '../../launch/find-executable.ts';
import { installedHelper } from '../../launch/installed-helper.ts';
import { WRAPPER_NAMES, WRAPPERS, wrapperNamed } from '../../launch/emulations/wrappers.ts';
import { readNoise } from '../../machine/machine-facts.ts';
import { didYouMean } from '../../nearest.ts';
import { composeCalibration } from '../../reporters/compose/calibration.ts';
import { drawTerminal } from '../../reporters/terminal.ts';
import { writeFile } from '../../results/write-file.ts';
import { HOLD_OUT_ROW } from '../../runner/calibration-rows.ts';
import { DEFAULT_SAMPLING, DEFAULT_SCENARIO, MAX_ROUNDS } from '../../scenario/defaults.ts';
import { loadScenario } from '../../scenario/load.ts';
import { formatModelFile, MODEL_FORMAT, type ModelFile } from '../../scenario/model-file.ts';
import type { CalibrationScenario, StackScenario } from '../../scenario/scenario.ts';
import { defineCommand } from '../command.ts';
import { measure, prepareOutput } from '../measure-and-report.ts';
import { FILE, TOOL } from '../option-kinds.ts';
import { parseWrapper, RUN_SAMPLING_OPTIONS, wrapperOption } from '../run-options.ts';
import { scenarioWords } from '../scenario-words.ts';
import type { World } from '../world.ts';

/** Fewest rounds whose medians are fitted. Source: our emulation specification, 3.3. */
const FEWEST_ROUNDS = 12;

/** `launchbench calibrate`: what does a launch cost under an emulator, and how well can that be predicted? */
export const calibrate = defineCommand({
  description:
    'Measures small and large calls of the capture tool natively and under an emulator, in interleaved rounds, fits a ' +
    'model to their CPU time and keeps it in a file. A strategy that nothing was fitted to shows how well it predicts; ' +
    'where that is missed by more than 30 %, there is no model and the status is 1.',
  positionals: {
    scenario: {
      describe: `Bundled scenario or file whose graphics stack is captured; without one, ${DEFAULT_SCENARIO}`,
      completes: 'scenario',
    },
  },
  options: {
    emulation: {
      type: 'string',
      placeholder: 'NAME',
      completes: { words: WRAPPER_NAMES },
      conflicts: ['wrapper'],
      describe: `Emulator to calibrate: ${WRAPPER_NAMES.join(', ')}, or a wrapper of the scenario; without it, the first that is here`,
    },
    wrapper: {
      type: 'string',
      placeholder: wrapperOption.placeholder,
      completes: wrapperOption.completes,
      describe: 'Calibrate a command put before every launch: qemu=qemu-x86_64',
    },
    tool: TOOL,
    rounds: {
      ...RUN_SAMPLING_OPTIONS.rounds,
      min: FEWEST_ROUNDS,
      default: FEWEST_ROUNDS,
      max: MAX_ROUNDS,
      describe: 'Rounds to time',
    },
    seed: RUN_SAMPLING_OPTIONS.seed,
    timeout: RUN_SAMPLING_OPTIONS.timeout,
    output: { ...FILE, alias: 'o', describe: 'Where the model goes; without it, a new file in results/' },
  },
  examples: [
    {
      purpose: 'The emulator that is here, with our own tool',
      line: 'launchbench calibrate --output qemu.json',
    },
    {
      purpose: 'What a run would take under it',
      line: 'launchbench calibrate -o qemu.json && launchbench run --emulation native --emulation model=qemu.json',
    },
    {
      purpose: 'Another tool under another emulator',
      line: 'launchbench calibrate --tool ./capsule-capture-libs --wrapper fex=FEX',
    },
  ],
  words: async (world) => [
    await scenarioWords(world),
    {
      title: 'Emulators',
      meanings: Object.fromEntries(WRAPPER_NAMES.map((name) => [name, WRAPPERS[name].summary])),
    },
  ],
  notes:
    'A model holds for the tool, the emulator, its configuration and the machine that it was fitted on; reports say ' +
    'when one of them was another. Scenarios name it in their emulations: { model: qemu.json }. Trees are made in memory ' +
    'where there is room, unless TMPDIR says where: links made on a disk cost time that no emulator multiplies.',
  async run(args, world): Promise<ExitStatus> {
    const stack = forOneArchitecture(await loadStack(args.scenario ?? DEFAULT_SCENARIO, world));
    const wrapper = forArchitecture(chooseWrapper(args, stack, world), stack);
    if (nameTools(args.tool).length > 1) {
      throw new UsageError('--tool: a model is about one tool, so it takes one at a time');
    }
    if (installedHelper(world.installation.root) === null) throw lacksHelper();
    const { output, seed, tool } = args;
    await prepareOutput(output, world);
    const before = readNoise().loadAverage;
    // The median of as many rounds as were asked for: positions are balanced for verdicts, and there is none here.
    const how = { seed, tool, quick: true };
    const results = await measure([calibrationScenario(stack, wrapper, args)], how, world);
    if (!results.run.complete) throw new InterruptedError('Interrupted; nothing was fitted');
    if (results.fingerprint.timer.kind === 'node') throw lacksHelper();
    const [scenario] = results.scenarios;
    const points = scenario === undefined ? [] : calibrationPoints(scenario, wrapper.name);
    const holdOut = points.find(({ call }) => call === HOLD_OUT_ROW);
    const fitted = points.filter((point) => point !== holdOut);
    if (holdOut === undefined || fitted.length < 2) {
      throw new UsageError(
        `calibrate: scenario ${stack.name} has too little to capture for a model to be fitted to`,
        {
          hint: `Name one with drivers; without a name it is ${DEFAULT_SCENARIO}.`,
        },
      );
    }
    const calibration = fit(fitted, holdOut, { seed: results.run.seed });
    const model = calibratedModel(calibration, results, { before, after: readNoise().loadAverage });
    const { points: fittedPoints, rms, max, choices, usable } = calibration;
    const file: ModelFile = {
      schema: MODEL_FORMAT,
      name: `${wrapper.name}-calibrated`,
      model,
      fit: { points: fittedPoints, holdOut: calibration.holdOut, rms, max, choices },
    };
    const written = usable ? await keepModel(file, output, world) : null;
    world.write(
      args.json
        ? canonicalJson({ ...file, usable, file: written })
        : await drawTerminal(
            composeCalibration({
              calibration,
              model,
              name: file.name,
              rounds: args.rounds,
              notes: scenario?.notes ?? [],
            }),
            { ...world.terminal, verbose: world.verbose },
          ),
    );
    if (written === null) return EXIT.no;
    world.log(`Model: ${written}`);
    return EXIT.done;
  },
});

function lacksHelper(): EnvironmentError {
  return new EnvironmentError(
    'calibrate needs the timing helper: without it CPU time comes in steps of 10 ms',
    {
      hint: 'It is compiled at installation when a C compiler is there: install gcc and libc6-dev, then run npm rebuild.',
    },
  );
}

async function loadStack(name: string, world: World): Promise<StackScenario> {
  const scenario = await loadScenario(name, world);
  if (scenario.kind === 'stack') return scenario;
  throw new UsageError(`calibrate: scenario ${scenario.name} captures no graphics stack`, {
    hint: 'A model is fitted to calls of a capture tool: name a scenario with a provider.',
  });
}

/** The first that the scenario names, or that this machine has: a model is about one tool. */
function forOneArchitecture(stack: StackScenario): StackScenario {
  return { ...stack, architectures: (stack.architectures ?? machineFamily()).slice(0, 1) };
}

/** The emulator with its command for that architecture alone. */
function forArchitecture(wrapper: WrapperEmulation, { architectures }: StackScenario): WrapperEmulation {
  const [arch] = architectures ?? [];
  const command = arch && wrapper.command[arch];
  if (arch !== undefined && command !== undefined) return { ...wrapper, command: { [arch]: command } };
  throw new UsageError(`calibrate: emulation "${wrapper.name}" has no command for ${String(arch)}`, {
    hint: 'Give one: --wrapper NAME=COMMAND.',
  });
}

/** The emulator that is to be calibrated. */
function chooseWrapper(
  { emulation, wrapper }: { readonly emulation: string | undefined; readonly wrapper: string | undefined },
  { emulations, name: scenario }: StackScenario,
  { env, cwd }: World,
): WrapperEmulation {
  if (wrapper !== undefined) return parseWrapper(wrapper, { emulations });
  if (emulation === undefined) return firstInstalled({ env, cwd });
  const own = emulations.filter((one): one is WrapperEmulation => one.kind === 'wrapper');
  const found = own.find(({ name }) => name === emulation);
  if (found !== undefined) return found;
  const known = WRAPPER_NAMES.find((name) => name === emulation);
  if (known !== undefined) return wrapperNamed(known);
  const names = [...own.map(({ name }) => name), ...WRAPPER_NAMES];
  throw new UsageError(
    `--emulation: expected an emulator that is known or that scenario ${scenario} names, found "${emulation}"${didYouMean(emulation, names)}`,
    { hint: `Known here are ${names.join(', ')}; any other is given as --wrapper NAME=COMMAND.` },
  );
}

function firstInstalled({ env, cwd }: Pick<World, 'env' | 'cwd'>): WrapperEmulation {
  const found = EMULATORS.map((name) => wrapperNamed(name)).find(({ command }) =>
    Object.values(command).some(([program]) => findExecutable(program, env['PATH'], cwd) !== null),
  );
  if (found !== undefined) return found;
  throw new EnvironmentError(`None of the emulators ${EMULATORS.join(', ')} is here`, {
    hint: 'Install one (sudo apt-get install qemu-user), or give a command: --wrapper NAME=COMMAND.',
  });
}

/** What is looked for where nothing is named: valgrind is there for other reasons. */
const EMULATORS = WRAPPER_NAMES.filter((name) => name !== 'valgrind');

/** The rounds of a calibration: both emulations, and nothing else of the scenario but its trees. */
function calibrationScenario(
  stack: StackScenario,
  wrapper: WrapperEmulation,
  { rounds, timeout }: { readonly rounds: number; readonly timeout: number | undefined },
): CalibrationScenario {
  return {
    kind: 'calibration',
    name: stack.name,
    description: stack.description,
    source: stack.source,
    digest: stack.digest,
    emulations: [NATIVE, wrapper],
    sampling: {
      ...DEFAULT_SAMPLING,
      rounds,
      timeoutMs: timeout === undefined ? stack.sampling.timeoutMs : timeout * 1000,
    },
    budget: null,
    stack,
  };
}

/** Writes the model, and says how the user would name the file. */
async function keepModel(
  file: ModelFile,
  output: string | undefined,
  { files, cwd }: World,
): Promise<string> {
  const text = formatModelFile(file);
  const path = files.resolve(
    output ?? `results/${file.name}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.json`,
  );
  await writeFile(path, text, { over: 'nothing' });
  return output ?? relative(cwd, path);
}
