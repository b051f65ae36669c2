import { readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { EnvironmentError, LaunchbenchError, UsageError } from '../../errors.ts';
import { type Imports, isWanted } from '../drivers/driver-classes.ts';
import type { Edition } from '../editions/edition.ts';
import { ARCHITECTURES, type Tuple } from '../sysroot/architectures.ts';
import { systemErrorAtPath } from '../../system-errors.ts';
import { makeFolders } from './make-folders.ts';
import { libdirOf } from './places.ts';

/** What the empty overrides have to offer room for. */
export interface OverridesShape {
  readonly architectures: readonly Tuple[];
  readonly edition: Pick<Edition, 'classes' | 'manifests'>;
  readonly imports: Imports;
}

/**
 * Makes the folders that overrides have whatever is captured.
 *
 * @returns a function that removes all that is there then, and what was made to hold it: a capture that failed.
 * @throws UsageError when something is there already: a capture starts from nothing.
 * @throws EnvironmentError when the folder cannot be made.
 */
export function createOverrides(overrides: string, shape: OverridesShape): () => void {
  return explainingFailures(() => {
    const made = firstMissing(overrides);
    const undo = (): void => {
      if (made === null) for (const name of readdirSync(overrides)) removeAll(`${overrides}/${name}`);
      else removeAll(made);
    };
    if (made === null) requireEmpty(overrides);
    else makeFolders(overrides);
    try {
      makeShape(overrides, shape);
    } catch (error) {
      undo();
      throw error;
    }
    return undo;
  });
}

function requireEmpty(overrides: string): void {
  if (!statSync(overrides).isDirectory()) {
    throw new UsageError(`${overrides}: expected no folder or an empty one, found a file`, {
      hint: 'Name another folder for the overrides.',
    });
  }
  const [present] = readdirSync(overrides);
  if (present !== undefined) {
    throw new UsageError(`${overrides}: expected no folder or an empty one, found "${present}" in it`, {
      hint: 'Name another folder for the overrides, or remove this one.',
    });
  }
}

function makeShape(overrides: string, { architectures, edition, imports }: OverridesShape): void {
  for (const arch of architectures) {
    makeFolders(`${libdirOf(overrides, arch)}/aliases`);
  }
  if (!edition.manifests.foldersAlways) return;
  for (const driverClass of edition.classes) {
    if (driverClass.found !== 'by-manifest') continue;
    if (isWanted(driverClass, imports)) makeFolders(`${overrides}/${driverClass.directory}`);
  }
}

/** The topmost folder on the way to a path that is not there yet; null: all are. */
function firstMissing(path: string): string | null {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return null;
  return firstMissing(dirname(path)) ?? path;
}

function removeAll(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/**
 * Does something to the overrides.
 *
 * @throws EnvironmentError in place of an error of the system: a full disk, a folder that may not be written.
 */
export function explainingFailures<Result>(write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    const why = cause instanceof LaunchbenchError ? null : systemErrorAtPath(cause);
    if (why === null) throw cause;
    throw new EnvironmentError(`Cannot make the overrides: ${why}`, { cause });
  }
}

/**
 * Links each value of `$PLATFORM` to libdir: the path of VDPAU drivers holds that token, since libvdpau
 * takes no list.
 */
export function linkPlatforms(overrides: string, arch: Tuple): void {
  for (const platform of ARCHITECTURES[arch].platforms) {
    symlinkSync(arch, `${overrides}/lib/platform-${platform}`);
  }
}
