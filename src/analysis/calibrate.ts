import type { Model, ParameterRange } from '../launch/emulations/emulation-schemas.ts';
import { THIRD_PARAMETER_NAMES, THIRD_PARAMETERS, type ThirdParameter } from '../launch/emulations/model.ts';
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { dot, fitRelative } from '../statistics/least-squares.ts';
import { median } from '../statistics/order-statistics.ts';
import { createRandom } from '../statistics/random.ts';

/** One kind of call, measured natively and under the emulator. */
export interface CalibrationPoint {
  readonly call: string;
  readonly launches: number;
  /** What the call did natively, for a third parameter; null where it is not known. */
  readonly libraries: number | null;
  readonly pages: number | null;
  /** CPU time of the launches in each round, milliseconds. */
  readonly nativeMs: readonly number[];
  readonly emulatedMs: readonly number[];
}

/** A point beside what the fitted parameters say of it; medians. */
export interface FittedPoint extends Omit<CalibrationPoint, 'nativeMs' | 'emulatedMs'> {
  readonly nativeMs: number;
  readonly emulatedMs: number;
  readonly predictedMs: number;
  /** How far the prediction lies from what was measured, as a ratio less one: 0.08 is 8 % too much. */
  readonly error: number;
}

/** How a choice of parameters predicts each point when it is fitted to the others. */
export interface LeftOutErrors {
  /** null: F and k alone. */
  readonly third: ThirdParameter | null;
  readonly rms: number;
  readonly max: number;
}

/** A model fitted to points, and how well it fits. */
export interface Calibration {
  readonly parameters: Pick<Model, 'launchMs' | 'cpuFactor' | ThirdParameter>;
  readonly points: readonly FittedPoint[];
  /** Of the errors of the points. */
  readonly rms: number;
  readonly max: number;
  /** No parameter was fitted to it, and no choice of parameters made by it. */
  readonly holdOut: FittedPoint;
  /** Whether the hold-out is near enough for any prediction to be made. */
  readonly usable: boolean;
  /** What the parameters were chosen by, in the order in which they were tried. */
  readonly choices: readonly LeftOutErrors[];
}

/** Largest error of the hold-out that a model may have. Source: our emulation specification, 3.3. */
export const LARGEST_HOLD_OUT_ERROR = 0.3;

/**
 * Fits F and k, and a third parameter where it is needed: relative least squares with no parameter below zero, on
 * medians. The fewest parameters are kept that predict every left-out point within 5 %; where none do, those that predict
 * best, a third having to lower the error by a quarter. Ranges are the middle 90 % of a bootstrap over rounds. Our emulation
 * specification, 3.3, and our measurement specification, 13.2.
 *
 * @param points - at least two, each with one value a round
 */
export function calibrate(
  points: readonly CalibrationPoint[],
  holdOut: CalibrationPoint,
  { seed }: { readonly seed: number },
): Calibration {
  const possible = [
    null,
    ...(points.length >= POINTS_OF_A_THIRD
      ? THIRD_PARAMETER_NAMES.filter((name) => isKnown(name, [...points, holdOut]))
      : []),
  ];
  const choices = possible.map((third) => leftOutErrors(points, third));
  const third = choose(choices);
  const parameters = fit(points, third);
  const fitted = points.map((point) => fittedPoint(point, third, parameters));
  const heldOut = fittedPoint(holdOut, third, parameters);
  return {
    parameters: withRanges(points, third, parameters, seed),
    points: fitted,
    ...sizeOf(fitted.map(({ error }) => error)),
    holdOut: heldOut,
    usable: Math.abs(heldOut.error) <= LARGEST_HOLD_OUT_ERROR,
    choices,
  };
}

/** Points that a third parameter needs: a start and eight calls. Source: our measurement specification, 13.2. */
const POINTS_OF_A_THIRD = 9;

/**
 * Error that is small enough for no further parameter: half of what a strategy may be missed by, since one that makes the
 * same call over and over has the error of that call.
 */
