import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statSync,
  type BigIntStats,
  type Stats,
} from 'node:fs';
import { Buffer } from 'node:buffer';
import { FormatError, SysrootError } from '../../errors.ts';
import { decodeBytes, fsPath } from './byte-text.ts';

/** What may lie where a file should be. */
export type FileKind = 'directory' | 'FIFO' | 'socket' | 'character device' | 'block device';

/** A regular file was wanted. It was not opened: opening a FIFO waits, and opening a device can do things. */
export class NotRegularFileError extends SysrootError {
  readonly fileKind: FileKind;

  constructor(path: string, fileKind: FileKind) {
    super(`${path}: a regular file was expected, but this is a ${fileKind}`);
    this.fileKind = fileKind;
  }
}

/**
 * Does something with a regular file of a tree and closes it. The tree is data from a stranger: nothing but a
 * regular file is opened, and no terminal is made ours.
 *
 * @param use - gets the file, open for reading, and its size in bytes.
 * @throws NotRegularFileError when something else lies there; the error of the system when it cannot be opened.
 */
export function withRegularFile<Result>(path: string, use: (fd: number, size: number) => Result): Result {
  statRegularFile(path);
  return withOpenFile(path, (fd) => {
    // Once more, as it may have been replaced since.
    const { size } = requireRegular(path, fstatSync(fd));
    return use(fd, size);
  });
}

/**
 * The same for what is known to be a regular file of a size. If it is replaced meanwhile, no more is read than that,
 * and nothing is waited for.
 */
export function withOpenFile<Result>(path: string, use: (fd: number) => Result): Result {
  const fd = openSync(fsPath(path), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Device and inode of a regular file, links followed by the kernel: the same for all names of one file.
 *
 * @throws NotRegularFileError when something else lies there; the error of the system when nothing does.
 */
export function statRegularFile(path: string): string {
  return fileIdentity(requireRegular(path, statSync(fsPath(path), { bigint: true })));
}

/**
 * Reads a whole regular file of at most so many bytes.
 *
 * @throws NotRegularFileError, SysrootError when it is larger, or the error of the system.
 */
export function readRegularFile(path: string, maxBytes: number): Buffer {
  return withRegularFile(path, (fd, size) => {
    if (size > maxBytes) throw tooLarge(path, size, maxBytes);
    return readWhole(fd, size);
  });
}

/** What is thrown for a file that has more bytes than such a file may have. */
export function tooLarge(path: string, size: number, maxBytes: number): SysrootError {
  return new SysrootError(`${path}: ${size} bytes are more than the ${maxBytes} that such a file may have`);
}

/** Reads an open file of a size from its beginning; less where it ends before. */
export function readWhole(fd: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  const filled = readInto(bytes, 0, size, fd, 0);
  return filled === size ? bytes : bytes.subarray(0, filled);
}

/**
 * Reads so many bytes from a position of an open file into memory.
 *
 * @returns how many there were: fewer where the file ends before.
 */
export function readInto(bytes: Buffer, at: number, length: number, fd: number, position: number): number {
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, bytes, at + filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/**
 * Names in a folder, as the system lists them.
 *
 * @throws the error of the system.
 */
export function namesIn(folder: string): string[] {
  return readdirSync(fsPath(folder), { encoding: 'buffer' }).map(decodeBytes);
}

/**
 * The text of a symbolic link.
 *
 * @throws the error of the system.
 */
export function linkText(path: string): string {
  return decodeBytes(readlinkSync(fsPath(path), 'buffer'));
}

/** The same; null where none can be read: opening what is there will say why. */
export function linkTextOrNull(path: string): string | null {
  try {
    return linkText(path);
  } catch {
    return null;
  }
}

/** The number of the error that the system reported (`errno(3)`); null when this is no such error. */
export function systemErrno(error: unknown): number | null {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number'
    ? Math.abs(error.errno)
    : null;
}

/** Whether an error is about one file of a tree, which the others can do without: missing, unreadable, malformed. */
export function isUnusableFile(error: unknown): error is Error {
  return error instanceof FormatError || error instanceof SysrootError || systemErrno(error) !== null;
}

function requireRegular<Kind extends Stats | BigIntStats>(path: string, stats: Kind): Kind {
  if (stats.isFile()) return stats;
  throw new NotRegularFileError(path, fileKind(stats));
}

/** What something is that is no regular file. */
export function fileKind(stats: Stats | BigIntStats): FileKind {
  if (stats.isDirectory()) return 'directory';
  if (stats.isFIFO()) return 'FIFO';
  if (stats.isSocket()) return 'socket';
  return stats.isBlockDevice() ? 'block device' : 'character device';
}

/** Device and inode as text, since inodes of some file systems do not fit into a number. */
export function fileIdentity({ dev, ino }: BigIntStats): string {
  return `${dev.toString()}:${ino.toString()}`;
}
