import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename } from 'node:path';
import { EnvironmentError, UsageError } from '../../errors.ts';
import { errorCode } from '../../system-errors.ts';
import { makeFolders } from './make-folders.ts';
import { explainingFailures } from './overrides-tree.ts';

/**
 * Overrides that are replaced as a whole. What the user calls DIR is a link to the `overrides` of the newest generation,
 * which is a folder `DIR.reuse/ID` with its `list` in it.
 *
 * A generation is never changed once DIR leads to it, so overrides and list always belong together, whenever a start is
 * killed; and a link is replaced by one rename, so DIR leads somewhere at any time. Several starts at once each make a
 * generation of their own, and whoever is last has it. There is no lock, so none can be left behind.
 */
export interface Generation {
  readonly folder: string;
  readonly overrides: string;
  readonly list: string;
}

/**
 * The generation that DIR leads to; null: none yet.
 *
 * @throws UsageError when something else than our link, or an empty folder, is there.
 */
export function currentGeneration(dir: string): Generation | null {
  const stats = lstatSync(dir, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isSymbolicLink()) {
    const target = readlinkSync(dir);
    const id = idIn(dir, target);
    if (id === null) throw notOurs(dir, `a link to ${target}`);
    requireOwnStore(dir);
    return generation(dir, id);
  }
  if (!stats.isDirectory()) throw notOurs(dir, 'a file');
  const [present] = readdirSync(dir);
  if (present !== undefined) throw notOurs(dir, `a folder with "${present}" in it`);
  return null;
}

/** Makes the folder of a new generation, which nobody knows of yet. */
export function newGeneration(dir: string): Generation {
  return explainingFailures(() => {
    const made = generation(dir, randomBytes(8).toString('hex'));
    makeFolders(storeOf(dir));
    requireOwnStore(dir);
    mkdirSync(made.folder);
    return made;
  });
}

/**
 * Lets DIR lead to a generation, and removes those that nobody needs: a container may still be running with the one
 * before, and a start may still be making a young one.
 */
export function putInPlace(dir: string, made: Generation, before: Generation | null): void {
  explainingFailures(() => {
    const link = `${made.folder}/link`;
    symlinkSync(targetOf(dir, basename(made.folder)), link);
    removeEmptyFolder(dir);
    renameSync(link, dir);
  });
  removeOthers(dir, new Set([made.folder, before?.folder]));
}

/**
 * Removes what a capture that failed has made; and DIR, as what it led to is not what a capture leaves now, unless another
 * start has put its own there meanwhile.
 */
export function abandonGeneration(dir: string, made: Generation, before: Generation | null): void {
  rmSync(made.folder, { recursive: true, force: true });
  if (before !== null && currentGeneration(dir)?.folder === before.folder) rmSync(dir, { force: true });
}

function storeOf(dir: string): string {
  return `${dir}.reuse`;
}

/**
 * Whoever may write there decides what containers load: in a folder that many may write to, such as /tmp, another user could
 * have put overrides there, with a list that any start would find unchanged.
 */
function requireOwnStore(dir: string): void {
  const store = storeOf(dir);
  const stats = lstatSync(store, { throwIfNoEntry: false });
  if (stats === undefined || (stats.isDirectory() && stats.uid === process.geteuid?.())) return;
  throw new UsageError(
    `${store}: expected a folder of our own user, found ${stats.isDirectory() ? `one of user ${stats.uid}` : 'something else'}`,
    {
      hint: 'Name another folder for the overrides, or remove what is there.',
    },
  );
}

function generation(dir: string, id: string): Generation {
  const folder = `${storeOf(dir)}/${id}`;
  return { folder, overrides: `${folder}/overrides`, list: `${folder}/list` };
}

/** The text of our link. */
function targetOf(dir: string, id: string): string {
  return `${basename(storeOf(dir))}/${id}/overrides`;
}

/** The generation that a link's text names, where it is ours; nothing else is followed. */
function idIn(dir: string, target: string): string | null {
  const id = target.split('/').at(-2) ?? '';
  return /^[0-9a-f]{16}$/.test(id) && target === targetOf(dir, id) ? id : null;
}

function notOurs(dir: string, found: string): UsageError {
  return new UsageError(
    `${dir}: expected nothing, an empty folder or overrides that reuse made, found ${found}`,
    {
      hint: 'Name another folder for the overrides, or remove this one.',
    },
  );
}

/** No link can be renamed over a folder. Another start may have put its link there. */
function removeEmptyFolder(dir: string): void {
  try {
    rmdirSync(dir);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EBUSY') {
      throw new EnvironmentError(
        `${dir}: something is mounted there, so that it cannot be replaced by a link`,
        {
          cause: error,
          hint: 'Name a folder in it instead.',
        },
      );
    }
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
}

/** Longer than any container is expected to run: what it loads late must still be there. A generation is links, and small. */
const YOUNG_MS = 7 * 24 * 3_600_000;

function removeOthers(dir: string, needed: ReadonlySet<string | undefined>): void {
  const store = storeOf(dir);
  try {
    for (const id of readdirSync(store)) {
      const folder = `${store}/${id}`;
      if (!needed.has(folder)) removeUnlessYoung(folder);
    }
  } catch {
    // What is not removed does no harm, and DIR leads to the new one already.
  }
}

function removeUnlessYoung(folder: string): void {
  try {
    const changedMs = lstatSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (Date.now() - changedMs > YOUNG_MS) rmSync(folder, { recursive: true, force: true });
  } catch {
    // The others can still be removed.
  }
}
