import type { Emulation } from '../launch/emulations/emulations.ts';
import type { CalibrationScenario } from '../scenario/scenario.ts';
import { calibrationRows } from './calibration-rows.ts';
import { setUpRows } from './measure-stack.ts';
import { setUpScenario } from './set-up-scenario.ts';
import type { MeasureOptions, Subject } from './subject.ts';

/**
 * Sets up the calls that a model is fitted to.
 *
 * @throws as `setUpStack`.
 */
export async function setUpCalibration(
  { stack }: CalibrationScenario,
  emulations: readonly Emulation[],
  options: MeasureOptions,
): Promise<Subject> {
  const setUp = await setUpScenario(stack, options);
  const rows = await calibrationRows(setUp);
  return setUpRows({ setUp, rows, sameWork: 'in each row' }, emulations, options);
}
