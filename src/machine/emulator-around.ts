import { emulatorOf } from '../launch/emulations/known-emulators.ts';

/** What a process can see of the emulator that runs it; null: it may not look, or it is not there. */
export interface EmulatorTraces {
  /** What /proc/thread-self/exe leads to: emulators put the guest in place of /proc/self/exe alone. */
  readonly threadExecutable: string | null;
  /** /proc/version, which FEX rewrites. */
  readonly kernelText: string | null;
  /** The version field of uname(2), which FEX rewrites too. */
  readonly kernelVersion: string;
}

/**
 * The emulator that runs this very process: qemu-x86_64, FEX, … Null: none, as far as can be told; valgrind and Rosetta
 * leave none of these traces. Source: our emulation specification, 1.9 and 2; qemu-user 7.2, as tried.
 */
export function emulatorAround({
  threadExecutable,
  kernelText,
  kernelVersion,
}: EmulatorTraces): string | null {
  if (kernelText?.includes('(FEX@FEX)') === true || kernelVersion.startsWith('#FEX-')) return 'FEX';
  const program = threadExecutable?.slice(threadExecutable.lastIndexOf('/') + 1) ?? '';
  return emulatorOf(program) === null ? null : program;
}
