import { arch } from 'node:os';
import { EnvironmentError } from '../../errors.ts';
import { ARCHITECTURES, type Tuple, TUPLES } from '../sysroot/architectures.ts';

/** What Node calls the machines of a family. */
const MACHINES = { x86: ['x64', 'ia32'], arm: ['arm64'] } as const;

/**
 * The architectures that machines like this one run natively, in the order in which they are captured.
 *
 * @throws EnvironmentError on a machine that no stack is known for.
 */
export function machineFamily(machine: string = arch()): readonly Tuple[] {
  const family = TUPLES.filter((tuple) =>
    MACHINES[ARCHITECTURES[tuple].family].some((known) => known === machine),
  );
  if (family.length > 0) return family;
  throw new EnvironmentError(`No architecture is known for this machine (${machine})`, {
    hint: `Name one with --arch: ${TUPLES.join(', ')}.`,
  });
}
