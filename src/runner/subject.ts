import type { OwnTool } from '../core/overrides/find-tools.ts';
import type { TimerOptions } from '../launch/open-timer.ts';
import type { Timer } from '../launch/timer.ts';
import type { NoiseFinding, ToolIdentity } from '../machine/machine-description.ts';
import type { MachineFacts } from '../machine/machine-facts.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { Bench } from './bench.ts';
import type { NamedRoot } from './named-roots.ts';
import type { CellPlan, MeasuredCellPlan } from './plan-cells.ts';
import type { ScenarioResult } from '../results/results.ts';
import type { Collected, CollectOptions, Progress } from './run-rounds.ts';
import type { SetUpOptions } from './set-up-scenario.ts';

/** How scenarios are measured: the same for all scenarios of a run. */
export interface MeasureOptions extends SetUpOptions, Pick<CollectOptions, 'mode' | 'nullControl'> {
  readonly seed: number;
  readonly timer: Timer;
  readonly timerOptions: TimerOptions;
  /** The outside observer; null: there is none on this machine. */
  readonly tracer: Tracer | null;
  /** Why there is none, in words; null where there is one. */
  readonly whyNoTracer: string | null;
  /**
   * Which counts are compared with what the tracer sees: all, or those under a wrapper alone, because a launch can
   * escape its emulation without anyone noticing.
   */
  readonly verify: 'all' | 'wrapped';
  /** Whether the file cache is dropped before each sample. */
  readonly cold: boolean;
  /** `--tool` as it was given; none: what the scenario says. */
  readonly wantedTools: readonly string[];
  /** Our own capture tool. */
  readonly ownTool: OwnTool;
  /** The bundled capture-once.cjs, which captures without launches in a process of its own. */
  readonly captureOnce: string;
  readonly home: string;
  /** What is known of this machine. */
  readonly machine: MachineFacts;
  /** Called before each sample. */
  readonly onProgress: (scenario: string, progress: Progress) => void;
  /** Called with what the machine is like before the first sample; may refuse to go on. */
  readonly beforeTiming: (noise: readonly NoiseFinding[]) => void;
}

/** A scenario that is set up: all that measuring it asks of what it measures. */
export interface Subject {
  readonly plan: CellPlan;
  readonly bench: Bench;
  /** What results say of it besides its cells. */
  readonly facts: Pick<ScenarioResult, 'drivers' | 'architectures' | 'packages' | 'commands' | 'recording'>;
  readonly tools: readonly ToolIdentity[];
  /** Folders that stand under a name in what is kept. */
  readonly roots: readonly NamedRoot[];
  /** Folder that is measured from, whose file system matters; null: there is none. */
  readonly source: string | null;
  /** Links that the plan of each strategy makes in our own process; see foresee-links.ts. */
  readonly foreseenLinks: ReadonlyMap<string, number | null>;
  /** How its counts are compared with what a tracer sees, after the rounds; null: it counts under a tracer itself. */
  readonly verifying: Verifying | null;
  /** What is to be said beside the figures, in whole sentences. */
  notesOn(collected: Collected): Promise<readonly string[]>;
  /** Undoes what setting it up did; called in any case. */
  end(): Promise<void>;
}

/** How cells whose ledger has every launch are run once more. */
export interface Verifying {
  /** Whether the launches of a cell go through the timer; else it is the process that captures that is watched. */
  readonly launches: (plan: MeasuredCellPlan) => boolean;
  /** A bench for cells whose launches go through the timer; the prefix stands before a process that captures itself. */
  readonly openBench: (cells: readonly MeasuredCellPlan[], timer: Timer, prefix: readonly string[]) => Bench;
}
