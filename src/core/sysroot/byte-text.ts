import { Buffer, isUtf8 } from 'node:buffer';

/**
 * Reads bytes as text without losing any: what is not UTF-8 becomes lone surrogates (byte 0xE9 becomes
 * U+DCE9), from which `encodeBytes` makes the same bytes again. Names of files are bytes, and a provider may
 * come from a system of another encoding. Source of the scheme: PEP 383, "surrogateescape".
 */
export function decodeBytes(buffer: Buffer): string {
  const whole = buffer.toString('utf8');
  if (!whole.includes(REPLACEMENT) || isUtf8(buffer)) return whole;
  let text = '';
  for (let at = 0; at < buffer.length;) {
    const length = validSequence(buffer, at);
    text +=
      length === 0
        ? String.fromCharCode(ESCAPE + (buffer[at] ?? 0))
        : buffer.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

/** The same of bytes that are one character each. */
export function decodeLatin1(text: string): string {
  return ASCII.test(text) ? text : decodeBytes(Buffer.from(text, 'latin1'));
}

/** The bytes that a text stands for; the reverse of `decodeBytes`. */
export function encodeBytes(text: string): Buffer {
  if (!ESCAPED.test(text)) return Buffer.from(text, 'utf8');
  return Buffer.concat(
    text
      .split(ESCAPED)
      .map((part) =>
        part.length === 1 && ESCAPED.test(part)
          ? Buffer.of(part.charCodeAt(0) - ESCAPE)
          : Buffer.from(part, 'utf8'),
      ),
  );
}

/** A path as the functions of `node:fs` take it: a string wherever that keeps every byte. */
export function fsPath(path: string): string | Buffer {
  return ESCAPED.test(path) ? encodeBytes(path) : path;
}

/**
 * The bytes of a text as a string of one character a byte: what compares, sorts and matches names as a C
 * program does, which knows nothing of characters.
 */
export function byteString(text: string): string {
  return ASCII.test(text) ? text : encodeBytes(text).toString('latin1');
}

/** Orders names as `LC_ALL=C sort` does; JavaScript's own order is that of UTF-16 units. */
export function compareBytes(a: string, b: string): number {
  const [first, second] = [byteString(a), byteString(b)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

/** Names in that order. */
export function sortByBytes(names: readonly string[]): readonly string[] {
  // For ASCII, which nearly all names are, both orders are the same.
  return ASCII.test(names.join('')) ? [...names].sort() : [...names].sort(compareBytes);
}

/** What stands in a text for bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';
const ESCAPE = 0xdc00;
/** A lone surrogate that stands for a byte; the group keeps it when a text is split. */
const ESCAPED = /([\uDC80-\uDCFF])/u;
const ASCII = /^[\x00-\x7f]*$/;

/** Length of the UTF-8 sequence that starts at a byte; 0 when none does. */
function validSequence(buffer: Buffer, at: number): number {
  for (const length of [1, 2, 3, 4]) {
    if (at + length <= buffer.length && isUtf8(buffer.subarray(at, at + length))) return length;
  }
  return 0;
}
