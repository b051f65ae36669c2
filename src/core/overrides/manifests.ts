import { symlinkSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { countBy, groupBy } from '../../group-by.ts';
import { SysrootError } from '../../errors.ts';
import { ARCHITECTURE_WORDS, type ManifestClass } from '../drivers/driver-classes.ts';
import type { DriverClassName, DriverManifest } from '../drivers/driver.ts';
import { formatJson } from '../drivers/tolerant-json.ts';
import { MAX_MANIFEST_BYTES } from '../drivers/manifest.ts';
import { numberWord } from '../planning/destinations.ts';
import type { Binding } from '../planning/plan.ts';
import type { Tuple } from '../sysroot/architectures.ts';
import { byteString, fsPath } from '../sysroot/byte-text.ts';
import { readRegularFile } from '../sysroot/read-file.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import { makeFolders } from './make-folders.ts';
import { rewriteManifest } from './rewrite-manifest.ts';
import type { ArchitectureCapture } from './run-plan.ts';
import type { Edition, ManifestLists, ManifestRules } from '../editions/edition.ts';

/** Where manifests are written, and what they say. */
export interface ManifestPlaces {
  readonly provider: Sysroot;
  /** Folder on this machine. */
  readonly overrides: string;
  readonly providerInContainer: string;
  readonly overridesInContainer: string;
}

/**
 * Writes the manifests that lead the container to what was captured: a rewritten one for each architecture
 * that a driver was captured for by path; the original one for a driver that is looked up by SONAME.
 * Source: our graphics-stack specification, 9.2, and that of the edition of 2026, B5 and B6.
 */
export function writeManifests(
  captures: readonly ArchitectureCapture[],
  places: ManifestPlaces,
  edition: Edition,
): ManifestLists {
  const lists = new Map<DriverClassName, readonly string[]>();
  for (const driverClass of edition.classes) {
    if (driverClass.found !== 'by-manifest') continue;
    const written = writeClass(
      driverClass,
      byDriver(driverClass, captures),
      places,
      edition,
      captures[0]?.arch,
    );
    lists.set(
      driverClass.name,
      written.map((path) => `${places.overridesInContainer}/${path}`),
    );
  }
  return lists;
}

/** One driver with what became of it on each architecture. */
interface BoundDriver {
  readonly index: number;
  /** How many drivers its class has. */
  readonly classSize: number;
  readonly manifest: DriverManifest;
  readonly bindings: readonly { readonly arch: Tuple; readonly binding: Binding }[];
}

function byDriver(
  { name, naming }: ManifestClass,
  captures: readonly ArchitectureCapture[],
): readonly BoundDriver[] {
  const offered = captures.flatMap(({ arch, bindings }) =>
    bindings
      .filter(({ driver }) => driver.driverClass === name)
      .map((binding) => ({ arch, binding, driver: binding.driver })),
  );
  // Of runtimes each architecture has its own, though it be the same.
  const drivers = groupBy(offered, ({ arch, driver }) => (naming === 'active-runtime' ? arch : driver.index));
  const bound = [...drivers.values()].flatMap((bindings) => {
    const { index, manifest } = bindings[0].driver;
    return manifest === null ? [] : [{ index, classSize: drivers.size, manifest, bindings }];
  });
  // A plan may settle drivers that are found by SONAME before the others.
  return bound.sort((a, b) => a.index - b.index);
}

/** Writes the manifests of a class, and says which there are: paths relative to the overrides, in order. */
function writeClass(
  driverClass: ManifestClass,
  drivers: readonly BoundDriver[],
  places: ManifestPlaces,
  edition: Edition,
  primary: Tuple | undefined,
): readonly string[] {
  const written = new Set<string>();
  const usesEqualOnce = edition.manifests.usesEqualOnce && driverClass.naming === 'as-found';
  const equal = countBy(drivers, ({ manifest }) => manifest.digest);
  const used = new Set<string>();
  const folders = new Set<string>();
  for (const driver of drivers) {
    const { digest } = driver.manifest;
    if (usesEqualOnce && used.has(digest)) continue;
    // An original is linked only where there is one of it: so the recordings have it.
    const hasDoubles = usesEqualOnce && (equal.get(digest) ?? 0) > 1;
    const wanted = manifestsOf(driver, places, edition.manifests, hasDoubles);
    for (const one of wanted) {
      const number = numberWord(driver.index, driver.classSize, edition);
      const path = pathFor(driverClass, driver, one, number, primary, written);
      const target = `${places.overrides}/${path}`;
      const folder = posix.dirname(target);
      if (!folders.has(folder)) makeFolders(folder);
      folders.add(folder);
      if (one.libraryPath === null) provideOriginal(driver.manifest.path, target, places, edition.manifests);
      else {
        const content = rewriteManifest(
          driver.manifest.content,
          one.libraryPath,
          one.arch,
          edition.manifests,
        );
        writeFileSync(target, formatJson(content), { flag: 'wx' });
      }
      written.add(path);
    }
    if (wanted.length > 0) used.add(digest);
  }
  return [...written];
}

/** A manifest that a driver needs: a rewritten one for an architecture, or the original one. */
interface WantedManifest {
  readonly arch: Tuple;
  /** What a rewritten one names; null: it is the original. */
  readonly libraryPath: string | null;
}

/**
 * Of most drivers the original serves all architectures; a runtime's manifest is one architecture's.
 *
 * @param hasDoubles - whether other drivers have equal manifests: then none is the original.
 */
function manifestsOf(
  { bindings }: BoundDriver,
  { overridesInContainer }: ManifestPlaces,
  { libraryPath }: ManifestRules,
  hasDoubles: boolean,
): readonly WantedManifest[] {
  const rewritten: WantedManifest[] = [];
  const originals: WantedManifest[] = [];
  for (const { arch, binding } of bindings) {
    const { library } = binding.driver;
    const libdir = `${overridesInContainer}/lib/${arch}`;
    switch (binding.kind) {
      case 'captured':
      case 'copied':
        rewritten.push({
          arch,
          libraryPath: libraryPath === 'link' ? `${libdir}/${binding.link}` : binding.target,
        });
        break;
      case 'soname':
        if (hasDoubles && library.kind === 'soname')
          rewritten.push({ arch, libraryPath: `${libdir}/${library.soname}` });
        else originals.push({ arch, libraryPath: null });
        break;
      case 'meta-layer':
        originals.push({ arch, libraryPath: null });
        break;
      case 'nonexistent':
        break;
    }
  }
  return [...rewritten, ...originals.slice(0, 1)];
}

/** Where a manifest is put, relative to the overrides. */
function pathFor(
  { directory, naming }: ManifestClass,
  { manifest }: BoundDriver,
  { arch, libraryPath }: WantedManifest,
  number: string,
  primary: Tuple | undefined,
  taken: ReadonlySet<string>,
): string {
  const numbered = libraryPath === null ? number : `${number}-${arch}`;
  switch (naming) {
    case 'numbered':
      return `${directory}/${numbered}.json`;
    case 'as-found': {
      const name = posix.basename(manifest.path);
      return taken.has(`${directory}/${name}`) ? `${directory}/${numbered}/${name}` : `${directory}/${name}`;
    }
    case 'active-runtime':
      return `${directory}/active_runtime${arch === primary ? '' : `.${ARCHITECTURE_WORDS[arch]}`}.json`;
  }
}

/** Makes the original manifest available. Source: our graphics-stack specification, 9.4. */
function provideOriginal(
  source: string,
  target: string,
  { provider, providerInContainer }: ManifestPlaces,
  { seesFourLetterDirectories }: ManifestRules,
): void {
  if (isVisibleBelowProvider(source, seesFourLetterDirectories)) {
    symlinkSync(fsPath(providerInContainer + source), target);
  } else if (source.startsWith('/nix/') || source.startsWith('/gnu/store/')) {
    symlinkSync(fsPath(source), target);
  } else {
    writeFileSync(target, readOriginal(provider.naive(source)), { flag: 'wx', mode: 0o600 });
  }
}

/**
 * Whether the container sees a path of the provider. That every path with a first component of four
 * characters counts is how the recordings of 2022 have it: what is meant are names such as `sbin`.
 */
function isVisibleBelowProvider(path: string, seesFourLetterDirectories: boolean): boolean {
  const [, first = ''] = /^\/*([^/]*)/u.exec(path) ?? [];
  return (
    ['usr', 'bin', 'etc'].includes(first) ||
    ['lib', 'sbin'].some((beginning) => first.startsWith(beginning)) ||
    (seesFourLetterDirectories && byteString(first).length === 4)
  );
}

function readOriginal(place: string): Buffer {
  try {
    return readRegularFile(place, MAX_MANIFEST_BYTES);
  } catch (cause) {
    throw new SysrootError(`${place}: the manifest can no longer be read`, { cause });
  }
}
