import type { Fingerprint } from '../results/results.ts';

/** What must be the same before times of two runs are put side by side (our measurement specification, 4.7). */
const CONDITIONS = {
  machine: ({ machine, os }) => `${machine}, ${os}`,
  kernel: ({ kernel }) => kernel,
  CPU: ({ cpu }) => `${cpu.model}, ${cpu.coresOnline} cores online`,
  governor: ({ governor }) => governor ?? 'unknown',
} as const satisfies Conditions;

/** The same for times of launches alone: what is done in a process passes through no timer and launches no tool. */
const CONDITIONS_OF_LAUNCHES = {
  timer: ({ timer }) => `${timer.kind} ${timer.version}`,
  // Natively our own tool starts 50 times more quickly than with Node. Two versions of one kind may well be compared.
  'kind of capture tool': ({ tools }) =>
    tools.map(({ arch, kind }) => `${arch} ${kind === 'own' ? 'node' : kind}`).join(', ') || 'none',
} as const satisfies Conditions;

type Conditions = Record<string, (fingerprint: Fingerprint) => string>;

/** What the times of two machines are of. */
interface ComparedTimes {
  /** The emulation whose emulator counts as a condition too; null: all of them. */
  readonly emulation: string | null;
  /** Whether anything was launched for them. */
  readonly launches: boolean;
}

/** In which of the conditions that move times two machines differ: `kernel: 6.1.0 and 6.6.3`. */
export function differencesBetween(
  base: Fingerprint,
  head: Fingerprint,
  { emulation, launches }: ComparedTimes,
): string[] {
  const emulators = ({ emulators: all }: Fingerprint): string =>
    all
      .filter((emulator) => emulation === null || emulator.emulation === emulation)
      .map(({ command, version, configuration, rootFs }) =>
        [command, version, configuration, rootFs].join(' '),
      )
      .join(', ') || 'none';
  const conditions = { ...CONDITIONS, ...(launches && CONDITIONS_OF_LAUNCHES), emulator: emulators };
  return Object.entries(conditions)
    .filter(([, condition]) => condition(base) !== condition(head))
    .map(([name, condition]) => `${name}: ${condition(base)} and ${condition(head)}`);
}
