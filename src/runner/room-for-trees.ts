import { statSync } from 'node:fs';
import type { TreeSource } from '../provision/tree-source.ts';
import type { Scenario } from '../scenario/scenario.ts';

/**
 * At most so many bytes of memory are taken by the trees and overrides of scenarios, if they lie in memory.
 *
 * @returns null where other programs write there what nobody can foresee.
 */
export function roomForTrees(scenarios: readonly Scenario[]): number | null {
  let bytes = BYTES_OF_OVERRIDES;
  for (const scenario of scenarios) {
    const stack = scenario.kind === 'calibration' ? scenario.stack : scenario;
    if (stack.kind !== 'stack') return null;
    bytes += roomForTree(stack.provider) + roomForTree(stack.container);
  }
  return bytes;
}

/** Links and manifests of the usual scenarios take less than one of them, however many cells there are. */
const BYTES_OF_OVERRIDES = 128 * 1024 * 1024;
/** Of a synthetic file: some pages, those of its links in the tree, and in the overrides of some cells. */
const BYTES_OF_A_FILE = 64 * 1024;
/** Libraries and text become smaller by less when they are packed. */
const UNPACKED = 12;

function roomForTree(source: TreeSource): number {
  switch (source.kind) {
    case 'directory':
    case 'debian':
      return 0;
    case 'archive':
      return UNPACKED * (statSync(source.path, { throwIfNoEntry: false })?.size ?? 0);
    case 'synthetic': {
      const { libraries, drivers, files, symlinks } = source.set;
      const each =
        libraries.length + drivers.length + Object.keys(files).length + Object.keys(symlinks).length;
      return BYTES_OF_A_FILE * each * source.architectures.length;
    }
  }
}
