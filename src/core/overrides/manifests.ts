import { symlinkSync, writeFileSync } from 'node:fs';
import { SysrootError } from '../../errors.ts';
import {
  DRIVER_CLASS_NAMES,
  type Driver,
  type DriverClassName,
  type DriverManifest,
} from '../drivers/driver.ts';
import { DRIVER_CLASSES } from '../drivers/driver-classes.ts';
import { formatJson, type Json } from '../drivers/json.ts';
import { MAX_MANIFEST_BYTES } from '../drivers/manifest.ts';
import type { ManifestContent } from '../drivers/manifest-content.ts';
import type { Binding } from '../planning/plan.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import { byteString, fsPath } from '../sysroot/byte-text.ts';
import { readRegularFile } from '../sysroot/read-file.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import type { ArchitectureCapture } from './run-plan.ts';

/** Where manifests are written, and what they say. */
export interface ManifestPlaces {
  readonly provider: Sysroot;
  /** Folder on this machine. */
  readonly overrides: string;
  readonly providerInContainer: string;
  readonly overridesInContainer: string;
}

/** The manifests of each class, as the container sees them, in the order in which drivers are to be tried. */
export type ManifestLists = ReadonlyMap<DriverClassName, readonly string[]>;

/**
 * Writes the manifests that lead the container to what was captured: a rewritten one for each architecture
 * that a driver was captured for by path; the original one for a driver that is looked up by SONAME.
 * Source: our graphics-stack specification, 9.2.
 */
export function writeManifests(
  captures: readonly ArchitectureCapture[],
  places: ManifestPlaces,
): ManifestLists {
  const lists = new Map<DriverClassName, readonly string[]>();
  for (const name of DRIVER_CLASS_NAMES) {
    const driverClass = DRIVER_CLASSES[name];
    if (driverClass.found !== 'by-manifest') continue;
    const directory = `share/${driverClass.directory}`;
    const written = byDriver(name, captures).flatMap((bound) => writeDriver(bound, directory, places));
    lists.set(
      name,
      written.map((path) => `${places.overridesInContainer}/${path}`),
    );
  }
  return lists;
}

/** One driver with what became of it on each architecture. */
interface BoundDriver {
  readonly index: number;
  readonly manifest: DriverManifest;
  readonly bindings: readonly { readonly arch: Tuple; readonly binding: Binding }[];
}

function byDriver(name: DriverClassName, captures: readonly ArchitectureCapture[]): readonly BoundDriver[] {
  const drivers = new Map<number, { arch: Tuple; binding: Binding; driver: Driver }[]>();
  for (const { arch, bindings } of captures) {
    for (const binding of bindings) {
      const { driver } = binding;
      if (driver.driverClass !== name) continue;
      const known = drivers.get(driver.index);
      if (known === undefined) drivers.set(driver.index, [{ arch, binding, driver }]);
      else known.push({ arch, binding, driver });
    }
  }
  return [...drivers]
    .sort(([a], [b]) => a - b)
    .flatMap(([index, bindings]) => {
      const manifest = bindings[0]?.driver.manifest ?? null;
      return manifest === null ? [] : [{ index, manifest, bindings }];
    });
}

function writeDriver(
  { index, manifest, bindings }: BoundDriver,
  directory: string,
  places: ManifestPlaces,
): readonly string[] {
  const written: string[] = [];
  let wantsOriginal = false;
  for (const { arch, binding } of bindings) {
    switch (binding.kind) {
      case 'captured':
      case 'copied': {
        const path = `${directory}/${index}-${arch}.json`;
        const libraryPath = `${places.overridesInContainer}/lib/${arch}/${binding.link}`;
        const content = formatJson(rewrite(manifest.content, libraryPath));
        writeFileSync(`${places.overrides}/${path}`, content, { flag: 'wx' });
        written.push(path);
        break;
      }
      case 'soname':
      case 'meta-layer':
        wantsOriginal = true;
        break;
      case 'nonexistent':
        break;
    }
  }
  if (wantsOriginal) {
    const path = `${directory}/${index}.json`;
    provideOriginal(manifest.path, `${places.overrides}/${path}`, places);
    written.push(path);
  }
  return written;
}

/** The content of a manifest with another library. Source: our graphics-stack specification, 9.3. */
function rewrite(content: ManifestContent, libraryPath: string): Json {
  switch (content.kind) {
    case 'icd': {
      const icd = new Map<string, Json>([['library_path', libraryPath]]);
      if (content.apiVersion !== null) icd.set('api_version', content.apiVersion);
      return new Map<string, Json>([
        ['file_format_version', '1.0.0'],
        ['ICD', icd],
      ]);
    }
    case 'layer': {
      const members = [...content.members];
      const afterType = members.findIndex(([name]) => name === 'type') + 1;
      return new Map<string, Json>([
        ['file_format_version', content.fileFormatVersion],
        ['layer', new Map<string, Json>(members.toSpliced(afterType, 0, ['library_path', libraryPath]))],
      ]);
    }
  }
}

/** Makes the original manifest available. Source: our graphics-stack specification, 9.4. */
function provideOriginal(
  source: string,
  target: string,
  { provider, providerInContainer }: ManifestPlaces,
): void {
  if (isVisibleBelowProvider(source)) {
    symlinkSync(fsPath(providerInContainer + source), target);
  } else if (source.startsWith('/nix/') || source.startsWith('/gnu/store/')) {
    symlinkSync(fsPath(source), target);
  } else {
    writeFileSync(target, readOriginal(provider.naive(source)), { flag: 'wx', mode: 0o600 });
  }
}

/**
 * Whether the container sees a path of the provider. That every path with a first component of four
 * characters counts is how the recordings have it: what is meant are names such as `sbin`.
 */
function isVisibleBelowProvider(path: string): boolean {
  const [, first = ''] = /^\/*([^/]*)/u.exec(path) ?? [];
  return (
    ['usr', 'bin', 'etc'].includes(first) ||
    ['lib', 'sbin'].some((beginning) => first.startsWith(beginning)) ||
    byteString(first).length === 4
  );
}

function readOriginal(place: string): Buffer {
  try {
    return readRegularFile(place, MAX_MANIFEST_BYTES);
  } catch (cause) {
    throw new SysrootError(`${place}: the manifest can no longer be read`, { cause });
  }
}
