import { CaptureError } from '../capture/capture-error.ts';
import type { Library } from '../drivers/driver.ts';
import { escapeOf } from '../drivers/escaping-links.ts';
import { createLookUp } from '../drivers/library-lookup.ts';
import { isForArchitecture } from '../drivers/library-architecture.ts';
import { pathIn } from '../drivers/search-context.ts';
import { ARCHITECTURES, libraryDirectories, type Tuple, TUPLES } from '../sysroot/architectures.ts';
import type { ElfDynamic } from '../sysroot/elf-dynamic.ts';
import { isUnusableFile } from '../sysroot/read-file.ts';
import { inspected, type Sysroot } from '../sysroot/sysroot.ts';
import { fallbackPathsOf } from './fallback-paths.ts';
import type { CaptureSession } from './server.ts';

/** Why a library was not captured. */
export interface Loss {
  /** `skipped`: it is not meant for the architecture; `not-captured`: it should be there and is not. */
  readonly outcome: 'not-captured' | 'skipped';
  readonly reason: string;
  /** Names of libraries that it needs and that the provider has not; its own where that is not found. */
  readonly missing: readonly string[];
}

/** Reason of a library whose dependencies are missing. */
export const NEEDS_WHAT_IS_MISSING = 'what it needs is missing';

/** Explains why a library was not captured; null: nothing is wrong with it as far as we can see. */
export type ExplainLoss = (library: Library) => Loss | null;

/**
 * Looks again at what a capture of one architecture lost. The provider is asked, not the tool that was launched, so
 * the answer is the same whatever the strategy, and names all that is missing instead of the first.
 */
export function createLossExplainer(session: CaptureSession, arch: Tuple): ExplainLoss {
  const { provider } = session;
  const find = createFinder(session, arch);
  return (library) => {
    if (library.kind === 'absolute') {
      if (provider.resolve(library.path) !== null) return explainFile(library.path, find, provider, arch);
      return lost(escapeOf(provider, library.path) ?? 'there is no such file');
    }
    const found = library.soname === '' ? null : find(library.soname);
    if (found === null) return lost('the provider has no library of this name', [library.soname]);
    const path = found.at ?? likelyPath(library.soname, session, arch);
    const explained = path === null ? null : explainFile(path, find, provider, arch);
    return explained ?? (found.warning === null ? null : lost(found.warning));
  };
}

/** Where a library lies that could be found but not captured. */
function likelyPath(soname: string, session: CaptureSession, arch: Tuple): string | null {
  const { provider } = session;
  const directories = [
    ...libraryDirectories(ARCHITECTURES[arch]),
    ...(fallbackPathsOf(session, arch)?.list ?? []),
  ];
  const paths = directories.map((directory) => pathIn(directory, soname));
  return (
    paths.find((path) => {
      const resolved = provider.resolve(path);
      return resolved !== null && isForArchitecture(provider, resolved, ARCHITECTURES[arch]);
    }) ?? null
  );
}

function explainFile(path: string, find: FindLibrary, provider: Sysroot, arch: Tuple): Loss | null {
  const resolved = provider.resolve(path);
  if (resolved === null) return lost('there is no such file');
  if (!isForArchitecture(provider, resolved, ARCHITECTURES[arch])) {
    const other = TUPLES.find((tuple) => isForArchitecture(provider, resolved, ARCHITECTURES[tuple]));
    if (other === undefined) return lost(`it is no library for ${arch}`);
    return { outcome: 'skipped', reason: `it is for ${other}`, missing: [] };
  }
  const missing = missingOf(resolved, find, provider);
  if (missing.length > 0) return lost(NEEDS_WHAT_IS_MISSING, missing);
  const escape = escapeOf(provider, path);
  return escape === null ? null : lost(escape);
}

/** What should be there and is not. */
export function lost(reason: string, missing: readonly string[] = []): Loss {
  return { outcome: 'not-captured', reason, missing };
}

/** What a library needs itself that is nowhere; what its dependencies lack does not keep it from being captured. */
function missingOf(path: string, find: FindLibrary, provider: Sysroot): readonly string[] {
  const dynamic = dynamicOf(path, provider);
  if (dynamic === null) return [];
  const alongRunpath = (name: string): boolean =>
    (dynamic.runpath ?? '')
      .split(':')
      .some((directory) => directory !== '' && provider.resolve(pathIn(directory, name)) !== null);
  const isThere = (name: string): boolean =>
    name.startsWith('ld-') || find(name) !== null || (name.includes('/') && provider.resolve(name) !== null);
  return [...new Set(dynamic.needed)].filter((name) => !isThere(name) && !alongRunpath(name));
}

function dynamicOf(path: string, provider: Sysroot): ElfDynamic | null {
  try {
    return inspected(provider).inspector.elfAt(provider.naive(path), null).dynamic();
  } catch (error) {
    if (isUnusableFile(error)) return null;
    throw error;
  }
}

/**
 * Finds a library by name; null: it is not there. `at` is its path where all that it needs is there, too; else
 * `warning` says what is not.
 */
type FindLibrary = (name: string) => { readonly at: string | null; readonly warning: string | null } | null;

function createFinder(session: CaptureSession, arch: Tuple): FindLibrary {
  const { provider, libraryPath } = session;
  const warnings: string[] = [];
  const lookUp = createLookUp(
    provider,
    {
      architecture: ARCHITECTURES[arch],
      linkTarget: '/',
      libraryPath,
      fallbackPaths: fallbackPathsOf(session, arch)?.list,
    },
    ({ severity, text }) => {
      if (severity === 'warning') warnings.push(text);
    },
  );
  const known = new Map<string, ReturnType<FindLibrary>>();
  return (name) => {
    let result = known.get(name);
    if (result === undefined) known.set(name, (result = findOnce(name)));
    return result;
  };

  function findOnce(name: string): ReturnType<FindLibrary> {
    warnings.length = 0;
    try {
      // Nothing is said of a name that is not there, but of a library whose own dependencies are missing.
      const [at = null] = lookUp([`soname:${name}`]).values();
      const [warning = null] = warnings;
      return at === null && warning === null ? null : { at, warning };
    } catch (error) {
      if (error instanceof CaptureError) return null;
      throw error;
    }
  }
}
