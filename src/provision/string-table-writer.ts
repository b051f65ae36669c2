/** Strings one after the other, each ended by NUL and kept once, as ELF files and ld.so.cache hold them. */
export class StringTable {
  readonly #offsets = new Map<string, number>();
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** An ELF string table begins with the empty string, at offset 0. */
  static forElf(): StringTable {
    const table = new StringTable();
    table.add('');
    return table;
  }

  get length(): number {
    return this.#length;
  }

  /** Offset of the string, which is added if it is new. */
  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const bytes = Buffer.from(`${text}\0`);
    const offset = this.#length;
    this.#offsets.set(text, offset);
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return offset;
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}
