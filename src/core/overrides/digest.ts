import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import type { DriverClassName } from '../drivers/driver.ts';
import type { DiscoveryRules, ManifestClass } from '../drivers/driver-classes.ts';
import { type DescribedDriver, MAX_MANIFEST_BYTES, parseManifest } from '../drivers/manifest.ts';
import { compareBytes, fsPath } from '../sysroot/byte-text.ts';
import { isUnusableFile, linkTextOrNull, namesIn, readRegularFile } from '../sysroot/read-file.ts';
import { libdirOf } from './places.ts';
import type { ManifestPlaces } from './manifests.ts';
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
  /** Each of them in words for people, with a path instead of device and inode: `x86_64-linux-gnu dri x_dri.so: /usr/lib/dri/x_dri.so`. */
  readonly offersInWords: ReadonlyMap<string, string>;
  /** Every link and its target, sorted. */
  readonly links: readonly string[];
}

/** The overrides to be digested. */
export interface DigestInputs extends ManifestPlaces {
  readonly captures: readonly Pick<ArchitectureCapture, 'arch' | 'searchPath'>[];
  readonly edition: DiscoveryRules;
}

/**
 * Says what overrides offer to a container, read from the folder itself: a strategy is believed for what it
 * left, not for what it says. Two strategies may only be compared when they leave the same.
 */
export function digestOverrides(inputs: DigestInputs): OverridesDigest {
  const offers = new Map<string, string>();
  const add = ({ about, target }: Offer): void => {
    const identity = target === null ? 'made of other layers' : identityBehind(target, inputs);
    const offer = `${about} ${identity}`;
    if (!offers.has(offer)) offers.set(offer, `${about}: ${target ?? identity}`);
  };
  for (const { arch, searchPath } of inputs.captures) {
    const libdir = libdirOf(inputs.overrides, arch);
    const offer = (name: string, lookedUpAs: string, target: string): void => {
      add({ about: [arch, name, lookedUpAs].join(' '), target });
    };
    for (const [name, target] of linksIn(libdir)) offer('library', name, target);
    for (const driverClass of inputs.edition.classes) {
      if (driverClass.found !== 'by-loader') continue;
      const { name: className, names, captureDirectory } = driverClass;
      for (const directory of new Set([captureDirectory, ...(searchPath[className] ?? [])])) {
        for (const [name, target] of linksIn(`${libdir}/${directory}`)) {
          if (names.test(name)) offer(className, name, target);
        }
      }
    }
  }
  for (const offer of manifestOffers(inputs)) add(offer);
  const sortedOffers = [...offers.keys()].sort(compareBytes);
  const links = linksBelow(inputs.overrides);
  return {
    offered: sha256(sortedOffers),
    exact: sha256(links),
    offers: sortedOffers,
    offersInWords: offers,
    links,
  };
}

/** One thing that overrides offer: what it is looked up as, and where its link leads; null: nowhere. */
interface Offer {
  readonly about: string;
  readonly target: string | null;
}

/** What manifests lead to: the name of the file does not matter, nor that of the manifest. */
function* manifestOffers(inputs: DigestInputs): Generator<Offer> {
  for (const driverClass of inputs.edition.classes) {
    if (driverClass.found !== 'by-manifest') continue;
    for (const file of filesBelow(`${inputs.overrides}/${driverClass.directory}`)) {
      for (const described of driversIn(file, driverClass, inputs)) {
        yield* offersOf(driverClass.name, described, inputs);
      }
    }
  }
}

function* offersOf(
  name: DriverClassName,
  { libraryPath, content }: DescribedDriver,
  inputs: DigestInputs,
): Generator<Offer> {
  const { captures, overrides, overridesInContainer } = inputs;
  const label = content.kind === 'icd' ? '-' : JSON.stringify(content.members.get('name'));
  if (libraryPath === null) {
    yield { about: ['any', name, label].join(' '), target: null };
    return;
  }
  const prefix = `${overridesInContainer}/lib/`;
  if (libraryPath.includes('/') && !libraryPath.startsWith(prefix)) {
    // The file itself, of whichever architecture it is.
    yield { about: ['any', name, label].join(' '), target: libraryPath };
    return;
  }
  for (const { arch } of captures) {
    // A driver that is looked up by name: every architecture may have it.
    const inLibdir = libraryPath.includes('/')
      ? withoutPrefix(libraryPath, `${prefix}${arch}/`)
      : libraryPath;
    const target = inLibdir === null ? null : linkTextOrNull(`${libdirOf(overrides, arch)}/${inLibdir}`);
    if (target !== null) yield { about: [arch, name, label].join(' '), target };
  }
}

/** What a manifest says; one that was linked to lies in the provider. None is no manifest that can be used. */
function driversIn(
  path: string,
  { manifests }: ManifestClass,
  { provider, providerInContainer, edition }: DigestInputs,
): readonly DescribedDriver[] {
  const target = linkTextOrNull(path);
  const place = target === null ? path : provider.naive(withoutPrefix(target, providerInContainer) ?? target);
  try {
    return parseManifest(readRegularFile(place, MAX_MANIFEST_BYTES), manifests, edition).drivers;
  } catch (error) {
    if (isUnusableFile(error)) return [];
    throw error;
  }
}

/** The file of the provider that a link's target stands for in the container. */
function identityBehind(target: string, { provider, providerInContainer }: DigestInputs): string {
  return fileIdentity(provider, withoutPrefix(target, providerInContainer) ?? target) ?? `missing ${target}`;
}

/** Paths of everything below a folder that is no folder. */
function filesBelow(directory: string): readonly string[] {
  return namesOf(directory).flatMap((name) => {
    const path = `${directory}/${name}`;
    return lstatSync(fsPath(path)).isDirectory() ? filesBelow(path) : [path];
  });
}

function linksIn(directory: string): readonly (readonly [string, string])[] {
  return namesOf(directory).flatMap((name) => {
    const target = linkTextOrNull(`${directory}/${name}`);
    return target === null ? [] : [[name, target] as const];
  });
}

/** `path -> target` of every link below a folder, paths relative to it, sorted. */
export function linksBelow(folder: string): readonly string[] {
  const links = filesBelow(folder).flatMap((path) => {
    const target = linkTextOrNull(path);
    return target === null ? [] : [`${path.slice(folder.length + 1)} -> ${target}`];
  });
  return links.sort(compareBytes);
}

function namesOf(directory: string): readonly string[] {
  try {
    return namesIn(directory);
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
