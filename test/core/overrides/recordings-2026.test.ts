import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discoverDrivers } from '../../../src/core/drivers/discover.ts';
import { EDITIONS } from '../../../src/core/editions/editions.ts';
import { captureStack, modulesOf } from '../../../src/core/overrides/capture-stack.ts';
import { fallbackPathsOf } from '../../../src/core/overrides/fallback-paths.ts';
import { serveInProcess } from '../../../src/core/overrides/in-process.ts';
import { openProvider } from '../../../src/core/overrides/open-provider.ts';
import { STRATEGIES } from '../../../src/core/overrides/strategies.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { SysrootError } from '../../../src/errors.ts';
import { nothingLaunched } from '../../builders/launching.ts';
import {
  observedOutcome,
  type Outcome,
  OVERRIDES_IN_CONTAINER,
  type RecordedCaseOf2026,
  recordedCasesOf2026,
  recordedOutcomeOf2026,
  type RecordedTrees,
  unpackTrees,
} from '../../builders/recorded-stacks.ts';

describe.each(recordedCasesOf2026().map((recording) => [recording.name, recording] as const))(
  'recording %s of 2026',
  (_, recording) => {
    let trees: RecordedTrees;
    beforeAll(() => {
      trees = unpackTrees(recording, '2026');
    });
    afterAll(() => {
      trees.remove();
    });

    // The edition's own plan, whoever serves its calls.
    it.each(['batched-dedup', 'in-process'] as const)('%s does as the real program did', async (strategy) => {
      const observed = await capture(recording, strategy, trees).catch(refusal);

      expect(observed).toEqual(withoutPassedOn(recordedOutcomeOf2026(recording), observed));
    });
  },
);

/** The recordings know no more than that a provider was refused. */
function refusal(error: unknown): null {
  if (error instanceof SysrootError) return null;
  throw error;
}

/** Variables that the recordings name although nothing was done about them, and those that they do not know. */
function withoutPassedOn(recorded: Outcome | null, observed: Outcome | null): Outcome | null {
  if (recorded === null || observed === null) return recorded;
  const known = Object.entries(recorded.env).filter(
    ([name, value]) => value !== null || name in observed.env,
  );
  return { ...recorded, env: { ...observed.env, ...Object.fromEntries(known) } };
}

async function capture(
  { architectures, environment, options, graphicsProviderManifest }: RecordedCaseOf2026,
  strategy: 'batched-dedup' | 'in-process',
  trees: RecordedTrees,
): Promise<Outcome> {
  const env = { PATH: '/usr/bin:/bin', HOME: '/home/user', ...environment };
  const isAsked = (option: string): boolean =>
    options.includes(`--${option}`) ||
    environment[`PRESSURE_VESSEL_${option.toUpperCase().replaceAll('-', '_')}`] === '1';
  const imports = {
    vulkanLayers: !options.includes('--no-import-vulkan-layers'),
    openxrLayers: isAsked('import-openxr-1-layers'),
    openxrRuntimes: isAsked('import-openxr-1-runtimes'),
  };
  const edition = EDITIONS['2026'];
  const { provider, manifest } = openProvider(join(trees.provider, graphicsProviderManifest ?? ''));
  const drivers = discoverDrivers({ provider, manifest, edition, architectures, env, cwd: '/', imports });
  const overrides = trees.newOverrides();
  const session = {
    ...{ provider, manifest, edition, overrides, imports, drivers, env },
    strategy: { ...STRATEGIES[strategy], openServer: serveInProcess },
    container: openSysroot(trees.container),
    providerInContainer: edition.providerInContainer,
    overridesInContainer: OVERRIDES_IN_CONTAINER,
    libraryPath: undefined,
    launching: nothingLaunched(),
  };
  const captured = await captureStack(session);
  const captureCalls = captured.captureCalls.map((call) => ({
    ...call,
    fallbackPaths: fallbackPathsOf(session, call.arch)?.list.join(':'),
  }));
  return observedOutcome(
    { ...captured, captureCalls, modules: modulesOf(drivers) },
    overrides,
    trees,
    '2026',
  );
}
