import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, lstat, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolders } from '../core/overrides/make-folders.ts';
import { EnvironmentError, FormatError, UsageError } from '../errors.ts';
import type { Baseline } from './baseline.ts';
import type { Results } from './results.ts';

/**
 * Writes a results file into a folder under a name of its own: time, scenario, digest of the content,
 * platform and shard, so that files from different machines never meet under one name.
 *
 * @returns the path written
 */
export async function writeResults(folder: string, results: Results): Promise<string> {
  const text = await formatted(results);
  const name = resultsFileName(results, createHash('sha256').update(text).digest('hex'));
  const path = join(folder, name);
  await writeNew(path, text);
  return path;
}

/**
 * Looks, before minutes are spent on a run, whether its results can be written: makes their folder, and with a
 * path of the user's own sees that the name is free.
 *
 * @param path - what the user named; null: `folder` gets a file with a name of its own
 * @throws UsageError when the file exists already: results are never overwritten
 * @throws EnvironmentError when the folder cannot be made or written to
 */
export async function prepareForResults(folder: string, path: string | null): Promise<void> {
  if (path !== null && (await isThere(path))) throw nameIsTaken(path);
  const place = path === null ? folder : dirname(path);
  try {
    makeFolders(place);
    await access(place, constants.W_OK);
  } catch (cause) {
    throw cannotWrite(path ?? folder, cause);
  }
}

/**
 * Writes a results file under the name that the user gave it.
 *
 * @throws UsageError when the file exists already
 */
export async function writeResultsTo(path: string, results: Results): Promise<void> {
  await writeNew(path, await formatted(results));
}

/**
 * Reads a results file.
 *
 * @throws FormatError when it cannot be read or believed
 */
export async function readResults(path: string): Promise<Results> {
  const { parseResults } = await import('./results.ts');
  return parseResults(await readText(path, 'results file'), path);
}

/**
 * Reads a committed baseline.
 *
 * @throws FormatError when it cannot be read
 */
export async function readBaseline(path: string): Promise<Baseline> {
  const { parseBaseline } = await import('./baseline.ts');
  const hint =
    'Name a committed baseline, or make this one from the results: the same command with --update.';
  return parseBaseline(await readText(path, 'baseline', hint), path);
}

/** Writes a baseline, over the old one if there is one: it is under version control. */
export async function writeBaseline(path: string, baseline: Baseline): Promise<void> {
  const { formatBaseline } = await import('./baseline.ts');
  try {
    await publish(path, formatBaseline(baseline), rename);
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
}

/** Weeks of samples; a larger file is something else. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * Reads a file that the user named.
 *
 * @throws FormatError when it is not there or cannot be read
 */
export async function readText(path: string, what: string, hint?: string): Promise<string> {
  try {
    // Opening a FIFO waits for whoever is at its other end, and nothing can call that off. A pipe that is open
    // already, as `<(…)` is, goes by a link.
    if ((await lstat(path)).isFIFO()) throw new Error('it is a FIFO');
    const { size } = await stat(path);
    if (size > MAX_TEXT_BYTES)
      throw new Error(`${size} bytes are more than the ${MAX_TEXT_BYTES} it may have`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new FormatError(`${path}: cannot read this ${what}: ${messageOf(cause)}`, { cause, hint });
  }
}

/** e.g. `20261122T120000Z-mesa-desktop-1f2e3d4c-debian-gnu-linux-12-x86_64-shard-1-of-3.json` */
export function resultsFileName({ run, scenarios, fingerprint, shard }: Results, digest: string): string {
  const [first, ...others] = scenarios;
  const parts = [
    run.startedAt.replace(/\.\d+/, '').replace(/[^\dTZ]/g, ''),
    (first?.name ?? 'nothing') + (others.length > 0 ? `+${others.length}` : ''),
    digest.slice(0, 8),
    fingerprint.os,
    fingerprint.machine,
    ...(shard ? [`shard-${shard.index}-of-${shard.count}`] : []),
  ];
  return `${parts.map(asFileName).join('-')}.json`;
}

/** At most 60 characters of those that no file system and no shell minds. */
function asFileName(part: string): string {
  return part
    .replace(/[^\w.+]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 60);
}

/** Loaded late, since only a run that ends needs it. */
async function formatted(results: Results): Promise<string> {
  const { formatResults } = await import('./results.ts');
  return formatResults(results);
}

/** Writes a file whole or not at all, and only if its name is free. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await publish(path, text, giveFreeName);
  } catch (cause) {
    throw codeOf(cause) === 'EEXIST' ? nameIsTaken(path, cause) : cannotWrite(path, cause);
  }
}

function nameIsTaken(path: string, cause?: unknown): UsageError {
  return new UsageError(`${path}: exists already, and results are never overwritten`, {
    cause,
    hint: 'Give another name, or move the old file away.',
  });
}

function cannotWrite(path: string, cause: unknown): EnvironmentError {
  return new EnvironmentError(`Cannot write ${path}: ${messageOf(cause)}`, { cause });
}

/** Writes to a temporary file in the same folder and to the disk; only then does it get its name. */
async function publish(
  path: string,
  text: string,
  giveName: (temporary: string, path: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  makeFolders(dirname(path));
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await giveName(temporary, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A hard link, because unlike a rename it fails when the name is taken, without a moment between. */
async function giveFreeName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    // File systems without hard links: FAT, some of those shared with a host or over a network.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error))) throw error;
    if (await isThere(path)) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
    await rename(temporary, path);
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** So that the name outlives a power cut as well as the content does. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
