import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { canonicalJson } from '../canonical-json.ts';
import { DEFAULT_EDITION, type EditionName, isEditionName } from '../core/editions/editions.ts';
import type { NamedTools } from '../core/overrides/name-tools.ts';
import { isStrategyName } from '../core/overrides/strategies.ts';
import { TUPLES, type Tuple } from '../core/sysroot/architectures.ts';
import type { Emulation } from '../launch/emulations/emulations.ts';
import type { TreeSource } from '../provision/tree-source.ts';
import { DEFAULT_SAMPLING, DEFAULT_STRATEGIES } from './defaults.ts';
import type {
  CommandsScenario,
  SamplingPlan,
  ScenarioBase,
  ScenarioBudget,
  StackScenario,
} from './scenario.ts';
import type { ScenarioFile } from './schema.ts';
import type { ReadModel } from './to-emulation.ts';
import { type Attempt, locateCommands, toCommands, toEquivalence } from './to-commands.ts';
import { toDriverSet, toNames } from './to-driver-set.ts';

/** Where a scenario comes from. */
export interface ScenarioOrigin {
  /** What messages and results call it: a path, or `bundled:NAME`. */
  readonly source: string;
  /** Folder that relative paths start at, absolute. */
  readonly folder: string;
  /** Reads a model file that it names; left out: none can be read. */
  readonly readModel?: ReadModel;
}

/** The file of a scenario that captures a graphics stack. */
export type StackFile = ScenarioFile & { readonly provider: NonNullable<ScenarioFile['provider']> };

/** What a scenario file says of its rows and of how they are run, already understood. */
interface Understood {
  readonly emulations: readonly Emulation[];
  readonly budget: ScenarioBudget | null;
  readonly origin: ScenarioOrigin;
}

/** Spells out what the file of a scenario with a provider leaves to defaults. */
export function toStackScenario(file: StackFile, understood: Understood): StackScenario {
  const { folder } = understood.origin;
  const architectures = architecturesOf(file);
  const content = {
    ...commonContent(file, understood),
    edition: toEdition(file.edition),
    provider: toTree(file.provider, architectures),
    container: toTree(file.container ?? 'empty', architectures),
    architectures,
    strategies: file.strategies?.filter(isStrategyName) ?? DEFAULT_STRATEGIES,
    ...(file.tools === undefined ? {} : { tools: file.tools }),
  };
  return {
    ...content,
    ...identityOf(content, understood),
    kind: 'stack',
    provider: located(content.provider, folder),
    container: located(content.container, folder),
    tools: toTools(file.tools, folder),
  };
}

/** The same for a scenario of commands. */
export function toCommandsScenario(
  file: ScenarioFile,
  understood: Understood,
  attempt: Attempt,
): CommandsScenario {
  const content = {
    ...commonContent(file, understood),
    commands: toCommands(file, attempt),
    equivalence: toEquivalence(file, attempt),
  };
  return {
    ...content,
    ...identityOf(content, understood),
    kind: 'commands',
    commands: locateCommands(content.commands, understood.origin.folder),
  };
}

function commonContent(file: ScenarioFile, { emulations, budget }: Understood) {
  return {
    name: file.name,
    description: file.description ?? null,
    emulations,
    sampling: toSampling(file.sampling ?? {}),
    budget: budget && { launches: budget.launches, executables: budget.executables },
  };
}

/** What tells a scenario from another one, and where its budget stands. */
function identityOf(
  content: Readonly<Record<string, unknown>>,
  { budget, origin: { source } }: Understood,
): Pick<ScenarioBase, 'budget' | 'source' | 'digest'> {
  return { budget, source, digest: createHash('sha256').update(canonicalJson(content)).digest('hex') };
}

/** What trees that are made are made for; null where those that are there decide. */
export function architecturesOf({ architectures, provider, container }: StackFile): readonly Tuple[] | null {
  const isOfPackages = (tree: ScenarioFile['provider']): boolean =>
    tree instanceof Object && tree.debian !== undefined;
  const made =
    provider === 'empty' || provider.synthetic !== undefined || [provider, container].some(isOfPackages);
  return architectures ?? (made ? ['x86_64-linux-gnu'] : null);
}

function toEdition(year: ScenarioFile['edition']): EditionName {
  const word = String(year);
  return isEditionName(word) ? word : DEFAULT_EDITION;
}

function toTree(
  file: NonNullable<ScenarioFile['provider']>,
  architectures: readonly Tuple[] | null,
): TreeSource {
  const {
    directory,
    archive,
    debian,
    synthetic = {},
  }: Exclude<typeof file, 'empty'> = file === 'empty' ? {} : file;
  if (directory !== undefined) return { kind: 'directory', path: directory };
  if (archive !== undefined) return { kind: 'archive', path: archive };
  // Beside a tree that decides, every dynamic linker is there.
  const made = { architectures: architectures ?? TUPLES };
  if (debian === undefined) return { kind: 'synthetic', set: toDriverSet(synthetic), ...made };
  const { suite, packages, files = {} } = debian;
  return { kind: 'debian', suite, packages: toNames(packages), files, ...made };
}

/** Paths in a scenario start at its folder. The digest is taken before, so it is the same on every machine. */
function located(tree: TreeSource, folder: string): TreeSource {
  return 'path' in tree ? { ...tree, path: resolve(folder, tree.path) } : tree;
}

/** What names a tool and is no path; see `findTools`. */
const TOOL_WORDS: ReadonlySet<string> = new Set(['steam', 'native', 'node']);

/** Paths start at the folder of the file, too. */
function toTools(tools: ScenarioFile['tools'], folder: string): readonly NamedTools[] {
  if (tools === undefined) return [{ name: null, wanted: [] }];
  const place = (path: string): string => (TOOL_WORDS.has(path) ? path : resolve(folder, path));
  return Object.entries(tools).map(([name, paths]) => ({
    name,
    wanted:
      typeof paths === 'string'
        ? [place(paths)]
        : Object.entries(paths).flatMap(([tuple, path]) =>
            path === undefined ? [] : [`${tuple}=${place(path)}`],
          ),
  }));
}

function toSampling(file: NonNullable<ScenarioFile['sampling']>): SamplingPlan {
  const { rounds, warmup, precision, maxTime, seed, timeout } = file;
  return {
    rounds: rounds ?? DEFAULT_SAMPLING.rounds,
    warmup: warmup ?? DEFAULT_SAMPLING.warmup,
    precision: precision ?? DEFAULT_SAMPLING.precision,
    maxTimeMs: maxTime === undefined ? DEFAULT_SAMPLING.maxTimeMs : maxTime * 1000,
    seed: seed ?? DEFAULT_SAMPLING.seed,
    timeoutMs: timeout === undefined ? DEFAULT_SAMPLING.timeoutMs : timeout * 1000,
  };
}