const SMALL_ERROR = 0.05;
/** How much better one more parameter has to be where it is not. */
const CLEARLY_BETTER = 0.75;

function choose(choices: readonly LeftOutErrors[]): ThirdParameter | null {
  const [two, ...three] = choices;
  if (two === undefined || two.max <= SMALL_ERROR) return null;
  const best = three.reduce<LeftOutErrors | null>((a, b) => (a !== null && a.rms <= b.rms ? a : b), null);
  return best !== null && best.rms <= two.rms * CLEARLY_BETTER ? best.third : null;
}

/** The cheapest call stays in: without it nothing would say what a launch costs that does hardly any work. */
function leftOutErrors(points: readonly CalibrationPoint[], third: ThirdParameter | null): LeftOutErrors {
  const cheapest = Math.min(...points.map(({ nativeMs }) => median(nativeMs)));
  const left = points.filter(({ nativeMs }) => median(nativeMs) > cheapest);
  const errors = left.map((point) => {
    const others = points.filter((other) => other !== point);
    return fittedPoint(point, third, fit(others, third)).error;
  });
  return { third, ...sizeOf(errors) };
}

function fit(points: readonly CalibrationPoint[], third: ThirdParameter | null): readonly number[] {
  return fitRelative(
    points.map((point) => rowOf(point, third, median(point.nativeMs))),
    points.map(({ emulatedMs }) => median(emulatedMs)),
  );
}

/** What the parameters are multiplied with. */
function rowOf(point: CalibrationPoint, third: ThirdParameter | null, nativeMs: number): readonly number[] {
  return [point.launches, nativeMs, ...(third === null ? [] : [point[THIRD_PARAMETERS[third]] ?? 0])];
}

function fittedPoint(
  point: CalibrationPoint,
  third: ThirdParameter | null,
  parameters: readonly number[],
): FittedPoint {
  const nativeMs = median(point.nativeMs);
  const emulatedMs = median(point.emulatedMs);
  const predictedMs = dot(rowOf(point, third, nativeMs), parameters);
  return { ...point, nativeMs, emulatedMs, predictedMs, error: predictedMs / emulatedMs - 1 };
}

function isKnown(name: ThirdParameter, points: readonly CalibrationPoint[]): boolean {
  return points.every((point) => point[THIRD_PARAMETERS[name]] !== null);
}

function sizeOf(errors: readonly number[]): { readonly rms: number; readonly max: number } {
  return {
    rms: Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length),
    max: Math.max(...errors.map(Math.abs)),
  };
}

/** Share of the draws that a range spans: from 5 to 95 %. */
const RANGE_CONFIDENCE = 0.9;
/** So many are enough for ends at 5 and 95 %. */
const DRAWS = 1000;

function withRanges(
  points: readonly CalibrationPoint[],
  third: ThirdParameter | null,
  parameters: readonly number[],
  seed: number,
): Calibration['parameters'] {
  const series = points.flatMap(({ nativeMs, emulatedMs }) => [nativeMs, emulatedMs]);
  const range = (index: number): ParameterRange => {
    const value = parameters[index] ?? 0;
    const interval = bootstrapInterval(
      series,
      (drawn) => {
        const redrawn = points.map((point, at) => ({
          ...point,
          nativeMs: drawn[2 * at] ?? point.nativeMs,
          emulatedMs: drawn[2 * at + 1] ?? point.emulatedMs,
        }));
        return fit(redrawn, third)[index] ?? 0;
      },
      { confidence: RANGE_CONFIDENCE, random: createRandom(seed), draws: DRAWS },
    );
    return {
      value: rounded(value),
      low: rounded(Math.min(value, interval?.low ?? value)),
      high: rounded(Math.max(value, interval?.high ?? value)),
    };
  };
  return { launchMs: range(0), cpuFactor: range(1), ...(third === null ? {} : { [third]: range(2) }) };
}

/** Four digits are more than the ranges bear out. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
