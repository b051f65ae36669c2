import { lstatSync, type BigIntStats } from 'node:fs';
import { fsPath } from '../sysroot/byte-text.ts';
import type { OnLook } from '../sysroot/inspector.ts';
import { linkTextOrNull, systemErrno } from '../sysroot/read-file.ts';

/** What an answer depended on in the file system, each thing as it was before it was read. */
export interface Dependencies {
  /** Place and stamp, by turns; folders whose names matter come last, so that a change is told of the file itself. */
  readonly places: readonly string[];
  /** Place and target of each link on the way, by turns, for people: that it is the same link is seen from its stamp. */
  readonly links: readonly string[];
  /** Why a change might go unseen; null: none would. */
  readonly doubt: string | null;
}

/** Keeps account of what an inspector looks at. */
export interface DependencyRecord {
  readonly onLook: OnLook;
  /** All so far. */
  dependencies(): Dependencies;
}

/**
 * Begins a record. Each place is looked at before the inspector does, so that a change while it reads makes the place
 * differ from the record, whichever of the two it has read.
 *
 * @param nowMs - the time of day: what changed just before, or seems to have changed later, is doubtful.
 */
export function recordDependencies(nowMs: number): DependencyRecord {
  const seen = new Map<string, Look>();
  const listed = new Set<string>();
  const failed: string[] = [];
  return {
    onLook(place, at) {
      if (!seen.has(place)) seen.set(place, lookAt(place));
      if (at === 'names') listed.add(place);
      if (at === 'failed') failed.push(place);
    },
    dependencies() {
      const { doubt, ...found } = toDependencies(seen, listed, BigInt(Math.floor(nowMs)) * NS_PER_MS);
      return { ...found, doubt: failed.length === 0 ? doubt : `${String(failed[0])} could not be read` };
    },
  };
}

/**
 * Says what is no longer as it was when `places` were recorded; null: nothing. Nothing is opened, and no link is read.
 *
 * @param top - put in front of each place.
 */
export function whatChanged(places: readonly string[], top = ''): string | null {
  for (let at = 0; at + 1 < places.length; at += 2) {
    const place = top + (places[at] ?? '');
    const was = places[at + 1] ?? '';
    const now = stampOf(lookAt(place), was.startsWith(IDENTITY));
    if (now !== was) return describeChange(place, was, now);
  }
  return null;
}

/** What is at a place, all of it that tells a change; for `whatChanged`. */
export function stampAt(place: string): { readonly stamp: string; readonly changedNs: bigint } {
  const look = lookAt(place);
  return { stamp: stampOf(look, false), changedNs: typeof look === 'object' ? look.ctimeNs : 0n };
}

/** What a look at a place without following links has shown; a string: nothing, or why it is refused. */
type Look = BigIntStats | string;

const NOTHING = '-';
/** Beginning of the stamp of a folder that was passed through: which one it is matters, but not what else is in it. */
const IDENTITY = 'd ';
const LISTED = 'D ';

function lookAt(place: string): Look {
  try {
    return lstatSync(fsPath(place), { bigint: true, throwIfNoEntry: false }) ?? NOTHING;
  } catch (error) {
    const errno = systemErrno(error);
    if (errno === null) throw error;
    return `errno ${errno}`;
  }
}

/** Times are those of content and of everything else: whoever sets the first back changes the second. */
function stampOf(look: Look, isPassedThrough: boolean): string {
  if (typeof look === 'string') return look;
  const { dev, ino } = look;
  const isFolder = look.isDirectory();
  if (isFolder && isPassedThrough) return `${IDENTITY}${dev} ${ino}`;
  const kind = isFolder ? LISTED : look.isSymbolicLink() ? 'l ' : look.isFile() ? 'f ' : 'o ';
  return `${kind}${dev} ${ino} ${look.size} ${look.mtimeNs} ${look.ctimeNs}`;
}

function describeChange(place: string, was: string, now: string): string {
  if (was === NOTHING) return `${place} is there now`;
  if (now === NOTHING) return `${place} is gone`;
  return was.startsWith(LISTED) && now.startsWith(LISTED)
    ? `what is in ${place} changed`
    : `${place} changed`;
}

function toDependencies(
  seen: ReadonlyMap<string, Look>,
  listed: ReadonlySet<string>,
  startNs: bigint,
): Dependencies {
  const places: string[] = [];
  const folders: string[] = [];
  const links: string[] = [];
  const wholly = foldersThatMatterWholly(seen, listed);
  let doubt: string | null = null;
  for (const [place, look] of seen) {
    if (look === NOTHING && wholly.has(folderOf(place))) continue;
    const isPassedThrough = !wholly.has(place);
    const stamp = stampOf(look, isPassedThrough);
    (stamp.startsWith(LISTED) ? folders : places).push(place, stamp);
    if (place.startsWith('/proc/')) doubt ??= `${place}: /proc is another one for each process`;
    if (typeof look === 'string' || stamp.startsWith(IDENTITY)) continue;
    if (isTooYoung(look.ctimeNs, startNs)) doubt ??= `${place} changed when it was about to be read`;
    if (look.isSymbolicLink()) links.push(place, linkTextOrNull(place) ?? '');
  }
  return { places: [...places, ...folders], links, doubt };
}

/**
 * Folders that were listed, and those in which many names were looked for in vain: there, one look at the folder tells as
 * much as a look for each of them.
 */
function foldersThatMatterWholly(
  seen: ReadonlyMap<string, Look>,
  listed: ReadonlySet<string>,
): ReadonlySet<string> {
  const misses = new Map<string, number>();
  for (const [place, look] of seen) {
    if (look === NOTHING) misses.set(folderOf(place), (misses.get(folderOf(place)) ?? 0) + 1);
  }
  const crowded = [...misses].flatMap(([folder, count]) => (count >= MANY_MISSES ? [folder] : []));
  return new Set([...listed, ...crowded].filter((folder) => isFolder(seen.get(folder))));
}

/** Many enough that none but folders of libraries have them, which rarely change without their ld.so.cache. */
const MANY_MISSES = 16;

function isFolder(look: Look | undefined): boolean {
  return typeof look === 'object' && look.isDirectory();
}

function folderOf(place: string): string {
  return place.slice(0, place.lastIndexOf('/'));
}

/**
 * Whether something could change once more without being given another time: file systems tell no times apart that fall
 * into one tick of theirs. As git does with its index, what is not older than that when it is read is not believed; nor
 * is what has a time that has not come yet.
 */
export function isTooYoung(changedNs: bigint, startNs: bigint): boolean {
  // Whole seconds are what file systems such as ext3, HFS+ and FAT keep, the last of them every other one.
  const tickNs = changedNs % NS_PER_S === 0n ? 2n * NS_PER_S : LONGEST_TICK_NS;
  return changedNs + tickNs >= startNs;
}

const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;
/** Several of the longest ticks of a kernel's clock: 10 ms, where CONFIG_HZ is 100. */
const LONGEST_TICK_NS = 50n * NS_PER_MS;
