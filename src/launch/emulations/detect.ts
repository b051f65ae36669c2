import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { isTuple } from '../../core/sysroot/architectures.ts';
import { askProgram } from '../ask-program.ts';
import { findExecutable } from '../find-executable.ts';
import type { EmulatorIdentity } from './emulation-schemas.ts';
import type { WrapperEmulation } from './emulations.ts';
import { emulatorOf, type KnownEmulator } from './known-emulators.ts';

/** The part of a process's environment that matters here; PATH and HOME among it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A wrapper with absolute paths in place of words that are found on PATH: a launch does no PATH search.
 *
 * @throws EnvironmentError when one of its programs is not there; the hint says how to get it.
 */
export function resolveWrapper(emulation: WrapperEmulation, env: Environment, cwd: string): WrapperEmulation {
  const command: {
    -readonly [Tuple in keyof WrapperEmulation['command']]: WrapperEmulation['command'][Tuple];
  } = {};
  for (const [tuple, words] of Object.entries(emulation.command)) {
    if (!isTuple(tuple)) continue;
    const [program, ...options] = words;
    const path = findExecutable(program, env['PATH'], cwd);
    if (path === null) {
      throw new EnvironmentError(`Emulation "${emulation.name}" needs ${program}, which is not there`, {
        hint: emulatorOf(basename(program))?.install ?? 'Install it, or name its path in the scenario.',
      });
    }
    command[tuple] = [path, ...options];
  }
  return { ...emulation, command };
}

/** Says what a resolved wrapper is: command without folders, versions, and a digest of what steers it. */
export async function identifyWrapper(
  emulation: WrapperEmulation,
  env: Environment,
): Promise<EmulatorIdentity> {
  const commands = Object.values(emulation.command);
  const paths = [...new Set(commands.map(([path]) => path))];
  const versions = await Promise.all(paths.map((path) => probeVersion(path, emulatorOf(basename(path)))));
  const known = [...new Set(paths.map((path) => emulatorOf(basename(path))).filter((one) => one !== null))];
  const states = known.map((emulator) => configurationOf(emulator, env)).filter((state) => state !== null);
  return {
    emulation: emulation.name,
    command: [...new Set(commands.map(([path, ...options]) => [basename(path), ...options].join(' ')))].join(
      ', ',
    ),
    version: versions.filter((version) => version !== null).join(', ') || null,
    configuration: states.join(', ') || null,
  };
}

/** Whether what a guest executes stays under the emulation, because the kernel starts the emulator for it. */
export function guestsExecEmulated(emulation: WrapperEmulation): boolean {
  return Object.values(emulation.command).every(([path]) => {
    const emulator = emulatorOf(basename(path));
    return emulator !== null && hasBinfmt(emulator);
  });
}

/** Version of an emulator that is here, and whether the kernel starts it for guests; null where it is not. */
export async function emulatorState(
  emulator: KnownEmulator,
  env: Environment,
  cwd: string,
): Promise<string | null> {
  const path = emulator.programs
    .map((program) => findExecutable(program, env['PATH'], cwd))
    .find((found) => found !== null);
  if (path === undefined) return null;
  const version = (await probeVersion(path, emulator)) ?? 'of unknown version';
  if (emulator.binfmt.length === 0) return version;
  return `${version}; ${hasBinfmt(emulator) ? 'registered with' : 'not registered with'} binfmt_misc`;
}

/** Only what is known to answer is asked: an unknown wrapper might take the word for a program and run for ever. */
async function probeVersion(path: string, emulator: KnownEmulator | null): Promise<string | null> {
  if (emulator === null) return null;
  const { program, argument } = emulator.version;
  const answer = await askProgram([program === null ? path : join(dirname(path), program), argument]);
  return answer?.split('\n', 1)[0]?.trim() ?? null;
}

function hasBinfmt({ binfmt }: KnownEmulator): boolean {
  return binfmt.some((entry) => {
    try {
      return readFileSync(`/proc/sys/fs/binfmt_misc/${entry}`, 'utf8').startsWith('enabled');
    } catch {
      return false;
    }
  });
}

/** `sha256:… (code cache: 12 files)`: digest over its variables and configuration files; null where it has neither. */
function configurationOf({ variables, folders }: KnownEmulator, env: Environment): string | null {
  const home = env['HOME'];
  const digest = createHash('sha256');
  let parts = 0;
  for (const [name, value] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (variables === null || value === undefined || !name.startsWith(variables)) continue;
    digest.update(`${name}=${value}\0`);
    parts += 1;
  }
  const files =
    home === undefined
      ? []
      : folders.configuration.flatMap((folder) => filesIn(join(home, folder))).filter(isSmall);
  for (const file of files) {
    digest.update(`${basename(file)}\0`).update(readFileSync(file));
    parts += 1;
  }
  const cached = home === undefined ? [] : folders.cache.flatMap((folder) => filesIn(join(home, folder)));
  if (parts === 0 && cached.length === 0) return null;
  const cache = folders.cache.length === 0 ? '' : ` (code cache: ${cached.length || 'no'} files)`;
  return `sha256:${digest.digest('hex').slice(0, 16)}${cache}`;
}

/** Largest file that counts as configuration, bytes: root file systems may lie beside it. */
const CONFIGURATION_BYTES = 1 << 20;

function isSmall(file: string): boolean {
  return statSync(file).size <= CONFIGURATION_BYTES;
}

/** Regular files of a folder, or the file itself, sorted; none where nothing is there. Links are not followed. */
function filesIn(path: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    if (statSync(path).isFile()) return [path];
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(path, name))
    .sort();
}
