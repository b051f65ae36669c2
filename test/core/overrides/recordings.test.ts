import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discoverDrivers } from '../../../src/core/drivers/discover.ts';
import { captureStack, modulesOf } from '../../../src/core/overrides/capture-stack.ts';
import { serveInProcess } from '../../../src/core/overrides/in-process.ts';
import { STRATEGIES } from '../../../src/core/overrides/strategies.ts';
import { EDITIONS } from '../../../src/core/editions/editions.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { SysrootError } from '../../../src/errors.ts';
import { nothingLaunched } from '../../builders/launching.ts';
import {
  observedOutcome,
  type Outcome,
  OVERRIDES_IN_CONTAINER,
  PROVIDER_IN_CONTAINER,
  RECORDED_STRATEGIES,
  type RecordedCase,
  recordedCases,
  recordedOutcome,
  type RecordedStrategy,
  type RecordedTrees,
  unpackTrees,
} from '../../builders/recorded-stacks.ts';

describe.each(recordedCases().map((recording) => [recording.name, recording] as const))(
  'recording %s',
  (_, recording) => {
    let trees: RecordedTrees;
    beforeAll(() => {
      trees = unpackTrees(recording);
    });
    afterAll(() => {
      trees.remove();
    });

    it.each(RECORDED_STRATEGIES)('%s does as the real program did', async (strategy) => {
      const observed = await capture(recording, strategy, trees).catch(refusal);

      expect(observed).toEqual(recordedOutcome(recording, strategy));
    });
  },
);

/** The recordings know no more than that a provider was refused. */
function refusal(error: unknown): null {
  if (error instanceof SysrootError) return null;
  throw error;
}

async function capture(
  { architectures, environment, options }: RecordedCase,
  strategy: RecordedStrategy,
  trees: RecordedTrees,
): Promise<Outcome> {
  const env = { PATH: '/usr/bin:/bin', HOME: '/home/user', ...environment };
  const edition = EDITIONS['2022'];
  const imports = { vulkanLayers: !options.includes('--no-import-vulkan-layers') };
  const provider = openSysroot(trees.provider);
  const drivers = discoverDrivers({ provider, edition, architectures, env, cwd: '/', imports });
  const overrides = trees.newOverrides();
  const captured = await captureStack({
    strategy: { ...STRATEGIES[strategy], openServer: serveInProcess },
    provider,
    container: openSysroot(trees.container),
    overrides,
    providerInContainer: PROVIDER_IN_CONTAINER,
    overridesInContainer: OVERRIDES_IN_CONTAINER,
    libraryPath: undefined,
    drivers,
    edition,
    imports,
    env,
    launching: nothingLaunched(),
  });
  return observedOutcome({ ...captured, modules: modulesOf(drivers) }, overrides, trees);
}
