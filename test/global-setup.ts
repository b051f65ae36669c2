import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { bundle } from '../scripts/bundle.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with the executables bundled from the sources as they are now; see builders/executables.ts. */
    readonly bin: string;
  }
}

/** Bundles the executables once for the whole test run, so tests never run a stale build. */
export default async function setup(project: TestProject): Promise<() => void> {
  // Inside the project, so that the bundles find their packages as the published ones do.
  const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
  mkdirSync(cache, { recursive: true });
  const bin = mkdtempSync(`${cache}launchbench-bin-`);
  await bundle(bin);
  project.provide('bin', bin);
  return () => {
    rmSync(bin, { recursive: true, force: true });
  };
}
