import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { FormatError, SysrootError } from '../../errors.ts';
import { DRIVER_CLASS_NAMES, type DriverClassName } from '../drivers/driver.ts';
import { DRIVER_CLASSES, type ManifestClass } from '../drivers/driver-classes.ts';
import { MAX_MANIFEST_BYTES, parseIcdManifest, parseLayerManifest } from '../drivers/manifest.ts';
import { CLASS_DIRECTORIES } from '../planning/destinations.ts';
import { decodeBytes, fsPath } from '../sysroot/byte-text.ts';
import { readRegularFile, systemErrno } from '../sysroot/read-file.ts';
import { compareBytes, type Sysroot } from '../sysroot/sysroot.ts';
import { libdirOf } from './places.ts';
import { fileIdentity } from './provider-facts.ts';
import type { ArchitectureCapture } from './run-plan.ts';

/** What two overrides are compared by. */
export interface OverridesDigest {
  /**
   * Digest of `offers`: equal where a container that uses the overrides finds the same drivers and libraries,
   * however the links are called that lead to them.
   */
  readonly offered: string;
  /** Digest of `links`: equal where every link has the same name and the same target. */
  readonly exact: string;
  /**
   * What the overrides offer, sorted: architecture, class of driver (or `library`), the name where it is
   * looked up by name, device and inode of the file behind it in the provider.
   */
  readonly offers: readonly string[];
  /** Every link and its target, sorted. */
  readonly links: readonly string[];
}

/** The overrides to be digested. */
export interface DigestInputs {
  /** Folder on this machine. */
  readonly overrides: string;
  readonly provider: Sysroot;
  readonly providerInContainer: string;
  readonly overridesInContainer: string;
  readonly captures: readonly ArchitectureCapture[];
}

/**
 * Says what overrides offer to a container, read from the folder itself: a strategy is believed for what it
 * left, not for what it says. Two strategies may only be compared when they leave the same.
 */
export function digestOverrides(inputs: DigestInputs): OverridesDigest {
  const offers = new Set<string>();
  for (const { arch, searchPath } of inputs.captures) {
    const libdir = libdirOf(inputs.overrides, arch);
    const offer = (name: string, lookedUpAs: string, target: string): void => {
      offers.add([arch, name, lookedUpAs, identityBehind(target, inputs)].join(' '));
    };
    for (const [name, target] of linksIn(libdir)) offer('library', name, target);
    const searched = {
      vdpau: [CLASS_DIRECTORIES.vdpau],
      dri: [CLASS_DIRECTORIES.dri, ...searchPath.dri],
      'va-api': [CLASS_DIRECTORIES['va-api'], ...searchPath.vaApi],
    } as const;
    for (const driverClass of ['vdpau', 'dri', 'va-api'] as const) {
      const { names } = DRIVER_CLASSES[driverClass];
      for (const directory of new Set(searched[driverClass])) {
        for (const [name, target] of linksIn(`${libdir}/${directory}`)) {
          if (names.test(name)) offer(driverClass, name, target);
        }
      }
    }
  }
  for (const offer of manifestOffers(inputs)) offers.add(offer);
  const sortedOffers = [...offers].sort(compareBytes);
  const links = allLinks(inputs.overrides, '').sort(compareBytes);
  return { offered: sha256(sortedOffers), exact: sha256(links), offers: sortedOffers, links };
}

/** What manifests lead to: the name of the file does not matter, nor that of the manifest. */
function* manifestOffers(inputs: DigestInputs): Generator<string> {
  for (const name of DRIVER_CLASS_NAMES) {
    const driverClass = DRIVER_CLASSES[name];
    if (driverClass.found !== 'by-manifest') continue;
    const directory = `${inputs.overrides}/share/${driverClass.directory}`;
    for (const file of namesIn(directory)) {
      const bytes = manifestBytes(`${directory}/${file}`, inputs);
      if (bytes === null) continue;
      for (const { libraryPath, label } of libraryPaths(name, driverClass, bytes)) {
        yield* offersOf(name, label, libraryPath, inputs);
      }
    }
  }
}

function* offersOf(
  name: DriverClassName,
  label: string,
  libraryPath: string | null,
  inputs: DigestInputs,
): Generator<string> {
  const { captures, overrides, overridesInContainer } = inputs;
  if (libraryPath === null) {
    yield ['any', name, label, 'made of other layers'].join(' ');
    return;
  }
  const prefix = `${overridesInContainer}/lib/`;
  for (const { arch } of captures) {
    // A driver that is looked up by name: every architecture may have it.
    const inLibdir = libraryPath.includes('/')
      ? withoutPrefix(libraryPath, `${prefix}${arch}/`)
      : libraryPath;
    const target = inLibdir === null ? null : linkTarget(`${libdirOf(overrides, arch)}/${inLibdir}`);
    if (target !== null) yield [arch, name, label, identityBehind(target, inputs)].join(' ');
  }
}

function libraryPaths(
  name: DriverClassName,
  { manifests }: ManifestClass,
  bytes: Uint8Array,
): readonly { readonly libraryPath: string | null; readonly label: string }[] {
  try {
    switch (manifests) {
      case 'icd': {
        const { libraryPath } = parseIcdManifest(bytes, { isVulkan: name === 'vulkan-icd' });
        return [{ libraryPath, label: '-' }];
      }
      case 'layer':
        return parseLayerManifest(bytes).layers.map(({ libraryPath, content }) => ({
          libraryPath,
          label: JSON.stringify(content.members.get('name')),
        }));
    }
  } catch (error) {
    if (error instanceof FormatError) return [];
    throw error;
  }
}

/** A manifest's content; one that was linked to lies in the provider. */
function manifestBytes(path: string, { provider, providerInContainer }: DigestInputs): Buffer | null {
  const target = linkTarget(path);
  const place = target === null ? path : provider.naive(withoutPrefix(target, providerInContainer) ?? target);
  try {
    return readRegularFile(place, MAX_MANIFEST_BYTES);
  } catch (error) {
    if (error instanceof SysrootError || systemErrno(error) !== null) return null;
    throw error;
  }
}

/** The file of the provider that a link's target stands for in the container. */
function identityBehind(target: string, { provider, providerInContainer }: DigestInputs): string {
  return fileIdentity(provider, withoutPrefix(target, providerInContainer) ?? target) ?? `missing ${target}`;
}

function linksIn(directory: string): readonly (readonly [string, string])[] {
  return namesIn(directory).flatMap((name) => {
    const target = linkTarget(`${directory}/${name}`);
    return target === null ? [] : [[name, target] as const];
  });
}

/** `path → target` of every link below a folder, paths relative to it. */
function allLinks(top: string, below: string): string[] {
  return namesIn(top + below).flatMap((name) => {
    const path = `${below}/${name}`;
    const stat = lstatSync(fsPath(top + path));
    if (stat.isDirectory()) return allLinks(top, path);
    const target = linkTarget(top + path);
    return target === null ? [] : [`${path.slice(1)} -> ${target}`];
  });
}

function linkTarget(path: string): string | null {
  try {
    return decodeBytes(readlinkSync(fsPath(path), 'buffer'));
  } catch {
    return null;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(fsPath(directory), 'buffer').map(decodeBytes);
  } catch {
    return [];
  }
}

function withoutPrefix(text: string, prefix: string): string | null {
  return text.startsWith(prefix) ? text.slice(prefix.length) : null;
}

function sha256(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}
