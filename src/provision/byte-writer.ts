/** Puts bytes one after the other, and numbers of a given width in a given byte order; the counterpart of a reader's cursor. */
export class ByteWriter {
  readonly #littleEndian: boolean;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(byteOrder: 'lsb' | 'msb') {
    this.#littleEndian = byteOrder === 'lsb';
  }

  get length(): number {
    return this.#length;
  }

  u8(...values: number[]): this {
    return this.append(Uint8Array.from(values));
  }

  u16(...values: number[]): this {
    return this.#put(2, values);
  }

  u32(...values: number[]): this {
    return this.#put(4, values);
  }

  u64(...values: number[]): this {
    const halves = values.flatMap((value) => {
      const [low, high] = [value % 2 ** 32, Math.floor(value / 2 ** 32)];
      return this.#littleEndian ? [low, high] : [high, low];
    });
    return this.#put(4, halves);
  }

  append(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  /** What was written so far. */
  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }

  #put(width: 2 | 4, values: readonly number[]): this {
    const bytes = Buffer.alloc(width * values.length);
    values.forEach((value, index) => {
      if (this.#littleEndian) bytes.writeUIntLE(value, width * index, width);
      else bytes.writeUIntBE(value, width * index, width);
    });
    return this.append(bytes);
  }
}
