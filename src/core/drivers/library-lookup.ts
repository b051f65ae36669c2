import { type CaptureSettings, createCapturer, type Message } from '../capture/capture.ts';
import { CaptureError } from '../capture/capture-error.ts';
import type { Sysroot } from '../sysroot/sysroot.ts';

/**
 * Finds the libraries of patterns as the capture tool would, without launching it and without any link made: name → path,
 * in the order of the patterns.
 *
 * @throws CaptureError when the tree has no ld.so.cache that can be used, or a library of a pattern cannot be read.
 */
export type LookUp = (patterns: readonly string[]) => ReadonlyMap<string, string>;

/** Opens a tree for looking libraries up: paths are those of this machine, or with a `linkTarget` of `/` those in the tree. */
export function createLookUp(
  { root, confined, inspector }: Sysroot,
  settings: Pick<CaptureSettings, 'architecture' | 'libraryPath' | 'fallbackPaths' | 'linkTarget'>,
  onMessage?: (message: Message) => void,
): LookUp {
  const tree = { provider: root, container: root, confined, inspector: inspector ?? undefined };
  const capturer = createCapturer({ ...settings, ...tree }, onMessage);
  return (patterns) => {
    const links = new Map<string, string>();
    for (const pattern of patterns) {
      capturer.capture(`no-dependencies:if-exists:even-if-older:${pattern}`, {
        has: (name) => links.has(name),
        link: (name, target) => void links.set(name, target),
      });
    }
    return links;
  };
}

/** One failure makes all of it count for nothing: that is what a capture tool's exit status says. */
export function orNothing(lookUp: LookUp): LookUp {
  return (patterns) => {
    try {
      return lookUp(patterns);
    } catch (error) {
      if (error instanceof CaptureError) return new Map();
      throw error;
    }
  };
}
