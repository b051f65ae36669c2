import type { EditionName } from '../core/editions/editions.ts';
import type { NamedTools } from '../core/overrides/name-tools.ts';
import type { StrategyName } from '../core/overrides/strategies.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import type { TreeSource } from '../provision/tree-source.ts';

/** What to compare: the drivers of a provider, captured by every strategy under every emulation. */
export interface Scenario {
  /** Word that names it on the command line and in results. */
  readonly name: string;
  readonly description: string | null;
  /** The file it was read from, for messages: a path, or `bundled:NAME`. */
  readonly source: string;
  /** SHA-256 of the scenario in canonical form: comments, order of keys and defaults spelled out do not count. */
  readonly digest: string;
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
  /** In the order of the file, each name once. */
  readonly emulations: readonly Emulation[];
  readonly sampling: SamplingPlan;
  readonly budget: ScenarioBudget | null;
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
  /** By strategy name, or `*` for every strategy. */
  readonly launches: Readonly<Record<string, number>>;
  /** By executable, as a glob. */
  readonly executables: Readonly<Record<string, number>>;
  /** Line of the scenario file: `launches.KEY` or `executables.KEY` → line, from 1. */
  readonly lines: Readonly<Record<string, number>>;
}
