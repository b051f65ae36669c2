import { LaunchError } from '../errors.ts';
import type { CalibrationFacts, Model } from '../launch/emulations/emulation-schemas.ts';
import { plural } from '../plural.ts';
import type { MeasuredCell, Results, ScenarioResult } from '../results/results.ts';
import { measuredCells } from '../results/cells.ts';
import { childCpuMs, usedSamples } from '../results/sample-figures.ts';
import { median } from '../statistics/order-statistics.ts';
import type { Calibration, CalibrationPoint } from './calibrate.ts';

/**
 * What a model can be fitted to: the rows of a scenario, each natively and under the emulation.
 *
 * @throws LaunchError when a row could not be measured under both.
 */
export function calibrationPoints(scenario: ScenarioResult, emulation: string): readonly CalibrationPoint[] {
  const cells = measuredCells(scenario);
  const [difference] = scenario.equivalence.differences;
  if (difference !== undefined) {
    throw new LaunchError(`The tool does other work under ${emulation} than natively: ${difference}`);
  }
  return cells
    .filter((cell) => cell.emulation === 'native')
    .map((native) =>
      pointOf(
        native,
        cells.find((cell) => cell.row === native.row && cell.emulation === emulation),
      ),
    );
}

function pointOf(native: MeasuredCell, emulated: MeasuredCell | undefined): CalibrationPoint {
  const pages = usedSamples(native.samples).flatMap(({ minorFaults }) => minorFaults ?? []);
  return {
    call: native.row,
    launches: native.counts.launches ?? 0,
    libraries: native.counts.links,
    pages: pages.length === 0 ? null : median(pages),
    nativeMs: cpuOf(native),
    emulatedMs: emulated === undefined ? [] : cpuOf(emulated),
  };
}

function cpuOf(cell: MeasuredCell): readonly number[] {
  const { row, emulation, samples, counts } = cell;
  const reason = cell.void ?? ((counts.escaped ?? 0) > 0 ? 'a launch escaped its emulation' : null);
  if (reason !== null) throw new LaunchError(`"${row}" could not be measured (${emulation}): ${reason}`);
  return usedSamples(samples).flatMap((sample) => childCpuMs(sample) ?? []);
}

/** Load of the machine, of one minute; null: not told. */
export type LoadAverage = CalibrationFacts['loadAverage'];

/** The model that a calibration amounts to, with all that it holds for. */
export function calibratedModel(
  { parameters, rms, max, holdOut, points }: Calibration,
  { fingerprint, run, scenarios }: Results,
  loadAverage: LoadAverage,
): Model {
  const [tool] = fingerprint.tools;
  const [emulator] = fingerprint.emulators;
  if (tool === undefined || emulator === undefined) throw new Error('nothing was launched under an emulator');
  const rounds = scenarios[0]?.sampling.rounds ?? 0;
  const { before, after } = loadAverage;
  const load = before === null || after === null ? '' : `, load ${before.toFixed(1)} to ${after.toFixed(1)}`;
  const toolWords = `${tool.name} ${tool.version ?? ''} (${tool.kind})`.replace('  ', ' ');
  return {
    preset: null,
    ...parameters,
    // A server or an image that is mounted once is up when rounds begin.
    firstLaunchExtraMs: { value: 0, low: 0, high: 0 },
    hostFactor: 1,
    caller: 'emulated',
    source: `launchbench calibrate: ${plural(points.length, 'call')} in ${plural(rounds, 'round')}, natively and under ${emulator.command}; they are missed by ${percent(rms)} (rms) and at most ${percent(max)}, and ${holdOut.call}, which was held out, by ${percent(Math.abs(holdOut.error))}`,
    confidence: `${confidenceIn(holdOut.error)} for this tool, emulator and machine; unknown for others`,
    calibratedOn: `${emulator.version ?? emulator.command}, ${toolWords}, ${fingerprint.cpu.model}, ${run.startedAt.slice(0, 10)}${load}`,
    ...(tool.kind === 'external' ? {} : { fittedOn: 'own-tool' as const }),
    calibration: {
      tool: {
        arch: tool.arch,
        kind: tool.kind,
        name: tool.name,
        version: tool.version,
        sha256: tool.sha256,
      },
      emulator,
      cpu: fingerprint.cpu.model,
      kernel: fingerprint.kernel,
      timer: fingerprint.timer.kind,
      cache: run.cache,
      fileSystem: fingerprint.fileSystems.temporary,
      environment: fingerprint.environment,
      startedAt: run.startedAt,
      loadAverage,
      rounds,
    },
  };
}

/** A hold-out error up to which predictions are relied on. Source: our measurement specification, 13.2. */
const SMALL_HOLD_OUT_ERROR = 0.1;

function confidenceIn(error: number): string {
  return Math.abs(error) <= SMALL_HOLD_OUT_ERROR ? 'high' : 'medium';
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
