import { type CaptureStackOptions, completeOverrides, runCaptures } from '../core/overrides/capture-stack.ts';
import { digestOverrides } from '../core/overrides/digest.ts';
import { DEFAULT_OVERRIDES_IN_CONTAINER } from '../core/overrides/places.ts';
import type { ArchitectureCapture } from '../core/overrides/run-plan.ts';
import { STRATEGIES, type StrategyName } from '../core/overrides/strategies.ts';
import type { CellRun } from './bench.ts';

/** One capture of a graphics stack: what is timed of it, and a look at what it left. */
export interface StackCapture {
  /**
   * The timed part: from the first capture call to the last outcome.
   *
   * @throws LaunchError, SysrootError when the capture fails.
   */
  run(): Promise<void>;
  /** What the run left behind; called once, after `run`. */
  examine(): CellRun;
}

/** A capture into overrides that were just created. */
export function prepareStackCapture(
  strategy: StrategyName,
  given: Omit<CaptureStackOptions, 'strategy' | 'overridesInContainer' | 'importLayers' | 'libraryPath'>,
): StackCapture {
  const options: CaptureStackOptions = {
    ...given,
    strategy: STRATEGIES[strategy],
    overridesInContainer: DEFAULT_OVERRIDES_IN_CONTAINER,
    importLayers: true,
    libraryPath: given.env['LD_LIBRARY_PATH'],
  };
  let captures: readonly ArchitectureCapture[] = [];
  return {
    async run() {
      captures = await runCaptures(options);
    },
    examine() {
      completeOverrides(captures, options);
      const { offered, exact, offers, links } = digestOverrides({ ...options, captures });
      const calls = captures.flatMap((capture) => capture.calls);
      return {
        patterns: calls.reduce((sum, { patterns }) => sum + patterns.length, 0),
        links: links.length,
        overridesDigest: offered,
        entries: offers,
        targetsDigest: exact,
      };
    },
  };
}
