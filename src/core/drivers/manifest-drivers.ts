import { posix } from 'node:path';
import type { Architecture } from '../sysroot/architectures.ts';
import { isUnusableFile, readRegularFile } from '../sysroot/read-file.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';
import type { Driver, DriverClassName, Library } from './driver.ts';
import type { ManifestClass } from './driver-classes.ts';
import { expandTokens, hasTokens } from './dynamic-tokens.ts';
import { MAX_MANIFEST_BYTES, parseIcdManifest, parseLayerManifest } from './manifest.ts';
import type { ManifestContent } from './manifest-content.ts';
import { findManifests } from './manifest-files.ts';
import { joinPath, type SearchContext } from './search-context.ts';

/** What one manifest says about one driver; the same for every architecture. */
export interface ManifestEntry {
  readonly driverClass: DriverClassName;
  readonly index: number;
  readonly manifests: ManifestClass['manifests'];
  /** Path of the manifest, inside the provider. */
  readonly path: string;
  /** `library_path` as it was written; null: a layer without a library. */
  readonly libraryPath: string | null;
  readonly content: ManifestContent;
}

/**
 * Reads all manifests of a class. One that cannot be used is passed over, takes no index and is reported.
 *
 * @throws SysrootError when the provider is confined and a manifest leads out of it.
 */
export function readManifests(
  driverClass: DriverClassName,
  manifestClass: ManifestClass,
  context: SearchContext,
  report: (message: string) => void,
): readonly ManifestEntry[] {
  const entries: ManifestEntry[] = [];
  for (const path of findManifests(manifestClass, context)) {
    const place = context.provider.naive(path);
    try {
      const bytes = readRegularFile(place, MAX_MANIFEST_BYTES);
      for (const found of parse(driverClass, manifestClass, bytes, (problem) => {
        report(`${path}: ${problem}`);
      })) {
        entries.push({
          driverClass,
          index: entries.length,
          manifests: manifestClass.manifests,
          path,
          ...found,
        });
      }
    } catch (error) {
      if (!isUnusableFile(error)) throw error;
      report(`${path}: passed over: ${error.message}`);
    }
  }
  return entries;
}

/** The driver that a manifest describes, as it is on one architecture. */
export function driverOf(entry: ManifestEntry, provider: Sysroot, architecture: Architecture): Driver {
  const { driverClass, index, path, content } = entry;
  return {
    driverClass,
    index,
    library: libraryOf(entry, provider, architecture),
    manifest: { path, content },
  };
}

function parse(
  driverClass: DriverClassName,
  { manifests }: ManifestClass,
  bytes: Uint8Array,
  report: (problem: string) => void,
): readonly { readonly libraryPath: string | null; readonly content: ManifestContent }[] {
  switch (manifests) {
    case 'icd':
      return [parseIcdManifest(bytes, { isVulkan: driverClass === 'vulkan-icd' })];
    case 'layer': {
      const { layers, problems } = parseLayerManifest(bytes);
      problems.forEach(report);
      return layers;
    }
  }
}

function libraryOf(entry: ManifestEntry, provider: Sysroot, architecture: Architecture): Driver['library'] {
  if (entry.libraryPath === null) return { kind: 'none', reason: 'meta-layer' };
  const library = locate(entry.libraryPath, entry.path);
  if (entry.manifests !== 'layer' || library.kind === 'soname' || !hasTokens(library.path)) return library;
  const path = provider.isHost ? expandTokens(library.path, provider, architecture) : null;
  return path === null ? { kind: 'none', reason: 'skipped' } : { kind: 'absolute', path };
}

/** A path relative to the manifest's directory is joined, not normalised: what is captured shows it. */
function locate(libraryPath: string, manifest: string): Library {
  if (!libraryPath.includes('/')) return { kind: 'soname', soname: libraryPath };
  if (libraryPath.startsWith('/')) return { kind: 'absolute', path: libraryPath };
  return { kind: 'absolute', path: joinPath(posix.dirname(manifest), libraryPath) };
}
