import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { readInto } from './read-file.ts';

/** Where bytes come from: a buffer, or a file of which only the parts asked for are read. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /** A piece with these bytes in it; the caller has checked them against `size`. */
  pieceWith(offset: number, length: number): Piece;
}

/** Some memory, seen in two ways. */
export interface Memory {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** Some bytes of the whole that are in memory. Fields are read where they lie, as making a buffer of each takes longer. */
export interface Piece {
  readonly memory: Memory;
  /** Where the bytes begin and end in the whole. */
  readonly start: number;
  readonly end: number;
  /** What makes an offset in the memory of one in the whole. */
  readonly shift: number;
}

/** Memory as it is seen by a source. */
export function memoryOf(bytes: Buffer): Memory {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** Bytes that are in memory already. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  const memory = memoryOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const all = { memory, start: 0, end: bytes.length, shift: 0 };
  return { size: bytes.length, pieceWith: () => all };
}

/**
 * An open file, of which no more is read than the parts asked for and what lies around them: a graphics driver has
 * tens of megabytes, of which a few hundred bytes matter, lying close together in a few places, most of them at the
 * file's very beginning and end.
 *
 * @param scratch - where the parts are put as long as there is room, if the source is done with before the next is made.
 */
export function fileSource(fd: number, size: number, scratch?: Memory): ByteSource {
  let pieces: Piece[] = [];
  let used = 0;
  const read = (start: number, length: number): Piece => {
    if (pieces.length === MAX_PIECES) pieces = [];
    const isRoom = scratch !== undefined && used + length <= scratch.bytes.length;
    const memory = isRoom ? scratch : memoryOf(Buffer.allocUnsafe(length));
    const at = isRoom ? used : 0;
    if (isRoom) used += (length + ALIGNMENT) & -ALIGNMENT;
    const end = start + readInto(memory.bytes, at, length, fd, start);
    const piece = { memory, start, end, shift: at - start };
    pieces.push(piece);
    return piece;
  };
  return {
    size,
    pieceWith(offset, length) {
      const end = offset + length;
      for (const piece of pieces) if (offset >= piece.start && end <= piece.end) return piece;
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
    const { memory, shift } = this.#pieceWith(offset, 1, field);
    return memory.view.getUint8(offset + shift);
  }

  u16(offset: number, field: string): number {
    const { memory, shift } = this.#pieceWith(offset, 2, field);
    return memory.view.getUint16(offset + shift, this.littleEndian);
  }

  u32(offset: number, field: string): number {
    const { memory, shift } = this.#pieceWith(offset, 4, field);
    return memory.view.getUint32(offset + shift, this.littleEndian);
  }

  /** Values beyond 2^53 lose their last bits; as offsets and counts they are past the end of any file. */
  u64(offset: number, field: string): number {
    const low = this.littleEndian ? offset : offset + 4;
    const high = this.littleEndian ? offset + 4 : offset;
    return this.u32(high, field) * 2 ** 32 + this.u32(low, field);
  }

  /**
   * A part of the file.
   *
   * @throws FormatError when it does not lie within the file.
   */
  bytes(offset: number, length: number, field: string): Buffer {
    const { memory, shift } = this.#pieceWith(offset, length, field);
    return memory.bytes.subarray(offset + shift, offset + shift + length);
  }

  /**
   * A table of the file, for reading many fields in a row: a method call for each takes longer than all else.
   *
   * @throws FormatError when it does not lie within the file.
   */
  table(offset: number, length: number, field: string): DataView {
    const { buffer, byteOffset } = this.bytes(offset, length, field);
    return new DataView(buffer, byteOffset, length);
  }

  /**
   * A table of nothing but fields of 32 bits, or of twice that.
   *
   * @throws FormatError when it does not lie within the file.
   */
  words(offset: number, count: number, field: string): Uint32Array {
    const { memory, shift } = this.#pieceWith(offset, count * 4, field);
    const { bytes, view } = memory;
    const first = offset + shift;
    const at = bytes.byteOffset + first;
    if (this.littleEndian && at % 4 === 0 && IS_LITTLE_ENDIAN)
      return new Uint32Array(bytes.buffer, at, count);
    return Uint32Array.from({ length: count }, (_, index) =>
      view.getUint32(first + index * 4, this.littleEndian),
    );
  }

  /** A part of the file as text of one character a byte. */
  text(offset: number, length: number, field: string): string {
    const { memory, shift } = this.#pieceWith(offset, length, field);
    return memory.bytes.toString('latin1', offset + shift, offset + shift + length);
  }

  /** An error about a place in the file, to be thrown. */
  error(what: string, offset: number): FormatError {
    return new FormatError(`${this.#format}: ${what} (at byte 0x${offset.toString(16)})`);
  }

  #pieceWith(offset: number, length: number, field: string): Piece {
    const last = this.#last;
    if (offset >= last.start && offset + length <= last.end) return last;
    if (offset + length > this.source.size)
      throw this.error(`${field} lies past the end of the file`, offset);
    if (length > MAX_PIECE_BYTES)
      throw this.error(
        `${field} has ${length} bytes, more than the ${MAX_PIECE_BYTES} that are read`,
        offset,
      );
    const piece = this.source.pieceWith(offset, length);
    // The file shrank while it was read.
    if (offset + length > piece.end) throw this.error(`${field} could not be read in full`, offset);
    this.#last = piece;
    return piece;
  }
}

const NOTHING: Piece = { memory: memoryOf(Buffer.alloc(0)), start: 0, end: 0, shift: 0 };
/** Section headers and dynamic section of nearly all libraries lie within the last of them. */
const WINDOW_BYTES = 8192;
/** A file of which one read is quicker than several. */
const SMALL_FILE_BYTES = 16_384;
const LEAD_BYTES = 1024;
/** Of windows, so that a table in memory is aligned as it is in the file. */
const ALIGNMENT = 8;
/** Whether typed arrays have the byte order that nearly all files have. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
/** A file with holes costs nothing to make as large as one likes, so not all that was read of it is kept. */
const MAX_PIECES = 16;
/** The largest table of a real library, the strings of its symbols, has a few megabytes. */
const MAX_PIECE_BYTES = 64 * 1024 * 1024;
