import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { systemErrorWords } from '../system-errors.ts';

/** In each of our folders: the process that removes it. A folder without it is kept on purpose. */
const OWNER_FILE = '.owner';

/**
 * Makes an empty folder of our own, where the system keeps such things unless told; who asked for it removes it. Those that
 * earlier processes were killed before they could remove theirs are removed first.
 *
 * @throws EnvironmentError when there is no such place, or it may not be written to.
 */
export function makeTemporaryFolder(wanted: string = tmpdir()): string {
  // Launches have a working directory of their own.
  const place = resolve(wanted);
  try {
    removeAbandoned(place);
    const folder = mkdtempSync(join(place, PREFIX));
    try {
      writeFileSync(join(folder, OWNER_FILE), owner(process.pid) ?? '');
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return folder;
  } catch (cause) {
    throw new EnvironmentError(`Cannot make a temporary folder in ${place}: ${systemErrorWords(cause)}`, {
      hint: 'TMPDIR says where such folders are made; it has to be a folder that may be written to.',
      cause,
    });
  }
}

/** Leaves a folder of ours to the user: nobody removes it any more. */
export function keepTemporaryFolder(folder: string): void {
  rmSync(join(folder, OWNER_FILE), { force: true });
}

const PREFIX = 'launchbench-';

/** What cannot be listed or removed stays: it is no reason not to work. */
function removeAbandoned(place: string): void {
  for (const name of namesIn(place).filter((name) => name.startsWith(PREFIX))) {
    const folder = join(place, name);
    if (!isAbandoned(folder)) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}

function namesIn(place: string): readonly string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

/** A folder of this user whose process is gone, as far as can be seen from here. */
function isAbandoned(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    const owned = readFileSync(join(folder, OWNER_FILE), 'utf8');
    const [system = '', pid = ''] = owned.split(' ');
    const wasMadeHere = system !== '' && owner(process.pid)?.startsWith(`${system} `) === true;
    return wasMadeHere && /^\d+$/.test(pid) && owner(Number(pid)) !== owned;
  } catch {
    return false;
  }
}

/**
 * What tells a process from all others: which boot of which kernel, which process namespace (a container has its own,
 * and may share the folder), the number, and when it was started. Source: proc(5). null: it is not there.
 */
function owner(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = readlinkSync('/proc/self/ns/pid');
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
    return `${boot}/${namespace} ${pid} ${started ?? ''}`;
  } catch {
    return null;
  }
}
