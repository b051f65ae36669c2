import { discoverDrivers, type DriversByArchitecture } from '../core/drivers/discover.ts';
import type { Imports } from '../core/drivers/driver-classes.ts';
import type { ProviderManifest } from '../core/drivers/provider-manifest.ts';
import type { Edition } from '../core/editions/edition.ts';
import { DEFAULT_EDITION, EDITION_NAMES, editionNamed } from '../core/editions/editions.ts';
import { chooseArchitectures } from '../core/overrides/choose-architectures.ts';
import { openProvider } from '../core/overrides/open-provider.ts';
import { defaultProviderInContainer } from '../core/overrides/places.ts';
import { leftOutOfMachine } from '../core/overrides/provider-facts.ts';
import { TUPLES } from '../core/sysroot/architectures.ts';
import { createInspector, type Inspector } from '../core/sysroot/inspector.ts';
import { openSysroot, type Sysroot } from '../core/sysroot/sysroot.ts';
import { UsageError } from '../errors.ts';
import type { OptionTable, OptionValues } from './command.ts';
import type { World } from './world.ts';

/** The options that say which stack is meant: `capture` and `plan` share them. */
export const STACK_OPTIONS = {
  provider: {
    type: 'string',
    placeholder: 'DIR',
    default: '/',
    completes: 'file',
    describe: 'Tree to take the drivers from, or a graphics_provider.json that names it',
  },
  edition: {
    type: 'string',
    placeholder: 'YEAR',
    choices: EDITION_NAMES,
    default: DEFAULT_EDITION,
    describe: 'Which pressure-vessel to do as',
  },
  arch: {
    type: 'string',
    placeholder: 'TUPLE',
    multiple: true,
    choices: TUPLES,
    describe:
      'Architecture to capture for; without it, those of this machine that the provider has something for',
  },
  providerInContainer: {
    type: 'string',
    placeholder: 'PATH',
    describe: 'Where the container will see the provider; /run/host for /, else as the edition has it',
  },
  importVulkanLayers: { type: 'boolean', default: true, describe: 'Leave Vulkan layers alone' },
  'import-openxr-1-layers': { type: 'boolean', describe: 'Capture OpenXR layers too (edition 2026)' },
  'import-openxr-1-runtimes': {
    type: 'boolean',
    describe: 'Capture the active OpenXR runtime too (edition 2026)',
  },
  confined: { type: 'boolean', describe: 'Read nothing outside the trees, wherever links lead' },
} as const satisfies OptionTable;

/** What a command gets of these options. */
type StackArguments = OptionValues<typeof STACK_OPTIONS>;

/** A provider with its drivers, and the container that they are for. */
export interface OpenStack {
  readonly provider: Sysroot;
  readonly container: Sysroot;
  readonly drivers: DriversByArchitecture;
  readonly providerInContainer: string;
  readonly edition: Edition;
  /** null: the provider is a tree without a manifest. */
  readonly manifest: ProviderManifest | null;
  readonly imports: Imports;
  /** What everybody should see: what was left out, and why. */
  readonly notes: readonly string[];
}

/** How a stack is opened. */
interface OpenStackOptions {
  /** Whether the container stands for any: it need not run what is captured for it. */
  readonly anyContainer?: boolean | undefined;
  /** Reads the trees: discovery and capture, of as many strategies as there are, read each file once. */
  readonly inspector?: Inspector | undefined;
}

/**
 * Opens the trees and discovers the drivers, as the options and the environment say.
 *
 * @param container - path of the container's tree.
 * @throws SysrootError when a tree cannot be used, or no architecture is left.
 */
export function openStack(
  args: StackArguments,
  container: string,
  { env, cwd, files, log, detail }: World,
  { anyContainer = false, inspector = createInspector() }: OpenStackOptions = {},
): OpenStack {
  const { confined } = args;
  const edition = editionNamed(args.edition);
  const notes: string[] = [];
  const note = (text: string): void => {
    notes.push(text);
    log(text);
  };
  const { provider, manifest } = openProvider(files.resolve(args.provider), { confined, inspector });
  const target = openSysroot(files.resolve(container), { confined, inspector });
  const architectures = chooseArchitectures({
    provider,
    manifest,
    container: anyContainer ? null : target,
    edition,
    wanted: args.arch.length > 0 ? args.arch : null,
    report: note,
  });
  const leftOut = leftOutOfMachine(provider, edition);
  if (leftOut !== null) note(leftOut);
  const imports = {
    vulkanLayers: args.importVulkanLayers,
    openxrLayers: args['import-openxr-1-layers'],
    openxrRuntimes: args['import-openxr-1-runtimes'],
  };
  const drivers = discoverDrivers({
    ...{ provider, manifest, edition, architectures, env, cwd, imports },
    report: detail,
    notice: note,
  });
  if ([...drivers.values()].every((offered) => offered.length === 0)) {
    note(`No driver was found in ${provider.root}`);
  }
  return {
    provider,
    manifest,
    container: target,
    edition,
    drivers,
    providerInContainer:
      args.providerInContainer === undefined
        ? defaultProviderInContainer(provider, edition)
        : containerPath('--provider-in-container', args.providerInContainer),
    imports,
    notes,
  };
}

/**
 * A path that the container will see, without slashes at its end.
 *
 * @throws UsageError when it is relative: it is not known what to.
 */
export function containerPath(option: string, path: string): string {
  if (path.startsWith('/')) return path.replace(/\/+$/u, '');
  throw new UsageError(`${option}: expected an absolute path, found "${path}"`, {
    hint: 'It is a path as processes in the container see it, so it begins with "/".',
  });
}
