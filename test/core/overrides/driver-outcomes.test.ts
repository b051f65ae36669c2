import { describe, expect, it } from 'vitest';
import { editionNamed } from '../../../src/core/editions/editions.ts';
import type { Driver } from '../../../src/core/drivers/driver.ts';
import { driverOutcomes } from '../../../src/core/overrides/driver-outcomes.ts';
import { openSysroot } from '../../../src/core/sysroot/sysroot.ts';
import { aTreeWith } from '../../builders/library-trees.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

const PATH = '/usr/lib/dri/one_dri.so';

describe('a driver that the tool made no link for, though the provider has all that it needs', () => {
  it.each([
    {
      said: `Dependencies of ${PATH} not found, ignoring: Missing dependencies: "libtwo.so.2" was not found`,
      reason: 'what it needs is missing',
      missing: ['libtwo.so.2'],
    },
    {
      said: 'Dependencies of one_dri.so not found, ignoring: libtwo.so.2: cannot open shared object file',
      reason: 'what it needs is missing',
      missing: ['libtwo.so.2'],
    },
    {
      said: `Dependencies of ${PATH} not found, ignoring: out of memory`,
      reason: `Dependencies of ${PATH} not found, ignoring: out of memory`,
      missing: [],
    },
    {
      said: 'Dependencies of other_dri.so not found, ignoring: libtwo.so.2',
      reason: 'the capture tool made no link',
      missing: [],
    },
  ])('is explained by what the tool said: $said', ({ said, reason, missing }) => {
    expect(outcomesAfter([said])).toMatchObject([{ outcome: 'not-captured', reason, missing }]);
  });
});

function outcomesAfter(warnings: readonly string[]) {
  const provider = openSysroot(aTreeWith(temporaryFolder(), { [PATH]: {} }));
  const driver: Driver = {
    ...{ driverClass: 'dri', index: 0, manifest: null },
    library: { kind: 'absolute', path: PATH },
  };
  return driverOutcomes(
    [
      {
        ...{ arch: 'x86_64-linux-gnu', calls: [], links: new Map(), searchPath: {} },
        bindings: [{ kind: 'nonexistent', driver }],
      },
    ],
    {
      ...{ provider, container: provider, edition: editionNamed('2026') },
      ...{ overrides: '/nowhere', providerInContainer: '/run/gfx/main', libraryPath: undefined },
    },
    warnings,
  );
}
