/**
 * `node:fs` in the native capture-libs, as far as the program uses it. The compiler checks the program twice, against
 * Node's types and, as tsconfig.native.json says, against these alone: a function or property that is missing here, or
 * takes something else, is a type error. That it does the same is checked in test/native/.
 */
import { Buffer, NativeBuffer } from './buffer.ts';
import { host, type Facts, type Path } from './host.ts';

/** Flags of `openSync`. */
export const constants = {
  O_RDONLY: host.O_RDONLY,
  O_NONBLOCK: host.O_NONBLOCK,
  O_NOCTTY: host.O_NOCTTY,
  O_DIRECTORY: host.O_DIRECTORY,
};

export function openSync(path: Path, flags: number | 'r'): number {
  return host.open(path, flags === 'r' ? host.O_RDONLY : flags);
}

export function closeSync(fd: number): void {
  host.close(fd);
}

export function readSync(
  fd: number,
  bytes: NativeBuffer,
  start = 0,
  length = bytes.length - start,
  position: number | null = null,
): number {
  return host.read(fd, bytes, start, length, position ?? -1);
}

export function writeSync(fd: number, bytes: NativeBuffer, start = 0): number {
  return host.write(fd, bytes, start, bytes.length - start);
}

/** A whole file that has no size, as those in /proc. */
export function readFileSync(path: Path): NativeBuffer {
  const fd = openSync(path, 'r');
  try {
    let bytes = Buffer.alloc(4096);
    for (let filled = 0; ;) {
      const count = readSync(fd, bytes, filled);
      if (count === 0) return bytes.subarray(0, filled);
      filled += count;
      if (filled < bytes.length) continue;
      const larger = Buffer.alloc(2 * filled);
      larger.set(bytes);
      bytes = larger;
    }
  } finally {
    closeSync(fd);
  }
}

export function existsSync(path: Path): boolean {
  try {
    return host.exists(path);
  } catch {
    // A path that none can be.
    return false;
  }
}

/** What lies at a place. */
interface Kind {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isBlockDevice(): boolean;
}

export interface Stats extends Kind {
  readonly size: number;
}

/** With numbers that are exact also where an inode has more than 53 bits; a size needs none. */
export interface BigIntStats extends Stats {
  readonly dev: bigint;
  readonly ino: bigint;
}

class NativeStats implements BigIntStats {
  readonly size: number;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly #kind: number;

  constructor([mode, size, dev, ino]: Facts) {
    this.#kind = mode & S_IFMT;
    this.size = size;
    this.dev = dev;
    this.ino = ino;
  }

  isFile(): boolean {
    return this.#kind === S_IFREG;
  }

  isDirectory(): boolean {
    return this.#kind === S_IFDIR;
  }

  isSymbolicLink(): boolean {
    return this.#kind === S_IFLNK;
  }

  isFIFO(): boolean {
    return this.#kind === S_IFIFO;
  }

  isSocket(): boolean {
    return this.#kind === S_IFSOCK;
  }

  isBlockDevice(): boolean {
    return this.#kind === S_IFBLK;
  }
}

/** Source: inode(7). */
const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const S_IFDIR = 0o040000;
const S_IFLNK = 0o120000;
const S_IFIFO = 0o010000;
const S_IFSOCK = 0o140000;
const S_IFBLK = 0o060000;

export function fstatSync(fd: number): Stats {
  return new NativeStats(host.fstat(fd));
}

export function lstatSync(path: Path): Stats;
export function lstatSync(path: Path, options: BigIntIfThere): BigIntStats | undefined;
export function lstatSync(path: Path, options: IfThere): Stats | undefined;
export function lstatSync(path: Path, options?: IfThere): Stats | undefined {
  return statsOf(host.stat(path, false, options === undefined));
}

export function statSync(path: Path, options: { readonly bigint: true }): BigIntStats;
export function statSync(path: Path, options: IfThere): Stats | undefined;
export function statSync(path: Path, options: IfThere | { readonly bigint: true }): Stats | undefined {
  return statsOf(host.stat(path, true, 'bigint' in options));
}

interface IfThere {
  readonly throwIfNoEntry: false;
}

interface BigIntIfThere extends IfThere {
  readonly bigint: true;
}

function statsOf(facts: Facts | undefined): NativeStats | undefined {
  return facts === undefined ? undefined : new NativeStats(facts);
}

/** The names in a folder, in no order. */
export const readdirSync: (path: Path, options: { readonly encoding: 'buffer' }) => NativeBuffer[] = (path) =>
  host.readdir(path).map((name) => new NativeBuffer(name));

export const readlinkSync: (path: Path, encoding: 'buffer') => NativeBuffer = (path) =>
  new NativeBuffer(host.readlink(path));

const native: (path: Path, encoding: 'buffer') => NativeBuffer = (path) =>
  new NativeBuffer(host.realpath(path));
export const realpathSync = { native };

export function symlinkSync(target: Path, path: Path): void {
  host.symlink(target, path);
}

export function mkdirSync(path: Path, mode: number): void {
  host.mkdir(path, mode);
}
