import { accessSync, constants } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { findTools, type OwnTool } from '../core/overrides/find-tools.ts';
import { EnvironmentError } from '../errors.ts';
import { askProgram } from '../launch/ask-program.ts';
import { emulatorState, type Environment } from '../launch/emulations/detect.ts';
import { KNOWN_EMULATORS, type KnownEmulator } from '../launch/emulations/known-emulators.ts';
import { findExecutable } from '../launch/find-executable.ts';
import { openTimer, type TimerOptions } from '../launch/open-timer.ts';
import { makeTemporaryFolder } from '../provision/make-temporary-folder.ts';
import { findTracer } from '../trace/tracer.ts';
import type { NoiseFinding } from './machine-description.ts';
import { fileSystemOf, readMachineFacts, readNoise } from './machine-facts.ts';
import { placeForTrees } from './place-for-trees.ts';
import { findNoise } from './noise.ts';
import { identifyTool } from './tool-identity.ts';

/** Something that launchbench uses on a machine. */
export interface Part {
  readonly name: string;
  /** What it is for, without a full stop. */
  readonly purpose: string;
  /** Whether `launchbench run` cannot work without it. */
  readonly needed: boolean;
  /** What is there; null: nothing that can be used. */
  readonly found: string | null;
  /** What gets it, or something better than what is there; null: nothing is left to be done. */
  readonly remedy: string | null;
}

/** What a machine is good for. */
export interface MachineExamination {
  readonly parts: readonly Part[];
  /** What would move the times, each with what removes it. */
  readonly noise: readonly NoiseFinding[];
}

/** What is to be examined. */
export interface ExaminationOptions {
  readonly ownTool: OwnTool;
  readonly timer: TimerOptions;
  /** Our own tracer, if it was compiled. */
  readonly ownTracer: string | null;
  readonly env: Environment;
  readonly cwd: string;
}

/** Looks at everything that a run can use, by using it once. Nothing is timed, and nothing is left behind. */
export async function examineMachine(options: ExaminationOptions): Promise<MachineExamination> {
  const { env, cwd } = options;
  const place = placeForTrees(ROOM_FOR_MOST_RUNS);
  const compilerPart = compiler(env, cwd);
  const compile = (command: string): string =>
    compilerPart.remedy === null ? command : `${compilerPart.remedy}, then ${command}`;
  return {
    parts: [
      await temporaryFolder(place),
      await timer(options.timer, compile(REBUILD)),
      await captureTool(options.ownTool, compile('launchbench build-native')),
      compilerPart,
      await tracer(options.ownTracer, env, compile(REBUILD)),
      coldRuns(),
      debianPackages(env, cwd),
      ...(await Promise.all(
        Object.entries(KNOWN_EMULATORS).map(([name, emulator]) => emulatorPart(name, emulator, env, cwd)),
      )),
    ],
    noise: findNoise({
      facts: readMachineFacts(),
      temporaryFileSystem: fileSystemOf(place),
      readings: [readNoise()],
    }),
  };
}

/** Compiles the programs in C that come with us as sources. */
const REBUILD = 'npm rebuild launchbench (in a checkout: npm run postinstall)';

/** Bytes. */
const ROOM_FOR_MOST_RUNS = 256 * 1024 * 1024;

function temporaryFolder(place: string): Promise<Part> {
  const part = { name: 'temporary folder', purpose: 'trees and overrides of a run', needed: true };
  return examine(part, async () => {
    await rm(makeTemporaryFolder(place), { recursive: true, force: true });
    return { found: fileSystemOf(place) ?? 'can be written to', remedy: null };
  });
}

function timer(options: TimerOptions, toGetHelper: string): Promise<Part> {
  const part = { name: 'timer', purpose: 'starting and timing launches', needed: true };
  return examine(part, async () => {
    const opened = await openTimer(options);
    await opened.close();
    return opened.kind === 'helper'
      ? { found: 'the timing helper', remedy: null }
      : { found: 'Node, less exact', remedy: toGetHelper };
  });
}

async function captureTool(ownTool: OwnTool, toBuildNative: string): Promise<Part> {
  const part = { name: 'capture tool', purpose: 'capturing, as our own capture-libs', needed: true };
  const arch = 'x86_64-linux-gnu';
  const tool = findTools({ architectures: [arch], ownTool })(arch);
  const answers = (await askProgram([...tool.argv, '--version'])) !== null;
  const { kind, sha256 } = await identifyTool(arch, null, tool);
  if (!answers || sha256 === null) {
    return { ...part, found: null, remedy: `${tool.file} does not start: install launchbench again` };
  }
  const digest = `sha256 ${sha256.slice(0, 12)}`;
  return kind === 'native'
    ? { ...part, found: `native, ${digest}`, remedy: null }
    : {
        ...part,
        found: `Node, ${digest}; starts slowly, above all under emulators`,
        remedy: toBuildNative,
      };
}

function compiler(env: Environment, cwd: string): Part {
  const found = ['cc', 'gcc', 'clang']
    .map((name) => findExecutable(name, env['PATH'], cwd))
    .find((path) => path !== null);
  return {
    name: 'C compiler',
    purpose: 'building the timing helper, the launch tracer and the native capture tool',
    needed: false,
    found: found === undefined ? null : basename(found),
    remedy: found === undefined ? 'sudo apt-get install gcc libc6-dev' : null,
  };
}

function tracer(ownPath: string | null, env: Environment, toGetOwn: string): Promise<Part> {
  const part = {
    name: 'tracer',
    purpose: 'trace, run --verify-counts, escapes from emulators',
    needed: false,
  };
  return examine(part, async () => {
    const found = await findTracer({ ownPath, path: env['PATH'] });
    const name = `${found.kind} ${found.version}`;
    return found.kind === 'launch-tracer'
      ? { found: name, remedy: null }
      : { found: `${name}, slower than our own tracer`, remedy: toGetOwn };
  });
}

/** What is found by using it; where the machine lacks something for that, what and how to get it. */
async function examine(
  part: Omit<Part, 'found' | 'remedy'>,
  look: () => Promise<Pick<Part, 'found' | 'remedy'>>,
): Promise<Part> {
  try {
    return { ...part, ...(await look()) };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { ...part, found: null, remedy: [error.message, error.hint].filter(Boolean).join('. ') };
  }
}

function coldRuns(): Part {
  const part = { name: 'cold file cache', purpose: 'run --cold', needed: false };
  try {
    accessSync(DROP_CACHES, constants.W_OK);
    return { ...part, found: 'can be emptied', remedy: null };
  } catch {
    return { ...part, found: null, remedy: 'sudo launchbench run --cold SCENARIO, outside a container' };
  }
}

/** Source: proc(5). */
const DROP_CACHES = '/proc/sys/vm/drop_caches';

function debianPackages(env: Environment, cwd: string): Part {
  const lacking = ['apt-get', 'dpkg-deb'].filter((name) => findExecutable(name, env['PATH'], cwd) === null);
  return {
    name: 'apt',
    purpose: 'scenarios whose drivers are Debian packages',
    needed: false,
    found: lacking.length === 0 ? 'apt-get and dpkg-deb' : null,
    remedy:
      lacking.length === 0
        ? null
        : 'On Debian and its relatives both are there; elsewhere: your package of dpkg and apt.',
  };
}

async function emulatorPart(
  name: string,
  emulator: KnownEmulator,
  env: Environment,
  cwd: string,
): Promise<Part> {
  const found = await emulatorState(emulator, env, cwd);
  const remedy = found === null ? emulator.install : null;
  return { name, purpose: 'measuring under it', needed: false, found, remedy };
}
