import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { Architecture } from '../sysroot/architectures.ts';
import { isUnusableFile } from '../sysroot/read-file.ts';
import type { Driver, Library } from './driver.ts';
import type { DiscoveryRules, ManifestClass } from './driver-classes.ts';
import { expandTokens, hasTokens } from './dynamic-tokens.ts';
import { escapeOf } from './escaping-links.ts';
import { systemErrorWords } from '../../system-errors.ts';
import { type DescribedDriver, MAX_MANIFEST_BYTES, NewerFormatError, parseManifest } from './manifest.ts';
import { pathIn, type SearchContext } from './search-context.ts';
import { inspected } from '../sysroot/sysroot.ts';

/** What one manifest says about one driver; the same for every architecture. */
export interface ManifestEntry extends DescribedDriver {
  readonly manifestClass: ManifestClass;
  readonly index: number;
  /** Path of the manifest, inside the provider. */
  readonly path: string;
  readonly digest: string;
}

/**
 * Reads manifests of a class. One that cannot be used is passed over, takes no index and is reported.
 *
 * @param paths - where they are, inside the provider, in the order in which they count.
 * @throws SysrootError when the provider is confined and a manifest leads out of it.
 */
export function readManifests(
  manifestClass: ManifestClass,
  paths: readonly string[],
  rules: DiscoveryRules,
  { provider, report, notice }: SearchContext,
): readonly ManifestEntry[] {
  const entries: ManifestEntry[] = [];
  for (const path of paths) {
    const place = provider.naive(path);
    try {
      const bytes = inspected(provider).inspector.contentAt(place, MAX_MANIFEST_BYTES);
      const digest = createHash('sha256').update(bytes).digest('hex');
      const { drivers, problems } = parseManifest(bytes, manifestClass.manifests, rules);
      for (const problem of problems) report(`${path}: ${problem}`);
      for (const driver of drivers) {
        entries.push({ ...driver, manifestClass, index: entries.length, path, digest });
      }
    } catch (error) {
      if (!isUnusableFile(error)) throw error;
      const escape = escapeOf(provider, path);
      if (escape !== null) notice(`${path}: passed over: ${escape}`);
      else if (error instanceof NewerFormatError) notice(`${path}: passed over: ${error.message}`);
      else report(`${path}: passed over: ${systemErrorWords(error)}`);
    }
  }
  return entries;
}

/** The driver that a manifest describes, as it is on one architecture. */
export function driverOf(
  entry: ManifestEntry,
  architecture: Architecture,
  rules: DiscoveryRules,
  context: SearchContext,
): Driver {
  const { manifestClass, index, digest, content } = entry;
  return {
    driverClass: manifestClass.name,
    index,
    library: libraryOf(entry, architecture, rules, context),
    manifest: { path: sourceOf(entry, context), digest, content },
  };
}

/** Where a manifest counts as found. OpenXR's are links to where they were installed, and count from there. */
function sourceOf({ manifestClass, path }: ManifestEntry, { provider }: SearchContext): string {
  const { manifests } = manifestClass;
  const isOpenXr = manifests === 'openxr-layer' || manifests === 'openxr-runtime';
  return isOpenXr ? (provider.resolve(path) ?? path) : path;
}

function libraryOf(
  entry: ManifestEntry,
  architecture: Architecture,
  { heedsLibraryArch }: DiscoveryRules,
  context: SearchContext,
): Driver['library'] {
  const { provider } = context;
  const { libraryPath, libraryArch, manifestClass } = entry;
  if (heedsLibraryArch && libraryArch !== null && libraryArch !== String(architecture.elf.bits)) {
    return { kind: 'none', reason: 'other-architecture', written: libraryPath };
  }
  if (libraryPath === null) return { kind: 'none', reason: 'meta-layer', written: null };
  const library = locate(libraryPath, sourceOf(entry, context));
  if (manifestClass.manifests !== 'vulkan-layer' || library.kind === 'soname' || !hasTokens(library.path))
    return library;
  const expanded = provider.isHost ? expandTokens(library.path, provider, architecture) : null;
  return expanded === null
    ? { kind: 'none', reason: 'dynamic-tokens', written: libraryPath }
    : { kind: 'absolute', path: expanded };
}

/** A path relative to the manifest's directory is joined, not normalised: what is captured shows it. */
function locate(libraryPath: string, manifest: string): Library {
  if (!libraryPath.includes('/')) return { kind: 'soname', soname: libraryPath };
  if (libraryPath.startsWith('/')) return { kind: 'absolute', path: libraryPath };
  return { kind: 'absolute', path: pathIn(posix.dirname(manifest), libraryPath) };
}
