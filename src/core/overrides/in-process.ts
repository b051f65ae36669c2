import { SysrootError } from '../../errors.ts';
import { type Capturer, createCapturer, type Destination } from '../capture/capture.ts';
import { CaptureError } from '../capture/capture-error.ts';
import { loadKnowledge } from '../capture/compare/knowledge.ts';
import { openDestination } from '../capture/write-links.ts';
import type { CaptureCall } from '../planning/plan.ts';
import { ARCHITECTURES, type Tuple } from '../sysroot/architectures.ts';
import { makeDestination, tidyDestination } from './destination-links.ts';
import { fallbackPathsOf } from './fallback-paths.ts';
import { destinationOf, knowledgeFile, remapRules } from './places.ts';
import { type CaptureServer, type CaptureSession, isConfined } from './server.ts';

/** Serves capture calls in this process, through the code that our capture tool is made of. */
export function serveInProcess(session: CaptureSession): CaptureServer {
  return serveWith(
    session,
    new Map(),
    (directory) => openDestination(directory, { isEmpty: makeDestination(directory) }),
    tidyDestination,
  );
}

/**
 * Foresees what capture calls would leave: everything is read, nothing is written. A destination is empty
 * until a call has put something there.
 *
 * @param capturers - what has been read: handed to several servers of one session, each file is read once for all.
 */
export function foreseeCaptures(
  session: CaptureSession,
  capturers = new Map<Tuple, Capturer>(),
): CaptureServer {
  return serveWith(
    session,
    capturers,
    () => ({ has: () => false, link: () => undefined }),
    () => undefined,
  );
}

/** A server whose destinations are opened, and left, as it is told. */
function serveWith(
  session: CaptureSession,
  capturers: Map<Tuple, Capturer>,
  open: (directory: string) => Destination,
  leave: typeof tidyDestination,
): CaptureServer {
  const folders = new Map<string, Folder>();
  return {
    serve(call) {
      const capturer = capturers.get(call.arch) ?? openCapturer(session, call.arch);
      capturers.set(call.arch, capturer);
      const directory = destinationOf(session.overrides, call.arch, call.dest);
      const { destination, links } = folders.get(directory) ?? remembering(open(directory));
      try {
        for (const pattern of call.patterns) captureOrFail(capturer, pattern, destination, call);
      } catch (error) {
        if (!call.mayFail || !(error instanceof SysrootError)) throw error;
        session.report?.(`${call.purpose} of ${call.arch} is left out: ${error.message}`);
      }
      leave(directory, call, { links });
      // One that nothing is in may be gone now.
      if (links.size > 0) folders.set(directory, { destination, links });
      return Promise.resolve({ links });
    },
  };
}

function openCapturer(session: CaptureSession, arch: Tuple): Capturer {
  const knowledge = knowledgeFile(session);
  return createCapturer(
    {
      architecture: ARCHITECTURES[arch],
      provider: session.provider.root,
      container: session.container.root,
      remap: remapRules(session),
      libraryPath: session.libraryPath,
      fallbackPaths: fallbackPathsOf(session, arch)?.list,
      confined: isConfined(session),
      inspector: session.provider.inspector ?? undefined,
      onEscape: session.onEscape,
      knowledge: knowledge === null ? undefined : loadKnowledge(knowledge),
    },
    ({ severity, text }) => {
      if (severity === 'warning') session.report?.(text);
    },
  );
}

/** A destination, and what was linked there. */
interface Folder {
  readonly destination: Destination;
  readonly links: ReadonlyMap<string, string>;
}

/** Keeps what is linked, so that no folder has to be read to know it. */
function remembering(destination: Destination): Folder {
  const links = new Map<string, string>();
  return {
    links,
    destination: {
      has: (name) => links.has(name) || destination.has(name),
      link(name, target) {
        destination.link(name, target);
        links.set(name, target);
      },
    },
  };
}

function captureOrFail(
  capturer: Capturer,
  pattern: string,
  destination: Destination,
  { arch, purpose }: CaptureCall,
): void {
  try {
    capturer.capture(pattern, destination);
  } catch (cause) {
    if (!(cause instanceof CaptureError)) throw cause;
    throw new SysrootError(`Cannot capture "${pattern}" for ${arch} (${purpose}): ${cause.message}`, {
      cause,
      hint: 'The capture tool ends with status 1 here, too: what is named must be a library, and the tree must have an ld.so.cache, which "ldconfig -r TREE" makes.',
    });
  }
}
