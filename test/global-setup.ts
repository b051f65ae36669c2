import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execaSync } from 'execa';
import type { TestProject } from 'vitest/node';
import { bundle } from '../scripts/bundle.mjs';
import { buildNative } from '../scripts/install/build-native.mjs';
// Compiles the timing helper and the launch tracer unless it has been done.
import '../scripts/install/compile-helpers.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with the executables bundled from the sources as they are now; see builders/executables.ts. */
    readonly bin: string;
  }
}

/**
 * Bundles the executables once for the whole test run, so tests never run a stale build, and has temporary
 * folders made in memory where that can be done.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  // Inside the project, so that the bundles find their packages as the published ones do.
  const root = fileURLToPath(new URL('..', import.meta.url));
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const dist = mkdtempSync(join(cache, 'launchbench-dist-'));
  const bin = join(dist, 'bin');
  await bundle(bin);
  const program = join(bin, 'capture-libs.native.js');
  const { message } = await buildNative(root, {
    program,
    executable: join(dist, 'native/capture-libs'),
    flags: process.env['NATIVE_FLAGS']?.split(' '),
  });
  console.log(message);
  project.provide('bin', bin);
  const memory = folderInMemory();
  if (memory !== null) process.env['TMPDIR'] = memory;
  return () => {
    for (const folder of [dist, ...(memory === null ? [] : [memory])]) {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** What all tests together need, with room to spare; containers often give /dev/shm no more than 64 MB. */
const ENOUGH_BYTES = 1e9;

/**
 * A folder in memory, or null where there is none that is large enough and lets programs be started. The tests
 * make some hundred thousand links, and a disk takes eight times the time of the kernel for each.
 */
function folderInMemory(): string | null {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize < ENOUGH_BYTES) return null;
    const folder = mkdtempSync('/dev/shm/launchbench-tests-');
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    if (execaSync(program, { reject: false }).exitCode === 0) return folder;
    rmSync(folder, { recursive: true });
  } catch {
    // Then on the disk, as everywhere else.
  }
  return null;
}
