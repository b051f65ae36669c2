import { arch } from 'node:os';
import { EnvironmentError } from '../../errors.ts';
import { ARCHITECTURES, type Tuple, TUPLES } from '../sysroot/architectures.ts';

/**
 * The architectures that machines like this one run natively, in the order in which they are captured.
 *
 * @throws EnvironmentError on a machine that no stack is known for.
 */
export function machineFamily(machine: string = arch()): readonly Tuple[] {
  const own = Object.values(ARCHITECTURES).find(({ nodeArch }) => nodeArch === machine);
  if (own !== undefined) return TUPLES.filter((tuple) => ARCHITECTURES[tuple].family === own.family);
  throw new EnvironmentError(`No architecture is known for this machine (${machine})`, {
    hint: `Name one with --arch: ${TUPLES.join(', ')}.`,
  });
}
