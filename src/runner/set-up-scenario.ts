import { mkdirSync } from 'node:fs';
import { discoverDrivers, type DriversByArchitecture } from '../core/drivers/discover.ts';
import type { Imports } from '../core/drivers/driver-classes.ts';
import type { Edition } from '../core/editions/edition.ts';
import { editionNamed } from '../core/editions/editions.ts';
import { chooseArchitectures } from '../core/overrides/choose-architectures.ts';
import { defaultProviderInContainer } from '../core/overrides/places.ts';
import { leftOutOfMachine } from '../core/overrides/provider-facts.ts';
import type { Tuple } from '../core/sysroot/architectures.ts';
import { openSysroot, type Sysroot } from '../core/sysroot/sysroot.ts';
import { type ProvisionedTrees, provisionScenario } from '../provision/provision.ts';
import type { StackScenario } from '../scenario/scenario.ts';

/** A scenario whose trees are there and whose drivers are known. */
export interface ScenarioSetUp {
  readonly scenario: StackScenario;
  readonly provider: Sysroot;
  readonly container: Sysroot;
  readonly providerInContainer: string;
  readonly architectures: readonly Tuple[];
  readonly drivers: DriversByArchitecture;
  readonly edition: Edition;
  readonly imports: Imports;
  /** Variables that drivers were discovered with, and that captures see. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly libraryPath: string | undefined;
  /** Directory that relative paths in those variables start from. */
  readonly cwd: string;
  /** What everybody should see: architectures and drivers that are left out, and why. */
  readonly notes: readonly string[];
  /** Folder that overrides and logs are made in. */
  readonly workDir: string;
  /** Versions of the packages that its trees are made of. */
  readonly packages: ProvisionedTrees['packages'];
}

/** What a scenario is set up with. */
export interface SetUpOptions {
  /** Folder for the trees and overrides of this scenario. */
  readonly workDir: string;
  /** The user's environment; only a provider that is this machine's own tree is looked at through it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Whether nothing outside the trees is read; of archives nothing ever is. */
  readonly confined: boolean;
  /** Gets a line for each manifest that was passed over. */
  readonly report: (message: string) => void;
  /** Gets each step of making trees that takes its time. */
  readonly onSetUp?: ((scenario: string, step: string) => void) | undefined;
}

/** What drivers are discovered with where the user's environment must not matter. */
const PINNED_ENVIRONMENT = { HOME: '/home/user' } as const;

/**
 * Makes the trees of a scenario and discovers their drivers. Trees that we make and archives are looked at
 * with a fixed environment, so that their counts are the same on every machine; archives are read confined.
 *
 * @throws SysrootError, FormatError when a tree cannot be used.
 */
export async function setUpScenario(scenario: StackScenario, options: SetUpOptions): Promise<ScenarioSetUp> {
  const { workDir, signal, report } = options;
  mkdirSync(workDir, { recursive: true });
  const trees = await provisionScenario(scenario, {
    workDir,
    signal,
    env: options.env,
    onStep: (step) => {
      options.onSetUp?.(scenario.name, step);
    },
  });
  const provider = openSysroot(trees.provider, {
    confined: options.confined || scenario.provider.kind === 'archive',
  });
  const container = openSysroot(trees.container, {
    confined: options.confined || scenario.container.kind === 'archive',
  });
  const env: SetUpOptions['env'] = scenario.provider.kind === 'directory' ? options.env : PINNED_ENVIRONMENT;
  const edition = editionNamed(scenario.edition);
  const notes: string[] = [];
  const notice = (line: string): void => void notes.push(`${line}.`);
  const architectures = chooseArchitectures({
    ...{ provider, container, edition, report: notice },
    manifest: null,
    wanted: scenario.architectures,
  });
  const leftOut = leftOutOfMachine(provider, edition);
  if (leftOut !== null) notice(leftOut);
  // What is described is wanted; of a tree that is there, what pressure-vessel takes unless told.
  const isDescribed = scenario.provider.kind === 'synthetic';
  const imports = { vulkanLayers: true, openxrLayers: isDescribed, openxrRuntimes: isDescribed };
  return {
    scenario,
    provider,
    container,
    providerInContainer: defaultProviderInContainer(provider, edition),
    architectures,
    drivers: discoverDrivers({
      provider,
      edition,
      architectures,
      env,
      cwd: options.cwd,
      imports,
      report,
      notice,
    }),
    edition,
    imports,
    notes,
    env,
    libraryPath: env['LD_LIBRARY_PATH'],
    cwd: options.cwd,
    workDir,
    packages: trees.packages,
  };
}
