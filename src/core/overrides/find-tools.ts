import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { EnvironmentError, UsageError } from '../../errors.ts';
import { systemErrorWords } from '../../system-errors.ts';
import { isTuple, type Tuple, TUPLES } from '../sysroot/architectures.ts';
import type { CaptureTool } from './server.ts';

/** The forms of our own tool. Either serves all architectures. */
export interface OwnTool {
  /** An executable, which is there where it could be built (scripts/install/build-native.mjs). */
  readonly native: string;
  /** A program to be started with node. */
  readonly node: string;
}

/** Which capture tool is to be launched for each architecture. */
export interface ToolChoice {
  /**
   * `PATH`, `ARCH=PATH`, `steam`, or `native` or `node` for a form of our own tool, as given with `--tool`; none: our
   * own tool serves all architectures, natively where it was built.
   */
  readonly wanted?: readonly string[] | undefined;
  /** Our own tool; the one that was installed with this library unless told. */
  readonly ownTool?: OwnTool | undefined;
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
  const ownForm = existsSync(ownTool.native) ? 'native' : 'node';
  for (const word of wanted.length === 0 ? [ownForm] : wanted) {
    for (const [arch, tool] of toolsOf(word, ownTool, architectures, home)) {
      if (chosen.has(arch)) {
        throw new UsageError(`--tool ${word}: a second tool for ${arch}`, {
          hint: 'One tool serves an architecture; two builds are compared under names: --tool before=PATH --tool after=PATH.',
        });
      }
      chosen.set(arch, tool);
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

function toolsOf(
  word: string,
  ownTool: OwnTool,
  architectures: readonly Tuple[],
  home: string,
): readonly (readonly [Tuple, CaptureTool])[] {
  if (word === 'native' || word === 'node') {
    const file = requireOwnTool(word, ownTool);
    return architectures.map((arch) => [arch, startOwn(word, file, arch)]);
  }
  return pathsOf(word, architectures, home).map(([arch, named]) => {
    // Launches have a working directory of their own.
    const tool = resolve(named);
    requireExecutable(tool);
    return [arch, { kind: 'external', file: tool, argv: [tool], executable: basename(tool) }];
  });
}

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
function installedTool(): OwnTool {
  const dist = join(dirname(createRequire(import.meta.url).resolve('launchbench/package.json')), 'dist');
  return { native: join(dist, 'native/capture-libs'), node: join(dist, 'bin/capture-libs.cjs') };
}

function requireOwnTool(form: keyof OwnTool, ownTool: OwnTool): string {
  const file = ownTool[form];
  if (existsSync(file)) return file;
  throw new EnvironmentError(`Our capture tool is not there: ${file}`, {
    hint:
      form === 'native'
        ? 'Build it with "launchbench build-native", which needs a C compiler; or take the one for Node, --tool node.'
        : 'Build it with "npm run build".',
  });
}

/** Both forms have one name in the ledger: what is counted is the same. */
function startOwn(kind: keyof OwnTool, file: string, arch: Tuple): CaptureTool {
  const program: [string, ...string[]] = kind === 'native' ? [file] : [process.execPath, file];
  return { kind, file, argv: [...program, '--arch', arch], executable: 'capture-libs' };
}
