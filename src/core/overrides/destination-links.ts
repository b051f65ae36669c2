import { readdirSync, rmdirSync } from 'node:fs';
import type { CaptureCall, CaptureOutcome } from '../planning/plan.ts';
import { decodeBytes } from '../sysroot/byte-text.ts';
import { linkText } from '../sysroot/read-file.ts';
import { makeFolders } from './make-folders.ts';
import { explainingFailures } from './overrides-tree.ts';

/**
 * Makes a call's destination if it is not there yet, as private as everything below libdir.
 *
 * @returns whether it was not there.
 */
export function makeDestination(directory: string): boolean {
  return explainingFailures(() => makeFolders(directory, 0o700));
}

/** Reads which links a destination has now; `known` keeps targets between calls, as links never change. */
export function readLinks(directory: string, known: Map<string, string>): CaptureOutcome {
  for (const entry of readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })) {
    if (!entry.isSymbolicLink()) continue;
    const name = decodeBytes(entry.name);
    if (!known.has(name)) known.set(name, linkText(`${directory}/${name}`));
  }
  return { links: known };
}

/** Does with an empty destination what the call wants done with it. */
export function tidyDestination(
  directory: string,
  { ifEmpty }: CaptureCall,
  { links }: CaptureOutcome,
): void {
  if (ifEmpty === 'keep' || links.size > 0) return;
  try {
    rmdirSync(directory);
  } catch {
    // Not empty after all: it holds numbered directories.
  }
}
