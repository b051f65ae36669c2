import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import { readAt } from './read-file.ts';

/** Where bytes come from: a buffer, or a file of which only the parts asked for are read. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /** Exactly these bytes; the caller has checked them against `size`. */
  bytes(offset: number, length: number): Buffer;
}

/** Bytes that are in memory already. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { size: buffer.length, bytes: (offset, length) => buffer.subarray(offset, offset + length) };
}

/**
 * An open file, read page by page as parts are asked for: a graphics driver has tens of megabytes, of which a
 * few hundred bytes matter, lying close together in a few places.
 */
export function fileSource(fd: number, size: number): ByteSource {
  const pages = new Map<number, Buffer>();
  const page = (start: number): Buffer => {
    const known = pages.get(start);
    if (known !== undefined) return known;
    const bytes = readAt(fd, start, Math.min(PAGE_BYTES, size - start));
    pages.set(start, bytes);
    return bytes;
  };
  return {
    size,
    bytes(offset, length) {
      const start = offset - (offset % PAGE_BYTES);
      if (offset + length > start + PAGE_BYTES) return readAt(fd, offset, length);
      return page(start).subarray(offset - start, offset - start + length);
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
    return this.bytes(offset, 1, field).readUInt8();
  }

  u16(offset: number, field: string): number {
    const bytes = this.bytes(offset, 2, field);
    return this.#littleEndian ? bytes.readUInt16LE() : bytes.readUInt16BE();
  }

  u32(offset: number, field: string): number {
    const bytes = this.bytes(offset, 4, field);
    return this.#littleEndian ? bytes.readUInt32LE() : bytes.readUInt32BE();
  }

  /** Values beyond 2^53 lose their last bits; as offsets and counts they are past the end of any file. */
  u64(offset: number, field: string): number {
    const bytes = this.bytes(offset, 8, field);
    return Number(this.#littleEndian ? bytes.readBigUInt64LE() : bytes.readBigUInt64BE());
  }

  /**
   * A part of the file.
   *
   * @throws FormatError when it does not lie within the file.
   */
  bytes(offset: number, length: number, field: string): Buffer {
    if (offset + length > this.source.size)
      throw this.error(`${field} lies past the end of the file`, offset);
    const bytes = this.source.bytes(offset, length);
    // The file shrank while it was read.
    if (bytes.length < length) throw this.error(`${field} could not be read in full`, offset);
    return bytes;
  }

  /** An error about a place in the file, to be thrown. */
  error(what: string, offset: number): FormatError {
    return new FormatError(`${this.#format}: ${what} (at byte 0x${offset.toString(16)})`);
  }
}

const PAGE_BYTES = 8192;
