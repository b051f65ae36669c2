import type { EditionName } from '../core/editions/editions.ts';
import type { NamedTools } from '../core/overrides/name-tools.ts';
import type { StrategyName } from '../core/overrides/strategies.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import type { TreeSource } from '../provision/tree-source.ts';

/**
 * What to measure under every emulation: strategies that capture a graphics stack, commands, recorded launches, or the
 * calls that a model is fitted to.
 */
export type Scenario = FileScenario | ReplayScenario | CalibrationScenario;

/** What a scenario file can describe. */
export type FileScenario = StackScenario | CommandsScenario;

/** What every scenario has, whatever it measures. */
export interface ScenarioBase {
  /** Word that names it on the command line and in results. */
  readonly name: string;
  readonly description: string | null;
  /** Where it was read from, for messages: a path, `bundled:NAME`, `bench:ARGUMENTS` or `replay:ARGUMENTS`. */
  readonly source: string;
  /** SHA-256 of the scenario in canonical form: comments, order of keys and defaults spelled out do not count. */
  readonly digest: string;
  /** In the order of the file, each name once. */
  readonly emulations: readonly Emulation[];
  readonly sampling: SamplingPlan;
  readonly budget: ScenarioBudget | null;
}

/** The drivers of a provider, captured by every strategy. */
export interface StackScenario extends ScenarioBase {
  readonly kind: 'stack';
  /** Which pressure-vessel to do as. */
  readonly edition: EditionName;
  readonly provider: TreeSource;
  readonly container: TreeSource;
  /** What to capture for; null: those of the machine's family that both trees have a dynamic linker for. */
  readonly architectures: readonly Tuple[] | null;
  /** In the order of the file; the first is what the others are compared with. */
  readonly strategies: readonly StrategyName[];
  /** Named builds of the capture tool, the first the reference; one without a name: our own tool. Paths are absolute. */
  readonly tools: readonly NamedTools[];
}

/** Any command lines. Our measurement specification, section 12. */
export interface CommandsScenario extends ScenarioBase {
  readonly kind: 'commands';
  /** In order, each name once; the first is what the others are compared with. */
  readonly commands: readonly CommandPlan[];
  readonly equivalence: Equivalence;
}

/** A command line: the program, as it is looked for on PATH, and its arguments. */
export type CommandLine = readonly [string, ...string[]];

/** One command and what belongs to it. */
export interface CommandPlan {
  readonly name: string;
  readonly argv: CommandLine;
  /** Working directory, absolute. */
  readonly cwd: string;
  /** Variables beside those that we were started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Run once, before and after everything; one that several commands have is run once for all of them. */
  readonly setup: CommandLine | null;
  readonly cleanup: CommandLine | null;
  /** Run before each sample, untimed. */
  readonly prepare: CommandLine | null;
  /** File that standard input is read from, absolute; null: it is empty. */
  readonly input: string | null;
  /** Exit status that it has to end with; null: any. */
  readonly status: number | null;
}

/** What makes commands equivalent; what differs otherwise voids the comparison. */
export type Equivalence =
  /** Each ends with its status. */
  | { readonly kind: 'exit' }
  /** They print the same to standard output. */
  | { readonly kind: 'stdout' }
  /** They leave the same files, given by globs below their working directories. */
  | { readonly kind: 'files'; readonly globs: readonly string[] }
  /** A command of the user, run after a command in its working directory, says so with status 0. */
  | { readonly kind: 'check'; readonly argv: CommandLine };

/** Launches of a recording, made again in their order as one row. */
export interface ReplayScenario extends ScenarioBase {
  readonly kind: 'replay';
  /** What the row is called: the command that was recorded. */
  readonly row: string;
  /** Its arguments, with what looks like a token masked. */
  readonly command: readonly string[];
  readonly launches: readonly ReplayedLaunch[];
  /** Globs of variables that launches have as they were recorded; all others are those that we were started with. */
  readonly variables: readonly string[];
  /** What is to be said beside the figures, in whole sentences. */
  readonly notes: readonly string[];
}

/** A launch that is made again. Its command line is program, destination, words. */
export interface ReplayedLaunch {
  /** Its place in the recording. */
  readonly seq: number;
  /** The path of its executable, and what stands before any option of a capture tool. */
  readonly program: CommandLine;
  readonly words: readonly string[];
  /** Folder, absolute, that a capture made its links in; null: it makes none that we know of. */
  readonly destination: string | null;
  /** Working directory, absolute. */
  readonly cwd: string;
  /** Recorded variables. */
  readonly env: Readonly<Record<string, string>>;
  /** What it is made for, which decides on the emulator; null: the first. */
  readonly arch: Tuple | null;
  /** Exit status that it ended with, and has to again; null: not known. */
  readonly status: number | null;
  /** Patterns of a capture. */
  readonly patterns: number;
}

/** Single calls of a capture tool for a graphics stack, small and large ones, each a row. */
export interface CalibrationScenario extends ScenarioBase {
  readonly kind: 'calibration';
  /** Of one architecture: a model is about one tool. */
  readonly stack: StackScenario;
}

/** How samples are taken; each has the command line option of that name. */
export interface SamplingPlan {
  /** Rounds that are used, warm-up not included. */
  readonly rounds: number;
  readonly warmup: number;
  /** Go on until every interval is narrower than this, as a ratio (0.05); null: a fixed number of rounds. */
  readonly precision: number | null;
  /** Stop adding rounds after so many milliseconds; null: no limit. */
  readonly maxTimeMs: number | null;
  /** Seed of the order of cells; null: drawn for each run. */
  readonly seed: number | null;
  /** Limit for each launch, milliseconds. */
  readonly timeoutMs: number;
}

/** Upper bounds on launches that stand in the scenario, and where: what results call `Budget`. */
export interface ScenarioBudget {
  /** By row (strategy or command), or `*` for every one. */
  readonly launches: Readonly<Record<string, number>>;
  /** By executable, as a glob. */
  readonly executables: Readonly<Record<string, number>>;
  /** Line of the scenario file: `launches.KEY` or `executables.KEY` → line, from 1. */
  readonly lines: Readonly<Record<string, number>>;
}
