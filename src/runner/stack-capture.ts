import { type CaptureStackOptions, completeOverrides, runCaptures } from '../core/overrides/capture-stack.ts';
import { type DigestInputs, digestOverrides } from '../core/overrides/digest.ts';
import { driverLinksOf, type KeptArchitecture } from '../core/overrides/kept-answer.ts';
import { DEFAULT_OVERRIDES_IN_CONTAINER } from '../core/overrides/places.ts';
import type { ArchitectureCapture } from '../core/overrides/run-plan.ts';
import type { Launching } from '../core/overrides/server.ts';
import type { CellRun } from './cell-record.ts';

/** One capture of a graphics stack, in this process: what is timed of it, and a look at what it left. */
export interface StackCapture {
  /**
   * The timed part: from the first capture call to the last outcome.
   *
   * @returns what called for a capture where overrides might have been used again; null: nothing did.
   * @throws LaunchError, SysrootError when the capture fails.
   */
  run(): Promise<string | null>;
  /** What the run left behind; called once, after `run`. */
  examine(): CellRun;
}

const LAUNCHES = 'a capture without launches launches a process';

/** For captures that launch nothing. */
export const NOTHING_LAUNCHED: Launching = {
  launcher: {
    launch: () => Promise.reject(new Error(LAUNCHES)),
    converse: () => {
      throw new Error(LAUNCHES);
    },
  },
  toolFor: () => ({ kind: 'external', file: '/nowhere', argv: ['/nowhere'], executable: 'none' }),
  env: {},
  timeoutMs: 1,
};

/** A capture into overrides that were just created. */
export function prepareStackCapture(
  given: Omit<CaptureStackOptions, 'overridesInContainer' | 'libraryPath'>,
): StackCapture {
  const options: CaptureStackOptions = {
    ...given,
    overridesInContainer: DEFAULT_OVERRIDES_IN_CONTAINER,
    libraryPath: given.env['LD_LIBRARY_PATH'],
  };
  let captures: readonly ArchitectureCapture[] = [];
  return {
    async run() {
      captures = await runCaptures(options);
      return null;
    },
    examine() {
      completeOverrides(captures, options);
      return examineOverrides(
        options,
        captures.map((capture) => ({ ...capture, driverLinks: driverLinksOf(capture.bindings) })),
      );
    },
  };
}

/** What a capture left behind. */
export function examineOverrides(
  places: Omit<DigestInputs, 'captures'>,
  captures: readonly Pick<KeptArchitecture, 'arch' | 'searchPath' | 'calls' | 'driverLinks'>[],
): CellRun {
  const { offered, exact, offers, offersInWords, links } = digestOverrides({ ...places, captures });
  const calls = captures.flatMap((capture) => capture.calls);
  return {
    patterns: calls.reduce((sum, { patterns }) => sum + patterns.length, 0),
    links: links.length,
    drivers: countDrivers(captures, new Set(links.map(pathOfLink))),
    overridesDigest: offered,
    entries: offers.map((offer) => ({ offer, words: offersInWords.get(offer) ?? offer })),
    targetsDigest: exact,
  };
}

/** Drivers that have a library, on every architecture that they are offered to, and those whose links are there. */
function countDrivers(
  captures: readonly Pick<KeptArchitecture, 'arch' | 'driverLinks'>[],
  links: ReadonlySet<string>,
): CellRun['drivers'] {
  const asked = captures.flatMap(({ arch, driverLinks }) => driverLinks.map((link) => ({ arch, link })));
  return {
    offered: asked.length,
    captured: asked.filter(({ arch, link }) => link !== null && links.has(`lib/${arch}/${link}`)).length,
  };
}

/** The digest lists links as `path -> target`. */
function pathOfLink(line: string): string {
  return line.slice(0, line.indexOf(' -> '));
}
