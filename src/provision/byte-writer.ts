/** Grows a buffer by numbers of a given width and byte order; the counterpart of a reader's cursor. */
export class ByteWriter {
  readonly #littleEndian: boolean;
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(byteOrder: 'lsb' | 'msb') {
    this.#littleEndian = byteOrder === 'lsb';
  }

  get length(): number {
    return this.#length;
  }

  u8(...values: number[]): this {
    for (const value of values)
      this.#put(1, (view, at) => {
        view.setUint8(at, value);
      });
    return this;
  }

  u16(...values: number[]): this {
    for (const value of values)
      this.#put(2, (view, at, little) => {
        view.setUint16(at, value, little);
      });
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values)
      this.#put(4, (view, at, little) => {
        view.setUint32(at, value, little);
      });
    return this;
  }

  u64(...values: number[]): this {
    for (const value of values) {
      this.#put(8, (view, at, little) => {
        view.setBigUint64(at, BigInt(value), little);
      });
    }
    return this;
  }

  append(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  /** Zeros up to the next multiple of `alignment`. */
  align(alignment: number): this {
    this.#grow((alignment - (this.#length % alignment)) % alignment);
    return this;
  }

  /** What was written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #put(size: number, set: (view: DataView, at: number, littleEndian: boolean) => void): void {
    // Growing replaces the view, so it comes first.
    const at = this.#grow(size);
    set(this.#view, at, this.#littleEndian);
  }

  #grow(by: number): number {
    const at = this.#length;
    this.#length += by;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
