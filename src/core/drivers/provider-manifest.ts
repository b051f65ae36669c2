import { dirname } from 'node:path';
import { FormatError } from '../../errors.ts';
import { isTuple, type Tuple } from '../sysroot/architectures.ts';
import {
  isJsonList,
  isJsonObject,
  type Json,
  type JsonObject,
  type JsonPath,
  parseTolerantJson,
  placeInTolerantJson,
} from './tolerant-json.ts';

/** What a graphics_provider.json says of a provider. Source: our specification of the edition of 2026, B9. */
export interface ProviderManifest {
  /** Tree of the provider: absolute, or relative to the folder of the manifest. */
  readonly root: string;
  /** What is said of the architectures that the provider serves, as far as we know them. */
  readonly architectures: ReadonlyMap<Tuple, ArchitectureSettings>;
  /** Listed architectures that no stack is known for. */
  readonly unknownArchitectures: readonly string[];
}

/** What is said of one architecture; null: nothing, so it is looked up. */
export interface ArchitectureSettings {
  /** Directory of DRI and VA-API drivers. */
  readonly dri: string | null;
  /** Directory of GBM backends. */
  readonly gbm: string | null;
  /** Directory of character set conversions, taken along with a C library. */
  readonly gconv: string | null;
  /** Where libraries that no cache has are looked for, in every capture. */
  readonly fallbackPaths: readonly string[] | null;
  /** Whether VA-API and VDPAU drivers are wanted. */
  readonly va_api: boolean;
  readonly vdpau: boolean;
}

/**
 * Reads a provider's manifest. Members that are not known are passed over.
 *
 * @param file - path of the manifest, for messages.
 * @throws FormatError with file, line and column where it cannot be used.
 */
export function parseProviderManifest(bytes: Uint8Array, file: string): ProviderManifest {
  const at = (path: JsonPath, problem: string): FormatError => {
    const { line, column } = placeInTolerantJson(bytes, path);
    return new FormatError(`${file}:${line}:${column}: ${wordOf(path)}${problem}`, { hint: EXAMPLE });
  };
  const root = readRoot(bytes, file);
  const top = expectObject(root, [], at);
  const provider = expectObject(top.get(TOP), [TOP], at);
  const outer = {
    va_api: booleanAt(provider, [TOP, 'va_api'], true, at),
    vdpau: booleanAt(provider, [TOP, 'vdpau'], true, at),
  };
  booleanAt(provider, [TOP, 'locales'], true, at);
  const treeRoot = provider.get('root') ?? '.';
  if (typeof treeRoot !== 'string') throw at([TOP, 'root'], `expected a path, found ${kindOf(treeRoot)}`);
  const settings = readArchitectures(provider.get('architectures'), outer, at);
  return {
    root: treeRoot,
    architectures: new Map(settings.flatMap(([word, of]) => (isTuple(word) ? [[word, of] as const] : []))),
    unknownArchitectures: settings.map(([word]) => word).filter((word) => !isTuple(word)),
  };
}

/** The folder that a manifest's root is relative to. */
export function providerRoot({ root }: ProviderManifest, resolvedManifest: string): string {
  return root.startsWith('/') ? root : `${dirname(resolvedManifest)}/${root}`;
}

const TOP = 'graphics_provider_v0';
const EXAMPLE =
  'A provider\'s manifest looks like {"graphics_provider_v0": {"architectures": ["x86_64-linux-gnu"], "root": "."}}.';

type Fail = (path: JsonPath, problem: string) => FormatError;

function readRoot(bytes: Uint8Array, file: string): Json {
  try {
    return parseTolerantJson(bytes);
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const place = /^line (\d+), column (\d+): /u;
    const message = place.test(cause.message)
      ? cause.message.replace(place, `${file}:$1:$2: `)
      : `${file}: ${cause.message}`;
    throw new FormatError(message, { hint: EXAMPLE, cause });
  }
}

function readArchitectures(
  value: Json | undefined,
  outer: Pick<ArchitectureSettings, 'va_api' | 'vdpau'>,
  at: Fail,
): readonly (readonly [string, ArchitectureSettings])[] {
  const path = [TOP, 'architectures'];
  const listed = isJsonList(value)
    ? value.map((tuple, index) => [tuple, new Map<string, Json>(), [...path, index]] as const)
    : isJsonObject(value)
      ? [...value].map(([tuple, of]) => [tuple, of, [...path, tuple]] as const)
      : null;
  if (listed === null || listed.length === 0) {
    const found = listed === null ? kindOf(value) : 'none';
    throw at(path, `expected architectures, as a list of tuples or an object of them, found ${found}`);
  }
  return listed.map(([tuple, of, where]) => {
    if (typeof tuple !== 'string' || !/^[a-z0-9_]+-[a-z0-9_]+-[a-z0-9_]+$/u.test(tuple)) {
      throw at(where, `expected a tuple such as x86_64-linux-gnu, found ${kindOf(tuple)}`);
    }
    return [tuple, readSettings(expectObject(of, where, at), where, outer, at)] as const;
  });
}

function readSettings(
  settings: JsonObject,
  path: JsonPath,
  outer: Pick<ArchitectureSettings, 'va_api' | 'vdpau'>,
  at: Fail,
): ArchitectureSettings {
  if (settings.has('locales')) {
    throw at([...path, 'locales'], 'expected beside "architectures": it is said for all of them at once');
  }
  return {
    dri: pathAt(settings, [...path, 'dri'], at),
    gbm: pathAt(settings, [...path, 'gbm'], at),
    gconv: pathAt(settings, [...path, 'gconv'], at),
    fallbackPaths: fallbackPathsAt(settings, [...path, 'fallback_library_paths'], at),
    va_api: booleanAt(settings, [...path, 'va_api'], outer.va_api, at),
    vdpau: booleanAt(settings, [...path, 'vdpau'], outer.vdpau, at),
  };
}

function pathAt(settings: JsonObject, path: JsonPath, at: Fail): string | null {
  const value = settings.get(String(path.at(-1)));
  if (value === undefined) return null;
  if (typeof value === 'string' && value.startsWith('/')) return value;
  throw at(path, `expected an absolute path inside the provider, found ${kindOf(value)}`);
}

function fallbackPathsAt(settings: JsonObject, path: JsonPath, at: Fail): readonly string[] | null {
  const value = settings.get(String(path.at(-1)));
  if (value === undefined) return null;
  if (!isJsonList(value)) throw at(path, `expected a list of directories, found ${kindOf(value)}`);
  return value.map((element, index) => {
    if (typeof element === 'string' && !element.includes(':')) return element;
    throw at([...path, index], `expected a directory without ":", found ${kindOf(element)}`);
  });
}

function booleanAt(settings: JsonObject, path: JsonPath, otherwise: boolean, at: Fail): boolean {
  const value = settings.get(String(path.at(-1)));
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean') return value;
  throw at(path, `expected true or false, found ${kindOf(value)}`);
}

function expectObject(value: Json | undefined, path: JsonPath, at: Fail): JsonObject {
  if (isJsonObject(value)) return value;
  throw at(path, `expected an object, found ${kindOf(value)}`);
}

function wordOf(path: JsonPath): string {
  return path.length === 0 ? '' : `${path.join('.')}: `;
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (isJsonObject(value)) return 'an object';
  if (isJsonList(value)) return 'a list';
  return JSON.stringify(value).slice(0, 80);
}
