import { join } from 'node:path';
import { discoverDrivers } from '../../src/core/drivers/discover.ts';
import { type EditionName, EDITIONS } from '../../src/core/editions/editions.ts';
import type { DriverClassName } from '../../src/core/drivers/driver.ts';
import { captureStack } from '../../src/core/overrides/capture-stack.ts';
import { chooseArchitectures } from '../../src/core/overrides/choose-architectures.ts';
import { digestOverrides } from '../../src/core/overrides/digest.ts';
import { serveInProcess } from '../../src/core/overrides/in-process.ts';
import { type StrategyName, STRATEGIES } from '../../src/core/overrides/strategies.ts';
import type { CaptureCall } from '../../src/core/planning/plan.ts';
import type { Tuple } from '../../src/core/sysroot/architectures.ts';
import { openSysroot } from '../../src/core/sysroot/sysroot.ts';
import {
  DEFAULT_OVERRIDES_IN_CONTAINER,
  defaultProviderInContainer,
} from '../../src/core/overrides/places.ts';
import type { ProvisionedTrees } from '../../src/provision/provision.ts';
import { nothingLaunched } from './launching.ts';

/** What one strategy did to trees that a scenario asked for. */
export interface TriedStrategy {
  readonly calls: readonly CaptureCall[];
  /** Digest of what the overrides offer to a container. */
  readonly offered: string;
  /** Number of drivers by class, for the first architecture. */
  readonly drivers: Readonly<Partial<Record<DriverClassName, number>>>;
}

/** What is described in a scenario is wanted. */
const EVERYTHING = { vulkanLayers: true, openxrLayers: true, openxrRuntimes: true };

/** Drives a strategy's plan to its end through the real core, serving every call in our own process. */
export async function tryStrategy(
  { provider, container }: ProvisionedTrees,
  strategy: StrategyName,
  workDir: string,
  {
    edition: year = '2022',
    architectures: wanted,
  }: { readonly edition?: EditionName; readonly architectures: readonly Tuple[] | null },
): Promise<TriedStrategy> {
  const trees = { provider: openSysroot(provider), container: openSysroot(container) };
  const edition = EDITIONS[year];
  const architectures = chooseArchitectures({
    ...trees,
    manifest: null,
    edition,
    wanted,
    report: () => undefined,
  });
  const drivers = discoverDrivers({
    provider: trees.provider,
    edition,
    architectures,
    env: { HOME: '/root' },
    cwd: '/',
    imports: EVERYTHING,
  });
  const places = {
    overrides: join(workDir, `overrides-${strategy}`),
    overridesInContainer: DEFAULT_OVERRIDES_IN_CONTAINER,
    providerInContainer: defaultProviderInContainer(trees.provider, edition),
  };
  const captured = await captureStack({
    ...trees,
    ...places,
    drivers,
    strategy: { ...STRATEGIES[strategy], openServer: serveInProcess },
    libraryPath: undefined,
    edition,
    imports: EVERYTHING,
    env: {},
    launching: nothingLaunched(),
  });
  const counts: Partial<Record<DriverClassName, number>> = {};
  for (const { driverClass } of drivers.get(architectures[0] ?? 'x86_64-linux-gnu') ?? []) {
    counts[driverClass] = (counts[driverClass] ?? 0) + 1;
  }
  const { captures, captureCalls } = captured;
  const { offered } = digestOverrides({ ...places, captures, provider: trees.provider, edition });
  return { calls: captureCalls, offered, drivers: counts };
}
