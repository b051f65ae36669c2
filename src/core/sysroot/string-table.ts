import { Buffer } from 'node:buffer';
import { FormatError } from '../../errors.ts';
import type { ByteReader } from './byte-reader.ts';
import { decodeLatin1 } from './byte-text.ts';

/** Strings that end in NUL, one after the other, found by their offset. */
export interface StringTable {
  /** The string at an offset; null when it leaves the table or is longer than any name or path can be. */
  at(offset: number): string | null;
}

/**
 * Makes the strings of a table readable. Strings may overlap (linkers and ldconfig share endings), so a few
 * bytes can claim to be very much text; what is handed out of one table is therefore limited.
 */
export function stringTable(bytes: Buffer): StringTable {
  // One character a byte: taking a part of it copies nothing, and searching it is quick in every engine.
  const text = bytes.toString('latin1');
  const lastEnd = text.lastIndexOf('\0');
  const known = new Map<number, string | null>();
  let lookedAt = 0;

  const read = (offset: number): string | null => {
    if (offset > lastEnd) return null;
    const end = text.indexOf('\0', offset);
    lookedAt += end - offset;
    if (lookedAt > MAX_TEXT_BYTES) {
      throw new FormatError(
        `The strings overlap so much that they come to more than ${MAX_TEXT_BYTES} bytes`,
      );
    }
    return end - offset > MAX_STRING_BYTES ? null : decodeLatin1(text.slice(offset, end));
  };

  return {
    at(offset) {
      let found = known.get(offset);
      if (found === undefined) known.set(offset, (found = read(offset)));
      return found;
    },
  };
}

/** A few strings of a large table in a file, of which no more is read than needed. */
export function stringTableInFile(reader: ByteReader, start: number, size: number): StringTable {
  const end = Math.min(start + size, reader.source.size);
  // What was read last, one character a byte: strings that belong together lie one after the other.
  let text = '';
  let textAt = 0;
  const inText = (from: number): string | null => {
    const nul = from < textAt ? -1 : text.indexOf('\0', from - textAt);
    return nul < 0 ? null : decodeLatin1(text.slice(from - textAt, nul));
  };
  return {
    at(offset) {
      const from = start + offset;
      if (from >= end) return null;
      let found = inText(from);
      for (let length = 256; found === null && length <= LONGEST_LOOK_BYTES; length *= 4) {
        if (textAt === from && from + text.length === end) return null;
        text = reader.text(from, Math.min(length, end - from), 'a string');
        textAt = from;
        found = inText(from);
      }
      return found;
    },
  };
}

/** Names of C++ symbols are longer than any path (4096 bytes), but not longer than this. */
const MAX_STRING_BYTES = 65_536;
/** A DT_RUNPATH is a list of paths, each of at most 4096 bytes. */
const LONGEST_LOOK_BYTES = 65_536;
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
