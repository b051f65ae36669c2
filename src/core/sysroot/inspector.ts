import { Buffer } from 'node:buffer';
import { lstatSync, realpathSync } from 'node:fs';
import { SysrootError } from '../../errors.ts';
import { errorCode } from '../../system-errors.ts';
import { fileSource, memoryOf } from './byte-reader.ts';
import { decodeBytes, fsPath, sortByBytes } from './byte-text.ts';
import { parseElfHeader, sameAbi, type Abi, type ElfIdentity } from './elf.ts';
import { readElfDynamic, type ElfDynamic } from './elf-dynamic.ts';
import { MAX_LD_SO_CACHE_BYTES, parseLdSoCache, type LdSoCache } from './ld-so-cache.ts';
import { createPathWalker, type Entry, type PathWalker } from './path-walk.ts';
import {
  fileIdentity,
  fileKind,
  linkText,
  namesIn,
  NotRegularFileError,
  readWhole,
  statRegularFile,
  systemErrno,
  tooLarge,
  withOpenFile,
} from './read-file.ts';

/** A regular file. */
export interface FoundFile {
  /** Where it is, without links on the way. */
  readonly real: string;
  /** Device and inode: the same for all names of one file. */
  readonly identity: string;
  /** In bytes. */
  readonly size: number;
}

/** An ELF file, of which a part is read when it is asked for. */
export interface ElfFile {
  readonly elf: ElfIdentity;
  /** @throws FormatError when it cannot be read; the error of the system. */
  readonly dynamic: () => ElfDynamic;
}

/**
 * Reads trees, each part of them once: for the time of one discovery and the capture that follows, they are taken not
 * to change. All places are absolute paths of this machine.
 */
export interface Inspector {
  /** What lies at a place, whose folders are known to be free of links. */
  entryAt(place: string): Entry;
  /** Names in a folder, in byte order; null where there is no such folder. */
  namesIn(place: string): readonly string[] | null;
  /** Follows paths through the tree at a place without links; empty for this machine as it is. */
  walkerFor(root: string): PathWalker;
  /**
   * The regular file that a path leads to, links followed by this machine's rules. The path may be relative.
   *
   * @throws NotRegularFileError when something else lies there; the error of the system when nothing does.
   */
  fileAt(path: string): FoundFile;
  /**
   * The ELF file that a path leads to.
   *
   * @param dynamicFor - the ABI whose files will be asked for their dynamic sections, so that these are read at once;
   * null: that of none.
   * @throws FormatError when it is none, and what `fileAt` throws.
   */
  elfAt(path: string, dynamicFor: Abi | null): ElfFile;
  /**
   * The ld.so.cache that a path leads to.
   *
   * @throws FormatError when it is none, SysrootError when it is too large, and what `fileAt` throws.
   */
  ldSoCacheAt(path: string): LdSoCache;
  /**
   * All of a small file that a path leads to, read anew each time.
   *
   * @throws SysrootError when it is larger than that, and what `fileAt` throws.
   */
  contentAt(path: string, maxBytes: number): Buffer;
}

/**
 * Is told of each place before the inspector looks at it for the first time, so that whatever is found there then is no
 * younger than what the inspector finds. The folders on the way to it are free of links. `names`: which names are in it.
 * And of each place that could not be read for a reason that no look shows (`failed`): another time it may be read.
 */
export type OnLook = (place: string, at: 'entry' | 'names' | 'failed') => void;

/**
 * Makes an inspector that has read nothing yet.
 *
 * @param onLook - for whoever wants to know what an answer depended on.
 */
export function createInspector(onLook?: OnLook): Inspector {
  // What is told must not be newer than what is believed, so nothing is concluded from what was read before.
  const isMissing = onLook === undefined ? createAbsence() : () => false;
  const entries = new Map<string, Entry>();
  const entryAt = (place: string): Entry => {
    let entry = entries.get(place);
    if (entry !== undefined) return entry;
    onLook?.(place, 'entry');
    entries.set(place, (entry = isMissing(place) ? NONE : readEntry(place)));
    return entry;
  };
  const reading = <Value>(place: string, read: () => Value): Value => {
    try {
      return read();
    } catch (error) {
      if (onLook !== undefined && !isForeseeable(error)) onLook(place, 'failed');
      throw error;
    }
  };
  const walkerFor = remembered((root: string) => createPathWalker(root, entryAt));
  const walkHost = walkerFor('');
  const otherwiseFoundAt = remembered((path: string) => findOtherwise(path, entryAt));
  const fileAt = (path: string): FoundFile => {
    const found = path.startsWith('/') ? walkHost(path) : null;
    if (found?.kind !== 'found') return otherwiseFoundAt(path);
    const { entry, path: real } = found;
    if (entry.kind === 'file') return { real, identity: entry.identity, size: entry.size };
    throw new NotRegularFileError(path, entry.kind === 'other' ? entry.fileKind : 'directory');
  };
  const contentAt = (path: string, maxBytes: number): Buffer => {
    const { real, size } = fileAt(path);
    if (size > maxBytes) throw tooLarge(path, size, maxBytes);
    return reading(real, () => withOpenFile(real, (fd) => readWhole(fd, size)));
  };
  const elfFiles = new Map<string, ElfFile>();
  const caches = new Map<string, LdSoCache>();
  return {
    entryAt,
    namesIn: remembered((place: string) => {
      onLook?.(place, 'names');
      return namesOrNull(() => sortByBytes(reading(place, () => namesIn(place))));
    }),
    walkerFor,
    fileAt,
    elfAt(path, dynamicFor) {
      const file = fileAt(path);
      let elf = elfFiles.get(file.identity);
      if (elf === undefined) elfFiles.set(file.identity, (elf = openElf(file, dynamicFor, reading)));
      return elf;
    },
    ldSoCacheAt(path) {
      const { identity } = fileAt(path);
      const known = caches.get(identity) ?? parseLdSoCache(contentAt(path, MAX_LD_SO_CACHE_BYTES));
      caches.set(identity, known);
      return known;
    },
    contentAt,
  };
}

