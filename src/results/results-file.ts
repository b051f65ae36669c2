import type { Model } from '../launch/emulations/model.ts';
import type { Fingerprint, NoiseFinding } from '../machine/machine-description.ts';
import type { Metric, SampleColumns } from './sample.ts';
import type { Summary } from '../statistics/order-statistics.ts';

export type { ParameterRange } from '../launch/emulations/model.ts';
export type {
  EmulatorIdentity,
  Fingerprint,
  NoiseFinding,
  ToolIdentity,
} from '../machine/machine-description.ts';

/** The name and major version of the format that is written. */
export const RESULTS_SCHEMA = 'launchbench.results/1';

/** Everything that one run found out: what a results file holds. Units are in the names. */
export interface Results {
  readonly schema: typeof RESULTS_SCHEMA;
  readonly run: RunFacts;
  readonly shard: Shard | null;
  readonly fingerprint: Fingerprint;
  /** In a merge of shards: those of scenarios that were measured elsewhere than `fingerprint` says, by name. */
  readonly fingerprintOf?: Readonly<Record<string, Fingerprint>> | undefined;
  /** In a merge that is not whole: the shards that are missing, from 1. */
  readonly missingShards?: readonly number[] | undefined;
  readonly scenarios: readonly ScenarioResult[];
}

/** A results file and its name, for messages. */
export interface NamedResults {
  readonly file: string;
  readonly results: Results;
}

/** How the run was made. */
export interface RunFacts {
  /** Random identity of the run; all shards of one run share it. */
  readonly id: string;
  /** When it began, ISO 8601, UTC. */
  readonly startedAt: string;
  /** `timed`; `quick`: few rounds, no intervals, not for claims; `counts-only`: nothing was timed. */
  readonly mode: 'timed' | 'quick' | 'counts-only';
  readonly seed: number;
  /** False when the run was interrupted; only whole blocks are kept. */
  readonly complete: boolean;
  /** Samples that were dropped because their block was not finished. */
  readonly droppedSamples: number;
  /** Arguments of the command line that made it, for the line that reproduces it. */
  readonly argv: readonly string[];
  /** File cache state that each sample starts from. */
  readonly cache: 'warm' | 'cold';
}

/** Which part of a run a file is; a shard takes whole scenarios. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  readonly run: string;
}

/** One scenario as it was measured. */
export interface ScenarioResult {
  readonly name: string;
  readonly description: string | null;
  /** SHA-256 of the scenario in canonical form. */
  readonly digest: string;
  /** Path of the scenario file relative to the working directory, or `bundled:NAME`. */
  readonly source: string;
  readonly budget: Budget | null;
  /** Number of drivers by class. */
  readonly drivers: Readonly<Record<string, number>>;
  readonly architectures: readonly string[];
  readonly sampling: Sampling;
  readonly cells: readonly Cell[];
  /** Hidden cells, timed at the start of each round: /bin/true, the tool's own start, the reference again. */
  readonly controls: {
    readonly floor: Control | null;
    readonly toolStart: Control | null;
    readonly nullControl: {
      readonly strategy: string;
      readonly emulation: string;
      readonly samples: SampleColumns;
    } | null;
  };
  readonly equivalence: Equivalence;
  readonly noise: readonly NoiseFinding[];
  /** Anything else worth saying beside the table, in whole sentences. */
  readonly notes: readonly string[];
}

/** How the samples were taken. */
export interface Sampling {
  /** Rounds that are kept and used, warm-up not included. */
  readonly rounds: number;
  readonly warmup: number;
  /** Measured cells in a round: the side of the Latin square. */
  readonly cells: number;
  /** Width that intervals had to reach, as a ratio; null: a fixed number of rounds. */
  readonly precision: number | null;
  /** Seed of the order of samples, where the scenario has one of its own; else that of the run holds. */
  readonly seed?: number | undefined;
}

/** A hidden cell: so many launches of something trivial, for scale. */
export interface Control {
  readonly launches: number;
  readonly samples: SampleColumns;
}

/** One strategy under one emulation in one scenario. */
export type Cell = MeasuredCell | ModelledCell;

/** What is the same for both kinds of cell. */
interface CellBase {
  readonly strategy: string;
  readonly emulation: string;
  readonly counts: Counts;
}

/** A cell that was really run. */
export interface MeasuredCell extends CellBase {
  readonly kind: 'measured';
  /** Why nothing may be claimed about it; null when all is well. */
  readonly void: string | null;
  readonly samples: SampleColumns;
  /** Derived when the file is written, for readers without our statistics; checked when it is read. */
  readonly summary?: Readonly<Record<Metric, Summary | null>> | undefined;
}

/** A cell that was computed from a natively measured one; no emulator was executed. */
export interface ModelledCell extends CellBase {
  readonly kind: 'modelled';
  readonly model: ModelUsed;
  readonly inputs: { readonly launches: number; readonly cpuMs: number; readonly wallMs: number };
  /** Milliseconds, and the range that the parameters' ranges span; null when the inputs were not timed. */
  readonly prediction: { readonly ms: number; readonly lowMs: number; readonly highMs: number } | null;
  /** `as a native tool`, `the caller emulated`, or null. */
  readonly label: string | null;
}

/** The model behind a modelled cell; our emulation specification, section 3.1. */
export type ModelUsed = Omit<Model, 'fittedOn'>;

/** What was counted; exact. */
export interface Counts {
  /** Launches, derived from `ledger`. */
  readonly launches: number;
  readonly patterns: number;
  readonly links: number;
  /** The number of launches in each counting pass; more than one value: nondeterministic. */
  readonly seen: readonly number[];
  /** Host execs made for those launches under a wrapper, where they were traced. */
  readonly hostExecs: number | null;
  /** Every launch of the first counting pass. */
  readonly ledger: readonly LaunchRecord[];
  /** What the tracer saw, where it ran. */
  readonly traced: {
    readonly launches: number;
    readonly forks: number | null;
    readonly escaped: number;
  } | null;
  /** Digest over the set that makes two overrides equivalent: what they offer a container (core/overrides/digest.ts). */
  readonly overridesDigest: string;
  /** Digest over (path, link target); for information. */
  readonly targetsDigest: string;
}

/** One launch. Temporary roots are replaced by named ones (`{WORK}`), so files compare. */
export interface LaunchRecord {
  readonly executable: string;
  readonly argv: readonly string[];
  readonly purpose: string;
  readonly arch: string | null;
}

/** Whether the overrides of all cells are equivalent; the first ten differing entries if not. */
export interface Equivalence {
  readonly equivalent: boolean;
  readonly differences: readonly string[];
}

/** Upper bounds on launches that stand in a scenario file; gated without any baseline. */
export interface Budget {
  /** By strategy name, or `*` for every strategy. */
  readonly launches: Readonly<Record<string, number>>;
  /** By executable, as a glob. */
  readonly executables: Readonly<Record<string, number>>;
  /** Line of the scenario file that each bound stands on: `launches.KEY` or `executables.KEY` → line. */
  readonly lines: Readonly<Record<string, number>>;
}

/** Where a scenario was measured; the same for all but in a merge of shards from different machines. */
export function fingerprintFor(results: Results, scenario: string): Fingerprint {
  const elsewhere = results.fingerprintOf ?? {};
  return (Object.hasOwn(elsewhere, scenario) ? elsewhere[scenario] : undefined) ?? results.fingerprint;
}
