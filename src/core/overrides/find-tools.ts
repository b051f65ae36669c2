import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EnvironmentError, UsageError } from '../../errors.ts';
import { systemErrorWords } from '../../system-errors.ts';
import { isTuple, type Tuple, TUPLES } from '../sysroot/architectures.ts';
import type { CaptureTool } from './server.ts';

/** Which capture tool is to be launched for each architecture. */
export interface ToolChoice {
  /** `PATH`, `ARCH=PATH` or `steam`, as given with `--tool`; none: our own tool serves all architectures. */
  readonly wanted?: readonly string[] | undefined;
  /** Our own tool, a file to be started with node; the one that was installed with this library unless told. */
  readonly ownTool?: string | undefined;
  readonly architectures: readonly Tuple[];
  /** Where Steam is looked for; the user's home directory unless told. */
  readonly home?: string | undefined;
}

/**
 * Finds the capture tools before anything is launched: `findTools({ architectures })` is our own, and
 * `findTools({ architectures, wanted: ['steam'] })` those of an installed Steam Runtime.
 *
 * @throws UsageError when what is wanted makes no sense for the architectures.
 * @throws EnvironmentError when a tool is not there or cannot be executed.
 */
export function findTools({
  wanted = [],
  ownTool = installedTool(),
  architectures,
  home = homedir(),
}: ToolChoice): (arch: Tuple) => CaptureTool {
  const chosen = new Map<Tuple, CaptureTool>();
  for (const word of wanted) {
    for (const [arch, named] of pathsOf(word, architectures, home)) {
      // Launches have a working directory of their own.
      const tool = resolve(named);
      if (chosen.has(arch)) {
        throw new UsageError(`--tool ${word}: a second tool for ${arch}`, {
          hint: 'One tool serves an architecture; two builds are compared under names: --tool before=PATH --tool after=PATH.',
        });
      }
      requireExecutable(tool);
      chosen.set(arch, { argv: [tool], executable: basename(tool) });
    }
  }
  if (wanted.length === 0) {
    requireOwnTool(ownTool);
    for (const arch of architectures) {
      chosen.set(arch, {
        argv: [process.execPath, ownTool, '--arch', arch],
        executable: basename(ownTool),
        isOurs: true,
      });
    }
  }
  return (arch) => {
    const tool = chosen.get(arch);
    if (tool !== undefined) return tool;
    throw new UsageError(`--tool: no tool is named for ${arch}`, { hint: `Add --tool ${arch}=PATH.` });
  };
}

/** Places where Steam keeps the capture tool, below the home directory. */
export const STEAM_PLACES: readonly string[] = [
  '.steam/root',
  '.local/share/Steam',
  '.steam/debian-installation',
]
  .flatMap((steam) => [
    ...[
      'SteamLinuxRuntime_sniper',
      'SteamLinuxRuntime_soldier',
      'SteamLinuxRuntime_4',
      'SteamLinuxRuntime',
    ].map((runtime) => `${steam}/steamapps/common/${runtime}/pressure-vessel`),
    `${steam}/ubuntu12_32/steam-runtime/pressure-vessel`,
  ])
  .map((place) => `${place}/libexec/steam-runtime-tools-0`);

function pathsOf(
  word: string,
  architectures: readonly Tuple[],
  home: string,
): readonly (readonly [Tuple, string])[] {
  if (word === 'steam') return architectures.map((arch) => [arch, findInSteam(arch, home)]);
  const equals = word.indexOf('=');
  const arch = word.slice(0, Math.max(equals, 0));
  if (isTuple(arch)) return [[arch, word.slice(equals + 1)]];
  if (arch !== '' && !arch.includes('/') && !existsSync(word)) {
    throw new UsageError(`--tool ${word}: "${arch}" is no architecture`, {
      hint: `Expected one of ${TUPLES.join(', ')}, or a path alone.`,
    });
  }
  if (architectures.length > 1) {
    throw new UsageError(
      `--tool ${word}: one tool for ${architectures.join(' and ')}; expected one for each architecture`,
      {
        hint: `A capture tool serves one architecture: ${architectures.map((one) => `--tool ${one}=PATH`).join(' ')}.`,
      },
    );
  }
  return architectures.map((only) => [only, word]);
}

function findInSteam(arch: Tuple, home: string): string {
  const name = `${arch}-capsule-capture-libs`;
  const found = STEAM_PLACES.map((place) => join(home, place, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new EnvironmentError(`--tool steam: no Steam Runtime here has ${name}`, {
    hint: 'Install a Steam Linux Runtime in Steam, or name the tool with --tool ARCH=PATH.',
  });
}

function requireExecutable(path: string): void {
  try {
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    accessSync(path, constants.X_OK);
  } catch (cause) {
    throw new EnvironmentError(`--tool: ${path} cannot be executed: ${systemErrorWords(cause)}`, {
      cause,
      hint: 'Name an executable capsule-capture-libs, or leave --tool out to use our own.',
    });
  }
}

/** Our own tool as it lies in the package, which finds itself by its name. */
function installedTool(): string {
  const manifest = createRequire(import.meta.url).resolve('launchbench/package.json');
  return join(dirname(manifest), 'dist/bin/capture-libs.cjs');
}

function requireOwnTool(ownTool: string): void {
  if (existsSync(ownTool)) return;
  throw new EnvironmentError(`Our capture tool is not there: ${ownTool}`, {
    hint: 'Build it with "npm run build".',
  });
}
