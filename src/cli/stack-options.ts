import { discoverDrivers, type DriversByArchitecture } from '../core/drivers/discover.ts';
import { chooseArchitectures } from '../core/overrides/choose-architectures.ts';
import { machineFamily } from '../core/overrides/machine-family.ts';
import { defaultProviderInContainer } from '../core/overrides/places.ts';
import { ARCHITECTURES, TUPLES } from '../core/sysroot/architectures.ts';
import { openSysroot, type Sysroot } from '../core/sysroot/sysroot.ts';
import { UsageError } from '../errors.ts';
import type { Arguments, OptionTable, PositionalTable } from './command.ts';
import type { World } from './world.ts';

/** The options that say which stack is meant: `capture` and `plan` share them. */
export const STACK_OPTIONS = {
  provider: {
    type: 'string',
    placeholder: 'DIR',
    default: '/',
    completes: 'folder',
    describe: 'Tree to take the drivers from',
  },
  arch: {
    type: 'string',
    placeholder: 'TUPLE',
    multiple: true,
    choices: TUPLES,
    describe: 'Architecture to capture for; without it, all that the trees have a dynamic linker for',
  },
  providerInContainer: {
    type: 'string',
    placeholder: 'PATH',
    describe: 'Where the container will see the provider; /run/host for /, else /run/gfx',
  },
  importVulkanLayers: {
    type: 'boolean',
    default: true,
    describe: 'Leave Vulkan layers alone',
  },
  confined: {
    type: 'boolean',
    describe: 'Read nothing outside the trees, wherever links lead',
  },
} as const satisfies OptionTable;

/** What a command gets of these options. */
type StackArguments = Pick<Arguments<typeof STACK_OPTIONS, PositionalTable>, keyof typeof STACK_OPTIONS>;

/** A provider with its drivers, and the container that they are for. */
export interface OpenStack {
  readonly provider: Sysroot;
  readonly container: Sysroot;
  readonly drivers: DriversByArchitecture;
  readonly providerInContainer: string;
  readonly importLayers: boolean;
}

/**
 * Opens the trees and discovers the drivers, as the options and the environment say.
 *
 * @param container - path of the container's tree.
 * @param anyContainer - whether the container stands for any: it need not run what is captured for it.
 * @throws SysrootError when a tree cannot be used, or no architecture is left.
 */
export function openStack(
  args: StackArguments,
  container: string,
  { env, cwd, files, log, detail }: World,
  { anyContainer = false }: { readonly anyContainer?: boolean } = {},
): OpenStack {
  const { confined, importVulkanLayers: importLayers } = args;
  const provider = openSysroot(files.resolve(args.provider), { confined });
  const target = openSysroot(files.resolve(container), { confined });
  // What was asked for has only to run in the container; of the rest there must be something to take, too.
  const runsIn = anyContainer ? [] : [target];
  const architectures =
    args.arch.length > 0
      ? chooseArchitectures(
          TUPLES.filter((tuple) => args.arch.includes(tuple)),
          runsIn,
        )
      : chooseArchitectures(machineFamily(), [provider, ...runsIn]);
  for (const arch of args.arch) {
    if (architectures.includes(arch)) continue;
    log(`${arch} is left out: the container has no ${ARCHITECTURES[arch].dynamicLinker}`);
  }
  return {
    provider,
    container: target,
    drivers: discoverDrivers({ provider, architectures, env, cwd, importLayers, report: detail }),
    providerInContainer:
      args.providerInContainer === undefined
        ? defaultProviderInContainer(provider)
        : containerPath('--provider-in-container', args.providerInContainer),
    importLayers,
  };
}

/**
 * A path that the container will see, without slashes at its end.
 *
 * @throws UsageError when it is relative: nobody knows what to.
 */
export function containerPath(option: string, path: string): string {
  if (path.startsWith('/')) return path.replace(/\/+$/u, '');
  throw new UsageError(`${option}: expected an absolute path, found "${path}"`, {
    hint: 'It is a path as processes in the container see it, so it begins with "/".',
  });
}

/** The environment as a child gets it. */
export function definedVariables(env: World['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
