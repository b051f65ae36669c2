import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { decodeBytes } from './byte-text.ts';
import { readAt, readInto } from './read-file.ts';

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
 * An open file, of which no more is read than the parts asked for and what lies around them: a graphics driver has
 * tens of megabytes, of which a few hundred bytes matter, lying close together in a few places, most of them at the
 * file's very beginning and end.
 *
 * @param scratch - where the parts are put as long as there is room, if the source is done with before the next is made.
 */
export function fileSource(fd: number, size: number, scratch?: Buffer): ByteSource {
  let pieces: Piece[] = [];
  let used = 0;
  const read = (start: number, length: number): Piece => {
    if (pieces.length === MAX_PIECES) pieces = [];
    const room = scratch?.subarray(used, used + length);
    if (room?.length === length) used += (length + ALIGNMENT) & -ALIGNMENT;
    const piece = {
      bytes: room?.length === length ? readInto(room, fd, start) : readAt(fd, start, length),
      start,
    };
    pieces.push(piece);
    return piece;
  };
  return {
    size,
    pieceWith(offset, length) {
      const end = offset + length;
      const known = pieces.find(({ bytes, start }) => offset >= start && end <= start + bytes.length);
      if (known !== undefined) return known;
      if (size <= SMALL_FILE_BYTES) return read(0, size);
      // Strings that belong together are not always asked for in their order.
      const wanted = Math.max(0, Math.min(offset - LEAD_BYTES, size - WINDOW_BYTES));
      const start = wanted - (wanted % ALIGNMENT);
      return read(start, Math.min(Math.max(WINDOW_BYTES, end - start), size - start));
    },
  };
}

/** Reads the fields of a binary format; an error names the field and where it should have been. */
export class ByteReader {
  readonly source: ByteSource;
  /** Byte order, as the methods of DataView take it. */
  readonly littleEndian: boolean;
  readonly #format: string;
  /** Fields that are read one after the other lie close together. */
  #last: Piece = NOTHING;

  /** `format` begins the message of an error: "Not a usable ELF file". */
  constructor(source: ByteSource, byteOrder: 'lsb' | 'msb', format: string) {
    this.source = source;
    this.littleEndian = byteOrder === 'lsb';
    this.#format = format;
  }

  u8(offset: number, field: string): number {
    const { bytes, start } = this.#pieceWith(offset, 1, field);
    return bytes.readUInt8(offset - start);
  }

  u16(offset: number, field: string): number {
    const { bytes, start } = this.#pieceWith(offset, 2, field);
    return this.littleEndian ? bytes.readUInt16LE(offset - start) : bytes.readUInt16BE(offset - start);
  }

  u32(offset: number, field: string): number {
    const { bytes, start } = this.#pieceWith(offset, 4, field);
    return this.littleEndian ? bytes.readUInt32LE(offset - start) : bytes.readUInt32BE(offset - start);
  }

  /** Values beyond 2^53 lose their last bits; as offsets and counts they are past the end of any file. */
  u64(offset: number, field: string): number {
    const [low, high] = this.littleEndian ? [offset, offset + 4] : [offset + 4, offset];
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

  /**
   * A table of the file, for reading many fields in a row: a method call for each takes longer than all else.
   *
   * @throws FormatError when it does not lie within the file.
   */
  table(offset: number, length: number, field: string): DataView {
    const { bytes, start } = this.#pieceWith(offset, length, field);
    return new DataView(bytes.buffer, bytes.byteOffset + offset - start, length);
  }

  /**
   * A table of nothing but fields of 32 bits, or of twice that (`wordAt`).
   *
   * @throws FormatError when it does not lie within the file.
   */
  words(offset: number, count: number, field: string): Uint32Array {
    const { bytes, start } = this.#pieceWith(offset, count * 4, field);
    const at = bytes.byteOffset + offset - start;
    if (this.littleEndian && at % 4 === 0 && IS_LITTLE_ENDIAN)
      return new Uint32Array(bytes.buffer, at, count);
    const view = new DataView(bytes.buffer, at, count * 4);
    return Uint32Array.from({ length: count }, (_, index) => view.getUint32(index * 4, this.littleEndian));
  }

  /** A value of 64 bits in such a table; beyond 2^53 it loses its last bits, as with `u64`. */
  wordAt(words: Uint32Array, index: number): number {
    const [low, high] = this.littleEndian ? [index, index + 1] : [index + 1, index];
    return (words[high] ?? 0) * 2 ** 32 + (words[low] ?? 0);
  }

  /** The string that begins at a place and ends in NUL; null when it does not end within so many bytes. */
  string(offset: number, maxBytes: number, field: string): string | null {
    const { bytes, start } = this.#pieceWith(offset, maxBytes, field);
    const from = offset - start;
    const end = bytes.indexOf(0, from);
    if (end < 0 || end >= from + maxBytes) return null;
    const text = bytes.toString('latin1', from, end);
    return NOT_ASCII.test(text) ? decodeBytes(bytes.subarray(from, end)) : text;
  }

  /** An error about a place in the file, to be thrown. */
  error(what: string, offset: number): FormatError {
    return new FormatError(`${this.#format}: ${what} (at byte 0x${offset.toString(16)})`);
  }

  #pieceWith(offset: number, length: number, field: string): Piece {
    const { bytes, start } = this.#last;
    if (offset >= start && offset + length <= start + bytes.length) return this.#last;
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
    this.#last = piece;
    return piece;
  }
}

const NOTHING: Piece = { bytes: Buffer.alloc(0), start: 0 };
/** Section headers and dynamic section of nearly all libraries lie within the last of them. */
const WINDOW_BYTES = 8192;
/** A file of which one read is quicker than several. */
const SMALL_FILE_BYTES = 16_384;
const LEAD_BYTES = 1024;
/** Of windows, so that a table in memory is aligned as it is in the file. */
const ALIGNMENT = 8;
/** Whether typed arrays have the byte order that nearly all files have. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const NOT_ASCII = /[\x80-\xff]/;
/** A file with holes costs nothing to make as large as one likes, so not all that was read of it is kept. */
const MAX_PIECES = 16;
/** The largest table of a real library, the strings of its symbols, has a few megabytes. */
const MAX_PIECE_BYTES = 64 * 1024 * 1024;
