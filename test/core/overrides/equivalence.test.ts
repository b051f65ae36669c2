import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_IMPORTS } from '../../../src/core/drivers/driver-classes.ts';
import { EDITIONS } from '../../../src/core/editions/editions.ts';
import { discoverDrivers } from '../../../src/core/drivers/discover.ts';
import { completeOverrides, runCaptures } from '../../../src/core/overrides/capture-stack.ts';
import { digestOverrides, type OverridesDigest } from '../../../src/core/overrides/digest.ts';
import { serveInProcess } from '../../../src/core/overrides/in-process.ts';
import { createOverrides } from '../../../src/core/overrides/overrides-tree.ts';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../../src/core/overrides/strategies.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { nothingLaunched } from '../../builders/launching.ts';
import {
  OVERRIDES_IN_CONTAINER,
  PROVIDER_IN_CONTAINER,
  recordedCase,
  type RecordedTrees,
  unpackTrees,
} from '../../builders/recorded-stacks.ts';

/** Libraries that drivers are made of: true ones, hard links among them, a missing one, a foreign one. */
const LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu/libvulkan_intel.so',
  '/usr/lib/x86_64-linux-gnu/libvulkan_radeon.so',
  '/usr/lib/x86_64-linux-gnu/dri/crocus_dri.so',
  '/usr/lib/x86_64-linux-gnu/dri/iris_dri.so',
  '/lib/x86_64-linux-gnu/dri/iris_dri.so',
  '/usr/lib/x86_64-linux-gnu/../x86_64-linux-gnu/libvulkan_intel.so',
  '/usr/lib/x86_64-linux-gnu/missing/libvulkan_intel.so',
  'libEGL_mesa.so.0',
  'libmissing.so.1',
] as const;

describe('whatever drivers there are', () => {
  let trees: RecordedTrees;
  beforeAll(() => {
    trees = unpackTrees(recordedCase('mesa-like'));
  });
  afterAll(() => {
    trees.remove();
  });

  it('every strategy leaves equivalent overrides', async () => {
    const libraries = fc.array(fc.constantFrom(...LIBRARIES), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(libraries, libraries, async (vulkan, egl) => {
        const digests = [];
        for (const strategy of STRATEGY_NAMES) digests.push(await digest(strategy, vulkan, egl, trees));
        const [first] = digests;
        expect(digests.map(({ offers }) => offers)).toEqual(digests.map(() => first?.offers));
      }),
      { numRuns: 40 },
    );
    // 160 captures: seconds on an idle machine, half a minute on one that is busy.
  }, 120_000);

  it('overrides that lack a driver are not equivalent to those that have it', async () => {
    const some = await digest('batched', ['/usr/lib/x86_64-linux-gnu/libvulkan_intel.so'], [], trees);
    const none = await digest('batched', [], [], trees);
    const other = await digest('batched', ['/usr/lib/x86_64-linux-gnu/libvulkan_radeon.so'], [], trees);
    expect(new Set([some.offered, none.offered, other.offered]).size).toBe(3);
    expect(some.offers.filter((offer) => !none.offers.includes(offer))).toEqual([
      expect.stringMatching(/^x86_64-linux-gnu vulkan-icd - \d+:\d+$/u),
    ]);
    // People are told the path: device and inode are compared, and mean nothing to them.
    expect([...some.offersInWords.values()]).toContainEqual(
      expect.stringMatching(/^x86_64-linux-gnu vulkan-icd -: \/.*\/libvulkan_intel\.so$/u),
    );
  });

  it('numbering changes the links, not what is offered', async () => {
    const colliding = [
      '/usr/lib/x86_64-linux-gnu/libvulkan_intel.so',
      '/usr/lib/x86_64-linux-gnu/missing/libvulkan_intel.so',
    ];
    const perDriver = await digest('per-driver', colliding, [], trees);
    const batched = await digest('batched', colliding, [], trees);
    expect(perDriver.offered).toBe(batched.offered);
    expect(perDriver.exact).not.toBe(batched.exact);
  });
});

/** What a strategy offers for drivers of these libraries; Mesa's DRI, VA-API and VDPAU drivers are always there. */
async function digest(
  name: StrategyName,
  vulkan: readonly string[],
  egl: readonly string[],
  trees: RecordedTrees,
): Promise<OverridesDigest> {
  const provider = openSysroot(trees.provider);
  const env = {
    VK_DRIVER_FILES: writeManifests(trees.provider, 'vulkan', vulkan),
    __EGL_VENDOR_LIBRARY_FILENAMES: writeManifests(trees.provider, 'egl', egl),
  };
  const edition = EDITIONS['2022'];
  const architectures = ['x86_64-linux-gnu'] as const;
  const drivers = discoverDrivers({ provider, edition, architectures, env, cwd: '/' });
  const places = {
    provider,
    container: openSysroot(trees.container),
    overrides: trees.newOverrides(),
    providerInContainer: PROVIDER_IN_CONTAINER,
    overridesInContainer: OVERRIDES_IN_CONTAINER,
    libraryPath: undefined,
    edition,
  };
  createOverrides(places.overrides, { architectures, edition, imports: DEFAULT_IMPORTS });
  const strategy = { ...STRATEGIES[name], openServer: serveInProcess };
  const captures = await runCaptures({ ...places, strategy, launching: nothingLaunched(), drivers });
  completeOverrides(captures, { ...places, env, imports: DEFAULT_IMPORTS });
  const result = digestOverrides({ ...places, captures });
  rmSync(places.overrides, { recursive: true });
  return result;
}

function writeManifests(root: string, folder: string, libraries: readonly string[]): string {
  return libraries
    .map((library, index) => {
      const path = `/usr/share/test/${folder}/${index}.json`;
      mkdirSync(dirname(join(root, path)), { recursive: true });
      const icd = { library_path: library, api_version: '1.3' };
      writeFileSync(join(root, path), JSON.stringify({ file_format_version: '1.0.0', ICD: icd }));
      return path;
    })
    .join(':');
}
