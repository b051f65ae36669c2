import { randomUUID } from 'node:crypto';
import { constants, openSync, type Stats } from 'node:fs';
import * as fs from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import { makeFolders } from '../core/overrides/make-folders.ts';
import { EnvironmentError, UsageError } from '../errors.ts';
import { errorCode, systemErrorWords } from '../system-errors.ts';

/**
 * Writes a file whole or not at all, and where its name leads: a link stays a link, and what is no regular file (a
 * device, a FIFO, something that is open already) is written to as it is. Missing folders are made.
 *
 * @param over - whether a regular file that is there is replaced
 * @param isSecret - whether nobody else may read it
 * @throws UsageError when a file is there that must not be replaced
 * @throws EnvironmentError when it cannot be written
 */
export async function writeFile(
  path: string,
  text: string | Uint8Array,
  { over, isSecret = false }: { readonly over: 'nothing' | 'file'; readonly isSecret?: boolean },
): Promise<void> {
  try {
    const place = await findPlace(path);
    if (place.kind === 'stream') await writeInto(place.path, text);
    else if (over === 'nothing') await publish(place.path, text, isSecret ? SECRET : null, giveFreeName);
    else await publish(place.path, text, isSecret ? SECRET : place.mode, fs.rename);
  } catch (cause) {
    throw errorCode(cause) === 'EEXIST' ? nameIsTaken(path, cause) : cannotWrite(path, cause);
  }
}

/**
 * Sees whether a new file can be written, before minutes are spent on what is to be in it.
 *
 * @throws UsageError when a file is there already
 * @throws EnvironmentError when its folder cannot be made or written to
 */
export async function prepareNewFile(path: string): Promise<void> {
  let place: Place;
  try {
    place = await findPlace(path);
    if (place.kind === 'stream') return;
    makeFolders(dirname(place.path));
    await fs.access(dirname(place.path), constants.W_OK);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  if (place.mode !== null) throw nameIsTaken(path);
}

/**
 * Whether a name that is to be written leads to the file of another, be it there or not yet.
 *
 * @throws EnvironmentError when it leads to what cannot be written, such as a folder
 */
export async function isSameFile(written: string, other: string): Promise<boolean> {
  const first = await findPlace(written).catch((cause: unknown) => {
    throw cannotWrite(written, cause);
  });
  // What cannot be found is read by nobody.
  const second = await findPlace(other).catch(() => null);
  return first.kind === 'file' && second?.kind === 'file' && first.path === second.path;
}

/** Where a name leads. */
type Place =
  /** A regular file, with its permissions; null: it is not there. */
  | { readonly kind: 'file'; readonly path: string; readonly mode: number | null }
  | { readonly kind: 'stream'; readonly path: string };

async function findPlace(path: string): Promise<Place> {
  let at = resolve(path);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const found = await orNull(fs.lstat(at));
    if (found === null) {
      const folder = await orNull(fs.realpath(dirname(at)));
      return {
        kind: 'file',
        path: folder === null ? at : resolve(folder, at.slice(dirname(at).length + 1)),
        mode: null,
      };
    }
    if (!found.isSymbolicLink()) break;
    // /dev/stdout and the like: the file behind it may have no name any more, and must not get a new one.
    if (/^\/proc\/[^/]+(?:\/task\/\d+)?\/fd$/.test(await fs.realpath(dirname(at))))
      return { kind: 'stream', path: at };
    at = resolve(await fs.realpath(dirname(at)), await fs.readlink(at));
  }
  const real: Stats = await fs.stat(at);
  if (real.isDirectory()) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
  return real.isFile()
    ? { kind: 'file', path: await fs.realpath(at), mode: real.mode & 0o7777 }
    : { kind: 'stream', path: at };
}

/** Linux follows so many. Source: path_resolution(7). */
const MOST_LINKS = 40;

async function orNull<Value>(wanted: Promise<Value>): Promise<Value | null> {
  try {
    return await wanted;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Writes into what is there. A FIFO that nobody reads is an error: waiting for a reader could not be called off. */
async function writeInto(path: string, text: string | Uint8Array): Promise<void> {
  if ((await fs.stat(path)).isFIFO()) {
    const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const socket = new Socket({ fd, readable: false, writable: true });
    await new Promise<void>((done, fail) => {
      socket.on('error', fail);
      socket.end(text, done);
    });
    return;
  }
  await fs.writeFile(path, text, { flag: constants.O_WRONLY | constants.O_APPEND });
}

/** Permissions of a file for its owner alone. */
const SECRET = 0o600;

/** Writes to a temporary file in the same folder and to the disk; only then does it get its name. */
async function publish(
  path: string,
  text: string | Uint8Array,
  mode: number | null,
  giveName: (temporary: string, path: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  makeFolders(dirname(path));
  try {
    await fs.writeFile(temporary, text, {
      flag: 'wx',
      mode: mode ?? undefined,
      flush: true,
    });
    if (mode !== null) await fs.chmod(temporary, mode);
    await giveName(temporary, path);
    await syncFolder(dirname(path));
  } finally {
    await fs.rm(temporary, { force: true });
  }
}

/** A hard link, because unlike a rename it fails when the name is taken, without a moment between. */
async function giveFreeName(temporary: string, path: string): Promise<void> {
  try {
    await fs.link(temporary, path);
  } catch (error) {
    // File systems without hard links: FAT, some of those shared with a host or over a network.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errorCode(error))) throw error;
    if ((await orNull(fs.lstat(path))) !== null) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
    await fs.rename(temporary, path);
  }
}

/** Waits until a folder is written down: its names then outlive a power cut as well as their content does. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nameIsTaken(path: string, cause?: unknown): UsageError {
  return new UsageError(`${path}: exists already, and results are never overwritten`, {
    cause,
    hint: 'Give another name, or move the old file away.',
  });
}

function cannotWrite(path: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(`Cannot write ${path}: ${systemErrorWords(cause)}`, { cause });
}