/**
 * Makes a function that says of some places that nothing is there without looking at them: names that are nowhere are
 * looked for in one folder after the other, and reading a small folder once costs less than a look for each of them.
 */
function createAbsence(): (place: string) => boolean {
  const folders = new Map<string, { looks: number; names: ReadonlySet<string> | null }>();
  return (place) => {
    const slash = place.lastIndexOf('/');
    const path = place.slice(0, slash);
    let folder = folders.get(path);
    if (folder === undefined) folders.set(path, (folder = { looks: 0, names: null }));
    folder.looks += 1;
    if (folder.looks === LOOKS_BEFORE_LISTING && isSmallFolder(path)) {
      const names = namesOrNull(() => namesIn(path));
      folder.names = names === null ? null : new Set(names);
    }
    return folder.names?.has(place.slice(slash + 1)) === false;
  };
}

const LOOKS_BEFORE_LISTING = 8;
/** As file systems count it; a few hundred names. */
const SMALL_FOLDER_BYTES = 8192;

function isSmallFolder(path: string): boolean {
  const stats = lstatSync(fsPath(path), { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.size <= SMALL_FOLDER_BYTES;
}

/** What was read of a place, or the error of it. */
function remembered<Value extends object | null>(read: (place: string) => Value): (place: string) => Value {
  const known = new Map<string, Value>();
  const errors = new Map<string, unknown>();
  return (place) => {
    const before = known.get(place);
    if (before !== undefined) return before;
    if (errors.has(place)) throw errors.get(place);
    try {
      const value = read(place);
      known.set(place, value);
      return value;
    } catch (error) {
      errors.set(place, error);
      throw error;
    }
  };
}

function readEntry(place: string): Entry {
  try {
    const stats = lstatSync(fsPath(place), { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return NONE;
    if (stats.isFile()) return { kind: 'file', identity: fileIdentity(stats), size: Number(stats.size) };
    if (stats.isDirectory()) return DIRECTORY;
    if (stats.isSymbolicLink()) return { kind: 'link', target: linkText(place) };
    return { kind: 'other', fileKind: fileKind(stats) };
  } catch {
    return NONE;
  }
}

const NONE: Entry = { kind: 'none' };
const DIRECTORY: Entry = { kind: 'directory' };

function namesOrNull(read: () => readonly string[]): readonly string[] | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Whether a look at the place and knowing who asks are enough to foresee an error. */
function isForeseeable(error: unknown): boolean {
  return systemErrno(error) === null || ['EACCES', 'EPERM', 'ENOTDIR'].includes(errorCode(error));
}

/** Where our own walker finds nothing, the system says why, or follows a relative path. */
function findOtherwise(path: string, entryAt: (place: string) => Entry): FoundFile {
  statRegularFile(path);
  const real = decodeBytes(realpathSync.native(fsPath(path), 'buffer'));
  const entry = entryAt(real);
  if (entry.kind === 'file') return { real, ...entry };
  throw new SysrootError(`${path}: it changed while it was read`);
}

function openElf(
  file: FoundFile,
  dynamicFor: Abi | null,
  reading: <Value>(place: string, read: () => Value) => Value,
): ElfFile {
  return reading(file.real, () =>
    withOpenFile(file.real, (fd): ElfFile => {
      const header = parseElfHeader(fileSource(fd, file.size, SCRATCH));
      const { bits, data, machine } = header;
      let dynamic = dynamicFor !== null && sameAbi(header, dynamicFor) ? readElfDynamic(header) : null;
      const readLater = (): ElfDynamic => reading(file.real, () => readDynamic(file));
      return { elf: { bits, data, machine }, dynamic: () => (dynamic ??= readLater()) };
    }),
  );
}

function readDynamic({ real, size }: FoundFile): ElfDynamic {
  return withOpenFile(real, (fd) => readElfDynamic(parseElfHeader(fileSource(fd, size, SCRATCH))));
}

/** For what is read of one library, of which nothing is kept as it lies there. */
const SCRATCH = memoryOf(Buffer.allocUnsafe(65_536));
