import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '../../errors.ts';
import { askProgram } from '../ask-program.ts';
import { findExecutable } from '../find-executable.ts';
import type { EmulatorIdentity } from './emulation-schemas.ts';
import type { Emulation, WrapperEmulation } from './emulations.ts';
import { emulatorOf, type KnownEmulator } from './known-emulators.ts';

/** The part of a process's environment that matters here; PATH and HOME among it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A wrapper with absolute paths in place of words that are found on PATH: a launch does no PATH search.
 *
 * @throws EnvironmentError when one of its programs is not there; the hint says how to get it.
 */
export function resolveWrapper(emulation: WrapperEmulation, env: Environment, cwd: string): WrapperEmulation {
  const commands = Object.entries(emulation.command).map(([tuple, [program, ...options]]) => {
    const path = findExecutable(program, env['PATH'], cwd);
    if (path === null) {
      throw new EnvironmentError(`Emulation "${emulation.name}" needs ${program}, which is not there`, {
        hint: emulatorOf(basename(program))?.install ?? 'Install it, or name its path in the scenario.',
      });
    }
    return [tuple, [path, ...options]] as const;
  });
  return { ...emulation, command: Object.fromEntries(commands) };
}

/** Says what a resolved wrapper is: command without folders, versions, and a digest of what steers it. */
export async function identifyWrapper(
  emulation: WrapperEmulation,
  env: Environment,
): Promise<EmulatorIdentity> {
  const commands = Object.values(emulation.command);
  const paths = [...new Set(commands.map(([path]) => path))];
  const emulators = paths.flatMap((path) => {
    const emulator = emulatorOf(basename(path));
    return emulator === null ? [] : [{ path, emulator }];
  });
  const versions = await Promise.all(emulators.map(({ path, emulator }) => probeVersion(path, emulator)));
  const states = [...new Set(emulators.map(({ emulator }) => emulator))].map((one) =>
    configurationOf(one, env),
  );
  const roots = await Promise.all(emulators.map(({ path, emulator }) => rootFsOf(path, emulator, env)));
  const rootFs = roots.find((root) => root !== null);
  return {
    emulation: emulation.name,
    command: [...new Set(commands.map(([path, ...options]) => [basename(path), ...options].join(' ')))].join(
      ', ',
    ),
    version: listed(versions),
    configuration: listed(states),
    ...(rootFs === undefined ? {} : { rootFs }),
  };
}

function listed(words: readonly (string | null)[]): string | null {
  return words.filter((word) => word !== null).join(', ') || null;
}

/** Variables that emulators are run with unless the user has set them. */
export function quietVariables(emulations: readonly Emulation[]): Readonly<Record<string, string>> {
  const known = emulations.flatMap((emulation) =>
    emulation.kind === 'wrapper'
      ? Object.values(emulation.command).map(([program]) => emulatorOf(basename(program)))
      : [],
  );
  return Object.fromEntries(known.flatMap((emulator) => Object.entries(emulator?.quiet ?? {})));
}

/**
 * Starts the servers that resolved wrappers would start at their first launch and lose a second after each, so that no
 * sample pays for one.
 *
 * @returns what is to be said about it, in whole sentences
 */
export async function keepServers(emulations: readonly Emulation[]): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const emulation of emulations) {
    if (emulation.kind !== 'wrapper') continue;
    const path = Object.values(emulation.command).at(0)?.[0] ?? '';
    const server = emulatorOf(basename(path))?.server ?? null;
    if (server === null) continue;
    const [program, ...args] = server;
    const words = [program, ...args].join(' ');
    const options = { stdout: 'ignore', patienceMs: SERVER_PATIENCE_MS } as const;
    const answer = await askProgram([join(dirname(path), program), ...args], options);
    notes.push(
      answer !== null
        ? `${words} was started before the rounds of ${emulation.name}, so that no launch pays for its server; it ends by itself.`
        : `${words} could not be started: after each pause, the first launch under ${emulation.name} pays for its server.`,
    );
  }
  return notes;
}

/** How long a server may take to go into the background, milliseconds. */
const SERVER_PATIENCE_MS = 10_000;

/** Whether what a guest executes stays under the emulation, because the kernel starts the emulator for it. */
export function guestsExecEmulated(emulation: Emulation, binfmtFolder = BINFMT_FOLDER): boolean {
  if (emulation.kind !== 'wrapper') return false;
  return Object.values(emulation.command).every(([path]) => {
    const emulator = emulatorOf(basename(path));
    return emulator !== null && hasBinfmt(emulator, binfmtFolder);
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
  return `${version}; ${hasBinfmt(emulator, BINFMT_FOLDER) ? 'registered with' : 'not registered with'} binfmt_misc`;
}

/** Only what is known to answer is asked: an unknown wrapper might take the word for a program and run for ever. */
async function probeVersion(path: string, emulator: KnownEmulator): Promise<string | null> {
  for (const { program, argument } of emulator.version) {
    const answer = await askProgram([program === null ? path : join(dirname(path), program), argument]);
    const [line = ''] = answer?.trim().split('\n', 1) ?? [];
    if (line !== '') return line;
  }
  return null;
}

/** Source: the kernel's admin-guide/binfmt-misc.rst. */
const BINFMT_FOLDER = '/proc/sys/fs/binfmt_misc';

function hasBinfmt({ binfmt }: KnownEmulator, folder: string): boolean {
  return (
    binfmt.length > 0 &&
    binfmt.every((entry) => {
      try {
        return readFileSync(join(folder, entry), 'utf8').startsWith('enabled');
      } catch {
        return false;
      }
    })
  );
}

/** What the libraries of the guest lie in: a folder, or an image that has to be mounted; null: it is not known. */
async function rootFsOf(
  path: string,
  { rootFs }: KnownEmulator,
  env: Environment,
): Promise<'directory' | 'image' | null> {
  if (rootFs === null) return null;
  const { program, argument, variable } = rootFs;
  const told = program === null ? null : await askProgram([join(dirname(path), program), argument]);
  const [named = ''] = told?.trim().split('\n', 1) ?? [];
  const place = named === '' ? env[variable] : named;
  const facts = place?.startsWith('/') === true ? statSync(place, { throwIfNoEntry: false }) : undefined;
  return facts === undefined ? null : facts.isDirectory() ? 'directory' : 'image';
}

/** `sha256:… (code cache: 12 files)`: digest over its variables and configuration files; null where it has neither. */
function configurationOf({ variables, folders }: KnownEmulator, env: Environment): string | null {
  const home = env['HOME'];
  const filesBelowHome = (places: readonly string[]): readonly string[] =>
    home === undefined ? [] : places.flatMap((place) => filesIn(join(home, place)));
  const digest = createHash('sha256');
  let parts = 0;
  for (const [name, value] of Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (variables === null || value === undefined || !name.startsWith(variables)) continue;
    digest.update(`${name}=${value}\0`);
    parts += 1;
  }
  for (const file of filesBelowHome(folders.configuration).filter(isSmall)) {
    digest.update(`${basename(file)}\0`).update(readFileSync(file));
    parts += 1;
  }
  const cached = filesBelowHome(folders.cache);
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
