import { FormatError } from '../../errors.ts';
import { compareVersionedNames } from '../capture/compare/file-name.ts';
import type { ManifestContent } from './driver.ts';
import type { DiscoveryRules, ManifestKind } from './driver-classes.ts';
import { isJsonList, isJsonObject, type Json, type JsonObject, parseTolerantJson } from './tolerant-json.ts';

/** Larger than any real manifest by far; a provider is data from a stranger. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** Real ones hold a handful; each is reported, captured and written on its own. */
const MAX_LAYERS = 1000;

/** One driver as a manifest describes it. */
export interface DescribedDriver {
  /** `library_path` as written, which may be empty; null: a layer that is made of other layers. */
  readonly libraryPath: string | null;
  /** `library_arch` as written, of Vulkan alone; null: it is not said. */
  readonly libraryArch: string | null;
  readonly content: ManifestContent;
}

/** The drivers of one file, and what was wrong with those that are missing. */
export interface DescribedDrivers {
  readonly drivers: readonly DescribedDriver[];
  readonly problems: readonly string[];
}

/** Why a manifest of a newer format is passed over: whoever has one should know. */
export class NewerFormatError extends FormatError {}

/**
 * Reads a manifest.
 *
 * @param newestLayerFormat - newest format of a Vulkan layer that is understood.
 * @throws NewerFormatError where a layer's format is newer; FormatError when nothing in the file can be used.
 */
export function parseManifest(
  bytes: Uint8Array,
  kind: ManifestKind,
  { newestLayerFormat }: Pick<DiscoveryRules, 'newestLayerFormat'>,
): DescribedDrivers {
  switch (kind) {
    case 'egl-icd':
    case 'vulkan-icd':
      return alone(parseIcdManifest(bytes, { isVulkan: kind === 'vulkan-icd' }));
    case 'vulkan-layer':
      return parseLayerManifest(bytes, newestLayerFormat);
    case 'openxr-layer':
      return alone(parseOpenXrLayer(bytes));
    case 'openxr-runtime':
      return alone(parseOpenXrRuntime(bytes));
  }
}

function alone(driver: DescribedDriver): DescribedDrivers {
  return { drivers: [driver], problems: [] };
}

/**
 * Reads the manifest of an EGL or Vulkan ICD, or of an EGL external platform.
 * Source: our graphics-stack specification, 3.5.
 */
function parseIcdManifest(bytes: Uint8Array, { isVulkan }: { isVulkan: boolean }): DescribedDriver {
  const root = expectObject(parseTolerantJson(bytes), 'the manifest');
  const version = root.get('file_format_version');
  if (typeof version !== 'string' || !version.startsWith('1.0.')) {
    throw new FormatError(`file_format_version: expected "1.0.x", found ${show(version)}`);
  }
  const icd = expectObject(root.get('ICD'), 'ICD');
  return {
    libraryPath: expectString(icd.get('library_path'), 'ICD.library_path'),
    libraryArch: isVulkan ? stringOrNull(icd.get('library_arch')) : null,
    content: {
      kind: 'icd',
      apiVersion: isVulkan ? expectString(icd.get('api_version'), 'ICD.api_version') : null,
      isPortabilityDriver: isVulkan && icd.get('is_portability_driver') === true,
    },
  };
}

/** What every manifest of OpenXR says of its format. Source: our specification of the edition of 2026, B5. */
const OPENXR_FORMAT = '1.0.0';

/** Source: our specification of the edition of 2026, B5. */
function parseOpenXrLayer(bytes: Uint8Array): DescribedDriver {
  const layer = openXrObject(bytes, 'api_layer');
  const required = (member: string): string => expectString(layer.get(member), `api_layer.${member}`);
  return {
    libraryPath: required('library_path'),
    libraryArch: null,
    content: {
      kind: 'openxr',
      object: 'api_layer',
      members: present([
        ...['name', 'api_version', 'implementation_version', 'description'].map(
          (member) => [member, required(member)] as const,
        ),
        ['functions', stringMembers(layer.get('functions'))],
        ['instance_extensions', extensions(layer.get('instance_extensions'), 'extension_version', [])],
        ['enable_environment', stringOrNull(layer.get('enable_environment'))],
        ['disable_environment', stringOrNull(layer.get('disable_environment'))],
      ]),
    },
  };
}

function parseOpenXrRuntime(bytes: Uint8Array): DescribedDriver {
  const runtime = openXrObject(bytes, 'runtime');
  return {
    libraryPath: expectString(runtime.get('library_path'), 'runtime.library_path'),
    libraryArch: null,
    content: {
      kind: 'openxr',
      object: 'runtime',
      members: present([
        ['name', stringOrNull(runtime.get('name'))],
        ['functions', stringMembers(runtime.get('functions'))],
      ]),
    },
  };
}

function openXrObject(bytes: Uint8Array, object: 'runtime' | 'api_layer'): JsonObject {
  const root = expectObject(parseTolerantJson(bytes), 'the manifest');
  const version = root.get('file_format_version');
  if (version !== OPENXR_FORMAT) {
    throw new FormatError(`file_format_version: expected "${OPENXR_FORMAT}", found ${show(version)}`);
  }
  return expectObject(root.get(object), object);
}

/** Members that every layer has to have. */
const REQUIRED = ['name', 'type', 'api_version', 'implementation_version', 'description'] as const;

