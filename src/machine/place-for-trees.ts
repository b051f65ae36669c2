import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { fileSystemOf, ifThere } from './machine-facts.ts';

/**
 * The folder that the trees of a run are made in: where the user says that temporary files go, and if nothing is said,
 * on a file system in memory that has room for them. To make a link on a disk takes the kernel up to a millisecond of CPU
 * time, which belongs to no strategy, and which an emulator does not multiply.
 *
 * @param bytes - of memory, what the trees may take.
 * @param candidates - folders to look at, the best first.
 */
export function placeForTrees(bytes: number, candidates: readonly string[] = inMemory()): string {
  if (USERS_WORDS.some((variable) => (process.env[variable] ?? '') !== '')) return tmpdir();
  // What lies there counts as memory in use.
  if (process.availableMemory() < bytes) return tmpdir();
  return [tmpdir(), ...candidates].find((folder) => hasRoom(folder, bytes)) ?? tmpdir();
}

/** What the folder for temporary files is named by. Source: the documentation of Node, `os.tmpdir()`. */
const USERS_WORDS = ['TMPDIR', 'TMP', 'TEMP'] as const;

/** Source: shm_overview(7); XDG Base Directory Specification. */
function inMemory(): readonly string[] {
  const runtime = process.env['XDG_RUNTIME_DIR'];
  return ['/dev/shm', ...(runtime?.startsWith('/') === true ? [runtime] : [])];
}

/** A container often has 64 MB there. No program is started from a tree, so that it may be mounted noexec. */
function hasRoom(folder: string, bytes: number): boolean {
  if (fileSystemOf(folder) !== 'tmpfs') return false;
  const found = ifThere(() => {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statfsSync(folder);
  });
  if (found === null) return false;
  const { bavail, bsize, files, ffree } = found;
  return bavail * bsize >= bytes && (files === 0 || ffree >= bytes / BYTES_OF_A_FILE);
}

/** The least that a file of a tree takes, links apart, which are many. */
const BYTES_OF_A_FILE = 4096;
