import { FormatError } from '../errors.ts';
import { executableName } from '../results/launch-label.ts';
import type { Results } from '../results/results.ts';
import { presentFigures } from '../results/sample-figures.ts';
import { nameIn, type Trace } from '../results/trace.ts';
import { median } from '../statistics/order-statistics.ts';
import type { Advice } from './advice/advice.ts';
import { claimedCells, isVoid } from './claim.ts';

/** What a launch of a recording takes when it is made again, on the average of all that a replay makes. */
export interface MeasuredLaunch {
  readonly emulation: string;
  readonly cpuMs: number;
  /** Names of the executables that it was measured with. */
  readonly executables: ReadonlySet<string>;
}

/**
 * What a replay of a recording measured, by emulation. A cell that is void or was only counted tells nothing.
 *
 * @param file - name of the results for messages
 * @throws FormatError when they are of something else than a replay of this recording
 */
export function measuredLaunches(
  { scenarios, run }: Results,
  trace: Trace,
  file: string,
): readonly MeasuredLaunch[] {
  const command = JSON.stringify(trace.command.argv);
  const replays = scenarios.filter(({ recording }) => JSON.stringify(recording) === command);
  if (replays.length === 0) {
    throw new FormatError(`${file}: not of a replay of this recording`, {
      hint: 'launchbench replay RECORDING --output FILE writes results that are.',
    });
  }
  return replays
    .flatMap((scenario) => claimedCells(scenario, run))
    .filter((cell) => !isVoid(cell))
    .flatMap(({ emulation, cell: { counts, samples } }) => {
      const figures = presentFigures(samples, 'cpu');
      if (figures.length === 0 || counts.ledger.length === 0) return [];
      const executables = new Set(counts.ledger.map(({ executable }) => executableName(executable)));
      return [{ emulation, cpuMs: median(figures) / counts.ledger.length, executables }];
    });
}

/** The CPU time that advice saves by what was measured, milliseconds; null where none of it was measured. */
export function measuredSaving(
  { launches, launchesSaved }: Advice,
  { cpuMs, executables }: MeasuredLaunch,
  { tree }: Trace,
): number | null {
  const wasMeasured = launches.every((seq) => {
    const launch = tree[seq];
    return launch !== undefined && executables.has(nameIn(launch));
  });
  return wasMeasured && launchesSaved > 0 ? cpuMs * launchesSaved : null;
}
