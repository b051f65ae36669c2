import { basename } from 'node:path';
import type { LedgerEntry } from '../launch/ledger.ts';
import type { TracedLaunch, TracedTree } from './process-tree.ts';

/** A ledger, and the trace of the same launches. */
export interface CountsToVerify {
  readonly ledger: readonly Pick<LedgerEntry, 'argv' | 'command'>[];
  readonly trace: TracedTree;
  /** Process that made the ledger's launches: the timer. */
  readonly launcherPid: number;
  /** Whether the emulator runs what its guests execute (binfmt_misc); without it, such launches escape. */
  readonly guestsExecEmulated?: boolean | undefined;
}

/** What the tracer says about a ledger. */
export interface CountCheck {
  /** Where ledger and tracer disagree, in a whole sentence; null: they agree. */
  readonly disagreement: string | null;
  /** Launches of guest programs that tools made themselves, further down: not in the ledger. */
  readonly deeper: readonly TracedLaunch[];
  /** Those of them that left the emulation: they ran natively. A timed cell with one of them is void. */
  readonly escaped: readonly TracedLaunch[];
  /** Execs that the host's kernel did for all of it, the emulator's own included. */
  readonly hostExecs: number;
  /** Processes that never executed a program. */
  readonly forks: number;
}

/**
 * Holds the ledger against what a tracer saw. They agree when the first images of the launcher's child processes are
 * the ledger, in order, with equal arguments. The tracer must have seen the wrapper of an emulation in front of each.
 * Source: our measurement specification, 1.4 to 1.6.
 */
export function verifyCounts({
  ledger,
  trace,
  launcherPid,
  guestsExecEmulated = false,
}: CountsToVerify): CountCheck {
  // The root is the instrument itself, started under the tracer.
  const below = trace.launches.slice(1).filter(({ pid }) => pid !== launcherPid);
  const direct = below.filter(({ parentPid, image }) => parentPid === launcherPid && image === 0);
  return {
    disagreement: disagreementOf(ledger, direct),
    ...furtherDown(below, direct, ledger, guestsExecEmulated),
    hostExecs: below.length,
    forks: trace.forks,
  };
}

/** What is counted of a command that was traced alone: everything below it. */
export function countBelow(
  command: Pick<LedgerEntry, 'argv' | 'command'>,
  { launches, forks }: TracedTree,
  { guestsExecEmulated }: { readonly guestsExecEmulated: boolean },
): Pick<CountCheck, 'deeper' | 'escaped' | 'hostExecs' | 'forks'> {
  const [root] = launches;
  return {
    ...furtherDown(launches, [root], [command], guestsExecEmulated),
    hostExecs: launches.length,
    forks,
  };
}

/** What was launched below the direct launches, each by its line of the ledger, and what of it left the emulation. */
function furtherDown(
  launches: readonly TracedLaunch[],
  direct: readonly TracedLaunch[],
  ledger: readonly Pick<LedgerEntry, 'argv' | 'command'>[],
  guestsExecEmulated: boolean,
): Pick<CountCheck, 'deeper' | 'escaped'> {
  const wrappers = new Set(ledger.flatMap(({ argv, command }) => wrapperWords(argv, command)));
  const guestOf = new Map(direct.map(({ pid }, index) => [pid, ledger[index]?.argv]));
  const known = new Set(direct);
  const deeper = launches.filter(
    (launch) => !known.has(launch) && !isEmulatorsOwn(launch, wrappers, guestOf.get(launch.pid)),
  );
  const escapes = wrappers.size > 0 && !guestsExecEmulated;
  return { deeper, escaped: deeper.filter((launch) => escapes && !isWrapped(launch, wrappers)) };
}

/** Base names of the programs that stand before the guest. */
function wrapperWords(argv: readonly string[], command: readonly string[]): readonly string[] {
  const [first] = command.slice(0, command.length - argv.length);
  return first === undefined ? [] : [basename(first)];
}

/**
 * Execs of the wrapper on its way to the guest (a script that executes the emulator), and the emulator's helpers
 * (FEX starts FEXServer): not guest programs. Source: our emulation specification, 1.1.
 */
function isEmulatorsOwn(
  launch: TracedLaunch,
  wrappers: ReadonlySet<string>,
  guest: readonly string[] | undefined,
): boolean {
  if (wrappers.size === 0) return false;
  if (launch.image > 0 && guest !== undefined && endsWith(launch.argv, guest)) return true;
  return /^(?:FEXServer|FEXOfflineCompiler)$/.test(basename(launch.path));
}

function endsWith(argv: readonly string[], end: readonly string[]): boolean {
  const from = argv.length - end.length;
  return from >= 0 && end.every((word, index) => argv[from + index] === word);
}

/** Whether the emulator was executed again for this one: by its own name, or as /proc/self/exe, as FEX does. */
function isWrapped({ path, argv }: TracedLaunch, wrappers: ReadonlySet<string>): boolean {
  return wrappers.has(basename(path)) || path === '/proc/self/exe' || wrappers.has(basename(argv[0] ?? ''));
}

function disagreementOf(
  ledger: readonly Pick<LedgerEntry, 'command'>[],
  direct: readonly TracedLaunch[],
): string | null {
  if (ledger.length !== direct.length) {
    return `The ledger holds ${ledger.length} launches, the tracer saw ${direct.length}.`;
  }
  for (const [index, { argv }] of direct.entries()) {
    const [entered, seen] = [ledger[index]?.command, argv].map((words) => JSON.stringify(words));
    if (entered !== seen)
      return `Launch ${index + 1} is ${entered} in the ledger, and ${seen} to the tracer.`;
  }
  return null;
}