/** Characters of a value that a message quotes. */
const LONGEST_SHOWN = 80;

/**
 * Reads a Vulkan layer manifest, which holds one layer or several; a broken one does not take its
 * siblings with it. Source: our graphics-stack specification, 3.6.
 *
 * @throws FormatError when nothing in the file can be used.
 */
function parseLayerManifest(bytes: Uint8Array, newestFormat: string): DescribedDrivers {
  const root = expectObject(parseTolerantJson(bytes), 'the manifest');
  const version = expectString(root.get('file_format_version'), 'file_format_version');
  if (compareVersionedNames(version, newestFormat) > 0) {
    throw new NewerFormatError(
      `file_format_version: expected at most "${newestFormat}", found ${show(version)}`,
    );
  }
  const several = root.get('layers');
  if (several === undefined) {
    return alone(parseLayer(root.get('layer'), 'layer', version));
  }
  if (!isJsonList(several)) throw new FormatError(`layers: expected an array, found ${show(several)}`);
  if (several.length > MAX_LAYERS) {
    throw new FormatError(`layers: expected at most ${MAX_LAYERS}, found ${several.length}`);
  }
  const drivers: DescribedDriver[] = [];
  const problems: string[] = [];
  for (const [index, element] of several.entries()) {
    try {
      drivers.push(parseLayer(element, `layers[${index}]`, version));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      problems.push(error.message);
    }
  }
  return { drivers, problems };
}

function parseLayer(value: Json | undefined, where: string, fileFormatVersion: string): DescribedDriver {
  const layer = expectObject(value, where);
  const required = REQUIRED.map(
    (member) => [member, expectString(layer.get(member), `${where}.${member}`)] as const,
  );
  const libraryPath = stringOrNull(layer.get('library_path'));
  const components = componentLayers(layer.get('component_layers'));
  if ((libraryPath === null) === (components === null)) {
    throw new FormatError(
      `${where}: expected either library_path or component_layers, found ${libraryPath === null ? 'neither' : 'both'}`,
    );
  }
  const members: readonly (readonly [string, Json | undefined])[] = [
    ...required,
    ['component_layers', components],
    ['functions', stringMembers(layer.get('functions'))],
    ['pre_instance_functions', stringMembers(layer.get('pre_instance_functions'))],
    ['instance_extensions', extensions(layer.get('instance_extensions'), 'spec_version', [])],
    // The recordings have these, and only these, in reverse.
    [
      'device_extensions',
      extensions(layer.get('device_extensions'), 'spec_version', ['entrypoints'])?.reverse(),
    ],
    ['enable_environment', firstMember(layer.get('enable_environment'))],
    ['disable_environment', firstMember(layer.get('disable_environment'))],
  ];
  return {
    libraryPath,
    libraryArch: stringOrNull(layer.get('library_arch')),
    content: { kind: 'layer', fileFormatVersion, members: present(members) },
  };
}

function present(members: readonly (readonly [string, Json | undefined])[]): JsonObject {
  const kept = new Map<string, Json>();
  for (const [name, value] of members) if (value !== undefined && value !== null) kept.set(name, value);
  return kept;
}

/** An empty list counts as none. */
function componentLayers(value: Json | undefined): Json[] | null {
  if (!isJsonList(value) || value.length === 0) return null;
  return value.every((element) => typeof element === 'string') ? [...value] : null;
}

/** Those members of an object that are text; null where there is no object. */
function stringMembers(value: Json | undefined): JsonObject | null {
  return isJsonObject(value) ? new Map([...value].filter(([, member]) => typeof member === 'string')) : null;
}

/** The first member alone, if it is text: upstream keeps no more. */
function firstMember(value: Json | undefined): JsonObject | null {
  if (!isJsonObject(value)) return null;
  const [first] = value;
  return first !== undefined && typeof first[1] === 'string' ? new Map([first]) : null;
}

/** Extensions with a name and a version, and the listed members where they are lists of text. */
function extensions(
  value: Json | undefined,
  versionMember: 'spec_version' | 'extension_version',
  lists: readonly string[],
): JsonObject[] | null {
  if (!isJsonList(value)) return null;
  const kept: JsonObject[] = [];
  for (const element of value) {
    if (!isJsonObject(element)) continue;
    const name = element.get('name');
    const version = element.get(versionMember);
    if (typeof name !== 'string' || typeof version !== 'string') continue;
    const extension = new Map<string, Json>([
      ['name', name],
      [versionMember, version],
    ]);
    for (const list of lists) {
      const entries = element.get(list);
      if (isJsonList(entries) && entries.every((entry) => typeof entry === 'string')) {
        extension.set(list, entries);
      }
    }
    kept.push(extension);
  }
  return kept.length === 0 ? null : kept;
}

function stringOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function expectObject(value: Json | undefined, where: string): JsonObject {
  if (!isJsonObject(value)) throw new FormatError(`${where}: expected an object, found ${show(value)}`);
  return value;
}

function expectString(value: Json | undefined, where: string): string {
  if (typeof value !== 'string') throw new FormatError(`${where}: expected a string, found ${show(value)}`);
  return value;
}

function show(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (isJsonObject(value)) return 'an object';
  if (isJsonList(value)) return 'an array';
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
