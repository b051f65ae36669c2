import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { readAt } from './read-file.ts';

/** Where bytes come from: a buffer, or a file of which only the parts asked for are read. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /** A piece with these bytes in it; the caller has checked them against `size`. */
  pieceWith(offset: number, length: number): Piece;
}

/** Some bytes that are in memory. Fields are read where they lie, as making a buffer of each takes longer. */
export interface Piece {
  readonly bytes: Buffer;
  /** Where they begin in the whole. */
  readonly start: number;
}

/** Bytes that are in memory already. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  const all = { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), start: 0 };
  return { size: bytes.length, pieceWith: () => all };
}

/**
 * An open file, read page by page as parts are asked for: a graphics driver has tens of megabytes, of which a
 * few hundred bytes matter, lying close together in a few places.
 */
export function fileSource(fd: number, size: number): ByteSource {
  const pages = new Map<number, Piece>();
  const read = (start: number, length: number): Piece => ({ bytes: readAt(fd, start, length), start });
  const page = (start: number): Piece => {
    const known = pages.get(start);
    if (known !== undefined) return known;
    if (pages.size === MAX_PAGES) pages.clear();
    const found = read(start, Math.min(PAGE_BYTES, size - start));
    pages.set(start, found);
    return found;
  };
  return {
    size,
    pieceWith(offset, length) {
      const start = offset - (offset % PAGE_BYTES);
      return offset + length > start + PAGE_BYTES ? read(offset, length) : page(start);
    },
  };
}

/** Reads the fields of a binary format; an error names the field and where it should have been. */
export class ByteReader {
  readonly source: ByteSource;
  readonly #littleEndian: boolean;
  readonly #format: string;

  /** `format` begins the message of an error: "Not a usable ELF file". */
  constructor(source: ByteSource, byteOrder: 'lsb' | 'msb', format: string) {
    this.source = source;
    this.#littleEndian = byteOrder === 'lsb';
    this.#format = format;
  }

  u8(offset: number, field: string): number {
    const { bytes, start } = this.#pieceWith(offset, 1, field);
    return bytes.readUInt8(offset - start);
  }

  u16(offset: number, field: string): number {
    const { bytes, start } = this.#pieceWith(offset, 2, field);
    return this.#littleEndian ? bytes.readUInt16LE(offset - start) : bytes.readUInt16BE(offset - start);
  }

  u32(offset: number, field: string): number {
    const { bytes, start } = this.#pieceWith(offset, 4, field);
    return this.#littleEndian ? bytes.readUInt32LE(offset - start) : bytes.readUInt32BE(offset - start);
  }

  /** Values beyond 2^53 lose their last bits; as offsets and counts they are past the end of any file. */
  u64(offset: number, field: string): number {
    const [low, high] = this.#littleEndian ? [offset, offset + 4] : [offset + 4, offset];
    return this.u32(high, field) * 2 ** 32 + this.u32(low, field);
  }

  /**
   * A part of the file.
   *
   * @throws FormatError when it does not lie within the file.
   */
  bytes(offset: number, length: number, field: string): Buffer {
    const { bytes, start } = this.#pieceWith(offset, length, field);
    return bytes.subarray(offset - start, offset - start + length);
  }

  /** An error about a place in the file, to be thrown. */
  error(what: string, offset: number): FormatError {
    return new FormatError(`${this.#format}: ${what} (at byte 0x${offset.toString(16)})`);
  }

  #pieceWith(offset: number, length: number, field: string): Piece {
    if (offset + length > this.source.size)
      throw this.error(`${field} lies past the end of the file`, offset);
    if (length > MAX_PIECE_BYTES)
      throw this.error(
        `${field} has ${length} bytes, more than the ${MAX_PIECE_BYTES} that are read`,
        offset,
      );
    const piece = this.source.pieceWith(offset, length);
    // The file shrank while it was read.
    if (offset + length > piece.start + piece.bytes.length)
      throw this.error(`${field} could not be read in full`, offset);
    return piece;
  }
}

const PAGE_BYTES = 8192;
/** A file with holes costs nothing to make as large as one likes, so not all that was read of it is kept. */
const MAX_PAGES = 512;
/** The largest table of a real library, the strings of its symbols, has a few megabytes. */
const MAX_PIECE_BYTES = 64 * 1024 * 1024;
