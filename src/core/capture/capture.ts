import { closeSync, openSync } from 'node:fs';
import { fsPath } from '../sysroot/byte-text.ts';
import { builtInPaths } from '../sysroot/architectures.ts';
import { createInspector } from '../sysroot/inspector.ts';
import { CaptureError, failure, systemFailure } from './capture-error.ts';
import { captureLibrary, type CaptureContext } from './capture-library.ts';
import { createComparison } from './compare/compare.ts';
import { literalBeginning, wildcard } from './compare/wildcard.ts';
import { createDependencyWalker } from './dependencies.ts';
import { FIXED_LISTS } from './fixed-lists.ts';
import { readLines } from './lines.ts';
import { expandPathGlob } from './path-glob.ts';
import { joinPath } from './paths.ts';
import { parsePattern, type Flags, type Pattern } from './pattern.ts';
import type { CaptureSettings, Destination, Message } from './settings.ts';
import { openTree } from './tree.ts';

export type { CaptureSettings, Destination, Message, RemapRule } from './settings.ts';

/** Captures patterns from one provider; what it has read of the two trees is kept between patterns. */
export interface Capturer {
  /**
   * Acts on one pattern.
   *
   * @throws CaptureError when the pattern fails; links made before stay.
   */
  capture(pattern: string, destination: Destination): void;
}

/**
 * Opens a provider and a container for capturing. Each tree's cache and each library is read once and kept for
 * as long as the capturer, which takes the trees not to change; a new capturer reads everything anew.
 *
 * Names that are not UTF-8 are given to the destination with a lone surrogate for each such byte
 * (sysroot/byte-text.ts); the destination of write-links.ts makes the same bytes of them again.
 */
export function createCapturer(
  settings: CaptureSettings,
  onMessage: (message: Message) => void = () => undefined,
): Capturer {
  const {
    architecture,
    libraryPath,
    fallbackPaths = builtInPaths(architecture),
    compareBy = ['name', 'provider'],
    knowledge = new Map(),
  } = settings;
  const onWarning = (text: string): void => {
    onMessage({ severity: 'warning', text });
  };
  const treeSettings = {
    architecture,
    libraryPath,
    fallbackPaths,
    inspector: settings.inspector ?? createInspector(),
    confined: settings.confined === true,
    onWarning,
    onEscape: settings.onEscape ?? (() => undefined),
  };
  const provider = openTree(settings.provider, {
    ...treeSettings,
    needsDynamic: settings.withoutDependencies !== true,
  });
  const context: CaptureContext = {
    settings,
    provider,
    dependencies: createDependencyWalker(provider),
    settled: new WeakMap(),
    container: openTree(settings.container, { ...treeSettings, needsDynamic: false }),
    compare: createComparison(compareBy, knowledge),
    onMessage,
  };
  // One for the whole capturer: a line `from:-` on standard input goes on where the reading is.
  let hasRead = false;
  const onRead = (): void => {
    hasRead = true;
  };
  const standardInput = readLines(STANDARD_INPUT, onRead);

  const act = ({ flags, target }: Pattern, destination: Destination, depth: number): void => {
    switch (target.kind) {
      case 'path':
        captureLibrary(context, { name: target.path, flags }, destination);
        return;
      case 'soname':
        captureLibrary(context, { name: target.name, flags, exactSoname: target.exact }, destination);
        return;
      case 'soname-match':
        captureCacheEntries(context, target.glob, flags, destination);
        return;
      case 'path-match':
        capturePaths(context, target.glob, flags, destination);
        return;
      case 'list':
        for (const pattern of FIXED_LISTS[target.list]) {
          act(parsePattern(pattern, { ...flags, ifExists: true, evenIfOlder: true }), destination, depth);
        }
        return;
      case 'from':
        if (depth === MAX_NESTED_FILES) {
          throw new CaptureError({
            errorClass: 'SYSTEM',
            errno: EMFILE,
            details: `${target.file}: files of patterns are nested more than ${MAX_NESTED_FILES} deep`,
          });
        }
        for (const line of linesOf(target.file, standardInput, onRead)) {
          if (hasRead) {
            // Whoever writes patterns may move what those before have made.
            hasRead = false;
            destination.lookAgain?.();
            context.settled.delete(destination);
          }
          if (line.startsWith('#')) {
            if (settings.echoComments === true) onWarning(line);
          } else if (line !== '') {
            act(parsePattern(line, flags), destination, depth + 1);
          }
        }
    }
  };

  return {
    capture(pattern, destination) {
      if (pattern.includes('\0')) {
        throw new CaptureError(failure('INVALID', `"${pattern}" contains a NUL, which no name can`));
      }
      act(parsePattern(pattern), destination, 0);
    },
  };
}

const STANDARD_INPUT = 0;
/** A file that names itself would otherwise go on until the system runs out of open files. */
const MAX_NESTED_FILES = 200;
const EMFILE = 24;

/** Each entry of the provider's cache whose name matches, as far as it fits. */
function captureCacheEntries(
  context: CaptureContext,
  glob: string,
  flags: Flags,
  destination: Destination,
): void {
  const loaded = context.provider.cache();
  if (loaded.kind === 'failed') throw new CaptureError(loaded.failure);
  const matches = wildcard(glob);
  let hasMatch = false;
  for (const name of loaded.cache.namesFrom(literalBeginning(glob))) {
    if (name === '') {
      context.onMessage({
        severity: 'warning',
        text: `ld.so.cache of "${context.provider.root}" has an empty name`,
      });
    } else if (matches(name)) {
      hasMatch = true;
      captureLibrary(context, { name, flags: { ...flags, ifExists: true } }, destination);
    }
  }
  if (!hasMatch && !flags.ifExists) throw noMatch(glob);
}

/** Each file of the provider whose path matches, as far as it is of this architecture. */
function capturePaths(context: CaptureContext, glob: string, flags: Flags, destination: Destination): void {
  const { root } = context.provider;
  const paths = expandPathGlob(joinPath(root, glob));
  if (paths.length === 0 && !flags.ifExists) throw noMatch(glob);
  for (const path of paths) {
    if (root !== '/' && !path.startsWith(`${root}/`)) {
      throw new CaptureError(failure('XDEV', `"${path}" is not within prefix "${root}"`));
    }
    const name = path.slice(root.length);
    captureLibrary(context, { name, flags: { ...flags, ifSameAbi: true } }, destination);
  }
}

function noMatch(glob: string): CaptureError {
  return new CaptureError(failure('NOT-FOUND', `"${glob}" has no matches`));
}

/** The lines of a file that the user named; it may be a pipe. */
function* linesOf(file: string, standardInput: Generator<string>, onRead: () => void): Generator<string> {
  let fd: number | null = null;
  try {
    if (file !== '-') fd = openSync(fsPath(file), 'r');
    const lines = fd === null ? standardInput : readLines(fd, onRead);
    for (let next = lines.next(); next.done !== true; next = lines.next()) yield next.value;
  } catch (error) {
    throw error instanceof CaptureError
      ? error
      : new CaptureError(systemFailure(error, file), { cause: error });
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
