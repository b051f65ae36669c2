/** What host.c offers to the program: bytes, system calls, and what the process was started with. */
export interface Host {
  /** Arguments, from the name that the program was started by on; U+FFFD stands for bytes that are not UTF-8. */
  readonly args: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As Node would say (`process.arch`). */
  readonly arch: string;
  /** What the process ends with. */
  exitCode: number;

  /** The text of some bytes: one character a byte, or of UTF-8. */
  decode(bytes: Uint8Array, start: number, length: number, latin1: boolean): string;
  encode(text: string): ArrayBuffer;
  /** @throws RangeError for a character above U+00FF. */
  encodeLatin1(text: string): ArrayBuffer;
  isUtf8(bytes: Uint8Array): boolean;
  /** @throws RangeError where the bytes end before. */
  readUnsigned(bytes: Uint8Array, start: number, length: 1 | 2 | 4, bigEndian: boolean): number;

  // Those below throw the errors of the system as Node does, with the same message, `code` and `errno`.
  readonly O_RDONLY: number;
  readonly O_NONBLOCK: number;
  readonly O_NOCTTY: number;
  readonly O_DIRECTORY: number;
  open(path: Path, flags: number): number;
  close(fd: number): void;
  /** Reads at a position of the file; at −1, where the last read ended. */
  read(fd: number, bytes: Uint8Array, start: number, length: number, position: number): number;
  write(fd: number, bytes: Uint8Array, start: number, length: number): number;
  /** Undefined where nothing is and nothing is required. */
  stat(path: Path, follow: boolean, required: boolean): Facts | undefined;
  fstat(fd: number): Facts;
  exists(path: Path): boolean;
  readdir(path: Path): ArrayBuffer[];
  readlink(path: Path): ArrayBuffer;
  realpath(path: Path): ArrayBuffer;
  symlink(target: Path, path: Path): void;
  mkdir(path: Path, mode: number): void;
}

/** A path as text, or as the bytes that it is. */
export type Path = string | Uint8Array;

/** Of a file: `st_mode`, size in bytes, device, inode. */
export type Facts = readonly [mode: number, size: number, dev: bigint, ino: bigint];

declare const nativeHost: Host;

/** Made by host.c before the program starts. */
export const host = nativeHost;
