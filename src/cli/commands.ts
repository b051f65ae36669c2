import type { Command } from './command.ts';

/** A command in the table: what the overview says about it, and where its code is. */
export interface CommandEntry {
  /** One line, without a full stop. */
  readonly summary: string;
  /** Loads its code, which nothing but its own call does. */
  readonly load: () => Promise<Command>;
}

/** Every command, in the order of the overview. To add one, write its file and add its lines here. */
export const COMMANDS = {
  run: {
    summary: 'Measure every strategy under every emulation, and keep the results',
    load: async () => (await import('./commands/run.ts')).run,
  },
  bench: {
    summary: 'Compare any commands: launches, forks, CPU and wall time, in interleaved rounds',
    load: async () => (await import('./commands/bench.ts')).bench,
  },
  replay: {
    summary: 'Make the launches of a recording again, and measure them under every emulation',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  calibrate: {
    summary: 'Fit a model to what launches cost under an emulator that is here',
    load: async () => (await import('./commands/calibrate.ts')).calibrate,
  },
  report: {
    summary: 'Show results again, in any format, and merge shards',
    load: async () => (await import('./commands/report.ts')).report,
  },
  plan: {
    summary: 'Show the capture calls that strategies would make, and what they would cost',
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  capture: {
    summary: 'Capture a graphics stack for a container into a folder of overrides',
    load: async () => (await import('./commands/capture.ts')).capture,
  },
  trace: {
    summary: 'Run any command and count every launch and fork in its tree',
    load: async () => (await import('./commands/trace.ts')).trace,
  },
  compare: {
    summary: 'Compare two results files',
    load: async () => (await import('./commands/compare.ts')).compare,
  },
  gate: {
    summary: 'Fail when a launch count grew: compare counts with a baseline and budgets',
    load: async () => (await import('./commands/gate.ts')).gate,
  },
  scenarios: {
    summary: 'List the bundled scenarios, or print one to start from',
    load: async () => (await import('./commands/scenarios.ts')).scenarios,
  },
  'build-native': {
    summary: 'Build our capture tool as a native executable, which starts 50 times more quickly',
    load: async () => (await import('./commands/build-native.ts')).buildNative,
  },
  advise: {
    summary: 'Find launches of a recording that could be fewer',
    load: async () => (await import('./commands/advise.ts')).adviseCommand,
  },
  import: {
    summary: 'Make a scenario of a report of steam-runtime-system-info',
    load: async () => (await import('./commands/import.ts')).importCommand,
  },
  doctor: {
    summary: 'Say what this machine lacks for measuring, and what disturbs it',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  completion: {
    summary: 'Print a completion script for bash or zsh',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
} as const satisfies Record<string, CommandEntry>;

export type CommandName = keyof typeof COMMANDS;

/** Whether a word of the command line names a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(COMMANDS, word);
}
