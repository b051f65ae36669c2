import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { roomForTrees } from '../../src/runner/room-for-trees.ts';
import { parseScenario } from '../../src/scenario/parse.ts';
import { aDriverSet, aScenario, aSyntheticDriver, EXAMPLE_ORIGIN } from '../builders/scenario.ts';
import { temporaryFolder } from '../builders/temporary-folder.ts';

const MEGABYTE = 1024 * 1024;

describe('roomForTrees', () => {
  it('is more for a tree of many files, and for an archive that is unpacked', () => {
    const withDrivers = (drivers: number): number | null =>
      roomForTrees([
        aScenario({
          provider: {
            kind: 'synthetic',
            set: aDriverSet({ drivers: Array.from({ length: drivers }, () => aSyntheticDriver()) }),
            architectures: ['x86_64-linux-gnu'],
          },
        }),
      ]);
    const archive = join(temporaryFolder(), 'tree.tar.gz');
    writeFileSync(archive, '');
    truncateSync(archive, 100 * MEGABYTE);
    expect(withDrivers(10)).toBeLessThan(256 * MEGABYTE);
    expect(withDrivers(10_000)).toBeGreaterThan(512 * MEGABYTE);
    expect(roomForTrees([aScenario({ provider: { kind: 'archive', path: archive } })])).toBeGreaterThan(
      1000 * MEGABYTE,
    );
  });

  it('is for a calibration that of the stack it captures', () => {
    const stack = aScenario();
    expect(roomForTrees([{ ...stack, kind: 'calibration', stack }])).toBe(roomForTrees([stack]));
  });

  it('cannot be told where commands write what they like', () => {
    const commands = parseScenario('version: 1\nname: two\ncommands: { a: x, b: y }\n', EXAMPLE_ORIGIN);
    expect(roomForTrees([aScenario(), commands])).toBeNull();
  });
});
