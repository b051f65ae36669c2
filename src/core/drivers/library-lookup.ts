import { type Capturer, createCapturer, type Destination } from '../capture/capture.ts';
import { CaptureError } from '../capture/capture-error.ts';
import type { Architecture } from '../sysroot/architectures.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/** Finds libraries in a provider as the capture tool would, without launching it and without any link made. */
export interface LibraryLookup {
  /** Name → path inside the provider, in the order of the patterns. */
  readonly inProvider: (patterns: readonly string[]) => ReadonlyMap<string, string>;
  /** Name → path on this machine. */
  readonly onHost: (patterns: readonly string[]) => ReadonlyMap<string, string>;
}

/**
 * Opens a provider for looking libraries up.
 *
 * @param libraryPath - LD_LIBRARY_PATH; its directories are searched first, inside the provider.
 * @param fallbackPaths - directories searched last; null: those that the capture tool has built in.
 */
export function createLibraryLookup(
  provider: Sysroot,
  architecture: Architecture,
  libraryPath: string | undefined,
  fallbackPaths: readonly string[] | null,
): LibraryLookup {
  const settings = {
    architecture,
    provider: provider.root,
    container: provider.root,
    libraryPath,
    fallbackPaths: fallbackPaths ?? undefined,
    confined: provider.confined,
    inspector: provider.inspector ?? undefined,
  };
  const inProvider = createCapturer({ ...settings, linkTarget: '/' });
  let onHost: Capturer | undefined;
  return {
    inProvider: (patterns) => lookUp(inProvider, patterns),
    onHost: (patterns) => lookUp((onHost ??= createCapturer(settings)), patterns),
  };
}

/** One failure makes all of it count for nothing: that is what a capture tool's exit status says. */
function lookUp(capturer: Capturer, patterns: readonly string[]): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  const destination: Destination = {
    has: (name) => links.has(name),
    link: (name, target) => void links.set(name, target),
  };
  try {
    for (const pattern of patterns) {
      capturer.capture(`no-dependencies:if-exists:even-if-older:${pattern}`, destination);
    }
  } catch (error) {
    if (error instanceof CaptureError) return new Map();
    throw error;
  }
  return links;
}
