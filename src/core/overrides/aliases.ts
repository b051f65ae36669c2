import { lstatSync, symlinkSync } from 'node:fs';
import { isJsonList, isJsonObject, parseTolerantJson, type Json } from '../drivers/tolerant-json.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import { byteString, fsPath } from '../sysroot/byte-text.ts';
import { isUnusableFile, readRegularFile } from '../sysroot/read-file.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import { systemErrorWords } from '../../system-errors.ts';
import { libdirOf } from './places.ts';
import type { AliasRules } from '../editions/edition.ts';

/** Where aliases are made, and what they may lead to. */
export interface AliasPlaces {
  readonly container: Sysroot;
  /** Folder on this machine. */
  readonly overrides: string;
  readonly overridesInContainer: string;
  /** The architecture whose libraries everybody expects; of others it is not said what is missing. */
  readonly primary: Tuple | undefined;
}

/** Other names under which programs may ask for a library of the container. */
interface AliasedLibrary {
  readonly soname: string;
  readonly aliases: readonly string[];
}

const ABI_FILE = '/usr/lib/steamrt/steam-runtime-abi.json';
const MAX_ABI_FILE_BYTES = 4 * 1024 * 1024;
/** NAME_MAX of every file system that Linux writes to. Source: limits.h(0p). */
const MAX_NAME_BYTES = 255;

/**
 * Links the other names of libraries that the container's runtime promises to the library that will be loaded.
 * Source: our graphics-stack specification, 9.7, and that of the edition of 2026, B11.
 */
export function linkAliases(
  arch: Tuple,
  places: AliasPlaces,
  rules: AliasRules,
  report: (message: string) => void,
): void {
  for (const { soname, aliases } of readAliases(places.container, report)) {
    const names = aliases.filter((alias) => isFileName(alias));
    const capturedAs = rules.aliasesCanonicalName ? capturedAlias(arch, soname, names, places) : null;
    const target = capturedAs ?? findLibrary(arch, soname, places);
    for (const alias of capturedAs === null ? aliases : [...aliases, soname]) {
      if (target !== null && isFileName(alias)) {
        link(target, `${libdirOf(places.overrides, arch)}/aliases/${alias}`);
        continue;
      }
      const problem =
        target === null
          ? `${soname}: no library of this name for ${arch}, so its alias ${alias} is left out`
          : `${ABI_FILE}: "${alias}" is no file name; this alias is left out`;
      if (rules.stopsAtFirst) {
        report(`${problem}, and all after it`);
        return;
      }
      if (arch === places.primary) report(problem);
    }
  }
}

/** Where a library was captured to under one of its aliases, the last one counts; null: under its own name, or not. */
function capturedAlias(
  arch: Tuple,
  soname: string,
  aliases: readonly string[],
  { overrides, overridesInContainer }: AliasPlaces,
): string | null {
  const libdir = libdirOf(overrides, arch);
  if (!isFileName(soname) || exists(`${libdir}/${soname}`)) return null;
  const alias = aliases.findLast((name) => exists(`${libdir}/${name}`));
  return alias === undefined ? null : `${overridesInContainer}/lib/${arch}/${alias}`;
}

function link(target: string, path: string): void {
  if (!exists(path)) symlinkSync(fsPath(target), fsPath(path));
}

function readAliases(container: Sysroot, report: (message: string) => void): readonly AliasedLibrary[] {
  const file = container.locate(ABI_FILE);
  if (file === null) return [];
  try {
    return aliasesIn(parseTolerantJson(readRegularFile(file, MAX_ABI_FILE_BYTES)));
  } catch (error) {
    if (!isUnusableFile(error)) throw error;
    report(`${ABI_FILE}: passed over: ${systemErrorWords(error)}`);
    return [];
  }
}

/** `{"shared_libraries": [{"libfoo.so.1": {"aliases": ["libfoo.so.0"]}}, …]}`, more or less. */
function aliasesIn(root: Json): readonly AliasedLibrary[] {
  const libraries = member(root, 'shared_libraries');
  if (!isJsonList(libraries)) return [];
  return libraries.flatMap((element) => {
    if (!isJsonObject(element)) return [];
    const [first] = element;
    const aliases = member(first?.[1], 'aliases');
    if (first === undefined || !isJsonList(aliases)) return [];
    return [{ soname: first[0], aliases: aliases.filter((alias) => typeof alias === 'string') }];
  });
}

function member(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value.get(name) : undefined;
}

/** What a library will be found as in the container; null: nothing of this name is there. */
function findLibrary(arch: Tuple, soname: string, places: AliasPlaces): string | null {
  if (!isFileName(soname)) return null;
  if (exists(`${libdirOf(places.overrides, arch)}/${soname}`)) {
    return `${places.overridesInContainer}/lib/${arch}/${soname}`;
  }
  const inContainer = [`/usr/lib/${arch}/${soname}`, `/lib/${arch}/${soname}`];
  return inContainer.find((path) => places.container.resolve(path) !== null) ?? null;
}

/** The file is the container's, so names in it are not to be trusted with more than one directory. */
function isFileName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !/[/\0]/u.test(name) &&
    byteString(name).length <= MAX_NAME_BYTES
  );
}

function exists(path: string): boolean {
  return lstatSync(fsPath(path), { throwIfNoEntry: false }) !== undefined;
}
